/** The last values of a series, and where so many of a hundred of them lie below. */
export interface Ring {
  count(): number
  add(value: number): void
  /**
   * A value that the next one stays below with this probability, if it is like those before. The rank is that of the next
   * value among all, itself included: so few values as nine have a 90 % point, which is the highest of them.
   * @param part Above 0, at most 1. @returns 0 where there is no value.
   */
  quantile(part: number): number
  /** 0 where there is no value. */
  greatest(): number
}

export function openRing(length: number): Ring {
  const values: number[] = []
  /** The same, in order: it is asked as often as it is added to. */
  const sorted: number[] = []
  let oldest = 0
  return {
    count: () => values.length,
    add(value) {
      if (values.length < length) values.push(value)
      else {
        sorted.splice(placeOf(sorted, values[oldest] ?? 0), 1)
        values[oldest] = value
        oldest = (oldest + 1) % length
      }
      sorted.splice(placeOf(sorted, value), 0, value)
    },
    quantile(part) {
      const rank = Math.ceil(part * (sorted.length + 1))
      return sorted[Math.min(rank, sorted.length) - 1] ?? 0
    },
    greatest: () => sorted.at(-1) ?? 0,
  }
}

/** The first place whose value is not smaller. */
function placeOf(sorted: readonly number[], value: number): number {
  let from = 0
  let until = sorted.length
  while (from < until) {
    const middle = (from + until) >>> 1
    if ((sorted[middle] ?? 0) < value) from = middle + 1
    else until = middle
  }
  return from
}
