/** What the main thread asks the worker and what it answers; plain values, since they are copied between threads. */
import type { AgentPage, BudgetHistory } from '../control/guard-shapes.ts'
import type { Savings } from '../control/savings-shapes.ts'
import type { RunDetail, RunPage, Stats } from '../control/shapes.ts'
import type { SignalPage } from '../control/signals-shapes.ts'
import type { ErrorCode } from '../neutral/error.ts'
import type { Simulation } from '../neutral/simulation.ts'
import type { Showing } from '../neutral/showing.ts'
import type { CacheUses } from './cache-uses.ts'
import type { Filters, ListQuery, SessionQuery } from './filters.ts'
import type { LifetimeSum } from './lifetime.ts'
import type { MeasuredHealth } from './provider-health.ts'
import type { RecentSpend } from './recent-spend.ts'
import type { RepriceOptions, RepriceResult } from './reprice.ts'
import type { RecordedSession } from './session-list.ts'
import type { Span } from './window.ts'

export type RepriceRange = Omit<RepriceOptions, 'chunk' | 'pause' | 'savingsOf'>

export interface Questions {
  stats: { readonly filters: Filters; readonly nowMs: number }
  savings: { readonly filters: Filters; readonly nowMs: number }
  signals: { readonly filters: Filters; readonly nowMs: number }
  recentShowings: { readonly beforeMs: number }
  runs: { readonly query: ListQuery; readonly nowMs: number }
  run: { readonly id: string }
  providerHealth: { readonly nowMs: number }
  lifetime: Record<never, never>
  /** `billing`: the kinds that count. */
  budgetHistory: { readonly days: number; readonly billing: readonly string[]; readonly nowMs: number }
  recentSpend: { readonly billing: readonly string[]; readonly nowMs: number }
  cacheUses: Record<never, never>
  sessions: { readonly query: SessionQuery; readonly nowMs: number }
  agents: { readonly filters: Filters; readonly nowMs: number }
  renameAgent: { readonly agent: string; readonly name: string | null; readonly nowMs: number }
  /** `world`: what the worker decides by; the store does not look into it. */
  simulate: { readonly span: Span; readonly limit: number; readonly world: unknown }
  /** `priceSettings`: what the worker makes its price book from; the store does not look into it. */
  reprice: { readonly range: RepriceRange; readonly priceSettings: unknown }
}

export interface Answers {
  stats: Stats
  savings: Savings
  signals: SignalPage
  recentShowings: readonly (readonly Showing[])[]
  runs: RunPage
  run: RunDetail
  providerHealth: MeasuredHealth[]
  lifetime: LifetimeSum[]
  budgetHistory: BudgetHistory
  recentSpend: RecentSpend
  cacheUses: CacheUses
  sessions: RecordedSession[]
  agents: AgentPage
  renameAgent: AgentPage
  simulate: Simulation
  reprice: RepriceResult
}

export type QuestionName = keyof Questions

export interface Settings {
  readonly path: string
  /** null: requests are kept for ever. */
  readonly retentionDays: number | null
}

/**
 * One number that both threads see, 1 while the worker writes: the main thread then puts its own write off to a later turn
 * instead of standing still in SQLite's queue for the lock.
 */
export type Gate = Int32Array<SharedArrayBuffer>

export type ToWorker =
  /** `file`: which file at the path is to be opened (`fileAt`); null for any. */
  | ({ readonly kind: 'settings'; readonly gate: Gate; readonly file: string | null } & Settings)
  | { readonly kind: 'ask'; readonly id: number; readonly name: QuestionName; readonly params: unknown }
  | { readonly kind: 'stop' }

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'refusal'
      readonly id: number
      readonly code: ErrorCode
      readonly status: number
      readonly message: string
    }
  | { readonly kind: 'state'; readonly unfoldedRows: number }
  | { readonly kind: 'warning'; readonly sentence: string }
  /** `file`: what SQLite called corrupt, so that nothing is done to the one that has taken its place. */
  | { readonly kind: 'damaged'; readonly file: string }
  | { readonly kind: 'stopped' }
