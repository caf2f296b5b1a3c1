/** The sums of a window: from the roll-ups, plus the requests that are not in them yet, so that they are exact at any moment. */
import type { Database } from 'bun:sqlite'
import type { Stats } from '../control/shapes.ts'
import { bindConditions, requestMatches, rollupMatches, type Bound } from './conditions.ts'
import { selectEntries, type Entry } from './figures.ts'
import type { Filters } from './filters.ts'
import { foldedSeq } from './fold.ts'
import {
  addRow,
  addSingle,
  addToPoint,
  newGathering,
  writeGroups,
  writePercentiles,
  writeSeries,
  writeTotals,
  type Gathering,
  type PointSum,
} from './gathering.ts'
import { cover, floorTo, readLevels, type Level } from './levels.ts'
import { rollupColumns, type RollupRow } from './rollups.ts'
import { listSessions } from './session-list.ts'
import { requestsOfSessions } from './session-requests.ts'
import { chooseStep, resolveSums, type Span } from './window.ts'

const selectRollups = `SELECT ${rollupColumns} FROM rollups
WHERE step_ms = $stepMs AND start_ms >= $fromMs AND start_ms < $toMs AND ${rollupMatches}`

const sumRollups = `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(errors), 0) AS errors,
  coalesce(sum(failures), 0) AS failures, coalesce(sum(input_tokens), 0) AS inputTokens,
  coalesce(sum(cache_read_tokens), 0) AS cacheReadTokens, coalesce(sum(cache_write_tokens), 0) AS cacheWriteTokens,
  coalesce(sum(output_tokens), 0) AS outputTokens, coalesce(sum(reasoning_tokens), 0) AS reasoningTokens,
  coalesce(sum(cost_nano_usd), 0) AS costNanoUsd, coalesce(sum(unpriced), 0) AS unpriced,
  coalesce(sum(estimated), 0) AS estimated, coalesce(sum(unbilled), 0) AS unbilled,
  coalesce(sum(cost_nano_usd) FILTER (WHERE billing = 'metered'), 0) AS meteredNanoUsd,
  coalesce(sum(cost_nano_usd) FILTER (WHERE billing = 'subscription'), 0) AS subscriptionNanoUsd,
  coalesce(group_concat(duration_bins, ''), '') AS durationBins,
  coalesce(group_concat(first_byte_bins, ''), '') AS firstByteBins
FROM rollups WHERE step_ms = $stepMs AND start_ms >= $fromMs AND start_ms < $toMs AND ${rollupMatches}`

const inWindow = `started_ms >= $fromMs AND started_ms < $toMs AND ${requestMatches}`
const selectUnfolded = selectEntries('requests NOT INDEXED', `seq > $folded AND ${inWindow}`)
const selectOfSessions = selectEntries(requestsOfSessions, inWindow)

const lastDay = { kind: 'last', ms: 86_400_000 } as const

/** `GET /v1/telemetry/stats`. Reads in one transaction; the window is a day where none was asked for. */
export function readStats(database: Database, filters: Filters, nowMs: number): Stats {
  return database.transaction(() => {
    const levels = readLevels(database)
    const span = resolveSums(database, levels, filters.window ?? lastDay, nowMs)
    const stepMs = chooseStep(span)
    const gathering = newGathering()
    if (filters.session === null) gatherAll(gathering, database, filters, levels, span, stepMs)
    for (const entry of readSingles(database, filters, span)) addSingle(gathering, entry, stepMs)
    return {
      fromMs: span.fromMs,
      toMs: span.toMs,
      totals: writeTotals(gathering.total),
      duration: writePercentiles(gathering.duration),
      firstByte: writePercentiles(gathering.firstByte),
      byModel: writeGroups(gathering.groups.model),
      byProvider: writeGroups(gathering.groups.provider),
      byAgent: writeGroups(gathering.groups.agent),
      byBilling: writeGroups(gathering.groups.billing),
      byOutcome: writeGroups(gathering.groups.outcome),
      sessions: isEmpty(gathering.total.figures) ? [] : listSessions(database, filters, span),
      stepMs,
      series: writeSeries(gathering, span, stepMs),
    }
  })()
}

/** Who was only paid for an attempt, before another answered, has a cost and no requests. */
const isEmpty = ({ requests, costNanoUsd }: Pick<PointSum, 'requests' | 'costNanoUsd'>): boolean =>
  requests === 0 && costNanoUsd === 0

/** The window's roll-ups: the widest for the sums, and summed by SQLite, step by step, for the series. */
function gatherAll(
  gathering: Gathering,
  database: Database,
  filters: Filters,
  levels: readonly Level[],
  span: Span,
  stepMs: number,
): void {
  const conditions = bindConditions(filters)
  const rows = database.query<RollupRow, [Bound]>(selectRollups)
  for (const { stepMs: $stepMs, fromMs: $fromMs, toMs: $toMs } of cover(levels, span.fromMs, span.toMs)) {
    for (const row of rows.all({ ...conditions, $stepMs, $fromMs, $toMs })) addRow(gathering, row)
  }
  const sums = database.query<PointSum, [Bound]>(sumRollups)
  for (let startMs = floorTo(stepMs, span.fromMs); startMs < span.toMs; startMs += stepMs) {
    const stretches = cover(levels, Math.max(startMs, span.fromMs), Math.min(startMs + stepMs, span.toMs))
    for (const { stepMs: $stepMs, fromMs: $fromMs, toMs: $toMs } of stretches) {
      const sum = sums.get({ ...conditions, $stepMs, $fromMs, $toMs })
      if (sum !== null && !isEmpty(sum)) addToPoint(gathering, startMs, sum)
    }
  }
}

/** The requests to be counted one by one: those of the sessions asked for, else those that no roll-up has yet. */
function readSingles(database: Database, filters: Filters, { fromMs: $fromMs, toMs: $toMs }: Span): Entry[] {
  const bound = { ...bindConditions(filters), $fromMs, $toMs }
  const $folded = foldedSeq(database)
  if (filters.session === null) return database.query<Entry, [Bound]>(selectUnfolded).all({ ...bound, $folded })
  const $sessions = JSON.stringify(filters.session)
  return database.query<Entry, [Bound]>(selectOfSessions).all({ ...bound, $sessions, $folded })
}
