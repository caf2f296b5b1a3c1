/** Past requests with their attempts, and what they cost at the prices of now. */
import type { Database } from 'bun:sqlite'
import { costOfAttempts } from '../neutral/attempt-cost.ts'
import type { Cost, CostStatus } from '../neutral/record.ts'
import { billColumns, type BillRow, costNow, type PriceOf, type RepriceQuestion } from './reprice-question.ts'

export interface RowFilter {
  /** Start of the requests, Unix ms, inclusive. */
  readonly sinceMs: number
  /** Exclusive. */
  readonly untilMs: number
  /** Who answered, or was paid for an attempt. */
  readonly provider?: string
  /** The routed model, else the requested one; or that of an attempt. */
  readonly model?: string
  readonly onlyUnpriced?: boolean
}

export interface RequestRow extends BillRow {
  readonly seq: number
  readonly started_ms: number
  /** What the roll-ups call it. */
  readonly model: string
  readonly agent: string
  readonly session_id: string | null
  readonly cost_status: CostStatus
  readonly baseline_model: string | null
  readonly baseline_nano_usd: number | null
  readonly prompt_cache_saved_nano_usd: number | null
}

export interface AttemptRow extends BillRow {
  readonly request_seq: number
  readonly number: number
}

export interface PastRequest {
  readonly row: RequestRow
  /** None where there was one only. */
  readonly attempts: readonly AttemptRow[]
}

// Rows without usage have nothing to price, and the raw paths are not priced by tokens. A reply of an older release that billed a
// second model (its lines name it: `model: input`) keeps its cost: of that model's usage the row tells nothing.
const selectRows = `SELECT seq, started_ms, routed_model, coalesce(routed_model, requested_model, '') AS model,
  coalesce(agent, '') AS agent, session_id, baseline_model, baseline_nano_usd, prompt_cache_saved_nano_usd, ${billColumns}
FROM requests
WHERE seq > $after AND seq <= $last AND started_ms >= $since AND started_ms < $until AND cost_status <> 'none'
  AND endpoint <> 'raw' AND provider IS NOT NULL AND coalesce(routed_model, served_model) IS NOT NULL
  AND (input_tokens IS NOT NULL
    OR EXISTS (SELECT 1 FROM attempt_rows AS one WHERE one.request_seq = seq AND one.input_tokens IS NOT NULL))
  AND (usage_inferred IS NOT NULL OR coalesce(cost_lines, '') NOT LIKE '%: %' OR NOT EXISTS (
    SELECT 1 FROM json_each(cost_lines) AS line WHERE line.value ->> 'quantity' > 0
      AND line.value ->> 'kind' LIKE '%: %' AND line.value ->> 'kind' NOT LIKE 'attempt %'))
  AND (($provider IS NULL OR provider = $provider)
      AND ($model IS NULL OR coalesce(routed_model, requested_model, '') = $model)
    OR EXISTS (SELECT 1 FROM attempt_rows AS one WHERE one.request_seq = seq AND one.billing IS NOT NULL
      AND ($provider IS NULL OR one.provider = $provider) AND ($model IS NULL OR one.model = $model)))
  AND ($onlyUnpriced = 0 OR cost_status = 'unpriced')
ORDER BY seq LIMIT $limit`

const selectAttempts = `SELECT request_seq, number, model AS routed_model, ${billColumns}
FROM attempt_rows WHERE request_seq BETWEEN ? AND ? ORDER BY request_seq, number`

/** @param after Number of the row before the first; `last` of the last that may come. */
export function readPastRequests(
  database: Database,
  filter: RowFilter,
  { after, last, limit }: { readonly after: number; readonly last: number; readonly limit: number },
): PastRequest[] {
  const { sinceMs, untilMs, provider = null, model = null, onlyUnpriced = false } = filter
  const rows = database.query<RequestRow, [Record<string, string | number | null>]>(selectRows).all({
    $after: after,
    $last: last,
    $since: sinceMs,
    $until: untilMs,
    $provider: provider,
    $model: model,
    $onlyUnpriced: onlyUnpriced ? 1 : 0,
    $limit: limit,
  })
  const attempts = database
    .query<AttemptRow, [number, number]>(selectAttempts)
    .all(rows.at(0)?.seq ?? 0, rows.at(-1)?.seq ?? -1)
  const bySeq = Map.groupBy(attempts, (attempt) => attempt.request_seq)
  return rows.map((row) => ({ row, attempts: bySeq.get(row.seq) ?? [] }))
}

/** An attempt with what it costs now. */
export interface AttemptNow {
  readonly attempt: AttemptRow
  readonly costStatus: CostStatus
  readonly costNanoUsd: number | null
}

export interface RequestNow {
  /** Of all attempts. */
  readonly cost: Cost
  readonly attempts: readonly AttemptNow[]
  /** What the last attempt was asked about; null where it used nothing. */
  readonly question: RepriceQuestion | null
}

/** An attempt that can't be priced, or does not tell by what it was paid, keeps what it cost. */
export function priceNow({ row, attempts }: PastRequest, priceOf: PriceOf): RequestNow {
  const earlier = attempts
    .slice(0, -1)
    .map((attempt) =>
      withCost(attempt, attempt.billing === null ? undefined : costNow(attempt, row.started_ms, priceOf)?.cost),
    )
  const lastAttempt = attempts.at(-1)
  const now = costNow(lastAttempt?.billing == null ? row : lastAttempt, row.started_ms, priceOf)
  const last = now?.cost ?? keptCost(lastAttempt ?? row)
  return {
    cost: costOfAttempts(
      last,
      earlier.map(({ attempt: { number, provider, routed_model: model, outcome }, costStatus, costNanoUsd }) => ({
        number,
        provider,
        model,
        outcome,
        costStatus,
        costNanoUsd,
      })),
    ),
    attempts: lastAttempt === undefined ? [] : [...earlier, withCost(lastAttempt, last)],
    question: now?.question ?? null,
  }
}

function withCost(attempt: AttemptRow, cost: Cost | undefined): AttemptNow {
  const { status, nanoUsd } = cost === undefined || cost.nanoUsd === null ? keptCost(attempt) : cost
  return { attempt, costStatus: status, costNanoUsd: nanoUsd }
}

/** What an older release did not note: one that was ended in the middle was counted by us. */
function keptCost({ cost_status, cost_nano_usd, outcome }: BillRow): Cost {
  const known = outcome === 'complete' ? 'priced' : 'estimated'
  const status = cost_status ?? (cost_nano_usd === null ? 'unpriced' : known)
  return { status, nanoUsd: cost_nano_usd, priceId: null, priceSource: null, priceDate: null, lines: [] }
}

export const hasMoved = ({ attempt, costStatus, costNanoUsd }: AttemptNow): boolean =>
  costNanoUsd !== attempt.cost_nano_usd || (attempt.cost_status !== null && costStatus !== attempt.cost_status)
