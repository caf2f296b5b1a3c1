/**
 * Which requests are whose session's: filled by the fold, a row for what each session had in it. An index of `requests` would
 * cost every row a page of its own on the way of the traffic, since rows that follow each other are of different sessions.
 */
import type { Database } from 'bun:sqlite'
import type { Entry } from './figures.ts'

/** Requests of one session that are folded together. */
interface Stretch {
  firstMs: number
  lastMs: number
  readonly seqs: number[]
}

/** By session. */
export type Stretches = Map<string, Stretch>

/**
 * The rows of `requests` of the sessions that `$sessions` lists, with those above `$folded`, which no stretch has yet. A stretch
 * may reach out of the window from `$fromMs` until `$toMs`: the time of each row is still to be asked for.
 */
export const requestsOfSessions = `(
  SELECT one.value AS found FROM session_requests, json_each(seqs) AS one
  WHERE session_id IN (SELECT value FROM json_each($sessions)) AND last_ms >= $fromMs AND first_ms < $toMs
  UNION ALL
  SELECT seq FROM requests NOT INDEXED WHERE seq > $folded AND session_id IN (SELECT value FROM json_each($sessions))
) CROSS JOIN requests ON seq = found`

const insertStretch = `INSERT INTO session_requests (session_id, last_ms, last_seq, first_ms, seqs) VALUES (?, ?, ?, ?, ?)`
// A stretch that ends before a moment holds nothing newer, and the numbers of deleted rows in others are found no more.
const deleteStretches = `DELETE FROM session_requests WHERE last_ms < ? AND session_id IN
(SELECT session_id FROM requests WHERE seq IN (SELECT value FROM json_each(?)))`

export function addToStretch(stretches: Stretches, { sessionId, startedMs, seq, requests }: Entry): void {
  // A part of the cost comes after its request.
  if (sessionId === null || requests === 0) return
  const stretch = stretches.get(sessionId)
  if (stretch === undefined) {
    stretches.set(sessionId, { firstMs: startedMs, lastMs: startedMs, seqs: [seq] })
    return
  }
  stretch.firstMs = Math.min(stretch.firstMs, startedMs)
  stretch.lastMs = Math.max(stretch.lastMs, startedMs)
  stretch.seqs.push(seq)
}

export function writeStretches(database: Database, stretches: Stretches): void {
  const write = database.query<unknown, [string, number, number, number, string]>(insertStretch)
  for (const [sessionId, { firstMs, lastMs, seqs }] of stretches)
    write.run(sessionId, lastMs, seqs.at(-1) ?? 0, firstMs, `[${seqs.join(',')}]`)
}

/**
 * Forgets what ended before `beforeMs`, in the sessions of the given requests. To be called before those are deleted.
 * @param seqs A JSON array.
 */
export const deleteStretchesOf = (database: Database, seqs: string, beforeMs: number): void =>
  void database.query<unknown, [number, string]>(deleteStretches).run(beforeMs, seqs)
