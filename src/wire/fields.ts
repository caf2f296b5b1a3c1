/** Reads fields out of JSON that somebody else wrote: every reader answers null or nothing for what it does not expect. */
import { isExact, numberIn, parseExactly } from '../neutral/exact-number.ts'
import type { Usage } from '../neutral/usage.ts'

export type JsonRecord = Readonly<Record<string, unknown>>

/** The value as an object with named fields; null for arrays, primitives and null. */
export const asRecord = (value: unknown): JsonRecord | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !isExact(value) ? (value as JsonRecord) : null

/** The value as a list; empty when it is none. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The value as a string; null when it is none or empty. */
export const asString = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** No request has had a thousand billion tokens; beyond it a number is noise, and sums of such stay exact. */
const maxCount = 1e12

/** The value as a count: a whole number from 0; null for anything else, so that a broken field never becomes money. */
export function asCount(value: unknown): number | null {
  const count = numberIn(value)
  return count !== null && Number.isInteger(count) && count >= 0 && count <= maxCount ? count : null
}

/** The value as a count, else 0. */
export const countOf = (value: unknown): number => asCount(value) ?? 0

/** The first of the values that is a count, else 0. */
export function firstCount(...values: readonly unknown[]): number {
  for (const value of values) {
    const count = asCount(value)
    if (count !== null) return count
  }
  return 0
}

/**
 * A provider's word for something (an error type, a finish reason, a tier): a string of a few word characters, or a number
 * written out. Sentences are not words, so that no message or prompt text slips into a record.
 */
export function asWord(value: unknown): string | null {
  const number = numberIn(value)
  if (number !== null) return Number.isFinite(number) ? String(number) : null
  return typeof value === 'string' && /^[\w.:/-]{1,80}$/.test(value) ? value : null
}

/** The parsed text, or undefined when it is no JSON. For reading facts; what is written again is read by `parseJsonExactly`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A stream may carry anything; what is no JSON holds no facts.
    return undefined
  }
}

/** The parsed text with every number as it was written, or undefined when it is no JSON. */
export function parseJsonExactly(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

/** How much of a prompt's start is enough to recognise a conversation or an agent by. */
const maxOpening = 2000

/** The start of a message's text: of a string, or of the text parts of a list, joined by newlines. */
export function openingOf(content: unknown, skips: (text: string) => boolean = () => false): string {
  if (typeof content === 'string') return skips(content) ? '' : content.slice(0, maxOpening)
  let opening = ''
  for (const part of asList(content)) {
    const text = typeof part === 'string' ? part : asString(asRecord(part)?.text)
    if (text === null || skips(text)) continue
    opening += opening === '' ? text.slice(0, maxOpening) : `\n${text.slice(0, maxOpening)}`
    if (opening.length >= maxOpening) break
  }
  return opening.slice(0, maxOpening)
}

/** The opening of the first message of these roles that has text, '' when there is none. */
export function openingByRole(messages: unknown, roles: readonly string[]): string {
  for (const entry of asList(messages)) {
    const message = asRecord(entry)
    const role = asString(message?.role)
    if (message === null || role === null || !roles.includes(role)) continue
    const opening = openingOf(message.content)
    if (opening !== '') return opening
  }
  return ''
}

type InputKinds = Pick<Usage, 'inputTokens' | 'cacheReadTokens' | 'cacheWrite5mTokens'>

/**
 * Input tokens cut into disjoint kinds, for providers that count cached ones inside their total. The total rules: OpenAI
 * has reported more cached tokens than input (community.openai.com/t/1330187), and neither may be billed twice.
 */
export function cutInput(total: number, cached: number, written: number): InputKinds {
  const cacheReadTokens = Math.min(cached, total)
  const cacheWrite5mTokens = Math.min(written, total - cacheReadTokens)
  return { inputTokens: total - cacheReadTokens - cacheWrite5mTokens, cacheReadTokens, cacheWrite5mTokens }
}
