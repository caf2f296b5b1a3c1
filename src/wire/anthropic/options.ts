/** Sampling, stop sequences and the smaller wishes of a request of another dialect, as far as the API knows them. */
import type { NeutralRequest, Sampling } from '../../neutral/request.ts'
import type { JsonRecord } from '../fields.ts'

type Drop = (name: string) => void

/** @param thinks The model thinks in this request, which leaves little room for sampling. */
export function fitSampling(sampling: Sampling, thinks: boolean, drop: Drop): JsonRecord {
  const { temperature, topP, topK, presencePenalty, frequencyPenalty, seed } = sampling
  if (seed !== null) drop('seed')
  // 0 is no penalty.
  if ((presencePenalty ?? 0) !== 0) drop('presence_penalty')
  if ((frequencyPenalty ?? 0) !== 0) drop('frequency_penalty')
  if (!thinks)
    return {
      // Other dialects go up to 2.
      ...(temperature === null ? {} : { temperature: Math.min(Math.max(temperature, 0), 1) }),
      ...(topP === null ? {} : { top_p: topP }),
      ...(topK === null ? {} : { top_k: topK }),
    }
  if (temperature !== null && temperature !== 1) drop('temperature')
  if (topK !== null) drop('top_k')
  const keepsTopP = topP !== null && topP >= 0.95 && topP < 1
  if (topP !== null && topP < 0.95) drop('top_p')
  return keepsTopP ? { top_p: topP } : {}
}

/** The API refuses a sequence of white space. */
export function fitStop(stop: readonly string[], drop: Drop): JsonRecord {
  const kept = stop.filter((text) => text.trim() !== '')
  if (kept.length < stop.length) drop('stop')
  return kept.length === 0 ? {} : { stop_sequences: kept }
}

const tiers: Readonly<Record<string, string>> = { auto: 'auto', priority: 'auto', default: 'standard_only' }

/** @returns null for a tier that the dialect does not have. */
export const tierOf = (serviceTier: string | null): string | null =>
  serviceTier === null ? null : (tiers[serviceTier] ?? null)

/** Names the wishes that there is no field for. */
export function fitOptions({ options }: NeutralRequest, drop: Drop): void {
  const { verbosity, serviceTier, cacheKey, userId, metadata, store, logprobs, answers } = options
  if (verbosity !== null) drop('verbosity')
  if (serviceTier !== null && tierOf(serviceTier) === null) drop('service_tier')
  // The prompt cache is found by the prompt itself.
  if (cacheKey !== null) drop('cache_key')
  if (userId !== null) drop('user')
  if (metadata !== null && Object.keys(metadata).length > 0) drop('metadata')
  // Answers are not kept for later, so that only a wish for it is lost.
  if (store === true) drop('store')
  if (logprobs !== null) drop('logprobs')
  if ((answers ?? 1) > 1) drop('n')
}
