/**
 * What keeps the database small and quick, cut into steps so short that a row never waits for one: folding, raising,
 * retention, vacuum, checkpoints. Runs on the worker; every step holds the write lock for a few milliseconds at most.
 */
import type { Database } from 'bun:sqlite'
import { foldedSeq, foldSome } from './fold.ts'
import { dayMs } from './levels.ts'
import { raiseSome, trimSome } from './raise.ts'
import { deleteStretchesOf } from './session-requests.ts'
import { openWriteAheadLog } from './write-ahead-log.ts'

export interface Chore {
  readonly name: string
  /** How long it rests once there is nothing left to do. */
  readonly everyMs: number
  /** Time for the writer and for questions between two of its steps. */
  readonly pauseMs: number
  /** False where it takes no lock that a writer would wait for. */
  readonly isWrite: boolean
  /** @returns true when there is more to do. */
  step(nowMs: number): boolean
}

const foldRows = 500
// Of ten million rows: 200 rows are gone in 1.2 ms, 64 pages are given back in 0.7 ms.
const deletedRows = 200
const deletedSessions = 200
const vacuumedPages = 64
/** Free pages that stay for the rows to come: giving them back only to take them again would be work for nothing. */
const keptFreePages = 256
const keptFreeShare = 0.05

/**
 * @param retentionDays Read at every step; null keeps all requests.
 * @param path Of the database file.
 */
export function storeChores(database: Database, path: string, retentionDays: () => number | null): Chore[] {
  const requestsFromMs = (nowMs: number) => {
    const days = retentionDays()
    return days === null ? null : nowMs - days * dayMs
  }
  const write = (name: string, everyMs: number, pauseMs: number, step: Chore['step']): Chore => ({
    name,
    everyMs,
    pauseMs,
    isWrite: true,
    step,
  })
  const log = openWriteAheadLog(database, path)
  // What has waited for days can wait a little longer: its steps lie far apart, so that a writer seldom meets one.
  return [
    write('fold', 1000, 2, () => foldSome(database, foldRows) === foldRows),
    write('raise', 20_000, 5, (nowMs) => raiseSome(database, nowMs)),
    { name: 'copy the log', everyMs: 1000, pauseMs: 0, isWrite: false, step: (nowMs) => (log.copy(nowMs), false) },
    // As one that writes, so that the writer stands back.
    write('finish the log', 1000, 0, () => (log.finish(), false)),
    write('trim', 60_000, 20, (nowMs) => trimSome(database, nowMs, requestsFromMs(nowMs))),
    write('delete', 60_000, 20, (nowMs) => {
      const beforeMs = requestsFromMs(nowMs)
      return beforeMs !== null && (deleteRequests(database, beforeMs) || deleteSessions(database, beforeMs))
    }),
    // No PRAGMA optimize: it held the write lock for 35 s on ten million rows, and the large queries name their index.
    write('vacuum', 60_000, 20, () => vacuumSome(database)),
  ]
}

// Rows not yet folded stay until they are. The last row stays too: SQLite would give its number to the next one, and what
// is folded goes by number.
const selectOld = `SELECT seq FROM requests INDEXED BY requests_started
WHERE started_ms < ? AND seq <= ? AND seq < (SELECT max(seq) FROM requests) ORDER BY started_ms LIMIT ?`
const deleteAttempts = 'DELETE FROM attempt_rows WHERE request_seq IN (SELECT value FROM json_each(?))'
const deleteRows = 'DELETE FROM requests WHERE seq IN (SELECT value FROM json_each(?))'
const deleteOldSessions = `DELETE FROM sessions WHERE id IN
(SELECT id FROM sessions INDEXED BY sessions_last WHERE last_ms < ? LIMIT ?)`

/** @returns true when there may be more. */
export function deleteRequests(database: Database, beforeMs: number, limit = deletedRows): boolean {
  const old = database.query<{ seq: number }, [number, number, number]>(selectOld)
  const seqs = old.all(beforeMs, foldedSeq(database), limit).map(({ seq }) => seq)
  if (seqs.length === 0) return false
  const list = JSON.stringify(seqs)
  database
    .transaction(() => {
      database.query<unknown, [string]>(deleteAttempts).run(list)
      deleteStretchesOf(database, list, beforeMs)
      database.query<unknown, [string]>(deleteRows).run(list)
    })
    .immediate()
  return seqs.length === limit
}

/** @returns true when there may be more. */
export const deleteSessions = (database: Database, beforeMs: number): boolean =>
  database.query<unknown, [number, number]>(deleteOldSessions).run(beforeMs, deletedSessions).changes ===
  deletedSessions

const pragma = (database: Database, name: 'freelist_count' | 'page_count'): number =>
  database.query<Record<string, number>, []>(`PRAGMA ${name}`).get()?.[name] ?? 0

/** Gives free pages back to the file system, a few at a time. @returns true when there are more. */
export function vacuumSome(database: Database): boolean {
  const kept = Math.max(keptFreePages, pragma(database, 'page_count') * keptFreeShare)
  if (pragma(database, 'freelist_count') <= kept) return false
  // One page a row of the answer: only reading them all frees them all.
  database.query(`PRAGMA incremental_vacuum(${vacuumedPages})`).all()
  return true
}
