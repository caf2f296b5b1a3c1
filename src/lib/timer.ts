/** Waiting once for a while. Tests pass a timer of their own and move the time. */

/** Calls `work` after `ms`, unless the function that it returns is called before. */
export type Timer = (work: () => void, ms: number) => () => void

export const systemTimer: Timer = (work, ms) => {
  const timer = setTimeout(work, ms)
  return () => clearTimeout(timer)
}
