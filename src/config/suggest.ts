/** The nearest of the known words to one that is not known: for settings, commands and flags alike. */

/**
 * @returns The closest candidate, or undefined where none is near: a typing slip or two, another case, other separators, or
 * a beginning that only one candidate has.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const plain = plainForm(word)
  const farthest = plain.length < 4 ? 1 : 2
  const near = candidates
    .map((candidate) => ({ candidate, form: plainForm(candidate) }))
    .map(({ candidate, form }) => ({
      candidate,
      distance: editDistance(plain, form),
      shared: sharedStart(plain, form),
    }))
    .filter(({ distance }) => distance <= farthest)
    .toSorted((one, other) => one.distance - other.distance || other.shared - one.shared)
  if (near[0]) return near[0].candidate
  const beginning = plain.length < 3 ? [] : candidates.filter((candidate) => plainForm(candidate).startsWith(plain))
  return beginning.length === 1 ? beginning[0] : undefined
}

const plainForm = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '')

function sharedStart(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function editDistance(from: string, to: string): number {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const steps = [
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        ...(swapped ? [(before[column - 2] ?? 0) + 1] : []),
      ]
      current.push(Math.min(...steps))
    }
    before = above
    above = current
  }
  return above[to.length] ?? 0
}
