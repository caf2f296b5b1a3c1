/** What is summed about requests, by what it is told apart, and rows read as such summands. */
import { ownNanoUsd, partsOf } from './paid-attempts.ts'

/** What requests are told apart by; absent values are ''. */
export interface Use {
  readonly provider: string
  /** The routed model, the requested one where nothing was routed. */
  readonly model: string
  readonly agent: string
  readonly billing: string
  readonly outcome: string
}

export interface Figures {
  requests: number
  /** Outcome other than complete and client_abort, or status 400 and above. */
  errors: number
  /** The provider's or the network's fault: resets, timeouts, no answer, 429 and 5xx. */
  failures: number
  inputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  outputTokens: number
  reasoningTokens: number
  costNanoUsd: number
  unpriced: number
  estimated: number
  /** Cost status `none`: refused here, count_tokens, model lists. What is in none of the three is priced. */
  unbilled: number
}

/** One request as a summand; or what one of its attempts cost, under who was paid for it: that counts as no request. */
export interface Entry extends Use, Readonly<Figures> {
  readonly seq: number
  readonly startedMs: number
  readonly firstByteMs: number | null
  /** Null of an attempt. */
  readonly durationMs: number | null
  readonly sessionId: string | null
  readonly sessionSource: string
}

/** A condition over `requests`: this request failed through no fault of the caller. */
export const isFailure = `(provider IS NOT NULL AND (outcome IN ('upstream_reset', 'timeout')
  OR (outcome = 'failed' AND status IS NULL) OR status = 429 OR status >= 500))`

/** The columns of an {@link Entry}, from `requests`; without what its attempts tell as theirs. */
export const entryColumns = `seq, started_ms AS startedMs, coalesce(provider, '') AS provider,
  coalesce(routed_model, requested_model, '') AS model, coalesce(agent, '') AS agent, coalesce(billing, '') AS billing, outcome,
  1 AS requests, (outcome NOT IN ('complete', 'client_abort') OR coalesce(status, 0) >= 400) AS errors,
  coalesce(${isFailure}, 0) AS failures, coalesce(input_tokens, 0) AS inputTokens,
  coalesce(cache_read_tokens, 0) AS cacheReadTokens,
  coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0) AS cacheWriteTokens,
  coalesce(output_tokens, 0) AS outputTokens, coalesce(reasoning_tokens, 0) AS reasoningTokens,
  ${ownNanoUsd} AS costNanoUsd, cost_status = 'unpriced' AS unpriced, cost_status = 'estimated' AS estimated,
  cost_status = 'none' AS unbilled,
  first_byte_ms AS firstByteMs, duration_ms AS durationMs, session_id AS sessionId,
  coalesce(session_source, '') AS sessionSource`

/** Agent and outcome are the request's. */
const partColumns = `seq, started_ms AS startedMs, provider, coalesce(routed_model, '') AS model, coalesce(agent, '') AS agent,
  billing, outcome, 0 AS requests, 0 AS errors, 0 AS failures, 0 AS inputTokens, 0 AS cacheReadTokens, 0 AS cacheWriteTokens,
  0 AS outputTokens, 0 AS reasoningTokens, cost_nano_usd AS costNanoUsd, 0 AS unpriced, 0 AS estimated, 0 AS unbilled,
  NULL AS firstByteMs, NULL AS durationMs, session_id AS sessionId, coalesce(session_source, '') AS sessionSource`

/** Parts alone. @param where Conditions over the columns of `requests`, by their bare names. */
export const selectParts = (source: string, where: string): string =>
  `SELECT ${partColumns} FROM ${partsOf(source)} WHERE cost_nano_usd <> 0 AND ${where}`

/**
 * Every {@link Entry}: the requests, then their parts.
 * @param source `requests`, or a join that ends in it. @param where Conditions over its columns, by their bare names.
 */
export const selectEntries = (source: string, where: string): string =>
  `SELECT ${entryColumns} FROM ${source} WHERE ${where} UNION ALL ${selectParts(source, where)}`

export const noFigures = (): Figures => ({
  requests: 0,
  errors: 0,
  failures: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: 0,
  unpriced: 0,
  estimated: 0,
  unbilled: 0,
})

export function addFigures(to: Figures, from: Readonly<Figures>): void {
  to.requests += from.requests
  to.errors += from.errors
  to.failures += from.failures
  to.inputTokens += from.inputTokens
  to.cacheReadTokens += from.cacheReadTokens
  to.cacheWriteTokens += from.cacheWriteTokens
  to.outputTokens += from.outputTokens
  to.reasoningTokens += from.reasoningTokens
  to.costNanoUsd += from.costNanoUsd
  to.unpriced += from.unpriced
  to.estimated += from.estimated
  to.unbilled += from.unbilled
}

/** A sum as a number that JSON readers take exactly; what no honest total reaches ($9 million) stays at the limit. */
export const safe = (sum: number): number => Math.min(sum, Number.MAX_SAFE_INTEGER)
