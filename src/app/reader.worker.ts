/** The thread of everything about the store that may take long: composes what answers there with what it needs. */
import { dirname } from 'node:path'
import { systemClock } from '../lib/clock.ts'
import { AppError } from '../neutral/error.ts'
import type { ConfigPrice } from '../providers/price-config.ts'
import type { ModelRef } from '../neutral/model.ts'
import { loadPrices } from '../providers/price-update.ts'
import { openPrices } from '../providers/prices.ts'
import { stampSavings, type Used } from '../rules/savings.ts'
import { readAgents, renameAgent } from '../store/agents.ts'
import { openCacheUses } from '../store/cache-uses.ts'
import { readBudgetHistory } from '../store/guard-history.ts'
import { readLifetime } from '../store/lifetime.ts'
import { readProviderHealth } from '../store/provider-health.ts'
import { openReaderHost } from '../store/reader-host.ts'
import type { ToWorker } from '../store/reader-messages.ts'
import { readRecentSpend } from '../store/recent-spend.ts'
import { reprice } from '../store/reprice.ts'
import { readRun } from '../store/run.ts'
import { listRuns } from '../store/runs.ts'
import { readSavings } from '../store/savings.ts'
import { readSessions } from '../store/session-list.ts'
import { readSignals } from '../store/signals.ts'
import { readRecentShowings } from '../store/signals-rows.ts'
import { readStats } from '../store/stats.ts'
import type { WorldSettings } from './simulate-world.ts'

declare const self: Worker

let isRepricing = false
let isSimulating = false

/** As `prices update` left it; else the bundled one. */
const pricesBeside = (path: string) =>
  loadPrices(dirname(path), (sentence) => self.postMessage({ kind: 'warning', sentence }))

const receive = openReaderHost({
  post: (message) => self.postMessage(message),
  now: systemClock.now,
  answerers: {
    stats: (database, { filters, nowMs }) => readStats(database, filters, nowMs),
    savings: (database, { filters, nowMs }) => readSavings(database, filters, nowMs),
    signals: (database, { filters, nowMs }) => readSignals(database, filters, nowMs),
    recentShowings: (database, { beforeMs }) => readRecentShowings(database, beforeMs),
    runs: (database, { query, nowMs }) => listRuns(database, query, nowMs),
    run: (database, { id }) => readRun(database, id),
    providerHealth: (database, { nowMs }) => readProviderHealth(database, nowMs),
    lifetime: (database) => readLifetime(database),
    budgetHistory: (database, { days, billing, nowMs }) => readBudgetHistory(database, days, billing, nowMs),
    recentSpend: (database, { billing, nowMs }) => readRecentSpend(database, billing, nowMs),
    cacheUses: openCacheUses(),
    sessions: (database, { query, nowMs }) => readSessions(database, query, nowMs),
    agents: (database, { filters, nowMs }) => readAgents(database, filters, nowMs),
    renameAgent: (database, { agent, name, nowMs }) => renameAgent(database, agent, name, nowMs),
    async simulate(database, { span, limit, world }) {
      if (isSimulating) throw new AppError('unavailable', 'Another simulation runs; try again soon.', { status: 409 })
      isSimulating = true
      try {
        // All of routing hangs on these two: read when somebody asks, for this thread is started anew whenever it hangs.
        const [{ simulateHistory }, { openSimulatedWorld }] = await Promise.all([
          import('./simulate.ts'),
          import('./simulate-world.ts'),
        ])
        const table = pricesBeside(database.filename)
        return await simulateHistory(
          database,
          { span, limit },
          openSimulatedWorld(world as WorldSettings, systemClock, table),
        )
      } finally {
        isSimulating = false
      }
    },
    async reprice(database, { range, priceSettings }) {
      if (isRepricing) throw new AppError('unavailable', 'Prices are being re-applied already.', { status: 409 })
      isRepricing = true
      try {
        const configPrices = priceSettings as Readonly<Record<string, ConfigPrice>>
        const table = pricesBeside(database.filename)
        const book = openPrices({ clock: systemClock, configPrices: () => configPrices, table })
        const savingsOf = (used: Used, baseline: ModelRef | null) => stampSavings(used, baseline, book.price)
        return await reprice(database, book.price, { ...range, savingsOf })
      } finally {
        isRepricing = false
      }
    },
  },
})

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => receive(data))
