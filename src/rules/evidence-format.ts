/** Whether an answer has the form that the request asked for: JSON, or JSON of a schema. */
import { parseExactly } from '../neutral/exact-number.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import type { NeutralRequest } from '../neutral/request.ts'
import { misfit } from './evidence-schema.ts'

export function misfitFormat({ parts, finish }: NeutralReply, { format }: NeutralRequest): string | null {
  // One that ended otherwise was not done: its form is not what is wrong with it.
  if (format === null || finish.kind !== 'stop') return null
  const texts = parts.flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : []))
  if (texts.length === 0) return null
  let value: unknown
  try {
    value = parseExactly(texts.join(''))
  } catch {
    return 'The answer is not the JSON that was asked for.'
  }
  const where = format.kind === 'schema' ? misfit(format.schema, value) : null
  return where === null ? null : `The answer does not fit the schema that was asked for: ${where}.`
}
