/** Alerts for tests. */
import type { Alert, NewAlert } from '../../src/neutral/alert.ts'

export const breach: NewAlert = {
  type: 'breach',
  severity: 'critical',
  kind: 'daily',
  scope: 'all',
  message: 'The daily limit of $50 is reached: $49.9 spent, this request is estimated at $0.2.',
  details: {
    limitNanoUsd: 50_000_000_000,
    spentNanoUsd: 49_900_000_000,
    estimateNanoUsd: 200_000_000,
    freesAtMs: Date.UTC(2026, 5, 1, 16, 30),
  },
}

export const alertOf = (over: Partial<Alert> = {}): Alert => ({
  ...breach,
  id: '019e82f4-2e00-7000-8000-000000000001',
  atMs: Date.UTC(2026, 5, 1, 12),
  acknowledgedMs: null,
  delivery: 'waiting',
  tries: 0,
  lastError: null,
  ...over,
})
