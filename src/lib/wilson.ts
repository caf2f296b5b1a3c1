/** Between which shares the true one lies, as far as so many cases can tell: Wilson's score interval, which holds for few cases, too. */

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Standard deviations for 95 of 100, both sides. */
const z95 = 1.959964

/** @param count Of the cases; need not be whole numbers. @param z Standard deviations on each side. */
export function wilson(count: number, cases: number, z = z95): Interval {
  if (cases <= 0) return { low: 0, high: 1 }
  const share = Math.min(Math.max(count / cases, 0), 1)
  const z2 = z * z
  const middle = (share + z2 / (2 * cases)) / (1 + z2 / cases)
  const reach = (z / (1 + z2 / cases)) * Math.sqrt((share * (1 - share)) / cases + z2 / (4 * cases * cases))
  // Exact where it is exact: what never happened may never happen.
  return { low: share === 0 ? 0 : middle - reach, high: share === 1 ? 1 : middle + reach }
}
