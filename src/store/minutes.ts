/**
 * Finds the minutes in which requests with a given provider, model, agent, billing or outcome started, newest first, by
 * going down the roll-ups: an index over ten million rows that costs the writer nothing, where indexes on these columns
 * would make each row half as dear again (38 µs to 58).
 */
import type { Database } from 'bun:sqlite'
import { bindConditions, requestMatches, rollupMatches, type Bound } from './conditions.ts'
import type { Conditions } from './filters.ts'
import { foldedSeq } from './fold.ts'
import { floorTo, minuteMs, readLevels, type Level } from './levels.ts'
import type { Span } from './window.ts'

const selectLast = 'SELECT max(start_ms) AS startMs FROM rollups WHERE step_ms = ? AND start_ms < ?'
const selectPeriods = `SELECT start_ms AS startMs, parts FROM rollups
WHERE step_ms = $stepMs AND start_ms >= $fromMs AND start_ms < $toMs AND ${rollupMatches}`
const selectUnfolded = `SELECT DISTINCT started_ms - started_ms % 60000 AS startMs FROM requests NOT INDEXED
WHERE seq > $seq AND started_ms >= $fromMs AND started_ms < $toMs AND ${requestMatches}`

/** Periods of the widest level looked at in one go; a common value is found in the first. */
const stride = 4

/** Starts of minutes in the span, newest first, each once; every matching request started in one of them. */
export function* minutesWith(database: Database, conditions: Conditions, span: Span): Generator<number> {
  const unfolded = readUnfolded(database, conditions, span)
  let last = Infinity
  const [minutes, ...wider] = readLevels(database)
  if (minutes === undefined) return
  for (const startMs of descend(database, bindConditions(conditions), [minutes, ...wider], span)) {
    for (; (unfolded[0] ?? -1) > startMs; unfolded.shift()) yield unfolded[0] ?? startMs
    if (unfolded[0] === startMs) unfolded.shift()
    if (startMs < last) yield startMs
    last = startMs
  }
  yield* unfolded
}

function readUnfolded(database: Database, conditions: Conditions, { fromMs: $fromMs, toMs: $toMs }: Span): number[] {
  const bound = { ...bindConditions(conditions), $seq: foldedSeq(database), $fromMs, $toMs }
  const rows = database.query<{ startMs: number }, [Bound]>(selectUnfolded).all(bound)
  return rows.map(({ startMs }) => startMs).sort((one, other) => other - one)
}

/** What lies after the widest level's raised periods is searched in the finer levels, then the level itself backwards. */
function* descend(database: Database, bound: Bound, levels: readonly Level[], span: Span): Generator<number> {
  const level = levels.at(-1)
  if (level === undefined) return
  const finer = levels.slice(0, -1)
  if (finer.length > 0) {
    yield* descend(database, bound, finer, { fromMs: Math.max(span.fromMs, level.untilMs), toMs: span.toMs })
  }
  const { stepMs } = level
  let toMs = Math.min(span.toMs, level.untilMs)
  while (toMs > span.fromMs) {
    const last =
      database.query<{ startMs: number | null }, [number, number]>(selectLast).get(stepMs, toMs)?.startMs ?? null
    if (last === null) return
    const fromMs = Math.max(floorTo(stepMs, span.fromMs), last - (stride - 1) * stepMs)
    for (const period of readPeriods(database, bound, stepMs, fromMs, toMs))
      yield* inside(database, bound, finer, period, span)
    toMs = fromMs
  }
}

interface Period {
  readonly startMs: number
  readonly parts: number
}

/** Newest first, each once. */
function readPeriods(database: Database, bound: Bound, $stepMs: number, $fromMs: number, $toMs: number): Period[] {
  const parts = new Map<number, number>()
  for (const row of database.query<Period, [Bound]>(selectPeriods).all({ ...bound, $stepMs, $fromMs, $toMs })) {
    parts.set(row.startMs, (parts.get(row.startMs) ?? 0) | row.parts)
  }
  return [...parts]
    .map(([startMs, bits]) => ({ startMs, parts: bits }))
    .sort((one, other) => other.startMs - one.startMs)
}

/** The minutes of one period, by the parts that its rows name. */
function* inside(
  database: Database,
  bound: Bound,
  finer: readonly Level[],
  period: Period,
  span: Span,
): Generator<number> {
  const level = finer.at(-1)
  if (level === undefined) {
    yield period.startMs
    return
  }
  const { stepMs } = level
  for (let part = 31 - Math.clz32(period.parts); part >= 0; part--) {
    if ((period.parts & (1 << part)) === 0) continue
    const startMs = period.startMs + part * stepMs
    if (startMs >= span.toMs || startMs + stepMs <= span.fromMs) continue
    if (stepMs === minuteMs) yield startMs
    else
      for (const one of readPeriods(database, bound, stepMs, startMs, startMs + stepMs)) {
        yield* inside(database, bound, finer.slice(0, -1), one, span)
      }
  }
}
