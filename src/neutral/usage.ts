/**
 * Tokens and other billable units of one upstream attempt, normalised.
 *
 * The four input kinds are disjoint: a price multiplies, it never subtracts. A provider that reports cached tokens inside
 * its input (OpenAI, Gemini) has them taken out by its dialect's reader.
 */
export interface Usage {
  /** Uncached input tokens, text, image and audio together. */
  readonly inputTokens: number
  readonly cacheReadTokens: number
  /** Cache writes that live five minutes; also those whose lifetime the provider does not say. */
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  /** All output tokens, reasoning and audio included. */
  readonly outputTokens: number
  /** Of `outputTokens`. */
  readonly reasoningTokens: number
  /** Of `inputTokens` (uncached). */
  readonly audioInputTokens: number
  /** Of `cacheReadTokens`. */
  readonly cacheReadAudioTokens: number
  /** Of `outputTokens`. */
  readonly audioOutputTokens: number
  /** Of `outputTokens`: tokens of generated images. */
  readonly imageOutputTokens: number
  /** Server-side web searches, billed by the call. */
  readonly webSearches: number
}

export const noUsage: Usage = Object.freeze({
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  audioInputTokens: 0,
  cacheReadAudioTokens: 0,
  audioOutputTokens: 0,
  imageOutputTokens: 0,
  webSearches: 0,
})

/** Usage of one model, named as the provider names it. */
export interface ModelUsage {
  readonly model: string
  readonly usage: Usage
}

/** What changes the price beside the token counts, as the reply (or, failing that, the request) says it. */
export interface PriceTerms {
  /** The provider's word: `default`, `standard`, `priority`, `flex`, `batch`, … */
  readonly serviceTier: string | null
  /** Anthropic's `speed` (`fast`), else null. */
  readonly speed: string | null
  /** Anthropic's `inference_geo` and the like (`us`), else null. */
  readonly region: string | null
}

export const standardTerms: PriceTerms = Object.freeze({ serviceTier: null, speed: null, region: null })

/** Everything the model had to read: uncached, cache reads and cache writes. */
export const totalInputTokens = (usage: Usage): number =>
  usage.inputTokens + usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens

/** A report of zeros alone. */
export const countsNothing = (usage: Usage): boolean => totalInputTokens(usage) + usage.outputTokens === 0

/** Two usages billed at the same prices, as one. */
export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWrite5mTokens: a.cacheWrite5mTokens + b.cacheWrite5mTokens,
  cacheWrite1hTokens: a.cacheWrite1hTokens + b.cacheWrite1hTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  audioInputTokens: a.audioInputTokens + b.audioInputTokens,
  cacheReadAudioTokens: a.cacheReadAudioTokens + b.cacheReadAudioTokens,
  audioOutputTokens: a.audioOutputTokens + b.audioOutputTokens,
  imageOutputTokens: a.imageOutputTokens + b.imageOutputTokens,
  webSearches: a.webSearches + b.webSearches,
})
