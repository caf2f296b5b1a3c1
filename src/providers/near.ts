/** The names nearest to one that is not known: for a 404, never on the way of a request that goes through. Pure. */

const longestName = 100

/**
 * @param candidates A few thousand at most; repetitions do no harm.
 * @returns Up to `limit` candidates, nearest first: a slip or a few, or one name the beginning of the other.
 */
export function nearestNames(name: string, candidates: Iterable<string>, limit: number): readonly string[] {
  const wanted = plainForm(name.slice(0, longestName))
  if (wanted === '') return []
  const farthest = Math.max(2, Math.floor(wanted.length * 0.3))
  const ranked: { candidate: string; distance: number }[] = []
  for (const candidate of new Set(candidates)) {
    const plain = plainForm(candidate.slice(0, longestName))
    const distance = isBeginning(wanted, plain)
      ? 1 + Math.abs(wanted.length - plain.length) / 100
      : editDistance(wanted, plain, farthest)
    if (distance <= farthest) ranked.push({ candidate, distance })
  }
  ranked.sort(
    (a, b) =>
      a.distance - b.distance || a.candidate.length - b.candidate.length || (a.candidate < b.candidate ? -1 : 1),
  )
  return ranked.slice(0, limit).map(({ candidate }) => candidate)
}

/** Case and separators are where people slip most: `Claude Sonnet 4.5` is `claude-sonnet-4-5`. */
const plainForm = (name: string): string => name.toLowerCase().replace(/[-_.:\s]/g, '')

const isBeginning = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a))

/** Levenshtein's distance, or `farthest + 1` as soon as it is certain to be more than `farthest`. */
function editDistance(from: string, to: string, farthest: number): number {
  if (Math.abs(from.length - to.length) > farthest) return farthest + 1
  let above = Uint8Array.from({ length: to.length + 1 }, (_, column) => column)
  let current = new Uint8Array(to.length + 1)
  for (let row = 1; row <= from.length; row++) {
    current[0] = row
    let least = row
    for (let column = 1; column <= to.length; column++) {
      const same = from.charCodeAt(row - 1) === to.charCodeAt(column - 1)
      const steps = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      )
      current[column] = steps
      if (steps < least) least = steps
    }
    if (least > farthest) return farthest + 1
    ;[above, current] = [current, above]
  }
  return above[to.length] ?? 0
}
