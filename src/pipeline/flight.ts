/**
 * Identical requests under way at once: the first is sent, the others wait for what it brings. Nobody waits longer than a provider
 * may take to begin, and a leader that was lost holds nobody up for longer than that.
 */
import { BriefMap } from '../lib/brief-map.ts'
import type { Watch } from '../lib/watch.ts'
import type { Kept } from './cache-entry.ts'

/** What a follower's wait came to. `alone`: there is no answer to share. `left`: the follower's client has hung up. */
export type Waited = { readonly kind: 'shared'; readonly entry: Kept } | { readonly kind: 'alone' | 'left' }

/** The leader's side. */
export interface Flight {
  /** Whether others wait for its answer now. */
  isAwaited(): boolean
  /** Tells the others, and those who still come until `close`. @param entry null where there is nothing to share. */
  land(entry: Kept | null): void
  /** From now on the same request is sent again. */
  close(): void
}

export interface Flights {
  /** Waits for the answer to a request that is under way; null where there is none. @param isGone Whether who waits has hung up. */
  follow(key: string, isGone: () => boolean): Promise<Waited> | null
  /** null where another request leads already. */
  lead(key: string): Flight | null
  size(): number
}

export interface FlightParts {
  readonly watch: Pick<Watch, 'add' | 'delete'>
  /** Monotonic ms. */
  readonly now: () => number
  /** How long anybody waits, counted from when the leader started. */
  readonly longestMs: () => number
}

interface Led {
  readonly startedAt: number
  readonly landing: PromiseWithResolvers<Kept | null>
  waiting: number
}

export function openFlights({ watch, now, longestMs }: FlightParts): Flights {
  const all = new BriefMap<Led>()
  const current = (key: string): Led | null => {
    const led = all.get(key)
    return led === undefined || now() - led.startedAt >= longestMs() ? null : led
  }
  const wait = (led: Led, isGone: () => boolean): Promise<Waited> => {
    const { promise, resolve } = Promise.withResolvers<Waited>()
    const waiter = {
      tick(at: number) {
        if (isGone()) resolve({ kind: 'left' })
        else if (at - led.startedAt >= longestMs()) resolve({ kind: 'alone' })
      },
    }
    led.waiting++
    watch.add(waiter)
    void led.landing.promise.then((entry) => resolve(entry === null ? { kind: 'alone' } : { kind: 'shared', entry }))
    return promise.finally(() => {
      watch.delete(waiter)
      led.waiting--
    })
  }
  return {
    follow(key, isGone) {
      const led = current(key)
      return led === null ? null : wait(led, isGone)
    },
    lead(key) {
      if (current(key) !== null) return null
      const led: Led = { startedAt: now(), landing: Promise.withResolvers(), waiting: 0 }
      all.set(key, led)
      return {
        isAwaited: () => led.waiting > 0,
        land: led.landing.resolve,
        close() {
          led.landing.resolve(null)
          if (all.get(key) === led) all.delete(key)
        },
      }
    },
    size: () => all.size,
  }
}
