/** How often a score is higher for one that it should be higher for: 0.5 is chance, equal scores count half. */

/** @returns null where there are not both kinds. */
export function aucOf(
  scores: Float64Array,
  isPositive: readonly boolean[],
  counts: (index: number) => boolean,
): number | null {
  const order = [...scores.keys()].filter(counts).sort((one, other) => (scores[one] ?? 0) - (scores[other] ?? 0))
  let [positives, ranks, at] = [0, 0, 0]
  while (at < order.length) {
    let end = at
    while (end < order.length && scores[order[end] ?? 0] === scores[order[at] ?? 0]) end++
    const rank = (at + 1 + end) / 2
    for (; at < end; at++) {
      if (isPositive[order[at] ?? 0] !== true) continue
      positives++
      ranks += rank
    }
  }
  const negatives = order.length - positives
  return positives === 0 || negatives === 0
    ? null
    : (ranks - (positives * (positives + 1)) / 2) / (positives * negatives)
}
