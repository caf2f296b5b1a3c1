/** The replay for commands where no server runs, and of files wherever one runs: what they hold stays in this process. */
import { existsSync } from 'node:fs'
import type { Config } from '../config/schema.ts'
import type { Clock } from '../lib/clock.ts'
import type { Simulation } from '../neutral/simulation.ts'
import { loadPrices } from '../providers/price-update.ts'
import type { Catalog } from '../providers/provider.ts'
import { defaultSimulated, simulatedSpan } from '../store/simulate.ts'
import { openToRead, saidAtTheEnd } from './offline-database.ts'
import { simulateHistory, simulateRequests } from './simulate.ts'
import { readRequests } from './simulate-file.ts'
import { openSimulatedWorld, worldSettings, type SimulatedWorld } from './simulate-world.ts'

export { tryRouting } from './trial.ts'

export interface OfflineParts {
  /** With the settings that are tried. */
  readonly config: Config
  readonly catalog: Catalog
  readonly home: string
  readonly clock: Clock
  readonly warn: (sentence: string) => void
}

/** @returns null where there is no database file yet. */
export async function simulateRecorded(
  path: string,
  window: URLSearchParams,
  limit: number | undefined,
  parts: OfflineParts,
): Promise<Simulation | null> {
  if (!existsSync(path)) return null
  const span = simulatedSpan(window, parts.clock.now())
  return saidAtTheEnd(path, openToRead(path), (database) =>
    simulateHistory(database, { span, limit: limit ?? defaultSimulated }, worldOf(parts)),
  )
}

/** @param text Lines of JSON. @throws AppError `invalid-request` that names the line. */
export function simulateLines(text: string, parts: OfflineParts): Simulation {
  const { routing } = parts.config
  const nowMs = parts.clock.now()
  const { requests, skipped } = readRequests(text, { catalog: parts.catalog, complexity: routing.complexity, nowMs })
  return simulateRequests(requests, skipped, worldOf(parts))
}

const worldOf = ({ config, catalog, home, clock, warn }: OfflineParts): SimulatedWorld =>
  openSimulatedWorld(worldSettings(config, config.prices, catalog), clock, loadPrices(home, warn))
