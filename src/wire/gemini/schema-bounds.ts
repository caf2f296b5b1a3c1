/** Bounds of a schema, reckoned with as they are written: those of 64 bits are more than a JavaScript number holds. */
import { isNumber, readNumber, type ExactNumber } from '../../neutral/exact-number.ts'

export type Bound = number | ExactNumber

/** The bound that many further; one that is not whole stays where it is when its digits are more than a number holds. */
export function moved(bound: Bound, by: -1 | 0 | 1): Bound {
  const whole = wholeOf(bound)
  if (whole !== null) return readNumber(String(whole + BigInt(by)))
  return typeof bound === 'number' ? bound + by : bound
}

/** @param other Another bound, if it is one. */
export const larger = (bound: Bound, other: unknown): Bound => (isNumber(other) && isLess(bound, other) ? other : bound)

export const smaller = (bound: Bound, other: unknown): Bound =>
  isNumber(other) && isLess(other, bound) ? other : bound

function isLess(one: Bound, other: Bound): boolean {
  const [a, b] = [wholeOf(one), wholeOf(other)]
  return a === null || b === null ? Number(String(one)) < Number(String(other)) : a < b
}

function wholeOf(bound: Bound): bigint | null {
  const written = String(bound)
  return /^-?\d+$/.test(written) ? BigInt(written) : null
}
