/** What commands may do where no server answers: read the recorded figures, the prices and the providers, re-apply prices. */
import { existsSync } from 'node:fs'
import type { Config } from '../config/schema.ts'
import type { AgentPage, SessionPage } from '../control/guard-shapes.ts'
import type { Savings } from '../control/savings-shapes.ts'
import type { RunDetail, RunPage, Stats } from '../control/shapes.ts'
import type { SignalPage } from '../control/signals-shapes.ts'
import type { Clock } from '../lib/clock.ts'
import type { ModelRef } from '../neutral/model.ts'
import { catalogOf, ownerOfKey } from '../providers/catalog.ts'
import { nearestNames } from '../providers/near.ts'
import type { PriceListing } from '../providers/price-list.ts'
import { loadPrices, type PriceUpdate, updatePrices } from '../providers/price-update.ts'
import { openPrices, type PriceBook } from '../providers/prices.ts'
import type { Catalog, ProviderSettings } from '../providers/provider.ts'
import { stampSavings, type Used } from '../rules/savings.ts'
import { readAgents, renameAgent } from '../store/agents.ts'
import { parseFilters, parseListQuery, parseSessionQuery, parseSignalFilters } from '../store/filters.ts'
import type { RepriceRange } from '../store/reader-messages.ts'
import { reprice, type RepriceResult } from '../store/reprice.ts'
import { readRun } from '../store/run.ts'
import { listRuns } from '../store/runs.ts'
import { readSavings } from '../store/savings.ts'
import { readSessions } from '../store/session-list.ts'
import { readSignals } from '../store/signals.ts'
import { readStats } from '../store/stats.ts'
import { resolveWindow } from '../store/window.ts'
import { openToChange, openToRead, said, saidAtTheEnd } from './offline-database.ts'

export { nearestNames, ownerOfKey, type PriceBook, type PriceListing, type RepriceRange, type RepriceResult }

/** The same questions that the telemetry endpoints answer. */
export interface RecordedFigures {
  stats(query: URLSearchParams): Stats
  savings(query: URLSearchParams): Savings
  signals(query: URLSearchParams): SignalPage
  runs(query: URLSearchParams): RunPage
  run(id: string): RunDetail
  sessions(query: URLSearchParams): SessionPage
  agents(query: URLSearchParams): AgentPage
  close(): void
}

/** @returns null where there is no database file yet. */
export function openRecordedFigures(path: string, clock: Clock): RecordedFigures | null {
  if (!existsSync(path)) return null
  const database = openToRead(path)
  const ask = <T>(read: () => T): T => said(path, read)
  return {
    stats: (query) => ask(() => readStats(database, parseFilters(query), clock.now())),
    savings: (query) => ask(() => readSavings(database, parseFilters(query), clock.now())),
    signals: (query) => ask(() => readSignals(database, parseSignalFilters(query), clock.now())),
    runs: (query) => ask(() => listRuns(database, parseListQuery(query), clock.now())),
    run: (id) => ask(() => readRun(database, id)),
    // What stops a session is known to a running server alone, and ends with it.
    sessions: (query) => ({
      sessions: ask(() => readSessions(database, parseSessionQuery(query), clock.now())).map((session) => ({
        ...session,
        blockedUntilMs: null,
      })),
    }),
    agents: (query) => ask(() => readAgents(database, parseFilters(query), clock.now())),
    close: () => database.close(),
  }
}

/** @returns null where there is no database file yet. @throws AppError `not-found` for an agent that nothing is recorded of. */
export function renameRecordedAgent(path: string, agent: string, name: string | null, clock: Clock): AgentPage | null {
  if (!existsSync(path)) return null
  const database = openToChange(path)
  try {
    return said(path, () => renameAgent(database, agent, name, clock.now()))
  } finally {
    database.close()
  }
}

/** The prices in force: those of the settings, then those fetched into the home, then those shipped. */
export const priceBookOf = (config: Config, home: string, clock: Clock, warn: (sentence: string) => void): PriceBook =>
  openPrices({ clock, configPrices: () => config.prices, table: loadPrices(home, warn) })

/** Fetches the public price table into the home. @throws AppError; the table before stays. */
export const updatePriceTable = (home: string, clock: Clock, offline: boolean): Promise<PriceUpdate> =>
  updatePrices({ directory: home, clock, offline })

/** @returns null where there is no database file yet. */
export async function repriceRecorded(
  path: string,
  book: PriceBook,
  range: RepriceRange,
): Promise<RepriceResult | null> {
  if (!existsSync(path)) return null
  const savingsOf = (used: Used, baseline: ModelRef | null) => stampSavings(used, baseline, book.price)
  return saidAtTheEnd(path, openToChange(path), (database) => reprice(database, book.price, { ...range, savingsOf }))
}

/**
 * The start of a range, as people write it: a span that ends now (`7d`), a time, or `all`.
 * @throws AppError `invalid-request` that names the parameter.
 */
export function readSince(text: string, nowMs: number): number {
  const isSpan = /^\d+[a-z]$|^all$/.test(text)
  const { window } = parseFilters([[isSpan ? 'window' : 'from', text]])
  return window === null ? 0 : resolveWindow(window, nowMs).fromMs
}

export const providersOf = (settings: ProviderSettings): Catalog => catalogOf(settings)
