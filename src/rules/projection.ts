/** When a limit will be spent if spending goes on as in the last quarter of its window. */
import type { Ledger } from './ledger.ts'
import { windowMs, type WindowName } from './windows.ts'

/** The time ahead is looked at in so many steps. */
const steps = 96

/**
 * While time goes on, old spend slides out and new comes in at the rate of the last quarter of the window.
 * @returns Unix ms, within a ninety-sixth of the window; now where it is spent already; null where it never is at that rate.
 */
export function projectedBreach(
  ledger: Pick<Ledger, 'since' | 'standing'>,
  scope: string,
  window: WindowName,
  limitNanoUsd: number,
  nowMs: number,
): number | null {
  const length = windowMs[window]
  const { [window]: spent, reserved } = ledger.standing(scope, nowMs)
  if (spent + reserved >= limitNanoUsd) return nowMs
  const perMs = ledger.since(scope, nowMs - length / 4) / (length / 4)
  if (perMs === 0) return null
  for (let step = 1; step <= steps; step++) {
    const ahead = (length * step) / steps
    const kept = ledger.since(scope, nowMs + ahead - length)
    if (kept + reserved + perMs * ahead >= limitNanoUsd) return Math.round(nowMs + ahead)
  }
  return null
}
