/**
 * The history of alerts, in the table `alerts`. Each function is one short step on the connection it is given, and throws
 * SQLite's own error where the database is locked or full.
 */
import type { Database } from 'bun:sqlite'
import type { Alert } from '../neutral/alert.ts'
import { AppError } from '../neutral/error.ts'
import type { AlertQuery } from './alert-query.ts'
import { alertTypes, severities } from './alert-query.ts'
import { alertColumns, type AlertRow, bindAlert, insertAlert, readAlertRow } from './alert-row.ts'

/** One that still has to be sent is kept this long, however many there are. */
const keptWaitingMs = 86_400_000

// Numbers of rows have no gaps above the oldest, so what is beyond the limit is found without counting. A time after the end
// is of a clock that was set back since.
const deleteOld = `DELETE FROM alerts WHERE seq <= $seq
  AND NOT (delivery = 'waiting' AND at_ms BETWEEN $nowMs - $keptMs AND $nowMs + $keptMs)`

/** Writes them in this order, and forgets the oldest beyond `maxHistory`: all of it or nothing. */
export function enterAlerts(database: Database, alerts: readonly Alert[], nowMs: number, maxHistory: number): void {
  const insert = database.query(insertAlert)
  const enter = database.transaction(() => {
    let newest = 0
    for (const alert of alerts) newest = Number(insert.run(bindAlert(alert)).lastInsertRowid)
    database.query(deleteOld).run({ $seq: newest - maxHistory, $nowMs: nowMs, $keptMs: keptWaitingMs })
  })
  enter.immediate()
}

const selectById = `SELECT ${alertColumns} FROM alerts WHERE id = ?`

/** @returns null where there is none, or no more. */
export function readAlert(database: Database, id: string): Alert | null {
  const row = database.query<AlertRow, [string]>(selectById).get(id)
  return row === null ? null : readAlertRow(row)
}

const selectPage = `SELECT ${alertColumns} FROM alerts
WHERE seq < $before
  AND ($types IS NULL OR type IN (SELECT value FROM json_each($types)))
  AND ($severities IS NULL OR severity IN (SELECT value FROM json_each($severities)))
  AND ($acknowledged IS NULL OR (acknowledged_ms IS NOT NULL) = $acknowledged)
ORDER BY seq DESC LIMIT $limit`

export interface AlertList {
  readonly alerts: Alert[]
  readonly nextCursor: string | null
}

/**
 * Newest first. Alerts raised between two pages never shift what the second one shows.
 * @throws AppError `invalid-request` for a cursor that is none or belongs to other filters.
 */
export function listAlerts(database: Database, query: AlertQuery): AlertList {
  const { type, severity, acknowledged, limit, cursor } = query
  const owner = Bun.hash(JSON.stringify([type, severity, acknowledged])).toString(36)
  const rows = database.query<AlertRow, [Record<string, string | number | null>]>(selectPage).all({
    $before: cursor === null ? Number.MAX_SAFE_INTEGER : readCursor(cursor, owner),
    $types: type === null ? null : JSON.stringify(type),
    $severities: severity === null ? null : JSON.stringify(severity),
    $acknowledged: acknowledged === null ? null : Number(acknowledged),
    // One more than asked tells whether there is another page, so that none is empty.
    $limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const isMore = rows.length > limit && last !== undefined
  return { alerts: page.map(readAlertRow), nextCursor: isMore ? writeCursor(last.seq, owner) : null }
}

const writeCursor = (seq: number, owner: string): string =>
  Buffer.from(JSON.stringify([seq, owner])).toString('base64url')

function readCursor(text: string, owner: string): number {
  const [, digits = '', given] = /^\[(\d{1,15}),"(\w+)"\]$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (digits === '') throw new AppError('invalid-request', 'cursor is not one that this list gave out.')
  if (given === owner) return Number(digits)
  throw new AppError('invalid-request', 'cursor belongs to other filters; repeat those, or start without a cursor.')
}

export interface AlertSums {
  readonly byType: Record<string, number>
  readonly bySeverity: Record<string, number>
  readonly unacknowledged: number
  /** For the webhook. */
  readonly waiting: number
}

const selectCounts = `SELECT type, severity, count(*) AS count, sum(acknowledged_ms IS NULL) AS open,
  sum(delivery = 'waiting') AS waiting FROM alerts GROUP BY type, severity`

interface CountRow {
  readonly type: string
  readonly severity: string
  readonly count: number
  readonly open: number
  readonly waiting: number
}

/** Of all that are kept; a type that has none counts 0. */
export function countAlerts(database: Database): AlertSums {
  const byType: Record<string, number> = Object.fromEntries(alertTypes.map((type) => [type, 0]))
  const bySeverity: Record<string, number> = Object.fromEntries(severities.map((severity) => [severity, 0]))
  let [unacknowledged, waiting] = [0, 0]
  for (const row of database.query<CountRow, []>(selectCounts).all()) {
    byType[row.type] = (byType[row.type] ?? 0) + row.count
    bySeverity[row.severity] = (bySeverity[row.severity] ?? 0) + row.count
    unacknowledged += row.open
    waiting += row.waiting
  }
  return { byType, bySeverity, unacknowledged, waiting }
}

/** Something that was raised not long ago, and when last. */
export interface RecentAlert {
  readonly type: string
  readonly kind: string
  readonly scope: string
  readonly atMs: number
}

const selectRecent = `SELECT type, kind, scope, max(at_ms) AS atMs FROM alerts WHERE at_ms > ?
GROUP BY type, kind, scope ORDER BY atMs`

export const recentAlerts = (database: Database, sinceMs: number): RecentAlert[] =>
  database.query<RecentAlert, [number]>(selectRecent).all(sinceMs)
