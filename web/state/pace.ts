/** How often a query may run again because of live events: never twice at once, and never for more than a tenth of the time. */
import type { After } from './live.ts'

const leastGapMs = 1_000
/** A query of 300 ms over millions of rows runs every 3 s: the database's worker is there for others too. */
const share = 10

export interface Pace {
  /** Something changed: runs now or as soon as the gap allows; once for all calls until then. */
  ask(): void
  stop(): void
}

/**
 * @param run The work; its duration sets the next gap. A rejection counts as done: the query shows its own failure.
 * @param now Monotonic milliseconds.
 */
export function openPace(run: () => Promise<unknown>, now: () => number, after: After): Pace {
  let state: 'idle' | 'waiting' | 'running' | 'stopped' = 'idle'
  let isAsked = false
  let cancel = () => {}
  const wait = (gapMs: number) => {
    state = 'waiting'
    cancel = after(gapMs, () => {
      state = 'idle'
      if (isAsked) start()
    })
  }
  const start = () => {
    state = 'running'
    isAsked = false
    const startedMs = now()
    const done = () => {
      if (state === 'running') wait(Math.max(leastGapMs, (now() - startedMs) * share))
    }
    run().then(done, done)
  }
  return {
    ask() {
      isAsked = true
      if (state === 'idle') start()
    },
    stop() {
      state = 'stopped'
      cancel()
    },
  }
}
