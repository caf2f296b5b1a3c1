/** Taking note of alerts: all of them, or those that a person names. */
import type { Database } from 'bun:sqlite'
import type { Alert } from '../neutral/alert.ts'
import { AppError } from '../neutral/error.ts'
import { alertColumns, type AlertRow, readAlertRow } from './alert-row.ts'

/** Fewer characters of an id name too many alerts. */
const minPrefix = 6

const markAll = `UPDATE alerts SET acknowledged_ms = ? WHERE acknowledged_ms IS NULL RETURNING ${alertColumns}`
const markOne = `UPDATE alerts SET acknowledged_ms = ? WHERE id = ? AND acknowledged_ms IS NULL RETURNING ${alertColumns}`
// No id holds a character after `f`, so `g` ends the range of all that begin like this.
const selectIds = 'SELECT id FROM alerts WHERE id >= ? AND id < ? ORDER BY id LIMIT 2'

/**
 * @param ids Whole ids, or as much of a start as no other alert has.
 * @returns Those of which nobody had taken note before, oldest first.
 * @throws AppError `not-found`; `invalid-request` when one is too short or begins several. Nothing is changed then.
 */
export function acknowledgeAlerts(database: Database, ids: 'all' | readonly string[], nowMs: number): Alert[] {
  const acknowledge = database.transaction((): AlertRow[] => {
    if (ids === 'all') return database.query<AlertRow, [number]>(markAll).all(nowMs)
    const mark = database.query<AlertRow, [number, string]>(markOne)
    return ids.map((id) => wholeId(database, id)).flatMap((id) => mark.all(nowMs, id))
  })
  return acknowledge
    .immediate()
    .toSorted((one, other) => one.seq - other.seq)
    .map(readAlertRow)
}

function wholeId(database: Database, given: string): string {
  const wanted = given.toLowerCase()
  if (!/^[0-9a-f-]+$/.test(wanted)) throw unknown(given)
  if (wanted.length < minPrefix) {
    throw new AppError('invalid-request', `An alert's id needs at least ${minPrefix} characters.`)
  }
  const [row, other] = database.query<{ id: string }, [string, string]>(selectIds).all(wanted, `${wanted}g`)
  if (row === undefined) throw unknown(given)
  if (other === undefined || row.id === wanted) return row.id
  throw new AppError('invalid-request', `${wanted} begins several alerts, ${row.id} and ${other.id} among them.`)
}

const unknown = (id: string): AppError =>
  new AppError('not-found', `There is no alert ${id.length > 40 ? `${id.slice(0, 40)}…` : id}.`)
