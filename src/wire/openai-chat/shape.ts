/** The shape of a request of Chat Completions. */
import { noShape, type RequestShape } from '../../neutral/shape.ts'
import { isEffort } from '../../neutral/thinking.ts'
import { asList, asRecord } from '../fields.ts'
import { shapeOf, type From, type Turn } from '../shape.ts'

export function readShape(body: unknown): RequestShape {
  const request = asRecord(body)
  if (request === null) return noShape
  const { reasoning_effort: effort } = request
  return shapeOf(asList(request.messages), turnOf, {
    systemChars: 0,
    wantsSchema: asRecord(request.response_format)?.type === 'json_schema',
    effort: isEffort(effort) ? effort : null,
  })
}

const senders: ReadonlyMap<unknown, From> = new Map<unknown, From>([
  ['user', 'user'],
  ['tool', 'tool'],
  ['function', 'tool'],
  ['system', 'system'],
  ['developer', 'system'],
])

function turnOf(entry: unknown): Turn {
  const message = asRecord(entry)
  const from = senders.get(message?.role) ?? 'model'
  // What a tool answered is no person's word.
  return { from, content: from === 'tool' ? null : message?.content }
}
