/** Values over time, stacked for drawing. Pure. */
export type Values = readonly (number | null)[]

/**
 * Running sums from the last series up to the first, so that each drawn over the one before leaves its own share visible:
 * `[[1], [2], [4]]` → `[[7], [6], [4]]`. Nulls count as nothing.
 */
export function stackUp(series: readonly Values[]): readonly (readonly number[])[] {
  const stacked: number[][] = []
  let below: readonly number[] = []
  for (const values of series.toReversed()) {
    const sums = values.map((value, index) => (value ?? 0) + (below[index] ?? 0))
    stacked.unshift(sums)
    below = sums
  }
  return stacked
}
