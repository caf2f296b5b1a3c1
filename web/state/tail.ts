/** The live end of the request list: what has arrived since the pages were read, shown at once or held back. */
import type { Run } from '../../src/control/shapes.ts'

export interface Tail {
  /** Shown among the pages, the last to arrive first. */
  readonly shown: readonly Run[]
  /** Arrived while the list was paused or scrolled away, the last first. */
  readonly waiting: readonly Run[]
  /** More has arrived than is kept here, or runs were missed: releasing must read the list again. */
  readonly isBroken: boolean
}

export const emptyTail: Tail = { shown: [], waiting: [], isBroken: false }

/** Beyond this the list is cheaper to read again than to keep growing. */
export const tailBound = 2_000

/** @param runs In the order of their arrival. */
export function receive(tail: Tail, runs: readonly Run[], isHeld: boolean): Tail {
  const waiting = [...runs.toReversed(), ...tail.waiting]
  const isBroken = tail.isBroken || waiting.length + tail.shown.length > tailBound
  const next = { ...tail, waiting: waiting.slice(0, tailBound), isBroken }
  return isHeld || isBroken ? next : release(next)
}

/** Moves what was waiting into sight. Only for a tail that is not broken. */
export const release = (tail: Tail): Tail => ({
  ...tail,
  shown: [...tail.waiting, ...tail.shown],
  waiting: [],
})

/**
 * One list in the order of the API, by start, without the runs that both the stream and a page brought. A long request
 * ends, and so arrives, after younger ones: it takes its place among them.
 */
export function joinRuns(shown: readonly Run[], pages: readonly (readonly Run[])[]): readonly Run[] {
  const seen = new Set<string>()
  const joined: Run[] = []
  for (const run of [shown, ...pages].flat())
    if (!seen.has(run.id)) {
      seen.add(run.id)
      joined.push(run)
    }
  return joined.sort((a, b) => b.startedMs - a.startedMs)
}
