/** The savings of a window: whole hours from their sums, its ends and what is not summed yet from the requests themselves. */
import type { Database } from 'bun:sqlite'
import type { Savings } from '../control/savings-shapes.ts'
import { bindConditions, requestMatches, useMatches, type Bound } from './conditions.ts'
import type { Filters } from './filters.ts'
import { foldedSeq } from './fold.ts'
import { ceilTo, dayMs, floorTo, readLevels } from './levels.ts'
import { hasStanding, hourMs, rowColumns, rowKey, type SavingsRow } from './savings-rows.ts'
import { sumSavings } from './savings-sums.ts'
import { requestsOfSessions } from './session-requests.ts'
import { resolveSums, type Span } from './window.ts'

const selectHours = `SELECT start_ms - start_ms % ${dayMs} AS startMs, standing, provider, model, '' AS agent, billing,
  '' AS outcome, route, baseline, task, sum(requests) AS requests, sum(baseline_nano_usd) AS baselineNanoUsd,
  sum(actual_nano_usd) AS actualNanoUsd, sum(prompt_cached) AS promptCached,
  sum(prompt_cache_nano_usd) AS promptCacheNanoUsd, sum(hit_nano_usd) AS hitNanoUsd
FROM savings_hours
WHERE start_ms >= $fromMs AND start_ms < $toMs AND ${useMatches}
GROUP BY startMs, standing, provider, model, billing, route, baseline, task`

const within = `started_ms >= $fromMs AND started_ms < $toMs AND ${hasStanding} AND ${requestMatches}`
const selectEdge = `SELECT ${rowColumns(dayMs)} FROM requests INDEXED BY requests_started
WHERE seq <= $folded AND ${within} ${rowKey}`
const selectUnfolded = `SELECT ${rowColumns(dayMs)} FROM requests NOT INDEXED WHERE seq > $folded AND ${within} ${rowKey}`
const selectOfSessions = `SELECT ${rowColumns(dayMs)} FROM ${requestsOfSessions} WHERE ${within} ${rowKey}`

const selectFirst = 'SELECT min(started_ms) AS ms FROM requests'

const lastDay = { kind: 'last', ms: dayMs } as const

/** `GET /v1/telemetry/savings`. Reads in one transaction; the window is a day where none was asked for. */
export function readSavings(database: Database, filters: Filters, nowMs: number): Savings {
  return database.transaction(() => {
    const asked = resolveSums(database, readLevels(database), filters.window ?? lastDay, nowMs)
    const span = filters.session === null ? widen(database, asked) : asked
    return { ...span, ...sumSavings(readRows(database, filters, span)) }
  })()
}

/** An end that lies where single requests are no longer kept is widened to its hour. */
function widen(database: Database, { fromMs, toMs }: Span): Span {
  const firstMs = database.query<{ ms: number | null }, []>(selectFirst).get()?.ms ?? Infinity
  return {
    fromMs: fromMs < firstMs ? floorTo(hourMs, fromMs) : fromMs,
    toMs: toMs <= firstMs ? ceilTo(hourMs, toMs) : toMs,
  }
}

function readRows(database: Database, filters: Filters, span: Span): readonly SavingsRow[] {
  const bound = { ...bindConditions(filters), $folded: foldedSeq(database) }
  const read = (sql: string, { fromMs: $fromMs, toMs: $toMs }: Span, more: Bound = {}) =>
    $fromMs >= $toMs ? [] : database.query<SavingsRow, [Bound]>(sql).all({ ...bound, ...more, $fromMs, $toMs })
  if (filters.session !== null) return read(selectOfSessions, span, { $sessions: JSON.stringify(filters.session) })
  const { before, hours, after } = partsOf(span)
  return [
    ...read(selectEdge, before),
    ...read(selectHours, hours),
    ...read(selectEdge, after),
    ...read(selectUnfolded, span),
  ]
}

/** The whole hours in the middle, and what is left of the span on either side. */
function partsOf({ fromMs, toMs }: Span): Readonly<Record<'before' | 'hours' | 'after', Span>> {
  const first = Math.min(ceilTo(hourMs, fromMs), toMs)
  const last = Math.max(floorTo(hourMs, toMs), first)
  return { before: { fromMs, toMs: first }, hours: { fromMs: first, toMs: last }, after: { fromMs: last, toMs } }
}
