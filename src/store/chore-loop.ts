/** Decides which chore is due: one step at a time, so that a question to the worker waits for no more than one step. */
import type { Chore } from './chores.ts'

export interface ChoreLoop {
  /**
   * Takes one step of the chore that is due the longest, if any.
   * @returns How long to wait until the next call, ms.
   */
  turn(nowMs: number): number
}

/** @param fail Told when a step threw; the chore is tried again after its usual rest. */
export function openChoreLoop(chores: readonly Chore[], fail: (name: string, fault: unknown) => void): ChoreLoop {
  const dueMs = new Map(chores.map((chore) => [chore, 0]))
  const dueOf = (chore: Chore) => dueMs.get(chore) ?? 0
  const next = () => chores.toSorted((one, other) => dueOf(one) - dueOf(other))[0]
  return {
    turn(nowMs) {
      const chore = next()
      if (chore === undefined) return Infinity
      // A clock that was set back would leave it resting for as long.
      if (dueOf(chore) > nowMs + chore.everyMs) dueMs.set(chore, nowMs)
      if (dueOf(chore) <= nowMs) dueMs.set(chore, nowMs + (takeStep(chore, nowMs) ? chore.pauseMs : chore.everyMs))
      const following = next()
      return following === undefined ? Infinity : Math.max(0, dueOf(following) - nowMs)
    },
  }

  function takeStep(chore: Chore, nowMs: number): boolean {
    try {
      return chore.step(nowMs)
    } catch (fault) {
      fail(chore.name, fault)
      return false
    }
  }
}
