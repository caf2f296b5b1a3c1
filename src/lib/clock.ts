/** The one place that reads the time. Tests pass a clock of their own. */
export interface Clock {
  /** Unix milliseconds; may jump. */
  now(): number
  /** Monotonic milliseconds with fractions; for durations. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}
