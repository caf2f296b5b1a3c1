/** What commands may ask where no server answers: the recorded figures, the price book, the providers. All of it read only. */
import { existsSync } from 'node:fs'
import type { Config } from '../config/schema.ts'
import type { RunDetail, RunPage, Stats } from '../control/shapes.ts'
import type { Clock } from '../lib/clock.ts'
import { catalogOf, ownerOfKey } from '../providers/catalog.ts'
import { nearestNames } from '../providers/near.ts'
import type { PriceListing } from '../providers/price-list.ts'
import { openPrices, type PriceBook } from '../providers/prices.ts'
import type { Catalog, ProviderSettings } from '../providers/provider.ts'
import { openDatabase } from '../store/database.ts'
import { parseFilters, parseListQuery } from '../store/filters.ts'
import { readRun } from '../store/run.ts'
import { listRuns } from '../store/runs.ts'
import { readStats } from '../store/stats.ts'

export { nearestNames, ownerOfKey, type PriceBook, type PriceListing }

/** The same questions that the telemetry endpoints answer. */
export interface RecordedFigures {
  stats(query: URLSearchParams): Stats
  runs(query: URLSearchParams): RunPage
  run(id: string): RunDetail
  close(): void
}

/** Long enough for a writer to finish. */
const busyTimeoutMs = 5000

/** @returns null where there is no database file yet. */
export function openRecordedFigures(path: string, clock: Clock): RecordedFigures | null {
  if (!existsSync(path)) return null
  const database = openDatabase(path, { busyTimeoutMs, readonly: true })
  return {
    stats: (query) => readStats(database, parseFilters(query), clock.now()),
    runs: (query) => listRuns(database, parseListQuery(query), clock.now()),
    run: (id) => readRun(database, id),
    close: () => database.close(),
  }
}

export const priceBookOf = (config: Config, clock: Clock): PriceBook =>
  openPrices({ clock, configPrices: () => config.prices })

export const providersOf = (settings: ProviderSettings): Catalog => catalogOf(settings)
