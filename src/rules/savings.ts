/**
 * What was saved, and against what: by routing, by the provider's prompt cache, by our response cache. Three figures of three
 * causes, each against an alternative of its own; nothing here adds one to another.
 */
import type { Billing, ModelRef } from '../neutral/model.ts'
import type { CacheUse, CostStatus } from '../neutral/record.ts'
import type { Standing } from '../neutral/standing.ts'
import { standardTerms, totalInputTokens, type PriceTerms, type Usage } from '../neutral/usage.ts'

/** What was used where, on which terms; what a price is asked with. */
export interface Used extends ModelRef {
  /** What the answer calls the model; absent or null where it does not. */
  readonly served?: string | null
  readonly usage: Usage
  readonly terms: PriceTerms
  readonly billing: Billing
  /** Unix ms. */
  readonly atMs: number
  readonly isEstimated: boolean
}

/** Integer nano-USD; null where no price is known. */
type PriceOf = (used: Used) => { readonly nanoUsd: number | null }

export interface BaselineSettings {
  /** What requests to an alias are compared with. */
  readonly baselineModel: string
  /** The user's own aliases; `rp:*` and `relayplane:*` are aliases without being in it. */
  readonly aliases: Readonly<Record<string, string>>
}

/**
 * The name of the model that would have answered without routing.
 * @param requested As the caller wrote it, without `:cost`, `:fast` or `:quality`.
 */
export function baselineOf(requested: string | null, { baselineModel, aliases }: BaselineSettings): string | null {
  if (requested === null) return null
  return /^(rp|relayplane):/i.test(requested) || Object.hasOwn(aliases, requested) ? baselineModel : requested
}

/** What the baseline takes for the same tokens. @returns Integer nano-USD; null where it has no price. */
export function baselineCost(served: Used, baseline: ModelRef, priceOf: PriceOf): number | null {
  const isSameProvider = baseline.provider === served.provider
  // What was asked for is priced as what answered to it: a model saves nothing against itself.
  const isItself = isSameProvider && baseline.model === served.model
  return priceOf({
    ...served,
    ...baseline,
    served: isItself ? (served.served ?? null) : null,
    // One provider's tier means nothing at another, and a model of this machine is free while its baseline is not.
    terms: isSameProvider ? served.terms : standardTerms,
    billing: !isSameProvider && served.billing === 'local' ? 'metered' : served.billing,
  }).nanoUsd
}

/**
 * What the same request takes at the same model with nothing read from or written to a prompt cache, less what it took.
 * @returns Integer nano-USD, negative where writes cost more than reads saved; null where no cache took part or no price is known.
 */
export function promptCacheSavings(served: Used, priceOf: PriceOf): number | null {
  if (totalInputTokens(served.usage) === served.usage.inputTokens) return null
  const plain = priceOf({ ...served, usage: uncached(served.usage) }).nanoUsd
  const actual = priceOf(served).nanoUsd
  return plain === null || actual === null ? null : plain - actual
}

export interface SavingsStamp {
  readonly baselineNanoUsd: number | null
  readonly promptCacheSavedNanoUsd: number | null
}

/** What a request's row keeps, to tell its savings from. @param baseline Null where there is none. */
export const stampSavings = (served: Used, baseline: ModelRef | null, priceOf: PriceOf): SavingsStamp => ({
  baselineNanoUsd: baseline === null ? null : baselineCost(served, baseline, priceOf),
  promptCacheSavedNanoUsd: promptCacheSavings(served, priceOf),
})

const uncached = (usage: Usage): Usage => ({
  ...usage,
  inputTokens: totalInputTokens(usage),
  audioInputTokens: usage.audioInputTokens + usage.cacheReadAudioTokens,
  cacheReadTokens: 0,
  cacheReadAudioTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
})

export interface Compared {
  readonly route: string | null
  readonly isAutomated: boolean
  readonly cache: CacheUse | null
  readonly costStatus: CostStatus
  /** Of all attempts. */
  readonly costNanoUsd: number | null
  readonly baselineNanoUsd: number | null
}

/** Null: it came to no decision. `src/store/savings-rows.ts` says the same in SQL; a test holds them together. */
export function standingOf(one: Compared): Standing | null {
  if (one.cache === 'hit') return 'cached'
  if (one.route === null) return null
  if (one.isAutomated) return 'automated'
  if (one.route === 'passthrough') return 'passthrough'
  if (one.costStatus === 'none') return 'unbilled'
  return one.costNanoUsd === null || one.baselineNanoUsd === null ? 'unpriced' : 'compared'
}

/** Integer nano-USD, negative where routing cost more. */
export const routingSavings = (one: Compared): number =>
  standingOf(one) === 'compared' ? (one.baselineNanoUsd ?? 0) - (one.costNanoUsd ?? 0) : 0
