/** A past request, or one of its attempts, as the question that its price was the answer to. */
import { addCost } from '../neutral/attempt-cost.ts'
import type { Billing } from '../neutral/model.ts'
import type { Cost, CostStatus, Outcome } from '../neutral/record.ts'
import { type ModelUsage, noUsage, type PriceTerms, type Usage } from '../neutral/usage.ts'
import { paidByColumns } from './request-row.ts'

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

export type PriceOf = (question: RepriceQuestion) => Cost

/** What `requests` and `attempt_rows` both tell of what was paid. Of attempts of older releases most of it is missing. */
export interface BillRow {
  readonly provider: string
  readonly routed_model: string | null
  readonly served_model: string | null
  readonly billing: Billing | null
  readonly outcome: Outcome
  readonly input_tokens: number | null
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
  readonly usage_inferred: number | null
  readonly also_billed: string | null
  readonly service_tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly cost_status: CostStatus | null
  readonly cost_nano_usd: number | null
}

export const billColumns = `provider, served_model, billing, outcome, ${paidByColumns.join(', ')}, cost_status, cost_nano_usd`

export interface Answer {
  readonly question: RepriceQuestion
  readonly cost: Cost
}

/** @param atMs When its request arrived. @returns Null where nothing was billed by tokens. */
export function costNow(bill: BillRow, atMs: number, priceOf: PriceOf): Answer | null {
  if (bill.input_tokens === null || bill.cost_status === 'none') return null
  const { routed_model, served_model } = bill
  if (routed_model === null && served_model === null) return null
  const asked = { ...questionOf(bill, bill.input_tokens), atMs }
  const question = { ...asked, model: routed_model ?? '', served: served_model }
  const main = priceOf(question)
  const others = alsoBilled(bill).map((one) => ({ model: one.model, cost: priceOf({ ...asked, ...one }) }))
  return { question, cost: others.reduce(addCost, main) }
}

const questionOf = (bill: BillRow, inputTokens: number): Omit<RepriceQuestion, 'model' | 'served' | 'atMs'> => ({
  provider: bill.provider,
  usage: usageOf(bill, inputTokens),
  terms: { serviceTier: bill.service_tier, speed: bill.speed, region: bill.region },
  billing: bill.billing ?? 'metered',
  isEstimated: bill.cost_status === 'estimated' || isInferred(bill),
})

/** A row of an older release does not say whether its usage was inferred; that of a request that was cut off was. */
const isInferred = ({ usage_inferred, cost_status, outcome }: BillRow): boolean =>
  usage_inferred === null ? cost_status === 'unpriced' && outcome !== 'complete' : usage_inferred === 1

// Written by ourselves, from the same type.
const alsoBilled = (bill: BillRow): readonly ModelUsage[] =>
  bill.also_billed === null ? [] : (JSON.parse(bill.also_billed) as readonly ModelUsage[])

const usageOf = (row: BillRow, inputTokens: number): Usage => ({
  ...noUsage,
  inputTokens,
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
