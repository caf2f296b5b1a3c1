/** Raises the roll-ups of finished periods to the next wider width, and drops narrow ones that are old. */
import type { Database } from 'bun:sqlite'
import { dayMs, floorTo, minuteMs, readLevels, type Level } from './levels.ts'
import { addRollup, cellOf, changeRollups, rollupColumns, writeCells, type Cells, type RollupRow } from './rollups.ts'

/** Most requests that started in a period have ended by then; one that ends later is added to the raised period. */
const graceMs = 5 * minuteMs

/** Minutes are kept this long, for windows of hours anywhere in it; older windows start and end at wider periods. */
const minutesKeptMs = 8 * dayMs

const selectFirst = 'SELECT min(start_ms) AS startMs FROM rollups WHERE step_ms = ? AND start_ms >= ?'
const selectPeriod = `SELECT ${rollupColumns} FROM rollups WHERE step_ms = ? AND start_ms >= ? AND start_ms < ?`
const setUntil = 'UPDATE rollup_levels SET until_ms = ? WHERE step_ms = ?'
const setFrom = 'UPDATE rollup_levels SET from_ms = ? WHERE step_ms = ?'
const deleteBefore = 'DELETE FROM rollups WHERE step_ms = ? AND start_ms < ?'

interface RaisePlan {
  readonly stepMs: number
  readonly untilMs: number
  readonly cells: Cells
}

/**
 * Raises one period of one width.
 * @returns false when there is none to raise.
 */
export function raiseSome(database: Database, nowMs: number): boolean {
  const raised = changeRollups(
    database,
    () => planRaise(database, nowMs),
    ({ stepMs, untilMs, cells }) => {
      writeCells(database, cells)
      database.query<unknown, [number, number]>(setUntil).run(untilMs, stepMs)
    },
  )
  return raised !== null
}

function planRaise(database: Database, nowMs: number): RaisePlan | null {
  const levels = readLevels(database)
  for (const [index, level] of levels.entries()) {
    const finer = levels[index - 1]
    if (finer === undefined) continue
    const endMs = floorTo(level.stepMs, Math.min(nowMs - graceMs, finer.untilMs))
    if (level.untilMs < endMs) return planPeriod(database, level, finer, endMs)
  }
  return null
}

function planPeriod(database: Database, { stepMs, untilMs }: Level, finer: Level, endMs: number): RaisePlan {
  const first = database
    .query<{ startMs: number | null }, [number, number]>(selectFirst)
    .get(finer.stepMs, untilMs)?.startMs
  const startMs = floorTo(stepMs, first ?? endMs)
  const cells: Cells = new Map()
  if (startMs >= endMs) return { stepMs, untilMs: endMs, cells }
  const rows = database
    .query<RollupRow, [number, number, number]>(selectPeriod)
    .all(finer.stepMs, startMs, startMs + stepMs)
  for (const row of rows) addRollup(cellOf(cells, stepMs, startMs, row), row)
  return { stepMs, untilMs: startMs + stepMs, cells }
}

/**
 * Drops the rows of a few periods that need no longer be told apart so finely: minutes after eight days, quarters and two
 * hours with the requests themselves. Days stay.
 * @param requestsFromMs Older requests are deleted; null when all are kept.
 * @returns false when there are none to drop.
 */
export function trimSome(database: Database, nowMs: number, requestsFromMs: number | null): boolean {
  const [minutes, quarters, hours, days] = readLevels(database)
  if (minutes === undefined || quarters === undefined || hours === undefined || days === undefined) return false
  const requestsMs = requestsFromMs ?? 0
  const isMore = [
    trimLevel(database, minutes, quarters, nowMs - minutesKeptMs),
    trimLevel(database, quarters, hours, Math.min(requestsMs, nowMs - minutesKeptMs)),
    trimLevel(database, hours, days, Math.min(requestsMs, nowMs - minutesKeptMs)),
  ]
  return isMore.includes(true)
}

/** Readers turn away from what is about to go first, so that it may go a little at a time. */
function trimLevel(database: Database, level: Level, wider: Level, beforeMs: number): boolean {
  const { stepMs } = level
  const fromMs = floorTo(wider.stepMs, Math.min(beforeMs, wider.untilMs))
  if (fromMs > level.fromMs) {
    changeRollups(
      database,
      () => fromMs,
      () => database.query<unknown, [number, number]>(setFrom).run(fromMs, stepMs),
    )
  }
  const first =
    database.query<{ startMs: number | null }, [number, number]>(selectFirst).get(stepMs, 0)?.startMs ?? null
  const keptMs = Math.max(fromMs, level.fromMs)
  if (first === null || first >= keptMs) return false
  const nextMs = Math.min(keptMs, first + (stepMs === minuteMs ? 4 * stepMs : stepMs))
  database.query<unknown, [number, number]>(deleteBefore).run(stepMs, nextMs)
  return true
}
