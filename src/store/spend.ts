/** What the request table says was spent: for the ledger after a start, for sessions as a whole, and what was set back by hand. */
import type { Database } from 'bun:sqlite'
import type { Billing } from '../neutral/model.ts'
import { selectEntries } from './figures.ts'
import { foldedSeq } from './fold.ts'
import { ownNanoUsd, partsOf, selectTold, toldRequests } from './paid-attempts.ts'

/** One line of spend, of attempts each under its own provider; what was settled in the same second by the same spender stands together. */
export interface SpendRow {
  /** Unix ms at which it was settled, the last of it. */
  readonly atMs: number
  readonly session: string | null
  readonly agent: string | null
  readonly provider: string
  readonly model: string | null
  readonly nanoUsd: number
  /** Tokens of attempts without a known price. */
  readonly unpricedInput: number
  readonly unpricedOutput: number
}

export interface SpendQuestion {
  /** Unix ms; by the time of settling. */
  readonly fromMs: number
  readonly billing: readonly Billing[]
  /** Whose spend is told apart. */
  readonly kinds: ReadonlySet<'session' | 'agent' | 'provider' | 'model'>
}

/** No answer takes longer. */
const longestMs = 6 * 3_600_000

const columns = { session: 'session_id', agent: 'agent', provider: 'provider', model: 'routed_model' } as const
const kinds = ['session', 'agent', 'provider', 'model'] as const

const inputTokens = 'input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens'

/** Unix ms, as the ledger had it. */
const settledMs = 'CAST(endedMs AS INTEGER)'
/** What was settled before a reset never stands together with what came after it: only the one is forgotten. */
const sameSecond = `${settledMs} / 1000, (SELECT count(*) FROM budget_resets WHERE at_ms < ${settledMs})`

const isCounted = 'started_ms >= ?1 AND provider IS NOT NULL AND billing IN (SELECT value FROM json_each(?2))'
const inRange = 'request_seq >= (SELECT min(seq) FROM requests WHERE started_ms >= ?1)'
const hasParts = `seq IN (${selectTold(inRange)})`
const who = 'session_id, agent, provider, routed_model'
const tokens =
  'input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, cost_nano_usd IS NULL'

/** Requests without what their attempts tell, and those attempts, each by its own time. */
const selectPaid = `SELECT started_ms + duration_ms AS endedMs, ${who}, ${tokens} AND NOT ${hasParts} AS isUnpriced,
  CASE WHEN ${hasParts} THEN ${ownNanoUsd} ELSE coalesce(cost_nano_usd, 0) END AS nanoUsd
FROM requests WHERE ${isCounted}
UNION ALL SELECT ended_ms, ${who}, ${tokens}, coalesce(cost_nano_usd, 0)
FROM ${partsOf(toldRequests(inRange))} WHERE ${isCounted}`

/** Oldest first. */
export function readSpends(database: Database, { fromMs, billing, kinds: asked }: SpendQuestion): SpendRow[] {
  // A model is told with its provider.
  const told = kinds.filter((kind) => asked.has(kind) || (kind === 'provider' && asked.has('model')))
  const names = kinds.map((kind) => (told.includes(kind) ? `${columns[kind]} AS ${kind}` : `NULL AS ${kind}`))
  const sql = `SELECT max(${settledMs}) AS atMs, ${names.join(', ')}, sum(nanoUsd) AS nanoUsd,
  sum(CASE WHEN isUnpriced THEN coalesce(${inputTokens}, 0) ELSE 0 END) AS unpricedInput,
  sum(CASE WHEN isUnpriced THEN coalesce(output_tokens, 0) ELSE 0 END) AS unpricedOutput
FROM (${selectPaid})
WHERE endedMs >= ?3
GROUP BY ${[sameSecond, ...told.map((kind) => columns[kind])].join(', ')}
ORDER BY 1`
  const rows = database
    .query<SpendRow, [number, string, number]>(sql)
    .all(fromMs - longestMs, JSON.stringify(billing), fromMs)
  return rows.map((row) => ({ ...row, provider: row.provider ?? '' }))
}

const ofSession =
  'session_id = ?1 AND billing IN (SELECT value FROM json_each(?2)) AND CAST(started_ms + duration_ms AS INTEGER) > ?3'
const sumOf = (where: string): string =>
  `SELECT sum(costNanoUsd) AS nanoUsd FROM (${selectEntries('requests', `${where} AND ${ofSession}`)})`
const selectFolded = sumOf('seq IN (SELECT value FROM session_requests, json_each(seqs) WHERE session_id = ?1)')
const selectUnfolded = sumOf('seq > ?4')

/** Nano-USD of all requests of a session that are kept. @param afterMs What was spent up to then does not count. */
export function readSessionTotal(
  database: Database,
  session: string,
  billing: readonly Billing[],
  afterMs: number,
): number {
  const kinds = JSON.stringify(billing)
  type Sum = { nanoUsd: number | null }
  const folded = database.query<Sum, [string, string, number]>(selectFolded).get(session, kinds, afterMs)
  const unfolded = database
    .query<Sum, [string, string, number, number]>(selectUnfolded)
    .get(session, kinds, afterMs, foldedSeq(database))
  return (folded?.nanoUsd ?? 0) + (unfolded?.nanoUsd ?? 0)
}

/** Unix ms by scope. */
export function readResets(database: Database): ReadonlyMap<string, number> {
  const rows = database.query<{ scope: string; atMs: number }, []>(selectResets).all()
  return new Map(rows.map(({ scope, atMs }) => [scope, atMs]))
}

const selectResets = 'SELECT scope, at_ms AS atMs FROM budget_resets ORDER BY scope'
const upsertReset = `INSERT INTO budget_resets (scope, at_ms) VALUES (?, ?)
ON CONFLICT (scope) DO UPDATE SET at_ms = excluded.at_ms`

/** What the scope has spent up to now counts no more. */
export function writeReset(database: Database, scope: string, atMs: number): void {
  database.query<unknown, [string, number]>(upsertReset).run(scope, atMs)
}

/** A request's size and what it used, for what learns from them. */
export interface UsedRow {
  readonly provider: string
  readonly model: string
  readonly bytes: number
  readonly session: string | null
  readonly atMs: number
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  readonly outputTokens: number
}

const selectUsed = `SELECT provider, routed_model AS model, request_bytes AS bytes, session_id AS session,
  started_ms AS atMs, input_tokens AS inputTokens,
  cache_read_tokens AS cacheReadTokens, cache_write_5m_tokens AS cacheWrite5mTokens,
  cache_write_1h_tokens AS cacheWrite1hTokens, output_tokens AS outputTokens
FROM (SELECT * FROM requests ORDER BY seq DESC LIMIT ?)
WHERE outcome = 'complete' AND cache IS NOT 'hit' AND routed_model IS NOT NULL AND input_tokens IS NOT NULL
  AND task_type IS NOT NULL
ORDER BY seq`

/** The last requests that a model answered whole, oldest first. @param limit How many of the last rows are looked through. */
export const readUsed = (database: Database, limit: number): UsedRow[] =>
  database.query<UsedRow, [number]>(selectUsed).all(limit)
