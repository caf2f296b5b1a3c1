/**
 * The roll-ups' four widths of period and how a stretch of time is covered by them: each part by the widest period that is
 * there, so that a month is read from thirty rows of days and a few of minutes at its ends.
 */
import type { Database } from 'bun:sqlite'

export const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Ascending; each a multiple of the one before. */
export const stepsMs = [minuteMs, 15 * minuteMs, 2 * hourMs, dayMs] as const

export interface Level {
  readonly stepMs: number
  /** Periods from here … */
  readonly fromMs: number
  /** … up to here are there. Both are multiples of the step above. */
  readonly untilMs: number
}

export interface Stretch {
  readonly stepMs: number
  readonly fromMs: number
  readonly toMs: number
}

const selectLevels =
  'SELECT step_ms AS stepMs, from_ms AS fromMs, until_ms AS untilMs FROM rollup_levels ORDER BY step_ms'

export const readLevels = (database: Database): Level[] => database.query<Level, []>(selectLevels).all()

export const floorTo = (stepMs: number, atMs: number): number => Math.floor(atMs / stepMs) * stepMs
export const ceilTo = (stepMs: number, atMs: number): number => Math.ceil(atMs / stepMs) * stepMs

/** @param fromMs With `toMs`: aligned by {@link alignFrom} and {@link alignTo}. */
export function cover(levels: readonly Level[], fromMs: number, toMs: number): Stretch[] {
  const level = levels.at(-1)
  if (level === undefined || fromMs >= toMs) return []
  const { stepMs } = level
  if (levels.length === 1) return [{ stepMs, fromMs, toMs }]
  const finer = levels.slice(0, -1)
  const first = ceilTo(stepMs, fromMs)
  const last = Math.min(floorTo(stepMs, toMs), level.untilMs)
  if (first >= last) return cover(finer, fromMs, toMs)
  return [...cover(finer, fromMs, first), { stepMs, fromMs: first, toMs: last }, ...cover(finer, last, toMs)]
}

/** The start of the finest period still kept that holds `atMs`. */
export const alignFrom = (levels: readonly Level[], atMs: number): number => floorTo(finestAt(levels, atMs), atMs)

/** The end of the finest period still kept that holds the moment before `atMs`. */
export const alignTo = (levels: readonly Level[], atMs: number): number => ceilTo(finestAt(levels, atMs), atMs)

function finestAt(levels: readonly Level[], atMs: number): number {
  const level = levels.find(({ stepMs, fromMs }) => floorTo(stepMs, atMs) >= fromMs)
  return level?.stepMs ?? dayMs
}
