/** One slow heartbeat for everything that waits: streams and upstream calls look at the clock here, not at timers of their own. */
export interface Watched {
  /** @param now Monotonic ms. */
  tick(now: number): void
}

export interface Watch {
  add(watched: Watched): void
  delete(watched: Watched): void
  /** Called by whoever owns the heartbeat. */
  tick(now: number): void
  size(): number
}

export function openWatch(): Watch {
  const all = new Set<Watched>()
  return {
    add: (watched) => void all.add(watched),
    delete: (watched) => void all.delete(watched),
    tick(now) {
      for (const watched of all) watched.tick(now)
    },
    size: () => all.size,
  }
}
