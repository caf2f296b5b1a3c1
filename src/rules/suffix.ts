/** `:cost`, `:fast` and `:quality` behind a model's name: what they are cut from, and how they rank its alternatives. */
import type { AlternativeKind } from '../neutral/alternative.ts'
import type { ModelRef, TaskType } from '../neutral/model.ts'
import type { RouteWorld, Signals } from './route-facts.ts'

export type Suffix = 'cost' | 'fast' | 'quality'

export interface Suffixed {
  readonly base: string
  readonly suffix: Suffix
}

const shape = /^(.+):(cost|fast|quality)$/i

/**
 * A tag of a local model (`llama3.2:3b`) is none, nor is a name that somebody lists whole.
 * @returns null where the name is to be taken as it is.
 */
export function splitSuffix(name: string, isKnown: (name: string) => boolean): Suffixed | null {
  if (!name.includes(':')) return null
  const [, base, suffix] = shape.exec(name) ?? []
  if (base === undefined || suffix === undefined || isKnown(name) || !isKnown(base)) return null
  return { base, suffix: suffix.toLowerCase() as Suffix }
}

/** A model of the pool that a suffix chooses from. */
export interface Pooled {
  readonly ref: ModelRef
  /** `base`: what the caller named. */
  readonly kind: AlternativeKind | 'base'
  /** Of this request; null where it has no known price. */
  readonly costNanoUsd: number | null
}

export interface Ranked extends Pooled {
  readonly why: string
}

/** Another maker's model is no alternative that somebody who named this one has in mind. */
export const isInPool = (kind: AlternativeKind): boolean => kind !== 'peer'

export function rankPool(
  suffix: Suffix,
  pool: readonly Pooled[],
  task: TaskType,
  world: RouteWorld,
): readonly Ranked[] {
  const seen = pool.map((one, place) => ({ ...one, place, signals: world.signals(one.ref, task) }))
  switch (suffix) {
    case 'cost':
      return ranked(seen, priceOfSuccess, (one) => `:cost: ${costWords(one)}`)
    case 'quality':
      return ranked(seen, (one) => (isPoor(one.signals) ? 10 : 0) - height[one.kind], qualityWords)
    case 'fast':
      return rankBySpeed(seen)
  }
}

interface Seen extends Pooled {
  readonly place: number
  readonly signals: Signals | null
}

/** Lower goes first; among equals the pool's own order. */
function ranked(seen: readonly Seen[], key: (one: Seen) => number, why: (one: Seen) => string): readonly Ranked[] {
  return seen
    .toSorted((a, b) => compare(key(a), key(b)) || a.place - b.place)
    .map((one) => ({ ref: one.ref, kind: one.kind, costNanoUsd: one.costNanoUsd, why: why(one) }))
}

/** Infinity is nothing to subtract from itself. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

/** Fewer say nothing. */
export const enoughAnswers = 20

export const isTold = (signals: Signals | null): signals is Signals =>
  signals !== null && signals.answers >= enoughAnswers

const poorShare = 0.25
/** One answer in four is no good. */
export const isPoor = (signals: Signals | null): boolean => isTold(signals) && signals.badShare >= poorShare

/** A bad answer is paid for, and so is the next try: what it takes until one is good. Never more than ten tries. */
const priceOfSuccess = ({ costNanoUsd, signals }: Seen): number =>
  costNanoUsd === null ? Infinity : costNanoUsd / (isTold(signals) ? Math.max(1 - signals.badShare, 0.1) : 1)

const costWords = ({ costNanoUsd }: Seen): string =>
  costNanoUsd === null ? 'no known price' : `about $${(costNanoUsd / 1_000_000_000).toFixed(6)}`

/** A newer one of the same tier is better than the base, the tier above better than both. */
const height: Readonly<Record<Pooled['kind'], number>> = {
  higher: 3,
  'same-tier': 2,
  base: 1,
  'same-model': 1,
  peer: 0,
  lower: 0,
}

const qualityWords = (one: Seen): string =>
  isPoor(one.signals) ? ':quality: at least one of its answers in four was no good' : `:quality: ${kindWords[one.kind]}`

export const kindWords: Readonly<Record<Pooled['kind'], string>> = {
  base: 'the model itself',
  'same-model': 'the same model at another provider',
  'same-tier': 'a newer one of its tier',
  lower: 'the tier below',
  higher: 'the tier above',
  peer: "another maker's of that tier",
}

/** Smaller models are faster, as long as nobody has measured. */
const size: Readonly<Record<Pooled['kind'], number>> = {
  lower: 0,
  base: 1,
  'same-model': 1,
  'same-tier': 1,
  peer: 1,
  higher: 2,
}

/** One measured time has nothing to be compared with: the model in use would always win. */
function rankBySpeed(seen: readonly Seen[]): readonly Ranked[] {
  const timeOf = ({ signals }: Seen): number => (isTold(signals) ? (signals.p50Ms ?? Infinity) : Infinity)
  const measured = seen.filter((one) => timeOf(one) < Infinity)
  if (measured.length < 2)
    return ranked(
      seen,
      ({ kind }) => size[kind],
      ({ kind }) => `:fast: ${kindWords[kind]}`,
    )
  return ranked(seen, timeOf, (one) =>
    timeOf(one) < Infinity ? `:fast: half of its answers took ${timeOf(one)} ms at most` : ':fast: not measured yet',
  )
}
