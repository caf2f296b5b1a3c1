/**
 * Corrected prices applied to history: requests and their attempts get the cost that is computed now, and the roll-ups move
 * by the difference in the same transaction, so that they always equal the sum of the rows. What a price is, is told by the
 * caller. Transactions are short and pause between each other: the writer of new rows waits for them.
 */
import type { Database, Statement } from 'bun:sqlite'
import type { ModelRef } from '../neutral/model.ts'
import type { Cost, CostStatus } from '../neutral/record.ts'
import { type CostChange, correctCosts, foldedSeq } from './fold.ts'
import type { PriceOf, RepriceQuestion } from './reprice-question.ts'
import {
  type AttemptNow,
  hasMoved,
  type PastRequest,
  priceNow,
  readPastRequests,
  type RequestRow,
  type RowFilter,
} from './reprice-rows.ts'
import { addSavings, gatherSavingsOf } from './savings-rows.ts'

export type { RepriceQuestion }

export interface RepriceOptions extends RowFilter {
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

/** A row with its new cost and those of its attempts. */
interface Change {
  readonly row: RequestRow
  /** Null where it stays. */
  readonly cost: Cost | null
  /** All of them, moved or not; none where the cost stays. */
  readonly attempts: readonly AttemptNow[]
  /** Null where they stay. */
  readonly savings: Stamp | null
}

const bounds = `SELECT min(seq) AS first, max(seq) AS last FROM requests WHERE started_ms >= ? AND started_ms < ?`

// The old values guard against a row that changed since it was read.
const updateRequest = `UPDATE requests SET cost_status = ?, cost_nano_usd = ?, price_id = ?, price_source = ?, price_date = ?,
  cost_lines = ? WHERE seq = ? AND cost_status = ? AND cost_nano_usd IS ?`
const updateAttempt = 'UPDATE attempt_rows SET cost_status = ?, cost_nano_usd = ? WHERE request_seq = ? AND number = ?'
const updateSavings = 'UPDATE requests SET baseline_nano_usd = ?, prompt_cache_saved_nano_usd = ? WHERE seq = ?'
/** So many changed rows are written in one transaction: about a millisecond. */
const rowsPerTransaction = 50

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
    const requests = readPastRequests(database, options, { after, last: range.last, limit: chunk })
    const last = requests.at(-1)
    if (last === undefined) return totals
    after = last.row.seq
    const changes = changesOf(requests, priceOf, totals, options.savingsOf)
    for (let from = 0; from < changes.length && !dryRun; from += rowsPerTransaction) {
      write(changes.slice(from, from + rowsPerTransaction))
      await pause()
    }
    // Questions of the dashboard are answered on the same thread.
    if (changes.length === 0 || dryRun) await pause()
  }
}

function changesOf(
  requests: readonly PastRequest[],
  priceOf: PriceOf,
  totals: { -readonly [K in keyof RepriceResult]: RepriceResult[K] },
  savingsOf?: SavingsOf,
): Change[] {
  const changes: Change[] = []
  for (const request of requests) {
    const { row } = request
    const { cost, attempts, question } = priceNow(request, priceOf)
    const isLost = cost.nanoUsd === null && row.cost_nano_usd !== null
    const isNew =
      !isLost && (cost.status !== row.cost_status || cost.nanoUsd !== row.cost_nano_usd || attempts.some(hasMoved))
    const nanoUsd = isLost ? row.cost_nano_usd : cost.nanoUsd
    totals.examined += 1
    totals.kept += isLost ? 1 : 0
    totals.changed += isNew ? 1 : 0
    totals.newlyPriced += isNew && row.cost_status === 'unpriced' && nanoUsd !== null ? 1 : 0
    totals.stillUnpriced += nanoUsd === null ? 1 : 0
    totals.oldNanoUsd += row.cost_nano_usd ?? 0
    totals.newNanoUsd += nanoUsd ?? 0
    const savings = savingsOf === undefined || question === null ? null : newStamp(row, question, savingsOf)
    if (isNew || savings !== null)
      changes.push({ row, cost: isNew ? cost : null, attempts: isNew ? attempts : [], savings })
  }
  return changes
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
      for (const { attempt: one, costStatus, costNanoUsd } of attempts.filter(hasMoved))
        attempt.run(costStatus, costNanoUsd, row.seq, one.number)
      if (cost !== null) corrections.push(...correctionsOf(row, cost, attempts))
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

/** As the sums hold it: what attempts tell as theirs under who was paid for them, the rest under the request's own. */
function correctionsOf(row: RequestRow, cost: Cost, attempts: readonly AttemptNow[]): CostChange[] {
  const told = attempts.filter(({ attempt }) => attempt.billing !== null)
  const ownBefore = ownPart(row.cost_nano_usd, sum(told.map(({ attempt }) => attempt.cost_nano_usd)))
  const ownNow = ownPart(cost.nanoUsd, sum(told.map(({ costNanoUsd }) => costNanoUsd)))
  const moved = (status: CostStatus) => Number(cost.status === status) - Number(row.cost_status === status)
  const { seq, started_ms: startedMs, agent, outcome, session_id: sessionId } = row
  const shared = { seq, startedMs, agent, outcome, sessionId }
  const own: CostChange = {
    ...shared,
    provider: row.provider,
    model: row.model,
    billing: row.billing ?? '',
    costNanoUsd: ownNow - ownBefore,
    unpriced: moved('unpriced'),
    estimated: moved('estimated'),
  }
  const parts = told.filter(hasMoved).map(({ attempt, costNanoUsd }): CostChange => ({
    ...shared,
    provider: attempt.provider,
    model: attempt.routed_model ?? row.model,
    billing: attempt.billing ?? '',
    costNanoUsd: (costNanoUsd ?? 0) - (attempt.cost_nano_usd ?? 0),
    unpriced: 0,
    estimated: 0,
  }))
  return [own, ...parts]
}

/** See `ownNanoUsd` in paid-attempts.ts. */
const ownPart = (nanoUsd: number | null, told: number): number => (nanoUsd === null ? 0 : nanoUsd - told)

const sum = (costs: readonly (number | null)[]): number => costs.reduce<number>((all, cost) => all + (cost ?? 0), 0)
