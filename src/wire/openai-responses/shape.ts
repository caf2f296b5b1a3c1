/** The shape of a request of the Responses API. */
import { noShape, type RequestShape } from '../../neutral/shape.ts'
import { isEffort } from '../../neutral/thinking.ts'
import { asList, asRecord } from '../fields.ts'
import { shapeOf, type Turn } from '../shape.ts'
import { charsOf } from '../weigh.ts'

export function readShape(body: unknown): RequestShape {
  const request = asRecord(body)
  if (request === null) return noShape
  const { input } = request
  const effort = asRecord(request.reasoning)?.effort
  return shapeOf(typeof input === 'string' ? [{ role: 'user', content: input }] : asList(input), turnOf, {
    systemChars: charsOf(request.instructions),
    wantsSchema: asRecord(asRecord(request.text)?.format)?.type === 'json_schema',
    effort: isEffort(effort) ? effort : null,
  })
}

function turnOf(entry: unknown): Turn {
  const item = asRecord(entry)
  const type = item?.type
  if (typeof type === 'string' && type.endsWith('_call_output')) return { from: 'tool', content: null }
  const role = item?.role
  if (role === 'user') return { from: 'user', content: item?.content }
  return { from: role === 'system' || role === 'developer' ? 'system' : 'model', content: null }
}
