/** What was raised a moment ago, so that people are not told the same again and again. */
import type { NewAlert } from '../neutral/alert.ts'
import type { RecentAlert } from '../store/alerts.ts'

export interface CoolDown {
  /** Whether this was raised less than `forMs` ago; if not, it counts as raised now. */
  isHot(alert: Pick<NewAlert, 'type' | 'kind' | 'scope'>, nowMs: number, forMs: number): boolean
  /** What was raised before this process began, oldest first. */
  recall(recent: readonly RecentAlert[]): void
}

/** Of more than this the oldest are forgotten, and may be told twice. */
const maxRemembered = 10_000

export function openCoolDown(): CoolDown {
  const raised = new Map<string, number>()

  function remember(key: string, atMs: number): void {
    raised.delete(key)
    raised.set(key, atMs)
    if (raised.size <= maxRemembered) return
    for (const oldest of raised.keys()) {
      raised.delete(oldest)
      return
    }
  }

  return {
    isHot(alert, nowMs, forMs) {
      const key = keyOf(alert)
      const age = nowMs - (raised.get(key) ?? Number.NEGATIVE_INFINITY)
      // Below nothing where the clock was set back: better told twice than not for that long.
      if (age >= 0 && age < forMs) return true
      remember(key, nowMs)
      return false
    },
    recall(recent) {
      for (const alert of recent) remember(keyOf(alert), alert.atMs)
    },
  }
}

/** The scope stands last: it is the only one that may hold anything. */
const keyOf = ({ type, kind, scope }: Pick<RecentAlert, 'type' | 'kind' | 'scope'>): string =>
  `${type}\n${kind}\n${scope}`
