/** The list of requests, newest first, a page at a time. */
import type { Database, Statement } from 'bun:sqlite'
import type { Run, RunPage } from '../control/shapes.ts'
import { bindConditions, fingerprint, hasConditions, requestMatches, sparseIndexes, type Bound } from './conditions.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { Filters, ListQuery } from './filters.ts'
import { foldedSeq } from './fold.ts'
import { minuteMs } from './levels.ts'
import { minutesWith } from './minutes.ts'
import { requestsOfSessions } from './session-requests.ts'
import { resolveWindow, type Span } from './window.ts'

/** The columns of a {@link RunRow}, from `requests`. */
export const runColumns = `seq, id, started_ms AS startedMs, endpoint, dialect, translated_to AS translatedTo, dropped,
  requested_model AS requestedModel, routed_model AS routedModel, served_model AS servedModel, provider, billing,
  is_stream AS isStream, status, outcome, error_code AS errorCode, input_tokens AS inputTokens,
  cache_read_tokens AS cacheReadTokens, cache_write_5m_tokens AS cacheWrite5mTokens,
  cache_write_1h_tokens AS cacheWrite1hTokens, output_tokens AS outputTokens, reasoning_tokens AS reasoningTokens,
  cost_status AS costStatus, cost_nano_usd AS costNanoUsd, first_byte_ms AS firstByteMs,
  duration_ms AS durationMs, session_id AS sessionId, agent, task_type AS taskType, guard, cache,
  saved_nano_usd AS savedNanoUsd, route, coalesce(automated, 0) AS automated, baseline_model AS baselineModel,
  baseline_nano_usd AS baselineNanoUsd, prompt_cache_saved_nano_usd AS promptCacheSavedNanoUsd`

export interface RunRow extends Omit<Run, 'isStream' | 'dropped' | 'automated'> {
  readonly seq: number
  readonly isStream: number
  readonly automated: number
  readonly dropped: string | null
}

// Rows of one millisecond are in the order of seq: a row value compares both at once.
const before = '(started_ms, seq) < ($startedMs, $seq)'
const newestFirst = 'ORDER BY started_ms DESC, seq DESC LIMIT $limit'

const selectNewest = `SELECT ${runColumns} FROM requests INDEXED BY requests_started
WHERE started_ms >= $fromMs AND started_ms < $toMs AND ${before} AND ${requestMatches} ${newestFirst}`

const selectSparse = (index: string, isIn: string) => `SELECT ${runColumns} FROM requests INDEXED BY ${index}
WHERE ${isIn} AND started_ms >= $fromMs AND started_ms < $toMs AND ${before} AND ${requestMatches}
${newestFirst}`

const selectsBySparseIndex = {
  guarded: selectSparse('requests_guarded', 'guard IS NOT NULL'),
  translated: selectSparse('requests_translated', 'translated_to IS NOT NULL'),
  cached: selectSparse('requests_cached', 'cache IS NOT NULL'),
  routed: selectSparse('requests_routed', "route <> 'passthrough'"),
} as const

const selectOfSessions = `SELECT ${runColumns} FROM ${requestsOfSessions}
WHERE started_ms >= $fromMs AND started_ms < $toMs AND ${before} AND ${requestMatches} ${newestFirst}`

/** After every row there can be. */
const end = { startedMs: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER } as const

/**
 * `GET /v1/telemetry/runs`. All of the past where no window was asked for. Rows written between two pages never shift what
 * the second one shows.
 * @throws AppError `invalid-request` for a cursor that is none or belongs to other filters.
 */
export function listRuns(database: Database, query: ListQuery, nowMs: number): RunPage {
  const { filters, limit } = query
  const owner = fingerprint(filters)
  const cursor = query.cursor === null ? null : readCursor(query.cursor, owner)
  const span = cursor ?? resolveWindow(filters.window ?? { kind: 'all' }, nowMs)
  // One more than asked tells whether there is another page, so that none is empty.
  const rows = database.transaction(() => readRows(database, filters, span, cursor ?? end, limit + 1))()
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const isMore = rows.length > limit && last !== undefined
  const next = isMore
    ? writeCursor({
        startedMs: last.startedMs,
        seq: last.seq,
        fromMs: span.fromMs,
        toMs: span.toMs,
        fingerprint: owner,
      })
    : null
  return { runs: page.map(writeRun), nextCursor: next }
}

function writeRun(row: RunRow): Run {
  const { seq: _, isStream, dropped, automated, ...rest } = row
  return {
    ...rest,
    isStream: isStream === 1,
    automated: automated === 1,
    dropped: dropped === null ? [] : (JSON.parse(dropped) as string[]),
  }
}

function readRows(
  database: Database,
  filters: Filters,
  span: Span,
  from: { readonly startedMs: number; readonly seq: number },
  limit: number,
): RunRow[] {
  const bound = { ...bindConditions(filters), $startedMs: from.startedMs, $seq: from.seq, $limit: limit }
  const within = { $fromMs: span.fromMs, $toMs: Math.min(span.toMs, from.startedMs + 1) }
  if (filters.session !== null) {
    const $sessions = JSON.stringify(filters.session)
    return database
      .query<RunRow, [Bound]>(selectOfSessions)
      .all({ ...bound, ...within, $sessions, $folded: foldedSeq(database) })
  }
  const [sparse] = sparseIndexes(filters)
  const read = database.query<RunRow, [Bound]>(sparse === undefined ? selectNewest : selectsBySparseIndex[sparse])
  if (!hasConditions(filters)) return read.all({ ...bound, ...within })
  return readByMinutes(database, read, filters, { fromMs: within.$fromMs, toMs: within.$toMs }, bound, limit)
}

function readByMinutes(
  database: Database,
  read: Statement<RunRow, [Bound]>,
  filters: Filters,
  span: Span,
  bound: Bound,
  limit: number,
): RunRow[] {
  const rows: RunRow[] = []
  for (const startMs of minutesWith(database, filters, span)) {
    const $fromMs = Math.max(span.fromMs, startMs)
    const $toMs = Math.min(span.toMs, startMs + minuteMs)
    rows.push(...read.all({ ...bound, $fromMs, $toMs, $limit: limit - rows.length }))
    if (rows.length === limit) break
  }
  return rows
}
