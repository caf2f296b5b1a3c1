/**
 * The pool of a provider's keys: which is asked first. A session stays with one account, because prompt caches are by account;
 * who rests, is out of quota or was refused comes last. In memory, bounded; knows accounts by their labels.
 */
import type { Clock } from '../lib/clock.ts'
import { putNewest } from '../lib/put-newest.ts'
import type { Account } from './accounts-list.ts'
import { readQuota, resetOf } from './accounts-quota.ts'
import type { Asked } from './cooldown.ts'

/** `spent`: its limits or its funds are used up. `refused`: its key is. */
export type Readiness = 'ready' | 'resting' | 'spent' | 'refused'

export interface Ranked {
  readonly account: Account
  readonly readiness: Readiness
}

export interface AccountState extends Asked {
  readonly readiness: Readiness
  /** Unix ms until it is asked first again; null where it is ready or rests. */
  readonly untilMs: number | null
}

export interface Accounts {
  /** The best first. Those that are not ready stand at the end: who rests, then whoever is free again first. */
  rank(provider: string, accounts: readonly Account[], session: string | null): readonly Ranked[]
  /** It was given a request. */
  use(asked: Asked): void
  /** It has answered. */
  learn(asked: Asked, status: number, headers: Headers): void
  state(provider: string, accounts: readonly Account[]): readonly AccountState[]
}

interface Memory {
  closed: { readonly why: 'spent' | 'refused'; readonly untilAt: number } | null
  /** Requests, of which half is forgotten in each half-life. */
  uses: number
  usedAt: number
}

const kept = 1000

/** Long enough not to ask with a withdrawn key at each request, short enough to see one that is valid again. */
const refusedMs = 600_000

/** @param isResting Of `cooldown.ts`. */
export function openAccounts(clock: Clock, isResting: (asked: Asked) => boolean): Accounts {
  const memories = new Map<string, Memory>()

  function remember(asked: Asked): Memory {
    const memory = memories.get(keyOf(asked)) ?? { closed: null, uses: 0, usedAt: 0 }
    putNewest(memories, keyOf(asked), memory, kept)
    return memory
  }

  function closedOf(asked: Asked): Memory['closed'] {
    const closed = memories.get(keyOf(asked))?.closed ?? null
    return closed !== null && closed.untilAt > clock.monotonic() ? closed : null
  }

  const readinessOf = (asked: Asked): Readiness => closedOf(asked)?.why ?? (isResting(asked) ? 'resting' : 'ready')

  function place(asked: Asked, account: Account, session: string | null): Place {
    const readiness = readinessOf(asked)
    const order =
      session === null ? recentUses(memories.get(keyOf(asked)), clock.monotonic()) : -affinity(session, asked)
    return { account, readiness, freeAt: readiness === 'ready' ? 0 : (closedOf(asked)?.untilAt ?? 0), order }
  }

  return {
    rank: (provider, accounts, session) =>
      accounts
        .map((account) => place({ provider, account: account.label }, account, session))
        .toSorted(byPlace)
        .map(({ account, readiness }) => ({ account, readiness })),
    use(asked) {
      const memory = remember(asked)
      const now = clock.monotonic()
      memory.uses = recentUses(memory, now) + 1
      memory.usedAt = now
    },
    learn(asked, status, headers) {
      const told = toldBy(status, headers, clock.now())
      if (told === 'nothing') return
      const closed = told === 'ready' ? null : { why: told.why, untilAt: clock.monotonic() + told.forMs }
      if (closed === null && memories.get(keyOf(asked)) === undefined) return
      remember(asked).closed = closed
    },
    state: (provider, accounts) =>
      accounts.map(({ label }) => {
        const asked = { provider, account: label }
        const closed = closedOf(asked)
        const untilMs = closed === null ? null : Math.round(clock.now() + closed.untilAt - clock.monotonic())
        return { ...asked, readiness: readinessOf(asked), untilMs }
      }),
  }
}

type Told = 'nothing' | 'ready' | { readonly why: 'spent' | 'refused'; readonly forMs: number }

function toldBy(status: number, headers: Headers, nowMs: number): Told {
  if (status === 401) return { why: 'refused', forMs: refusedMs }
  if (status === 402) return { why: 'spent', forMs: refusedMs }
  if (status === 429) {
    const resetMs = resetOf(headers, nowMs)
    return resetMs === null ? 'nothing' : { why: 'spent', forMs: resetMs }
  }
  const quota = readQuota(headers, nowMs)
  if (quota.kind === 'used-up') return { why: 'spent', forMs: quota.resetMs }
  return quota.kind === 'left' || (status >= 200 && status < 300) ? 'ready' : 'nothing'
}

interface Place extends Ranked {
  /** Monotonic ms; 0 where that is not told by it. */
  readonly freeAt: number
  /** The lower goes first. */
  readonly order: number
}

function byPlace(one: Place, other: Place): number {
  const isLater = Number(one.readiness !== 'ready') - Number(other.readiness !== 'ready')
  return (
    isLater || one.freeAt - other.freeAt || one.account.priority - other.account.priority || one.order - other.order
  )
}

/**
 * Rendezvous hashing: each session has an order of its own of all accounts. Where one comes or goes, only the sessions move that go
 * to it or were there.
 */
const affinity = (session: string, { account }: Asked): number => Bun.hash.xxHash32(`${account}\n${session}`)

const halfLifeMs = 600_000

const recentUses = (memory: Memory | undefined, now: number): number =>
  memory === undefined ? 0 : memory.uses * 0.5 ** ((now - memory.usedAt) / halfLifeMs)

const keyOf = ({ provider, account }: Asked): string => `${provider}\n${account}`
