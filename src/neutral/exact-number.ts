/**
 * Numbers of JSON that a JavaScript number can't hold: an id of 64 bits, 1e400, -0, more digits than 17. Whoever writes JSON again
 * reads it here: such a number stays what was written, and `JSON.stringify` writes its digits back. All others are plain numbers.
 */

export class ExactNumber {
  /** A number as JSON has it. */
  readonly source: string

  constructor(source: string) {
    this.source = source
  }

  /** A text would get quotes: only JSON's own raw value is written as it is. */
  toJSON(): unknown {
    return raw.rawJSON(this.source)
  }

  toString(): string {
    return this.source
  }
}

interface Raw {
  rawJSON(text: string): unknown
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
}

/** TypeScript's library does not know these yet (tc39.es/proposal-json-parse-with-source). */
const raw = JSON as unknown as Raw

/**
 * @throws SyntaxError for what is no JSON; RangeError for what may hold such a number and is nested thousands of levels deep,
 * where it can't be kept.
 */
export const parseExactly = (text: string): unknown =>
  mayHoldExact(text)
    ? raw.parse(text, (_, value, { source }) =>
        typeof value === 'number' && source !== undefined ? heldIn(source, value) : value,
      )
    : JSON.parse(text)

/** Up to 15 digits are always held; 16 characters with a point among them may have no more. */
const manyDigits = /\b\d[\d.]{15}/
/** Two digits of an exponent lead neither to infinity nor to 0. With what may follow a number, since hashes hold many of these. */
const longExponent = /\d[eE][+-]?\d{3,}(?:[\s,}\]]|$)/
/** Neither -0.5 nor the `-05` of a date. */
const negativeZero = /-0(?:[\s,}\]]|\.0|[eE][\d+-]|$)/

/**
 * Whether a text may hold a number that can't be held; never false where it does. What only looks like one, in a string, costs a
 * slow parse. Three patterns, since one with alternatives takes twice the time of all of them: half a millisecond for each MB.
 */
export const mayHoldExact = (text: string): boolean =>
  manyDigits.test(text) || longExponent.test(text) || negativeZero.test(text)

/** The number that a text says; as it is written there where that is another one than what would be written again. */
export function readNumber(text: string): number | ExactNumber {
  const value = Number(text)
  return decimalOf(text) === '' ? value : heldIn(text, value)
}

function heldIn(source: string, value: number): number | ExactNumber {
  const written = JSON.stringify(value)
  if (written === source) return value
  return decimalOf(written) === decimalOf(source) ? value : new ExactNumber(source)
}

/** As JSON has it. */
const parts = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** The same text for the same number, however it is written: 1.10, 11e-1 and 1.1. '' for what is none. */
function decimalOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? []
  const digits = whole + fraction
  let first = 0
  while (digits[first] === '0') first++
  let end = digits.length
  while (end > first && digits[end - 1] === '0') end--
  if (first === end) return digits === '' ? '' : `${sign}0`
  return `${sign}${digits.slice(first, end)}e${Number(exponent) - fraction.length + digits.length - end}`
}

export const isExact = (value: unknown): value is ExactNumber => value instanceof ExactNumber

/** Any number of parsed JSON. */
export const isNumber = (value: unknown): value is number | ExactNumber => typeof value === 'number' || isExact(value)

/**
 * The number for whoever reckons with it: a fraction by its first 17 digits, as everybody reads it.
 * @returns null for what is none, and for one that would be another: too large, or a whole one of too many digits.
 */
export function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (!isExact(value)) return null
  const near = Number(value.source)
  return Number.isFinite(near) && (!Number.isInteger(near) || Number.isSafeInteger(near)) ? near : null
}
