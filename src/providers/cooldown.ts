/**
 * Providers and accounts that fail too often rest for a while, and come back by a single request that tries them. In memory,
 * bounded. Says who rests; what follows from that is decided where it is known who else could be asked.
 */
import type { Clock } from '../lib/clock.ts'
import { putNewest } from '../lib/put-newest.ts'
import { openEntry, type Began, type Entry, type Failure, type Limits } from './cooldown-entry.ts'

/** As `reliability.cooldowns` has it. */
export interface CooldownSettings {
  readonly enabled: boolean
  readonly allowedFails: number
  readonly windowSeconds: number
  readonly cooldownSeconds: number
}

/** Who is asked. The account is the label of one of ours, or a name for a caller's own key; never a key. */
export interface Asked {
  readonly provider: string
  readonly account: string
}

export type TurnEnd =
  /** An answer, and be it a 400: it works. */
  | { readonly kind: 'well' }
  /** It says nothing: the client left before there was an answer, or nothing was sent. */
  | { readonly kind: 'untold' }
  /** Its reason is for people: `429`, `no connection`. */
  | ({ readonly kind: 'failed'; readonly scope: Scope } & Failure)

type Scope = 'provider' | 'account'

/** One request to a provider. Each must be ended; a second end changes nothing. */
export interface Turn {
  /** `probe`: its end decides whether the rest is over. `resting`: to be sent only where there is nobody else. */
  readonly as: 'well' | 'probe' | 'resting'
  end(end: TurnEnd): void
}

export interface CooldownState {
  readonly provider: string
  /** null: of the provider as a whole. */
  readonly account: string | null
  /** `half-open`: the rest is over, and one request tries whether it works, or will. */
  readonly state: 'well' | 'resting' | 'half-open'
  /** In the window. */
  readonly failures: number
  readonly lastReason: string | null
  /** Unix ms. */
  readonly lastFailureMs: number | null
  /** Unix ms; null where it does not rest. */
  readonly sinceMs: number | null
  readonly untilMs: number | null
}

export interface Cooldowns {
  /** To be called right before sending: the first after a rest is its probe. */
  begin(asked: Asked): Turn
  /** Whether a request that began now would be told so. Changes nothing. */
  isResting(asked: Asked): boolean
  /** Nobody has failed of late. */
  isQuiet(): boolean
  /** Who rests, or has failed in the window. */
  state(): readonly CooldownState[]
}

/** More than anybody has; callers' own keys are forgotten oldest first. */
const kept = 1000

export function openCooldowns(clock: Clock, settings: () => CooldownSettings): Cooldowns {
  const entries = new Map<string, Entry>()

  const standings = (asked: Asked) =>
    scopes.map((scope) => entries.get(keyOf(asked, scope))?.standing(clock.monotonic(), limitsOf(settings())) ?? 'well')

  function end(asked: Asked, scope: Scope, turn: Began, how: TurnEnd): void {
    const key = keyOf(asked, scope)
    const entry = entries.get(key)
    const told = whatItTells(scope, how)
    if (told === 'works') return entry?.clear(turn)
    if (told === 'nothing') return entry?.leave(turn)
    const failing = entry ?? openEntry()
    failing.fail(turn, told, clock.monotonic(), limitsOf(settings()))
    putNewest(entries, key, failing, kept)
  }

  return {
    begin(asked) {
      if (!settings().enabled) return untracked
      const turn = { at: clock.monotonic() }
      const found = standings(asked)
      const as = found.includes('resting') ? 'resting' : found.includes('due') ? 'probe' : 'well'
      if (as === 'probe') {
        scopes.forEach((scope, index) => {
          if (found[index] === 'due') entries.get(keyOf(asked, scope))?.startProbe(turn)
        })
      }
      let isOver = false
      return {
        as,
        end(how) {
          if (isOver) return
          isOver = true
          for (const scope of scopes) end(asked, scope, turn, how)
        },
      }
    },
    isResting: (asked) => settings().enabled && standings(asked).includes('resting'),
    isQuiet: () => entries.size === 0,
    state() {
      if (!settings().enabled) return []
      const limits = limitsOf(settings())
      const now = clock.monotonic()
      for (const [key, entry] of entries) if (entry.isEmpty(now, limits)) entries.delete(key)
      return [...entries].map(([key, entry]) => shown(key, entry, limits, clock))
    },
  }
}

const untracked: Turn = { as: 'well', end: () => undefined }

const scopes: readonly Scope[] = ['provider', 'account']

/** An answer about the account is one of a provider that works; a provider that fails tells nothing about the account. */
function whatItTells(scope: Scope, end: TurnEnd): 'works' | 'nothing' | Failure {
  switch (end.kind) {
    case 'well':
      return 'works'
    case 'untold':
      return 'nothing'
    case 'failed':
      if (end.scope === scope) return end
      return scope === 'provider' ? 'works' : 'nothing'
  }
}

/** No provider's name holds a line break. */
const keyOf = ({ provider, account }: Asked, scope: Scope): string =>
  scope === 'provider' ? provider : `${provider}\n${account}`

const limitsOf = ({ allowedFails, windowSeconds, cooldownSeconds }: CooldownSettings): Limits => ({
  allowedFails,
  windowMs: windowSeconds * 1000,
  cooldownMs: cooldownSeconds * 1000,
})

function shown(key: string, entry: Entry, limits: Limits, clock: Clock): CooldownState {
  const now = clock.monotonic()
  const { failures, reason, failedAt, rest } = entry.facts(now, limits)
  const unixMs = (at: number | undefined | null) => (at == null ? null : Math.round(clock.now() + at - now))
  const [provider = '', account = null] = key.split('\n')
  return {
    provider,
    account,
    state: rest === null ? 'well' : now < rest.untilAt ? 'resting' : 'half-open',
    failures,
    lastReason: reason,
    lastFailureMs: unixMs(failedAt),
    sinceMs: unixMs(rest?.sinceAt),
    untilMs: unixMs(rest?.untilAt),
  }
}
