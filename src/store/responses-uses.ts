/** Uses of kept answers, gathered, so that a hit writes nothing: the order in which answers go need not be exact to the second. */
import type { Use } from './responses-index.ts'

export interface Uses {
  /** Writes what waits, too, about once a second. */
  note(key: string, nowMs: number): void
  /** Writes what waits, if that can be done now. */
  flush(): void
  forget(): void
}

const everyMs = 1000
/** After a write that failed: the next one waits for the lock again, and the traffic with it. */
const restMs = 5000
/** With a database that takes nothing for long, later ones are not noted. */
const maxWaiting = 10_000

/** @param write Throws when it can't be done now. */
export function openUses(write: (uses: ReadonlyMap<string, Use>) => void): Uses {
  const waiting = new Map<string, Use>()
  let dueMs = 0

  /** @returns Whether nothing waits any more. */
  function flush(): boolean {
    if (waiting.size === 0) return true
    try {
      write(waiting)
      waiting.clear()
      return true
    } catch {
      // Locked, or full: they wait, and an answer that is used may go a little too early.
      return false
    }
  }

  return {
    note(key, nowMs) {
      const use = waiting.get(key)
      if (waiting.size === 0) dueMs = nowMs + everyMs
      if (use !== undefined || waiting.size < maxWaiting)
        waiting.set(key, { hits: (use?.hits ?? 0) + 1, usedMs: nowMs })
      if (nowMs >= dueMs && !flush()) dueMs = nowMs + restMs
    },
    flush: () => void flush(),
    forget: () => waiting.clear(),
  }
}
