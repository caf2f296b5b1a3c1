/** The webhook's side of the table `alerts`: which one is next, and how a try ended. */
import type { Database } from 'bun:sqlite'
import type { Alert, Delivery } from '../neutral/alert.ts'
import { alertColumns, type AlertRow, readAlertRow } from './alert-row.ts'

export interface WaitingAlert {
  readonly alert: Alert
  /** Unix ms. */
  readonly nextTryMs: number
}

type WaitingRow = AlertRow & { readonly nextTryMs: number }

const selectNext = `SELECT ${alertColumns}, coalesce(next_try_ms, 0) AS nextTryMs FROM alerts INDEXED BY alerts_waiting
WHERE delivery = 'waiting' AND ($all OR type = 'test') ORDER BY seq LIMIT 1`

/** The one that waits longest; it goes before all others, also where it is not yet due. */
export function nextWaiting(database: Database, which: 'all' | 'tests'): WaitingAlert | null {
  const row = database.query<WaitingRow, [{ $all: number }]>(selectNext).get({ $all: Number(which === 'all') })
  if (row === null) return null
  const { nextTryMs, ...alert } = row
  return { alert: readAlertRow(alert), nextTryMs }
}

/** How a try ended. */
export interface TryResult {
  readonly id: string
  readonly delivery: Delivery
  readonly tries: number
  /** null where there is none. */
  readonly nextTryMs: number | null
  /** null where it did not fail; the one before is kept then. */
  readonly error: string | null
}

const update = `UPDATE alerts SET delivery = $delivery, tries = $tries, next_try_ms = $nextTryMs,
  last_error = coalesce($error, last_error) WHERE id = $id`

export function noteTry(database: Database, { id, delivery, tries, nextTryMs, error }: TryResult): void {
  database.query(update).run({ $id: id, $delivery: delivery, $tries: tries, $nextTryMs: nextTryMs, $error: error })
}
