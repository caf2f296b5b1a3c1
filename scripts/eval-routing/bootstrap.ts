/** Intervals by drawing the questions again: 95 % of what samples of the same size say. */
import type { Mode } from './modes.ts'
import { openRandom } from './random.ts'

export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface Sample {
  readonly indexes: Uint32Array
}

/** Each question on its own. */
export function samplesOf(count: number, samples: number, seed: number): readonly Sample[] {
  const random = openRandom(seed)
  return Array.from({ length: samples }, () => ({
    indexes: Uint32Array.from({ length: count }, () => Math.floor(random() * count)),
  }))
}

/** Whole benchmarks: how it would be with others of their kind. */
export function groupSamplesOf(groups: readonly string[], samples: number, seed: number): readonly Sample[] | null {
  const members = Map.groupBy(groups.keys(), (index) => groups[index] ?? '')
  if (members.size < 5) return null
  const random = openRandom(seed)
  const lists = [...members.values()]
  return Array.from({ length: samples }, () => {
    const drawn = lists.map(() => lists[Math.floor(random() * lists.length)] ?? [])
    return { indexes: Uint32Array.from(drawn.flat()) }
  })
}

export function intervalOf(whole: Sample, samples: readonly Sample[], measure: (sample: Sample) => number): Interval {
  const values = Float64Array.from(samples, measure).sort()
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0
  return { value: measure(whole), low: at(0.025), high: at(0.975) }
}

export const wholeOf = (count: number): Sample => ({
  indexes: Uint32Array.from({ length: count }, (_, index) => index),
})

export function meanOf(values: Float64Array, { indexes }: Sample): number {
  let sum = 0
  for (const index of indexes) sum += values[index] ?? 0
  return sum / indexes.length
}

/** By how much a mode is right more often than a random mix of the two that spends the same. It can't spend more than the strong model alone. */
export function overMix(mode: Mode, cheap: Mode, strong: Mode, sample: Sample): number {
  const [low, high] = [meanOf(cheap.cost, sample), meanOf(strong.cost, sample)]
  const share = Math.min(1, Math.max(0, (meanOf(mode.cost, sample) - low) / (high - low)))
  const [worse, better] = [meanOf(cheap.correct, sample), meanOf(strong.correct, sample)]
  return meanOf(mode.correct, sample) - (worse + share * (better - worse))
}
