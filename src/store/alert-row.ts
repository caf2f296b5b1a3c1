/** An alert as a row of the table `alerts`, both ways. */
import type { Alert } from '../neutral/alert.ts'

export const alertColumns = `seq, id, at_ms AS atMs, type, severity, kind, scope, message, details,
  acknowledged_ms AS acknowledgedMs, delivery, tries, last_error AS lastError`

export interface AlertRow extends Omit<Alert, 'details'> {
  readonly seq: number
  /** JSON. */
  readonly details: string
}

export function readAlertRow(row: AlertRow): Alert {
  const { seq: _, details, ...rest } = row
  return { ...rest, details: JSON.parse(details) as Alert['details'] }
}

export const insertAlert = `INSERT INTO alerts
  (id, at_ms, type, severity, kind, scope, message, details, acknowledged_ms, delivery, tries, next_try_ms, last_error)
VALUES ($id, $atMs, $type, $severity, $kind, $scope, $message, $details, $acknowledgedMs, $delivery, $tries, $nextTryMs,
  $lastError)`

export const bindAlert = (alert: Alert): Record<string, string | number | null> => ({
  $id: alert.id,
  $atMs: alert.atMs,
  $type: alert.type,
  $severity: alert.severity,
  $kind: alert.kind,
  $scope: alert.scope,
  $message: alert.message,
  $details: JSON.stringify(alert.details),
  $acknowledgedMs: alert.acknowledgedMs,
  $delivery: alert.delivery,
  $tries: alert.tries,
  // At once.
  $nextTryMs: alert.delivery === 'waiting' ? alert.atMs : null,
  $lastError: alert.lastError,
})
