/** A past request as the question that its price was the answer to. */
import type { Billing } from '../neutral/model.ts'
import type { CostStatus, Outcome } from '../neutral/record.ts'
import { noUsage, type PriceTerms, type Usage } from '../neutral/usage.ts'

export interface RepriceQuestion {
  readonly provider: string
  readonly model: string
  /** What the answer called it; absent where that is not asked for. */
  readonly served?: string | null
  readonly usage: Usage
  readonly terms: PriceTerms
  readonly billing: Billing
  readonly atMs: number
  readonly isEstimated: boolean
}

export interface UsageColumns {
  readonly input_tokens: number
  readonly cache_read_tokens: number | null
  readonly cache_write_5m_tokens: number | null
  readonly cache_write_1h_tokens: number | null
  readonly output_tokens: number | null
  readonly reasoning_tokens: number | null
  readonly audio_input_tokens: number | null
  readonly cache_read_audio_tokens: number | null
  readonly audio_output_tokens: number | null
  readonly image_output_tokens: number | null
  readonly web_searches: number | null
}

/** What of a row says what it was asked on. */
interface AskedColumns extends UsageColumns {
  readonly started_ms: number
  readonly outcome: Outcome
  readonly provider: string
  readonly routed_model: string | null
  readonly billing: Billing | null
  readonly service_tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly cost_status: CostStatus
}

export const questionOf = (row: AskedColumns): RepriceQuestion => ({
  provider: row.provider,
  model: row.routed_model ?? '',
  usage: usageOf(row),
  terms: { serviceTier: row.service_tier, speed: row.speed, region: row.region },
  billing: row.billing ?? 'metered',
  atMs: row.started_ms,
  // An unpriced row does not say whether its usage was inferred; that of a request that was cut off was.
  isEstimated: row.cost_status === 'estimated' || (row.cost_status === 'unpriced' && row.outcome !== 'complete'),
})

/** What the rows of attempts do not keep. */
export const absent = {
  reasoning_tokens: null,
  audio_input_tokens: null,
  cache_read_audio_tokens: null,
  audio_output_tokens: null,
  image_output_tokens: null,
  web_searches: null,
}

export const usageOf = (row: UsageColumns): Usage => ({
  ...noUsage,
  inputTokens: row.input_tokens,
  cacheReadTokens: row.cache_read_tokens ?? 0,
  cacheWrite5mTokens: row.cache_write_5m_tokens ?? 0,
  cacheWrite1hTokens: row.cache_write_1h_tokens ?? 0,
  outputTokens: row.output_tokens ?? 0,
  reasoningTokens: row.reasoning_tokens ?? 0,
  audioInputTokens: row.audio_input_tokens ?? 0,
  cacheReadAudioTokens: row.cache_read_audio_tokens ?? 0,
  audioOutputTokens: row.audio_output_tokens ?? 0,
  imageOutputTokens: row.image_output_tokens ?? 0,
  webSearches: row.web_searches ?? 0,
})
