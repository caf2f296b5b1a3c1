/** A clock and a timer that stand still until a test moves them. */
import type { Clock } from '../../src/lib/clock.ts'
import type { Timer } from '../../src/lib/timer.ts'

export interface TestTime {
  readonly clock: Clock
  readonly timer: Timer
  /** Lets time pass, and calls what is due on the way, in its order. */
  pass(ms: number): void
  /** The wall clock is set, back or forth; no time passes. */
  set(nowMs: number): void
  /** How long until the next call, ms; null where none is waited for. */
  next(): number | null
}

export function openTestTime(startMs: number): TestTime {
  let now = startMs
  let monotonic = 1000
  const waiting = new Set<{ readonly dueAt: number; readonly work: () => void }>()
  const first = () => [...waiting].toSorted((one, other) => one.dueAt - other.dueAt)[0]

  function moveTo(at: number): void {
    now += Math.max(0, at - monotonic)
    monotonic = Math.max(monotonic, at)
  }

  return {
    clock: { now: () => now, monotonic: () => monotonic },
    timer(work, ms) {
      const entry = { dueAt: monotonic + Math.max(0, ms), work }
      waiting.add(entry)
      return () => void waiting.delete(entry)
    },
    pass(ms) {
      const end = monotonic + ms
      for (let due = first(); due !== undefined && due.dueAt <= end; due = first()) {
        waiting.delete(due)
        moveTo(due.dueAt)
        due.work()
      }
      moveTo(end)
    },
    set(nowMs) {
      now = nowMs
    },
    next: () => (waiting.size === 0 ? null : (first()?.dueAt ?? 0) - monotonic),
  }
}

/** Waits, in real time, for something that another part of the process does by itself. */
export async function until(what: string, ask: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 4000
  while (!ask()) {
    if (performance.now() > giveUpAt) throw new Error(`never happened within 4 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
