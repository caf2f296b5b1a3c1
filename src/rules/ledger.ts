/**
 * The ledger: what is spent and what is set aside, by scope, in memory. The request table is the truth behind it: it is filled
 * from there at the start and whenever the settings of the budget change. Knows no limit and no price.
 */
import { BriefMap } from '../lib/brief-map.ts'
import { SpendWindow, type WindowName } from './windows.ts'

/** Whose spend it is. Scopes are named `all`, `session:<id>`, `agent:<name>`, `provider:<id>`, `model:<provider/model>`. */
export interface Spender {
  readonly session: string | null
  readonly agent: string | null
  readonly provider: string
  readonly model: string | null
}

export type ScopeKind = 'session' | 'agent' | 'provider' | 'model'

export interface Spend extends Spender {
  /** Unix ms at which it was settled. */
  readonly atMs: number
  readonly nanoUsd: number
}

/** What is kept beside `all`; every kind that some limit is of. */
export interface Kept {
  readonly kinds: ReadonlySet<ScopeKind>
  /** What a session has spent at all, before this ledger saw it; asked once for each. Absent where no limit is of that. */
  readonly totalBefore?: (session: string) => number
  /** What was spent up to then does not count, Unix ms by scope; of `all` in none. */
  readonly resets?: ReadonlyMap<string, number>
}

export interface Standing {
  readonly hour: number
  readonly day: number
  /** All that was ever spent; of sessions only, and where it is kept. */
  readonly total: number
  readonly reserved: number
}

export interface Ledger {
  /** Takes the place of all that was spent; what is set aside stays. @param spends Oldest first. */
  fill(kept: Kept, spends: Iterable<Spend>): void
  /** Whether it is filled. */
  isKept(): boolean
  /** Nothing is kept any more. */
  drop(): void
  /** Sets an amount aside; the same id again changes it. */
  reserve(id: string, spender: Spender, nanoUsd: number): void
  /** What is set aside under an id; 0 for none. */
  reservedFor(id: string): number
  release(id: string): void
  spend(spend: Spend): void
  standing(scope: string, nowMs: number): Standing
  freesAt(scope: string, window: WindowName, nowMs: number, nanoUsd: number): number | null
  /** What a scope has spent after a time, within the last day. */
  since(scope: string, fromMs: number): number
  /** Scopes that have spent or set aside something lately, `all` first. */
  scopes(): readonly string[]
  /** How many amounts are set aside. */
  reservations(): number
}

interface Account {
  readonly window: SpendWindow
  reserved: number
  total: number
}

interface Reservation {
  readonly id: string
  readonly scopes: readonly string[]
  readonly spender: Spender
  readonly nanoUsd: number
}

/** Scopes beyond this are looked through now and then for such as have spent nothing for a day. */
const manyScopes = 10_000
const forgetEveryMs = 600_000

export function openLedger(): Ledger {
  let kept: Kept | null = null
  let accounts = new Map<string, Account>()
  const reservations = new BriefMap<Reservation>()
  let forgotAt = 0

  function account(scope: string): Account {
    const known = accounts.get(scope)
    if (known !== undefined) return known
    const total = scope.startsWith('session:') ? (kept?.totalBefore?.(scope.slice('session:'.length)) ?? 0) : 0
    const opened = { window: new SpendWindow(), reserved: 0, total }
    accounts.set(scope, opened)
    return opened
  }

  function release(id: string): void {
    const reservation = reservations.get(id)
    if (reservation === undefined) return
    reservations.delete(id)
    for (const scope of reservation.scopes) account(scope).reserved -= reservation.nanoUsd
  }

  function reserve(id: string, spender: Spender, nanoUsd: number): void {
    release(id)
    const scopes = scopesOf(spender, kept?.kinds ?? noKinds)
    reservations.set(id, { id, scopes, spender, nanoUsd })
    for (const scope of scopes) account(scope).reserved += nanoUsd
  }

  function add(spend: Spend, isCounted: boolean): void {
    const resets = kept?.resets ?? noResets
    if (spend.atMs <= (resets.get('all') ?? -1)) return
    for (const scope of scopesOf(spend, kept?.kinds ?? noKinds)) {
      if (spend.atMs <= (resets.get(scope) ?? -1)) continue
      const one = account(scope)
      one.window.add(spend.atMs, spend.nanoUsd)
      if (!isCounted) one.total += spend.nanoUsd
    }
  }

  function forgetIdle(nowMs: number): void {
    forgotAt = nowMs
    for (const [scope, { window, reserved }] of accounts)
      if (reserved === 0 && window.sum('day', nowMs) === 0) accounts.delete(scope)
  }

  return {
    fill(next, spends) {
      kept = next
      accounts = new Map()
      // Their totals before come from the table, which holds these spends.
      for (const spend of spends) add(spend, true)
      const before = [...reservations.values()]
      reservations.clear()
      for (const { id, spender, nanoUsd } of before) reserve(id, spender, nanoUsd)
    },
    isKept: () => kept !== null,
    drop() {
      kept = null
      accounts = new Map()
      reservations.clear()
    },
    reserve,
    reservedFor: (id) => reservations.get(id)?.nanoUsd ?? 0,
    release,
    spend(spend) {
      if (kept === null) return
      if (accounts.size > manyScopes && Math.abs(spend.atMs - forgotAt) > forgetEveryMs) forgetIdle(spend.atMs)
      add(spend, false)
    },
    standing(scope, nowMs) {
      const one = accounts.get(scope)
      // Not opened by being asked for: a session that never spends would stay for ever.
      if (one === undefined) {
        const total = scope.startsWith('session:') && kept?.totalBefore !== undefined ? account(scope).total : 0
        return { hour: 0, day: 0, total, reserved: 0 }
      }
      const { window, total, reserved } = one
      return { hour: window.sum('hour', nowMs), day: window.sum('day', nowMs), total, reserved }
    },
    since: (scope, fromMs) => accounts.get(scope)?.window.since(fromMs) ?? 0,
    freesAt: (scope, window, nowMs, nanoUsd) => accounts.get(scope)?.window.freesAt(window, nowMs, nanoUsd) ?? null,
    scopes: () => [...accounts.keys()].toSorted((one, other) => Number(other === 'all') - Number(one === 'all')),
    reservations: () => reservations.size,
  }
}

const noKinds: ReadonlySet<ScopeKind> = new Set()
const noResets: ReadonlyMap<string, number> = new Map()

export function scopesOf(spender: Spender, kinds: ReadonlySet<ScopeKind>): readonly string[] {
  const scopes = ['all']
  if (kinds.size === 0) return scopes
  if (kinds.has('session') && spender.session !== null) scopes.push(`session:${spender.session}`)
  if (kinds.has('agent')) scopes.push(...agentsOf(spender.agent).map((agent) => `agent:${agent}`))
  if (kinds.has('provider')) scopes.push(`provider:${spender.provider}`)
  if (kinds.has('model') && spender.model !== null) scopes.push(`model:${spender.provider}/${spender.model}`)
  return scopes
}

/** `claude-code/explore` is a sub-agent: what it spends its parent spends. */
export function agentsOf(agent: string | null): readonly string[] {
  if (agent === null) return []
  const slash = agent.indexOf('/')
  return slash <= 0 ? [agent] : [agent, agent.slice(0, slash)]
}
