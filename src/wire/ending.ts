/** Where a conversation stands: a short hash of how its last message ends, so that the same request is known when it comes again. */
import { asRecord } from './fields.ts'

/** Enough to tell two messages apart; more would cost more and tell no more. */
const enough = 500

/** Deeper than any message goes. */
const maxDepth = 6

/**
 * @param message The last message, or a part of it.
 * @param fields Where the dialect keeps text, or what holds it; of several the first that is there.
 * @returns '' where it ends in no text. Text is hashed, not kept: it would hold on to the whole message.
 */
export function endingOf(message: unknown, fields: readonly string[]): string {
  const text = lastText(message, fields, 0)
  return text === '' ? '' : Bun.hash.xxHash64(text.slice(-enough)).toString(36)
}

function lastText(value: unknown, fields: readonly string[], depth: number): string {
  if (typeof value === 'string') return value
  if (depth > maxDepth) return ''
  if (Array.isArray(value)) return lastText(value.at(-1), fields, depth + 1)
  const record = asRecord(value)
  if (record === null) return ''
  for (const field of fields) if (record[field] !== undefined) return lastText(record[field], fields, depth + 1)
  return ''
}
