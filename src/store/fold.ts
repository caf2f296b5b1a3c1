/**
 * Folds finished requests into the roll-ups and the sessions, in the order of their row numbers. A request that is not yet
 * folded is missing from nothing: readers add it from its own row.
 */
import type { Database } from 'bun:sqlite'
import { entryColumns, selectParts, type Entry, type Use } from './figures.ts'
import { floorTo, readLevels, type Level } from './levels.ts'
import { addEntry, cellOf, changeRollups, correctCell, readBins, writeCells, type Cells } from './rollups.ts'
import { toldRequests } from './paid-attempts.ts'
import { addSavings, gatherSavings, type SavingsRow } from './savings-rows.ts'
import { addToStretch, type Stretches, writeStretches } from './session-requests.ts'
import { addToSession, readUses, writeSessions, type SessionChanges } from './sessions.ts'

const selectFolded = 'SELECT seq FROM fold_state'
const selectBacklog = 'SELECT coalesce(max(seq), 0) - (SELECT seq FROM fold_state) AS waiting FROM requests'
const selectNext = `SELECT ${entryColumns} FROM requests WHERE seq > ? ORDER BY seq LIMIT ?`
const selectTheirParts = selectParts(toldRequests('request_seq > ? AND request_seq <= ?'), 'true')
const advance = 'UPDATE fold_state SET seq = ?'

interface FoldPlan {
  readonly rows: number
  readonly lastSeq: number
  readonly cells: Cells
  readonly sessions: SessionChanges
  readonly stretches: Stretches
  readonly savings: readonly SavingsRow[]
}

/** Row number up to which requests are in the roll-ups. */
export const foldedSeq = (database: Database): number =>
  database.query<{ seq: number }, []>(selectFolded).get()?.seq ?? 0

/** Requests not yet in the roll-ups. */
export const countUnfolded = (database: Database): number =>
  Math.max(0, database.query<{ waiting: number }, []>(selectBacklog).get()?.waiting ?? 0)

/**
 * Folds the next requests. Holds the write lock only while the sums are written, about half a millisecond for 250 rows.
 * @returns How many were folded.
 */
export function foldSome(database: Database, limit = 250): number {
  const folded = changeRollups(
    database,
    () => planFold(database, limit),
    (plan) => {
      writeCells(database, plan.cells)
      writeSessions(database, plan.sessions)
      writeStretches(database, plan.stretches)
      addSavings(database, plan.savings)
      database.query<unknown, [number]>(advance).run(plan.lastSeq)
    },
  )
  return folded?.rows ?? 0
}

function planFold(database: Database, limit: number): FoldPlan | null {
  const after = foldedSeq(database)
  const entries = database.query<Entry, [number, number]>(selectNext).all(after, limit)
  const last = entries.at(-1)
  if (last === undefined) return null
  const levels = readLevels(database)
  const cells: Cells = new Map()
  const sessions: SessionChanges = new Map()
  const stretches: Stretches = new Map()
  const parts = database.query<Entry, [number, number]>(selectTheirParts).all(after, last.seq)
  for (const entry of [...entries, ...parts]) {
    for (const level of levels) {
      const startMs = floorTo(level.stepMs, entry.startedMs)
      if (isThere(level, startMs)) addEntry(cellOf(cells, level.stepMs, startMs, entry), entry)
    }
    addToSession(sessions, entry)
    addToStretch(stretches, entry)
  }
  readBins(database, cells)
  readUses(database, sessions)
  const savings = gatherSavings(database, after, last.seq)
  return { rows: entries.length, lastSeq: last.seq, cells, sessions, stretches, savings }
}

/** A request that ends late is added to the wider periods that were raised without it; others will be raised with it. */
const isThere = (level: Level, startMs: number): boolean => startMs >= level.fromMs && startMs < level.untilMs

/** Of a request, or of an attempt that tells its part of the cost. */
export interface CostChange extends Use {
  readonly seq: number
  readonly startedMs: number
  readonly sessionId: string | null
  /** New minus old, of each. */
  readonly costNanoUsd: number
  readonly unpriced: number
  readonly estimated: number
}

const bumpEdition = 'UPDATE fold_state SET edition = edition + 1'
const correctSession = 'UPDATE sessions SET cost_nano_usd = cost_nano_usd + ?, unpriced = unpriced + ? WHERE id = ?'

/**
 * Carries a change of past rows' cost into the sums. To be called inside the write transaction that changes the rows
 * themselves; rows not yet folded are left out, since they will be folded with their new cost.
 */
export function correctCosts(database: Database, changes: readonly CostChange[]): void {
  const folded = foldedSeq(database)
  const levels = readLevels(database)
  const session = database.query<unknown, (string | number)[]>(correctSession)
  database.run(bumpEdition)
  for (const change of changes) {
    if (change.seq > folded) continue
    const { costNanoUsd, unpriced, startedMs } = change
    for (const level of levels) {
      if (isThere(level, floorTo(level.stepMs, startedMs))) correctCell(database, level.stepMs, startedMs, change)
    }
    if (change.sessionId !== null) session.run(costNanoUsd, unpriced, change.sessionId)
  }
}
