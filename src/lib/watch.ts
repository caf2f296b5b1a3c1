/** One slow heartbeat for everything that waits: streams and upstream calls look at the clock here, not at timers of their own. */
export interface Watched {
  /** @param now Monotonic ms. */
  tick(now: number): void
}

export interface Watch {
  /** What is watched already stays so. */
  add(watched: Watched): void
  delete(watched: Watched): void
  /** Called by whoever owns the heartbeat. */
  tick(now: number): void
  size(): number
}

/** A list and not a Set, for the reason told in `brief-map.ts`: every request would live on until a full collection. */
export function openWatch(): Watch {
  const all: Watched[] = []
  return {
    add(watched) {
      if (!all.includes(watched)) all.push(watched)
    },
    delete(watched) {
      const at = all.indexOf(watched)
      if (at < 0) return
      const last = all.pop()
      if (last !== undefined && at < all.length) all[at] = last
    },
    tick(now) {
      // From the end: who leaves while it is asked is replaced by one that was asked before.
      for (let at = all.length - 1; at >= 0; at--) all[at]?.tick(now)
    },
    size: () => all.length,
  }
}
