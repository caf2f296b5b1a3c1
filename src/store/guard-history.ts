/** What each day cost and what the money guard did in it; days are those of UTC. */
import type { Database } from 'bun:sqlite'
import type { BudgetHistory } from '../control/guard-shapes.ts'
import { safe, selectEntries } from './figures.ts'
import { foldedSeq } from './fold.ts'
import { cover, dayMs, floorTo, readLevels } from './levels.ts'
import { collect, readCount, type RawQuery } from './parameters.ts'

const defaultDays = 14
const maxDays = 365

const sumDays = `SELECT start_ms - start_ms % ${dayMs} AS startMs, sum(requests) AS requests,
  coalesce(sum(cost_nano_usd) FILTER (WHERE billing IN (SELECT value FROM json_each($billing))), 0) AS nanoUsd
FROM rollups WHERE step_ms = $stepMs AND start_ms >= $fromMs AND start_ms < $toMs GROUP BY 1`

const unfolded = selectEntries('requests NOT INDEXED', 'seq > $folded AND started_ms >= $fromMs AND started_ms < $toMs')
const sumUnfolded = `SELECT startedMs - startedMs % ${dayMs} AS startMs, sum(requests) AS requests,
  coalesce(sum(costNanoUsd) FILTER (WHERE billing IN (SELECT value FROM json_each($billing))), 0) AS nanoUsd
FROM (${unfolded}) GROUP BY 1`

const countActs = `SELECT started_ms - started_ms % ${dayMs} AS startMs, guard, count(*) AS requests
FROM requests INDEXED BY requests_guarded
WHERE guard IS NOT NULL AND started_ms >= ? AND started_ms < ? GROUP BY 1, 2`

type Bound = Record<string, string | number>

interface DaySum {
  readonly startMs: number
  readonly requests: number
  readonly nanoUsd: number
}

type Day = { -readonly [Name in keyof BudgetHistory['days'][number]]: BudgetHistory['days'][number][Name] }

/** @throws AppError `invalid-request` that names the parameter. */
export const parseDays = (query: RawQuery): number => readCount(collect(query, ['days']), 'days', defaultDays, maxDays)

/**
 * The last `days` days, oldest first, without gaps. Costs and requests stay when single requests are forgotten, what the guard
 * did does not.
 * @param billing The kinds whose cost counts.
 */
export function readBudgetHistory(
  database: Database,
  days: number,
  billing: readonly string[],
  nowMs: number,
): BudgetHistory {
  const toMs = floorTo(dayMs, nowMs) + dayMs
  const fromMs = toMs - days * dayMs
  const byStart = new Map<number, Day>()
  for (let startMs = fromMs; startMs < toMs; startMs += dayMs) byStart.set(startMs, emptyDay(startMs))
  database.transaction(() => {
    for (const sum of readSums(database, billing, fromMs, toMs)) {
      const day = byStart.get(sum.startMs)
      if (day === undefined) continue
      day.requests += sum.requests
      day.nanoUsd = safe(day.nanoUsd + sum.nanoUsd)
    }
    const acts = database.query<{ startMs: number; guard: string; requests: number }, [number, number]>(countActs)
    for (const { startMs, guard, requests } of acts.all(fromMs, toMs)) {
      const day = byStart.get(startMs)
      if (day !== undefined && isCounted(guard)) day[guard] = requests
    }
  })()
  return { days: [...byStart.values()] }
}

function readSums(database: Database, billing: readonly string[], fromMs: number, toMs: number): readonly DaySum[] {
  const $billing = JSON.stringify(billing)
  const folded = database.query<DaySum, [Bound]>(sumDays)
  return [
    ...cover(readLevels(database), fromMs, toMs).flatMap((stretch) =>
      folded.all({ $billing, $stepMs: stretch.stepMs, $fromMs: stretch.fromMs, $toMs: stretch.toMs }),
    ),
    ...database
      .query<DaySum, [Bound]>(sumUnfolded)
      .all({ $billing, $folded: foldedSeq(database), $fromMs: fromMs, $toMs: toMs }),
  ]
}

const emptyDay = (startMs: number): Day => ({
  startMs,
  nanoUsd: 0,
  requests: 0,
  blocked: 0,
  cut: 0,
  downgraded: 0,
  warned: 0,
})

/** A runaway that was stopped is no matter of the budget; it has its alert. */
const counted = ['blocked', 'cut', 'downgraded', 'warned'] as const
const isCounted = (guard: string): guard is (typeof counted)[number] => (counted as readonly string[]).includes(guard)
