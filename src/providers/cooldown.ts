/**
 * Providers and accounts that fail too often rest for a while, and come back by a single request that tries them. In memory,
 * bounded. Says who rests; whether anybody is left out for that is decided where the candidates are known.
 */
import type { Clock } from '../lib/clock.ts'
import { putNewest } from '../lib/put-newest.ts'
import { isDue, isProbed, openEntry, shownEntry, type Entry, type Probe, type ShownEntry } from './cooldown-entry.ts'

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
  /** An answer that does not count as a failure, a 400 too. */
  | { readonly kind: 'well' }
  /** Says nothing: the client left before there was an answer, or nothing was sent. */
  | { readonly kind: 'untold' }
  | {
      readonly kind: 'failed'
      readonly scope: 'provider' | 'account'
      /** For people: `429`, `connection refused`. */
      readonly reason: string
      /** How long it is closed by its own word, ms; null where that is not known. */
      readonly resetMs: number | null
    }

/** One request to a provider. Each must be ended; a second end changes nothing. */
export interface Turn {
  /** `probe`: its end decides whether the rest is over. `resting`: to be sent only where there is nobody else. */
  readonly as: 'well' | 'probe' | 'resting'
  end(end: TurnEnd): void
}

export interface CooldownState extends ShownEntry {
  readonly provider: string
  /** null: of the provider as a whole. */
  readonly account: string | null
}

export interface Cooldowns {
  /** To be called right before sending: whoever comes first after a rest is its probe. */
  begin(asked: Asked): Turn
  /** Whether a request that began now would be told that it rests. Changes nothing. */
  isResting(asked: Asked): boolean
  /** Who rests, or has failed in the window. */
  state(): readonly CooldownState[]
}

/** More accounts than anybody has; callers' own keys are forgotten oldest first. */
const kept = 1000

export function openCooldowns(clock: Clock, settings: () => CooldownSettings): Cooldowns {
  const entries = new Map<string, Entry>()

  const find = (key: string) => entries.get(key)

  function endOf(key: string, scope: 'provider' | 'account', probe: Probe, beganAt: number, end: TurnEnd): void {
    const entry = find(key)
    const failed = end.kind === 'failed' && end.scope === scope ? end : null
    // An answer about the account is one of a provider that works; a provider that fails tells nothing of the account.
    const isWell = end.kind === 'well' || (end.kind === 'failed' && scope === 'provider' && failed === null)
    if (entry !== undefined && entry.rest?.probe === probe) entry.endProbe()
    if (isWell && entry?.isClearedBy(beganAt) === true) entries.delete(key)
    if (failed === null) return
    const now = clock.monotonic()
    const failing = entry ?? openEntry()
    failing.fail({ ...failed, probe, beganAt, now }, settings())
    putNewest(entries, key, failing, kept)
  }

  return {
    begin({ provider, account }) {
      if (!settings().enabled) return { as: 'well', end: () => undefined }
      const beganAt = clock.monotonic()
      const keys = [keyOf(provider, null), keyOf(provider, account)] as const
      const found = keys.map(find)
      const probe: Probe = { at: beganAt }
      const rested = found.filter((entry) => entry?.rest != null)
      const isFree = rested.every((entry) => isDue(entry?.rest ?? null, beganAt, leaseMs(settings())))
      // Sent to one that rests, it still tries the other that is due.
      for (const entry of rested) {
        if (isDue(entry?.rest ?? null, beganAt, leaseMs(settings()))) entry?.beginProbe(probe)
      }
      let isOver = false
      return {
        as: rested.length === 0 ? 'well' : isFree ? 'probe' : 'resting',
        end(end) {
          if (isOver) return
          isOver = true
          endOf(keys[0], 'provider', probe, beganAt, end)
          endOf(keys[1], 'account', probe, beganAt, end)
        },
      }
    },
    isResting({ provider, account }) {
      if (!settings().enabled) return false
      const now = clock.monotonic()
      return [keyOf(provider, null), keyOf(provider, account)].some((key) => {
        const rest = find(key)?.rest ?? null
        return rest !== null && !isDue(rest, now, leaseMs(settings()))
      })
    },
    state: () => [],
  }
}
