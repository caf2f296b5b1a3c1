/** What was spent up to now: in the last hour, day, week and month, and the last day in quarters of an hour. */
import type { Database } from 'bun:sqlite'
import type { Budgets } from '../control/guard-shapes.ts'
import { safe, selectEntries } from './figures.ts'
import { foldedSeq } from './fold.ts'
import { alignFrom, ceilTo, cover, dayMs, floorTo, minuteMs, readLevels, type Level } from './levels.ts'

export type RecentSpend = Pick<Budgets, 'spent' | 'burn'>

const quarterMs = 15 * minuteMs

const isCounted = 'billing IN (SELECT value FROM json_each($billing))'

const sumPeriods = `SELECT coalesce(sum(cost_nano_usd), 0) AS nanoUsd FROM rollups
WHERE step_ms = $stepMs AND start_ms >= $fromMs AND start_ms < $toMs AND ${isCounted}`

const sumOf = (source: string, where: string): string =>
  `SELECT coalesce(sum(costNanoUsd), 0) AS nanoUsd FROM (${selectEntries(source, `${where} AND ${isCounted}`)})`

const sumFolded = sumOf(
  'requests INDEXED BY requests_started',
  'seq <= $folded AND started_ms >= $fromMs AND started_ms < $toMs',
)
const sumUnfolded = sumOf('requests NOT INDEXED', 'seq > $folded AND started_ms >= $fromMs')
const sumUnfoldedUntil = sumOf('requests NOT INDEXED', 'seq > $folded AND started_ms >= $fromMs AND started_ms < $toMs')

type Bound = Record<string, string | number>

interface Asked {
  readonly database: Database
  readonly levels: readonly Level[]
  readonly billing: string
  readonly folded: number
}

/** @param billing The kinds that count. What a clock that was ahead dated into the future counts as spent now. */
export function readRecentSpend(database: Database, billing: readonly string[], nowMs: number): RecentSpend {
  return database.transaction(() => {
    const levels = readLevels(database)
    const asked: Asked = { database, levels, billing: JSON.stringify(billing), folded: foldedSeq(database) }
    const since = (ms: number) => sumSince(asked, nowMs - ms)
    return {
      spent: {
        hourNanoUsd: since(60 * minuteMs),
        dayNanoUsd: since(dayMs),
        weekNanoUsd: since(7 * dayMs),
        monthNanoUsd: since(30 * dayMs),
      },
      burn: readBurn(asked, nowMs),
    }
  })()
}

/** From then on, exact to the millisecond where minutes are still kept: the minute at the edge is read from its rows. */
function sumSince(asked: Asked, fromMs: number): number {
  const { database, levels, billing: $billing, folded: $folded } = asked
  const isExact = alignFrom(levels, fromMs) === floorTo(minuteMs, fromMs)
  const first = isExact ? ceilTo(minuteMs, fromMs) : alignFrom(levels, fromMs)
  const periods = database.query<{ nanoUsd: number }, [Bound]>(sumPeriods)
  const edge = isExact ? read(database, sumFolded, { $billing, $folded, $fromMs: fromMs, $toMs: first }) : 0
  const whole = cover(levels, first, Number.MAX_SAFE_INTEGER)
    .map(({ stepMs: $stepMs, fromMs: $fromMs, toMs: $toMs }) => periods.get({ $billing, $stepMs, $fromMs, $toMs }))
    .reduce((sum, row) => sum + (row?.nanoUsd ?? 0), 0)
  return safe(edge + whole + read(database, sumUnfolded, { $billing, $folded, $fromMs: fromMs }))
}

function readBurn({ database, levels, billing: $billing, folded: $folded }: Asked, nowMs: number): RecentSpend['burn'] {
  const unfolded = database.query<{ nanoUsd: number }, [Bound]>(sumUnfoldedUntil)
  const periods = database.query<{ nanoUsd: number }, [Bound]>(sumPeriods)
  const points = []
  for (let startMs = floorTo(quarterMs, nowMs - dayMs); startMs <= nowMs; startMs += quarterMs) {
    const $toMs = startMs + quarterMs
    let nanoUsd = unfolded.get({ $billing, $folded, $fromMs: startMs, $toMs })?.nanoUsd ?? 0
    for (const stretch of cover(levels, startMs, $toMs)) {
      const { stepMs: $stepMs, fromMs: $fromMs } = stretch
      nanoUsd += periods.get({ $billing, $stepMs, $fromMs, $toMs: stretch.toMs })?.nanoUsd ?? 0
    }
    points.push({ startMs, nanoUsd })
  }
  return points
}

const read = (database: Database, sql: string, bound: Bound): number =>
  database.query<{ nanoUsd: number }, [Bound]>(sql).get(bound)?.nanoUsd ?? 0
