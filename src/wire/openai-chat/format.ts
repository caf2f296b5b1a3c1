/** The form that the answer is to have: `response_format`. */
import type { Carried } from '../../neutral/message.ts'
import type { OutputFormat } from '../../neutral/request.ts'
import { asRecord } from '../fields.ts'
import { spelt, type Fields } from './carry.ts'
import { isStrictSchema } from './schema.ts'
import type { Writing } from './writing.ts'

export function readFormat(request: Fields): OutputFormat | null {
  const record = asRecord(request.peek('response_format'))
  switch (record?.type) {
    case 'text':
      request.within('response_format')?.take('type')
      request.spell('format', 'text')
      return null
    case 'json_object':
      request.within('response_format')?.take('type')
      return { kind: 'json' }
    case 'json_schema':
      return asRecord(record.json_schema) === null ? null : readSchema(request)
    default:
      return null
  }
}

function readSchema(request: Fields): OutputFormat {
  const format = request.within('response_format')
  format?.take('type')
  const f = format?.within('json_schema')
  const schema = f?.record('schema') ?? null
  if (schema === null) request.spell('format', 'no schema')
  return {
    kind: 'schema',
    schema: schema ?? {},
    name: f?.text('name') ?? null,
    description: f?.text('description') ?? null,
    isStrict: f?.flag('strict') ?? null,
  }
}

export function addFormat(
  out: Record<string, unknown>,
  request: { readonly format: OutputFormat | null; readonly carried?: Carried },
  { isOurs, dropped }: Writing,
): void {
  const { format } = request
  const how = spelt(request, 'format')
  if (format === null) {
    if (how === 'text') out.response_format = { type: 'text' }
    return
  }
  if (format.kind === 'json') {
    out.response_format = { type: 'json_object' }
    return
  }
  const { name, description, schema, isStrict } = format
  // Dialects that have no switch for it keep to a schema always.
  const strict = isOurs ? isStrict : isStrict === false || !isStrictSchema(schema) ? null : true
  if (!isOurs && isStrict === true && strict === null) dropped.add('strict')
  out.response_format = {
    type: 'json_schema',
    json_schema: {
      ...(name === null && isOurs ? {} : { name: fitName(name, isOurs) }),
      ...(description === null ? {} : { description }),
      ...(how === 'no schema' ? {} : { schema }),
      ...(strict === null ? {} : { strict }),
    },
  }
}

/** OpenAI wants a name, of 64 plain characters at most. */
const fitName = (name: string | null, isOurs: boolean): string =>
  isOurs && name !== null ? name : (name ?? 'answer').replaceAll(/[^\w-]/g, '_').slice(0, 64)
