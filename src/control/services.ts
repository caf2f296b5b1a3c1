/** What the dashboard's endpoints ask for; handed in by the composition root. */
import type { Services } from '../app/services.ts'
import type { Simulation } from '../neutral/simulation.ts'
import type { Admin } from './admin.ts'
import type { DashboardPage } from './dashboard.ts'
import type { Feed } from './feed.ts'
import type { GuardDesk } from './guard-desk.ts'
import type { Reliability } from './reliability-shapes.ts'
import type { Savings } from './savings-shapes.ts'
import type { Playground, PlaygroundAsk, SimulateAsk } from './simulate-shapes.ts'
import type { SignalPage } from './signals-shapes.ts'
import type { Health, ProviderHealth, RepriceRange, RepriceResult, Run, RunDetail, RunPage, Stats } from './shapes.ts'

/** Parameters as they came. */
type RawQuery = Iterable<readonly [string, string]>

/** All of its promises reject with an AppError whose sentence is for the caller. */
export interface TelemetryReader {
  stats(query: RawQuery): Promise<Stats>
  savings(query: RawQuery): Promise<Savings>
  signals(query: RawQuery): Promise<SignalPage>
  runs(query: RawQuery): Promise<RunPage>
  run(id: string): Promise<RunDetail>
  providerHealth(): Promise<readonly MeasuredHealth[]>
  lifetime(): Promise<readonly LifetimeSum[]>
  /** @param priceSettings The user's own prices. */
  reprice(range: RepriceSpan, priceSettings: unknown): Promise<RepriceResult>
  /** The list's filters, for requests as they end. @throws AppError `invalid-request` that names the parameter. */
  judge(query: RawQuery): (run: Run) => boolean
}

export type MeasuredHealth = Omit<ProviderHealth, 'hasKey' | 'baseUrl' | keyof Reliability>

/** {@link RepriceRange} with its ends filled in. */
export type RepriceSpan = RepriceRange & { readonly sinceMs: number; readonly untilMs: number }

/** Sums since the first request, for one provider, model, billing and outcome. */
export interface LifetimeSum {
  readonly provider: string
  readonly model: string
  readonly billing: string
  readonly outcome: string
  readonly figures: {
    readonly requests: number
    readonly inputTokens: number
    readonly cacheReadTokens: number
    readonly cacheWriteTokens: number
    readonly outputTokens: number
    readonly reasoningTokens: number
    readonly costNanoUsd: number
    readonly unpriced: number
    readonly estimated: number
  }
  /** How often about that long; ms, within 2.2 %. */
  readonly duration: readonly (readonly [ms: number, count: number])[]
  readonly firstByte: readonly (readonly [ms: number, count: number])[]
}

/** A provider as the settings make it now. */
export type ProviderFacts = Pick<ProviderHealth, 'provider' | 'hasKey' | 'baseUrl'>

/** Settings of routing that are tried and not saved. Both reject with an AppError whose sentence is for the caller. */
export interface SimulateDesk {
  simulate(ask: SimulateAsk): Promise<Simulation>
  /** Where one request would go. */
  decide(ask: PlaygroundAsk): Promise<Playground>
}

export interface ControlServices extends Pick<Services, 'clock' | 'log'> {
  readonly reader: TelemetryReader
  readonly guard: GuardDesk
  readonly simulator: SimulateDesk
  /** Requests as they end. */
  readonly feed: Feed
  readonly health: () => Health | Promise<Health>
  /** Requests being served now. */
  readonly inflight: () => number
  /** Those with a key and those of the user; a provider only seen in requests is added. */
  readonly providers: () => readonly ProviderFacts[]
  /** How they stand just now. */
  readonly reliability: () => Reliability
  /** The user's own prices in force now, as the reader's worker takes them. */
  readonly priceSettings: () => unknown
  readonly admin: Admin
  readonly dashboard: DashboardPage
}
