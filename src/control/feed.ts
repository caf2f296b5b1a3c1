/** Finished requests on their way to whoever listens: each listener has a queue with a bound, and counts what fell out of it. */
import type { Run } from './shapes.ts'

export interface Listener {
  /** The oldest run waiting. */
  take(): Run | undefined
  /** Runs that fell out since this was last asked; asking starts the count anew. */
  takeDropped(): number
  close(): void
}

export interface Feed {
  /** Never waits. */
  /** @param run Asked for only where somebody listens. */
  publish(run: () => Run): void
  /** @param wake Called after a run was queued, and when the feed ends; must not throw. */
  listen(wake: () => void): Listener
  isOpen(): boolean
  /** Ends every stream. */
  close(): void
}

/** More than a screen of the request list; who is further behind had better read the list again. */
const maxQueued = 256

export function openFeed(): Feed {
  const listeners = new Set<{ queue: Run[]; dropped: number; wake: () => void }>()
  let isOpen = true
  return {
    publish(made) {
      if (listeners.size === 0) return
      const run = made()
      for (const listener of listeners) {
        if (listener.queue.length === maxQueued) {
          listener.queue.shift()
          listener.dropped++
        }
        listener.queue.push(run)
        listener.wake()
      }
    },
    listen(wake) {
      const listener = { queue: [] as Run[], dropped: 0, wake }
      listeners.add(listener)
      return {
        take: () => listener.queue.shift(),
        takeDropped() {
          const { dropped } = listener
          listener.dropped = 0
          return dropped
        },
        close: () => void listeners.delete(listener),
      }
    },
    isOpen: () => isOpen,
    close() {
      isOpen = false
      for (const listener of listeners) listener.wake()
      listeners.clear()
    },
  }
}
