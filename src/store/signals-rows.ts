/** What recorded requests show of the models they were sent to: one row for each attempt, read as `showing.ts` judges it. */
import type { Database } from 'bun:sqlite'
import type { TaskType } from '../neutral/model.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import { endOf, isRefused, usabilityOf, type Showing } from '../neutral/showing.ts'
import { bindConditions, requestMatches, type Bound } from './conditions.ts'
import type { Conditions } from './filters.ts'

/** Newest first, as far as so many requests reach. An only attempt is told by its request's own row. */
const selectTried = `SELECT r.id, r.started_ms AS atMs, r.task_type AS task, r.finish_reason AS finishReason,
  facts ->> 'repeats' AS repeats, facts ->> 'isUsable' AS isUsable,
  iif(a.number IS NULL, r.provider, a.provider) AS provider, iif(a.number IS NULL, r.routed_model, a.model) AS model,
  iif(a.number IS NULL, r.status, a.status) AS status, iif(a.number IS NULL, r.outcome, a.outcome) AS outcome,
  iif(a.number IS NULL, r.error_code, a.error_code) AS errorCode,
  iif(a.number IS NULL, r.duration_ms, a.duration_ms) AS durationMs,
  iif(a.number IS NULL, r.cost_nano_usd, a.cost_nano_usd) AS costNanoUsd
FROM (SELECT * FROM requests INDEXED BY requests_started
  WHERE started_ms >= $fromMs AND started_ms < $toMs AND provider IS NOT NULL AND cache IS NOT 'hit'
    AND endpoint IN ('messages', 'chat', 'responses', 'generate', 'stream_generate') AND ${requestMatches}
  ORDER BY started_ms DESC, seq DESC LIMIT $most) AS r
LEFT JOIN attempt_rows AS a ON a.request_seq = r.seq
ORDER BY r.started_ms DESC, r.seq DESC, a.number DESC`

interface Row {
  readonly id: string
  readonly atMs: number
  readonly task: TaskType | null
  readonly finishReason: string | null
  readonly repeats: string | null
  readonly isUsable: number | null
  readonly provider: string | null
  readonly model: string | null
  readonly status: number | null
  readonly outcome: AttemptRecord['outcome']
  readonly errorCode: string | null
  readonly durationMs: number
  readonly costNanoUsd: number | null
}

export interface ReadRange {
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
  /** Requests. */
  readonly most: number
}

export interface ReadSoFar {
  readonly requests: number
  /** Unix ms; null where nothing was read. */
  readonly oldestMs: number | null
}

/** @param each Gets them newest first; the last attempt of a request before those that it took the place of. */
export function readShowings(
  database: Database,
  conditions: Conditions,
  { fromMs: $fromMs, toMs: $toMs, most: $most }: ReadRange,
  each: (showing: Showing) => void,
): ReadSoFar {
  // An attempt's own provider and model are looked at: the row has those of the last.
  const ofRequests = bindConditions({ ...conditions, provider: null, model: null })
  const rows = database.query<Row, [Bound]>(selectTried).iterate({ ...ofRequests, $fromMs, $toMs, $most })
  let [requests, lastId] = [0, '']
  let oldestMs: number | null = null
  for (const row of rows) {
    const isLast = row.id !== lastId
    if (isLast) requests++
    lastId = row.id
    oldestMs = row.atMs
    const showing = showingOf(row, isLast)
    if (showing !== null && isWanted(showing, conditions)) each(showing)
  }
  return { requests, oldestMs }
}

function showingOf(row: Row, isLast: boolean): Showing | null {
  const { id, atMs, provider, model, errorCode, durationMs, costNanoUsd, task, repeats } = row
  const end = endOf({ ...row, finishReason: isLast ? row.finishReason : null })
  if (end === null || provider === null || model === null) return null
  const whole = isLast && row.isUsable !== null ? row.isUsable === 1 : null
  const isRefusal = isRefused(end, errorCode)
  const isUsable = usabilityOf(errorCode, whole)
  return { id, atMs, provider, model, task, end, isRefusal, isUsable, repeats, durationMs, costNanoUsd }
}

const isWanted = (showing: Showing, conditions: Conditions): boolean =>
  (conditions.provider?.includes(showing.provider) ?? true) && (conditions.model?.includes(showing.model) ?? true)

const noConditions: Conditions = {
  provider: null,
  model: null,
  agent: null,
  billing: null,
  outcome: null,
  cost: null,
  translated: null,
  guard: null,
  cache: null,
  task: null,
  route: null,
  automated: null,
}

/** As many as a model's record is told from after a start: older ones hardly count any more. */
const mostRecent = 5000
const recentMs = 14 * 86_400_000

/** What was shown before a moment, in its order; each list is one request's. */
export function readRecentShowings(database: Database, beforeMs: number): readonly (readonly Showing[])[] {
  const range = { fromMs: beforeMs - recentMs, toMs: beforeMs, most: mostRecent }
  const newestFirst: Showing[] = []
  readShowings(database, noConditions, range, (showing) => newestFirst.push(showing))
  return [...Map.groupBy(newestFirst.toReversed(), ({ id }) => id).values()]
}
