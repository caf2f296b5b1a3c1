/**
 * Sums of what savings are told from, by the hour: requests gathered into them, and written to `savings_hours` by adding or by
 * taking away. What a saving is, says `src/rules/savings.ts`.
 */
import type { Database } from 'bun:sqlite'
import type { Standing } from '../neutral/standing.ts'

export const hourMs = 3_600_000

/** A {@link Standing} from a row of `requests`. */
const standing = `CASE WHEN cache = 'hit' THEN 'cached' WHEN automated = 1 THEN 'automated'
  WHEN route = 'passthrough' THEN 'passthrough' WHEN cost_status = 'none' THEN 'unbilled'
  WHEN baseline_nano_usd IS NULL OR cost_nano_usd IS NULL THEN 'unpriced' ELSE 'compared' END`

/** Over `requests`: whether a row has a standing. */
export const hasStanding = `(route IS NOT NULL OR cache IS 'hit')`

const isCompared = `(${standing}) = 'compared'`

export interface SavingsKey {
  readonly standing: Standing
  readonly provider: string
  readonly model: string
  readonly agent: string
  readonly billing: string
  readonly outcome: string
  readonly route: string
  readonly baseline: string
  readonly task: string
}

export interface SavingsFigures {
  readonly requests: number
  readonly baselineNanoUsd: number
  readonly actualNanoUsd: number
  /** Requests that a prompt cache took part in. */
  readonly promptCached: number
  readonly promptCacheNanoUsd: number
  readonly hitNanoUsd: number
}

export interface SavingsRow extends SavingsKey, SavingsFigures {
  readonly startMs: number
}

/** The columns of {@link SavingsRow} from `requests`; the first ten are its key. @param stepMs Width of the periods. */
export const rowColumns = (
  stepMs: number,
): string => `started_ms - started_ms % ${stepMs} AS startMs, ${standing} AS standing,
  coalesce(provider, '') AS provider, coalesce(routed_model, requested_model, '') AS model, coalesce(agent, '') AS agent,
  coalesce(billing, '') AS billing, outcome, coalesce(route, '') AS route, coalesce(baseline_model, '') AS baseline,
  coalesce(task_type, '') AS task, count(*) AS requests,
  coalesce(sum(baseline_nano_usd) FILTER (WHERE ${isCompared}), 0) AS baselineNanoUsd,
  coalesce(sum(cost_nano_usd) FILTER (WHERE ${isCompared}), 0) AS actualNanoUsd,
  count(prompt_cache_saved_nano_usd) AS promptCached,
  coalesce(sum(prompt_cache_saved_nano_usd), 0) AS promptCacheNanoUsd,
  coalesce(sum(saved_nano_usd) FILTER (WHERE cache = 'hit'), 0) AS hitNanoUsd`
export const rowKey = 'GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10'

const selectStretch = `SELECT ${rowColumns(hourMs)} FROM requests NOT INDEXED
WHERE seq > ? AND seq <= ? AND ${hasStanding} ${rowKey}`
const selectSome = `SELECT ${rowColumns(hourMs)} FROM requests
WHERE seq IN (SELECT value FROM json_each(?)) AND ${hasStanding} ${rowKey}`

/** The sums of the rows after one number and up to another. */
export const gatherSavings = (database: Database, after: number, last: number): SavingsRow[] =>
  database.query<SavingsRow, [number, number]>(selectStretch).all(after, last)

/** The sums of the rows of these numbers. */
export const gatherSavingsOf = (database: Database, seqs: readonly number[]): SavingsRow[] =>
  database.query<SavingsRow, [string]>(selectSome).all(JSON.stringify(seqs))

const figures = [
  'requests',
  'baseline_nano_usd',
  'actual_nano_usd',
  'prompt_cached',
  'prompt_cache_nano_usd',
  'hit_nano_usd',
] as const

const upsert = `INSERT INTO savings_hours (start_ms, standing, provider, model, agent, billing, outcome, route, baseline, task,
  ${figures.join(', ')})
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (start_ms, standing, provider, model, agent, billing, outcome, route, baseline, task) DO UPDATE SET
  ${figures.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`

/** @param sign -1 takes what was added before. */
export function addSavings(database: Database, rows: readonly SavingsRow[], sign: 1 | -1 = 1): void {
  const write = database.query<unknown, (string | number)[]>(upsert)
  for (const row of rows) {
    write.run(
      row.startMs,
      row.standing,
      row.provider,
      row.model,
      row.agent,
      row.billing,
      row.outcome,
      row.route,
      row.baseline,
      row.task,
      sign * row.requests,
      sign * row.baselineNanoUsd,
      sign * row.actualNanoUsd,
      sign * row.promptCached,
      sign * row.promptCacheNanoUsd,
      sign * row.hitNanoUsd,
    )
  }
}
