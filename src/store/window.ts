/** A window as two moments: exact for lists, widened to whole periods for sums, with the step of its series. */
import type { Database } from 'bun:sqlite'
import type { Window } from './filters.ts'
import { alignFrom, alignTo, ceilTo, dayMs, floorTo, minuteMs, type Level } from './levels.ts'

export interface Span {
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
}

const hourMs = 60 * minuteMs

/** Widths of a point of a series; all but the five minutes are made of whole periods of some roll-up. */
const stepsMs = [
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  4 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
  7 * dayMs,
  28 * dayMs,
] as const
const maxPoints = 120

const selectFirst = `SELECT min(first) AS ms FROM (SELECT min(started_ms) AS first FROM requests
UNION ALL SELECT min(start_ms) FROM rollups WHERE step_ms = 86400000
UNION ALL SELECT min(start_ms) FROM rollups WHERE step_ms = 60000)`
const selectLast = 'SELECT max(started_ms) AS ms FROM requests'

/** The moments between which a list looks. */
export function resolveWindow(window: Window, nowMs: number): Span {
  switch (window.kind) {
    case 'last':
      return { fromMs: Math.max(0, nowMs - window.ms), toMs: nowMs + 1 }
    case 'all':
      return { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
    case 'between':
      return { fromMs: window.fromMs ?? 0, toMs: window.toMs ?? Number.MAX_SAFE_INTEGER }
  }
  return window satisfies never
}

/** The same for sums: whole minutes, wider periods where minutes are no longer kept, and ends where there is something. */
export function resolveSums(database: Database, levels: readonly Level[], window: Window, nowMs: number): Span {
  const { fromMs, toMs } = resolveWindow(window, nowMs)
  const first = fromMs > 0 ? fromMs : (readMs(database, selectFirst) ?? nowMs)
  const last = toMs < Number.MAX_SAFE_INTEGER ? toMs : Math.max(nowMs, readMs(database, selectLast) ?? 0) + 1
  const from = alignFrom(levels, Math.min(first, last - 1))
  return { fromMs: from, toMs: Math.max(alignTo(levels, last), from + minuteMs) }
}

const readMs = (database: Database, sql: string): number | null =>
  database.query<{ ms: number | null }, []>(sql).get()?.ms ?? null

/** The narrowest step that makes no more points than a chart can show. */
export function chooseStep({ fromMs, toMs }: Span): number {
  const points = (stepMs: number) => (ceilTo(stepMs, toMs) - floorTo(stepMs, fromMs)) / stepMs
  let stepMs: number = stepsMs.find((step) => points(step) <= maxPoints) ?? stepsMs[stepsMs.length - 1] ?? dayMs
  while (points(stepMs) > maxPoints) stepMs *= 2
  return stepMs
}
