/**
 * Corrected prices applied to history: requests and their attempts get the cost that is computed now, and the roll-ups move
 * by the difference in the same transaction, so that they always equal the sum of the rows. What a price is, is told by the
 * caller. Transactions are short and pause between each other: the writer of new rows waits for them.
 */
import type { Database, Statement } from 'bun:sqlite'
import type { Billing, ModelRef } from '../neutral/model.ts'
import { costOfAttempts, type PaidAttempt } from '../neutral/attempt-cost.ts'
import type { Cost, CostStatus, Outcome } from '../neutral/record.ts'
import { type CostChange, correctCosts, foldedSeq } from './fold.ts'
import { absent, questionOf, type RepriceQuestion, usageOf, type UsageColumns } from './reprice-question.ts'
import { addSavings, gatherSavingsOf } from './savings-rows.ts'

export type { RepriceQuestion }

export interface RepriceOptions {
  /** Start of the requests, Unix ms, inclusive. */
  readonly sinceMs: number
  /** Exclusive. */
  readonly untilMs: number
  readonly provider?: string
  /** The routed model, else the requested one. */
  readonly model?: string
  readonly onlyUnpriced?: boolean
  /** Rows read at a time. */
  readonly chunk?: number
  /** Counts and sums without writing. */
  readonly dryRun?: boolean
  /** What savings are told from, computed now; they stay as they were where absent. */
  readonly savingsOf?: SavingsOf
  /** Between two transactions; two milliseconds where absent. */
  readonly pause?: () => Promise<void>
}

export interface RepriceResult {
  /** Rows that have usage and may have a price. */
  readonly examined: number
  readonly changed: number
  /** Of `changed`: had no price before. */
  readonly newlyPriced: number
  readonly stillUnpriced: number
  /** Had a price that nobody knows any more; they keep it. */
  readonly kept: number
  /** Sums over the examined rows; unpriced ones count 0. */
  readonly oldNanoUsd: number
  readonly newNanoUsd: number
}

interface Stamp {
  readonly baselineNanoUsd: number | null
  readonly promptCacheSavedNanoUsd: number | null
}

/** @param baseline Null where the row has none. */
type SavingsOf = (question: RepriceQuestion, baseline: ModelRef | null) => Stamp

interface RequestRow extends UsageColumns {
  readonly seq: number
  readonly started_ms: number
  readonly outcome: Outcome
  readonly provider: string
  readonly served_model: string | null
  readonly routed_model: string | null
  /** What the roll-ups call it. */
  readonly model: string
  readonly agent: string
  readonly billing: Billing | null
  readonly session_id: string | null
  readonly service_tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly cost_status: CostStatus
  readonly cost_nano_usd: number | null
  readonly baseline_model: string | null
  readonly baseline_nano_usd: number | null
  readonly prompt_cache_saved_nano_usd: number | null
}

interface AttemptRow {
  readonly request_seq: number
  readonly number: number
  readonly provider: string
  readonly model: string | null
  readonly started_ms: number
  readonly outcome: Outcome
  readonly input_tokens: number | null
  readonly cache_read_tokens: number | null
  readonly cache_write_5m_tokens: number | null
  readonly cache_write_1h_tokens: number | null
  readonly output_tokens: number | null
  readonly cost_nano_usd: number | null
}

/** A row with its new cost and those of its attempts. */
interface Change {
  readonly row: RequestRow
  /** Null where only attempts change. */
  readonly cost: Cost | null
  readonly attempts: readonly { readonly number: number; readonly nanoUsd: number }[]
  /** Null where they stay. */
  readonly savings: Stamp | null
}

const bounds = `SELECT min(seq) AS first, max(seq) AS last FROM requests WHERE started_ms >= ? AND started_ms < ?`

// Rows without usage have nothing to price, and the raw paths are not priced by tokens. A reply that billed a second model (its
// lines name it: `model: input`) keeps its cost: of that model's usage the row tells nothing.
const selectRows = `SELECT seq, started_ms, outcome, provider, served_model, routed_model,
  coalesce(routed_model, requested_model, '') AS model, coalesce(agent, '') AS agent, billing, session_id, input_tokens,
  cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, audio_input_tokens,
  cache_read_audio_tokens, audio_output_tokens, image_output_tokens, web_searches, service_tier, speed, region, cost_status,
  cost_nano_usd, baseline_model, baseline_nano_usd, prompt_cache_saved_nano_usd
FROM requests
WHERE seq > $after AND seq <= $last AND started_ms >= $since AND started_ms < $until AND cost_status <> 'none'
  AND endpoint <> 'raw' AND provider IS NOT NULL AND input_tokens IS NOT NULL
  AND coalesce(routed_model, served_model) IS NOT NULL AND coalesce(cost_lines, '') NOT LIKE '%: input%'
  AND ($provider IS NULL OR provider = $provider)
  AND ($model IS NULL OR coalesce(routed_model, requested_model, '') = $model)
  AND ($onlyUnpriced = 0 OR cost_status = 'unpriced')
ORDER BY seq LIMIT $limit`

const selectAttempts = `SELECT request_seq, number, provider, model, started_ms, outcome, input_tokens, cache_read_tokens,
  cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, cost_nano_usd
FROM attempt_rows WHERE request_seq BETWEEN ? AND ? ORDER BY request_seq, number`

// The old values guard against a row that changed since it was read.
const updateRequest = `UPDATE requests SET cost_status = ?, cost_nano_usd = ?, price_id = ?, price_source = ?, price_date = ?,
  cost_lines = ? WHERE seq = ? AND cost_status = ? AND cost_nano_usd IS ?`
const updateAttempt = `UPDATE attempt_rows SET cost_nano_usd = ? WHERE request_seq = ? AND number = ?`
const updateSavings = 'UPDATE requests SET baseline_nano_usd = ?, prompt_cache_saved_nano_usd = ? WHERE seq = ?'
/** So many changed rows are written in one transaction: about a millisecond. */
const rowsPerTransaction = 50

type PriceOf = (question: RepriceQuestion) => Cost

/** @param priceOf Gives the cost as it is computed now. */
export async function reprice(database: Database, priceOf: PriceOf, options: RepriceOptions): Promise<RepriceResult> {
  const { sinceMs, untilMs, chunk = 500, dryRun = false, pause = () => Bun.sleep(2) } = options
  const totals = { examined: 0, changed: 0, newlyPriced: 0, stillUnpriced: 0, kept: 0, oldNanoUsd: 0, newNanoUsd: 0 }
  const range = database
    .query<{ first: number | null; last: number | null }, [number, number]>(bounds)
    .get(sinceMs, untilMs)
  if (range === null || range.first === null || range.last === null) return totals
  const write = prepareWrite(database)
  let after = range.first - 1
  for (;;) {
    const rows = readRows(database, options, after, range.last, chunk)
    const last = rows.at(-1)
    if (last === undefined) return totals
    after = last.seq
    const changes = changesOf(rows, attemptsOf(database, rows), priceOf, totals, options.savingsOf)
    for (let from = 0; from < changes.length && !dryRun; from += rowsPerTransaction) {
      write(changes.slice(from, from + rowsPerTransaction))
      await pause()
    }
    // Questions of the dashboard are answered on the same thread.
    if (changes.length === 0 || dryRun) await pause()
  }
}

function readRows(
  database: Database,
  options: RepriceOptions,
  after: number,
  last: number,
  limit: number,
): RequestRow[] {
  const { sinceMs, untilMs, provider = null, model = null, onlyUnpriced = false } = options
  return database.query<RequestRow, [Record<string, string | number | null>]>(selectRows).all({
    $after: after,
    $last: last,
    $since: sinceMs,
    $until: untilMs,
    $provider: provider,
    $model: model,
    $onlyUnpriced: onlyUnpriced ? 1 : 0,
    $limit: limit,
  })
}

function attemptsOf(database: Database, rows: readonly RequestRow[]): Map<number, AttemptRow[]> {
  const first = rows.at(0)?.seq ?? 0
  const last = rows.at(-1)?.seq ?? -1
  const attempts = database.query<AttemptRow, [number, number]>(selectAttempts).all(first, last)
  return Map.groupBy(attempts, (attempt) => attempt.request_seq)
}

function changesOf(
  rows: readonly RequestRow[],
  attempts: ReadonlyMap<number, readonly AttemptRow[]>,
  priceOf: PriceOf,
  totals: { -readonly [K in keyof RepriceResult]: RepriceResult[K] },
  savingsOf?: SavingsOf,
): Change[] {
  const changes: Change[] = []
  for (const row of rows) {
    const own = attempts.get(row.seq) ?? []
    const { question, cost: last } = priceOfRow(row, priceOf)
    const cost = costOfAttempts(
      last,
      own.slice(0, -1).map((attempt) => paidAttempt(row, attempt, priceOf)),
    )
    const isLost = cost.nanoUsd === null && row.cost_nano_usd !== null
    const isNew = !isLost && (cost.status !== row.cost_status || cost.nanoUsd !== row.cost_nano_usd)
    const nanoUsd = isLost ? row.cost_nano_usd : cost.nanoUsd
    totals.examined += 1
    totals.kept += isLost ? 1 : 0
    totals.changed += isNew ? 1 : 0
    totals.newlyPriced += isNew && row.cost_status === 'unpriced' ? 1 : 0
    totals.stillUnpriced += nanoUsd === null ? 1 : 0
    totals.oldNanoUsd += row.cost_nano_usd ?? 0
    totals.newNanoUsd += nanoUsd ?? 0
    const ofAttempts = attemptChanges(row, isNew ? last : null, own, priceOf)
    const savings = savingsOf === undefined ? null : newStamp(row, question, savingsOf)
    if (isNew || ofAttempts.length > 0 || savings !== null)
      changes.push({ row, cost: isNew ? cost : null, attempts: ofAttempts, savings })
  }
  return changes
}

/** As it is priced now; what can't be priced keeps what it cost. */
function paidAttempt(row: RequestRow, attempt: AttemptRow, priceOf: PriceOf): PaidAttempt {
  const costNanoUsd = priceOfAttempt(row, attempt, priceOf) ?? attempt.cost_nano_usd
  const { number, provider, model, outcome } = attempt
  return { number, provider, model, outcome, costNanoUsd }
}

/** The last attempt carries the cost that its request's tokens have; others are priced by what is kept of their usage. */
function attemptChanges(row: RequestRow, cost: Cost | null, attempts: readonly AttemptRow[], priceOf: PriceOf) {
  return attempts.flatMap((attempt, index) => {
    const isAnswered = index === attempts.length - 1 && attempt.input_tokens === row.input_tokens
    const nanoUsd = isAnswered ? (cost?.nanoUsd ?? null) : priceOfAttempt(row, attempt, priceOf)
    return nanoUsd === null || nanoUsd === attempt.cost_nano_usd ? [] : [{ number: attempt.number, nanoUsd }]
  })
}

function priceOfAttempt(row: RequestRow, attempt: AttemptRow, priceOf: PriceOf): number | null {
  if (attempt.input_tokens === null || attempt.model === null) return null
  const usage = usageOf({ ...absent, ...attempt, input_tokens: attempt.input_tokens })
  return priceOf({
    ...questionOf(row),
    provider: attempt.provider,
    model: attempt.model,
    usage,
    atMs: attempt.started_ms,
  }).nanoUsd
}

function priceOfRow(row: RequestRow, priceOf: PriceOf): { readonly question: RepriceQuestion; readonly cost: Cost } {
  const question = { ...questionOf(row), served: row.served_model }
  return { question, cost: priceOf(question) }
}

/** @returns Null where it is what the row has. What has no price any more is kept. */
function newStamp(row: RequestRow, question: RepriceQuestion, savingsOf: SavingsOf): Stamp | null {
  const now = savingsOf(question, refOf(row.baseline_model))
  const baselineNanoUsd = now.baselineNanoUsd ?? row.baseline_nano_usd
  const promptCacheSavedNanoUsd = now.promptCacheSavedNanoUsd ?? row.prompt_cache_saved_nano_usd
  const isSame =
    baselineNanoUsd === row.baseline_nano_usd && promptCacheSavedNanoUsd === row.prompt_cache_saved_nano_usd
  return isSame ? null : { baselineNanoUsd, promptCacheSavedNanoUsd }
}

/** `provider/model`; a model's own id may hold slashes, a provider's does not. */
function refOf(text: string | null): ModelRef | null {
  const slash = text?.indexOf('/') ?? -1
  return text === null || slash < 1 ? null : { provider: text.slice(0, slash), model: text.slice(slash + 1) }
}

type Value = string | number | null

function prepareWrite(database: Database): (changes: readonly Change[]) => void {
  const request = database.prepare<unknown, Value[]>(updateRequest)
  const attempt = database.prepare<unknown, Value[]>(updateAttempt)
  const stamp = database.prepare<unknown, Value[]>(updateSavings)
  const run = database.transaction((changes: readonly Change[]) => {
    const corrections: CostChange[] = []
    const folded = foldedSeq(database)
    const seqs = changes.map(({ row }) => row.seq).filter((seq) => seq <= folded)
    addSavings(database, gatherSavingsOf(database, seqs), -1)
    for (const { row, cost, attempts, savings } of changes) {
      if (cost !== null && !writeCost(request, row, cost)) continue
      if (savings !== null) stamp.run(savings.baselineNanoUsd, savings.promptCacheSavedNanoUsd, row.seq)
      for (const { number, nanoUsd } of attempts) attempt.run(nanoUsd, row.seq, number)
      if (cost !== null) corrections.push(correctionOf(row, cost))
    }
    correctCosts(database, corrections)
    addSavings(database, gatherSavingsOf(database, seqs))
  })
  return (changes) => run.immediate(changes)
}

/** @returns false when the row is gone or no longer what was read. */
function writeCost(statement: Statement<unknown, Value[]>, row: RequestRow, cost: Cost): boolean {
  const { changes } = statement.run(
    cost.status,
    cost.nanoUsd,
    cost.priceId,
    cost.priceSource,
    cost.priceDate,
    cost.lines.length === 0 ? null : JSON.stringify(cost.lines),
    row.seq,
    row.cost_status,
    row.cost_nano_usd,
  )
  return changes > 0
}

function correctionOf(row: RequestRow, cost: Cost): CostChange {
  const moved = (status: CostStatus) => Number(cost.status === status) - Number(row.cost_status === status)
  return {
    seq: row.seq,
    startedMs: row.started_ms,
    provider: row.provider,
    model: row.model,
    agent: row.agent,
    billing: row.billing ?? '',
    outcome: row.outcome,
    sessionId: row.session_id,
    costNanoUsd: (cost.nanoUsd ?? 0) - (row.cost_nano_usd ?? 0),
    unpriced: moved('unpriced'),
    estimated: moved('estimated'),
  }
}
