/** The field `text`: in which form the answer is wished, and how long-winded. */
import type { OutputFormat } from '../../neutral/request.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { besides, exactly, flag, reading, text, under } from './carried.ts'
import { keepsStrictRules } from './schema.ts'

type Named = readonly (readonly [string, unknown])[]

export interface TextField {
  readonly format: OutputFormat | null
  readonly verbosity: string | null
  /** What only this API has, by its names with the path. */
  readonly rest: Named
  readonly spelling: Readonly<Record<string, string>>
}

export function readTextField(record: JsonRecord): TextField {
  const field = reading(record)
  const verbosity = field.take('verbosity', text)
  const written = field.take('format', readFormat)
  const isEmpty = Object.keys(record).length === 0
  return {
    format: written?.format ?? null,
    verbosity,
    rest: [...field.rest('text.'), ...(written?.rest ?? [])],
    spelling: {
      // The default, said aloud.
      ...(written !== null && written.format === null && { 'text.format': 'text' }),
      ...(isEmpty && { text: 'empty' }),
    },
  }
}

function readFormat(value: unknown): { readonly format: OutputFormat | null; readonly rest: Named } | null {
  const record = asRecord(value)
  if (record === null) return null
  if (exactly(record, ['type'])?.['type'] === 'text') return { format: null, rest: [] }
  if (exactly(record, ['type'])?.['type'] === 'json_object') return { format: { kind: 'json' }, rest: [] }
  const schema = asRecord(record['schema'])
  if (record['type'] !== 'json_schema' || schema === null) return null
  const format = reading(record)
  format.take('type', text)
  format.take('schema', asRecord)
  const name = format.take('name', asString)
  const description = format.take('description', text)
  const isStrict = format.take('strict', flag)
  return { format: { kind: 'schema', schema, name, description, isStrict }, rest: format.rest('text.format.') }
}

/** @param kept What the request carries; null when it comes from another dialect. */
export function writeTextField(
  format: OutputFormat | null,
  verbosity: string | null,
  kept: { readonly fields: JsonRecord; readonly spelling: Readonly<Record<string, string>> } | null,
  dropped: Set<string>,
): JsonRecord | null {
  const fields = kept?.fields ?? {}
  const written = writeFormat(format, kept === null ? null : under(fields, 'text.format.'), dropped)
  const isSaid = written === null && kept?.spelling['text.format'] !== undefined
  const field = {
    ...(written !== null && { format: written }),
    ...(isSaid && { format: { type: 'text' } }),
    ...(verbosity !== null && { verbosity }),
    ...besides(under(fields, 'text.'), 'format.'),
  }
  return Object.keys(field).length > 0 || kept?.spelling['text'] === 'empty' ? field : null
}

function writeFormat(format: OutputFormat | null, own: JsonRecord | null, dropped: Set<string>): JsonRecord | null {
  if (format === null) return null
  if (format.kind === 'json') return { type: 'json_object' }
  const { schema, name, description, isStrict } = format
  const said = { type: 'json_schema', schema, ...(description !== null && { description }) }
  if (own !== null)
    return { ...said, ...(name !== null && { name }), ...(isStrict !== null && { strict: isStrict }), ...own }
  const strict = isStrict === true && keepsStrictRules(schema)
  if (isStrict === true && !strict) dropped.add('strict')
  return { ...said, name: legalName(name), strict }
}

/** A name is required, and may hold no more than these. */
const legalName = (name: string | null): string => (name ?? 'answer').replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
