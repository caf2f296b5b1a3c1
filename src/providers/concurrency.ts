/**
 * How many requests a provider gets at once. Those over the limit wait their turn, sessions one after the other, so that an agent with
 * fifty sub-agents does not keep a single question waiting. The queue is bounded, and so is the wait.
 */
import type { Clock } from '../lib/clock.ts'
import type { Watched } from '../lib/watch.ts'
import { AppError } from '../neutral/error.ts'
import { openTurns, type Turns } from './concurrency-turns.ts'

export interface Entering {
  readonly provider: string
  /** Those of one session wait in one line, and so do all that have none. */
  readonly session: string | null
  /** Whether the client has hung up. */
  readonly isGone: () => boolean
}

export interface Place {
  readonly kind: 'entered'
  readonly waitedMs: number
  /** To be called when the answer has ended, however it did; a second time changes nothing. */
  readonly release: () => void
}

export type NoPlace = { readonly kind: 'left' } | { readonly kind: 'refused'; readonly error: AppError }

export interface ConcurrencyState {
  readonly provider: string
  readonly limit: number
  readonly running: number
  readonly waiting: number
}

/** Its tick lets go who hung up or has waited too long, and sees limits that were raised. */
export interface Concurrency extends Watched {
  enter(entering: Entering): Place | NoPlace | Promise<Place | NoPlace>
  /** Of providers that have a limit and are used now. */
  state(): readonly ConcurrencyState[]
}

/** Enters, and works. Work that throws gives its place back; work that returns has taken over the release. */
export async function inTurn<Result>(
  concurrency: Concurrency,
  entering: Entering,
  work: (place: Place) => Result | Promise<Result>,
): Promise<Result | NoPlace> {
  const place = await concurrency.enter(entering)
  if (place.kind !== 'entered') return place
  try {
    return await work(place)
  } catch (fault) {
    place.release()
    throw fault
  }
}

export interface ConcurrencyBounds {
  /** For each provider. Each holds its body in memory. */
  readonly maxWaiting: number
  readonly maxWaitMs: number
}

/** Agents give a request ten minutes; who has waited two still has time for the answer, or for another provider. */
const usualBounds: ConcurrencyBounds = { maxWaiting: 256, maxWaitMs: 120_000 }

/** @param limitOf As the settings have it now; null for none. */
export function openConcurrency(
  clock: Clock,
  limitOf: (provider: string) => number | null,
  bounds: ConcurrencyBounds = usualBounds,
): Concurrency {
  const lines = new Map<string, Line>()

  function advance(provider: string, line: Line): void {
    while (line.running < (limitOf(provider) ?? Infinity)) {
      const next = line.turns.shift()
      if (next === undefined) break
      if (next.isGone()) next.resolve({ kind: 'left' })
      else next.resolve(take(provider, line, clock.monotonic() - next.sinceAt))
    }
    if (line.running === 0 && line.turns.size() === 0) lines.delete(provider)
  }

  function take(provider: string, line: Line, waitedMs: number): Place {
    line.running++
    let isReleased = false
    const release = () => {
      if (isReleased) return
      isReleased = true
      line.running--
      advance(provider, line)
    }
    return { kind: 'entered', waitedMs, release }
  }

  return {
    enter({ provider, session, isGone }) {
      const line = lines.get(provider) ?? { running: 0, turns: openTurns() }
      lines.set(provider, line)
      // Nobody passes those who wait.
      if (line.running < (limitOf(provider) ?? Infinity) && line.turns.size() === 0) return take(provider, line, 0)
      if (line.turns.size() >= bounds.maxWaiting) return refuse(provider, line, `${bounds.maxWaiting} more wait.`)
      return new Promise((resolve) => line.turns.push(session ?? '', { sinceAt: clock.monotonic(), isGone, resolve }))
    },
    tick(now) {
      for (const [provider, line] of lines) {
        letGo(provider, line, now - bounds.maxWaitMs)
        advance(provider, line)
      }
    },
    state: () =>
      [...lines].flatMap(([provider, { running, turns }]) => {
        const limit = limitOf(provider)
        return limit === null ? [] : [{ provider, limit, running, waiting: turns.size() }]
      }),
  }
}

interface Line {
  running: number
  readonly turns: Turns<Waiter>
}

interface Waiter {
  /** Monotonic ms. */
  readonly sinceAt: number
  readonly isGone: () => boolean
  readonly resolve: (outcome: Place | NoPlace) => void
}

/** @param since Who waits since then, or longer, waits no more. */
function letGo(provider: string, line: Line, since: number): void {
  for (const { resolve } of line.turns.take(({ isGone }) => isGone())) resolve({ kind: 'left' })
  const late = line.turns.take(({ sinceAt }) => sinceAt <= since)
  for (const { resolve } of late) resolve(refuse(provider, line, 'This one has waited too long for its turn.'))
}

const refuse = (provider: string, { running }: Line, why: string): NoPlace => ({
  kind: 'refused',
  error: new AppError(
    'unavailable',
    `${provider} has ${running} requests already (reliability.maxConcurrent). ${why} Try again in a moment, or raise the limit.`,
  ),
})
