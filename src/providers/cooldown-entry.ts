/** One who may rest, a provider or an account: its failures in the window, its rest, the probe that ends it. Times are monotonic ms. */

export interface Limits {
  readonly allowedFails: number
  readonly windowMs: number
  readonly cooldownMs: number
}

/** `due`: the rest is over, and the next request tries whether it works. */
export type Standing = 'well' | 'due' | 'resting'

export interface Failure {
  readonly reason: string
  /** How long it is closed by its own word, ms; null where that is not known. */
  readonly resetMs: number | null
}

/** A request: the very object is what a probe is known by. */
export interface Began {
  readonly at: number
}

export interface Entry {
  standing(now: number, limits: Limits): Standing
  startProbe(turn: Began): void
  /** It works. */
  clear(turn: Began): void
  fail(turn: Began, failure: Failure, now: number, limits: Limits): void
  /** It was a probe and told nothing: the next one is. */
  leave(turn: Began): void
  /** Nothing is to be remembered of it. */
  isEmpty(now: number, limits: Limits): boolean
  facts(now: number, limits: Limits): Facts
}

export interface Facts {
  readonly failures: number
  /** The last failure's; null where there was none. */
  readonly reason: string | null
  readonly failedAt: number | null
  readonly rest: { readonly sinceAt: number; readonly untilAt: number } | null
}

interface Rest {
  readonly sinceAt: number
  untilAt: number
  probe: Began | null
}

export function openEntry(): Entry {
  let failedAt: number[] = []
  let reason: string | null = null
  let rest: Rest | null = null

  const isProbe = (turn: Began) => rest !== null && rest.probe === turn

  const inWindow = (now: number, { windowMs }: Limits) => failedAt.filter((at) => at > now - windowMs)

  return {
    standing: (now, limits) => standingOf(rest, now, limits),
    startProbe(turn) {
      if (rest !== null) rest.probe = turn
    },
    clear(turn) {
      // What was sent before it began to rest says nothing about now.
      if (rest !== null && turn.at < rest.sinceAt) return
      rest = null
      failedAt = []
    },
    fail(turn, failure, now, limits) {
      const wasProbe = isProbe(turn)
      reason = failure.reason
      failedAt = [...inWindow(now, limits), now].slice(-limits.allowedFails)
      const isTooOften = rest === null && failedAt.length >= limits.allowedFails
      const closedMs = failure.resetMs ?? (wasProbe || isTooOften ? limits.cooldownMs : null)
      if (closedMs === null) return
      if (rest === null || wasProbe) rest = { sinceAt: now, untilAt: now + closedMs, probe: null }
      else rest.untilAt = Math.max(rest.untilAt, now + closedMs)
    },
    leave(turn) {
      if (rest !== null && isProbe(turn)) rest.probe = null
    },
    isEmpty: (now, limits) => rest === null && inWindow(now, limits).length === 0,
    facts: (now, limits) => ({
      failures: inWindow(now, limits).length,
      reason,
      failedAt: failedAt.at(-1) ?? null,
      rest,
    }),
  }
}

function standingOf(rest: Rest | null, now: number, { cooldownMs }: Limits): Standing {
  if (rest === null) return 'well'
  if (now < rest.untilAt) return 'resting'
  // A probe that is not heard of for as long as a rest holds nobody up any more.
  return rest.probe !== null && now - rest.probe.at < cooldownMs ? 'resting' : 'due'
}
