/** Spend by the minute, and whether it doubles from minute to minute: growth that goes on, not agents that start to work. */
import type { Finding } from './anomalies.ts'
import { usd } from './anomalies-words.ts'

export interface Spend {
  /** @param nanoUsd Negative where an estimate was too high. */
  add(atMs: number, nanoUsd: number): void
  /** @param ago Whole minutes before the one that is running. */
  minute(nowMs: number, ago: number): number
  clear(): void
}

const minuteMs = 60_000

/**
 * Work that starts makes two doublings: the minute in which it starts is a part of one. A third is growth, or the first minute of a
 * session, which is a part of one, too; that one must not be cheap.
 */
const doublings = 3
/** What the first of these minutes must have cost, nano-USD: $0.50. The last one costs $4 then. */
const leastNanoUsd = 500_000_000

export function openSpend(): Spend {
  /** By minute; the oldest first. */
  const minutes = new Map<number, number>()
  return {
    add(atMs, nanoUsd) {
      if (nanoUsd === 0) return
      const minute = Math.floor(atMs / minuteMs)
      minutes.set(minute, (minutes.get(minute) ?? 0) + nanoUsd)
      // This one, those that are judged, and one that a late settlement may bring back.
      if (minutes.size <= doublings + 3) return
      minutes.delete(Math.min(...minutes.keys()))
    },
    minute: (nowMs, ago) => minutes.get(Math.floor(nowMs / minuteMs) - ago) ?? 0,
    clear: () => minutes.clear(),
  }
}

export function spendFinding(spend: Spend, nowMs: number, scope: Finding['scope']): Finding | null {
  // Nearly always the last minute says enough.
  if (spend.minute(nowMs, 1) < leastNanoUsd * 2 ** doublings) return null
  const minutes = Array.from({ length: doublings + 1 }, (_, index) => spend.minute(nowMs, doublings + 1 - index))
  const [first = 0] = minutes
  if (first < leastNanoUsd) return null
  if (minutes.some((nanoUsd, index) => index > 0 && nanoUsd < 2 * (minutes[index - 1] ?? 0))) return null
  return {
    type: 'cost_acceleration',
    scope,
    reason: `Spend doubled ${doublings} minutes in a row: ${minutes.map(usd).join(', ')}.`,
    details: { firstNanoUsd: first, lastNanoUsd: minutes.at(-1) ?? 0, doublings },
  }
}
