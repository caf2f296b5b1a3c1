/** The money guard for commands where no server runs: what the database says of limits and alerts, and changes of that. */
import type { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Paths } from '../config/paths.ts'
import type { Config } from '../config/schema.ts'
import type { GuardDesk } from '../control/guard-desk.ts'
import type {
  AlertAckResult,
  AlertCounts,
  AlertPage,
  BudgetHistory,
  Budgets,
  CacheCleared,
  CacheStats,
  CacheStatus,
} from '../control/guard-shapes.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../neutral/error.ts'
import { countedTokens } from '../pipeline/forecast.ts'
import { openLedger, type Ledger } from '../rules/ledger.ts'
import { hasTotals, kindsOf } from '../rules/limits.ts'
import { judgeScope } from '../rules/scope.ts'
import { windowMs } from '../rules/windows.ts'
import { acknowledgeAlerts } from '../store/alert-acknowledge.ts'
import { parseAlertQuery } from '../store/alert-query.ts'
import { countAlerts, listAlerts } from '../store/alerts.ts'
import { openCacheUses } from '../store/cache-uses.ts'
import { parseDays, readBudgetHistory } from '../store/guard-history.ts'
import { readRecentSpend } from '../store/recent-spend.ts'
import { openResponseFiles } from '../store/responses-files.ts'
import { openResponseIndex } from '../store/responses-index.ts'
import { readResets, readSessionTotal, readSpends, writeReset } from '../store/spend.ts'
import { limitStates } from './limit-states.ts'
import { openToChange, openToRead, said } from './offline-database.ts'

/** The same as the desk of a running server, but for what only lives in one. */
export interface OfflineGuard {
  budgets(): Budgets
  budgetHistory(query: URLSearchParams): BudgetHistory
  resetBudget(scope: string): Budgets
  alerts(query: URLSearchParams): AlertPage
  alertCounts(): AlertCounts
  acknowledge(ids: Parameters<GuardDesk['acknowledge']>[0]): AlertAckResult
  cache(): CacheStatus
  cacheStats(): CacheStats
  /** Resolves when the files are gone, too. */
  clearCache(): Promise<CacheCleared>
}

/** @param config In force where a server starts now. */
export function openOfflineGuard(paths: Paths, config: Config, clock: Clock): OfflineGuard {
  const read = <T>(answer: (database: Database) => T): T => {
    // Nothing was recorded yet: an empty store says so in every figure.
    const isThere = existsSync(paths.database)
    return closing(isThere ? openToRead(paths.database) : openToChange(':memory:'), answer)
  }
  const change = <T>(act: (database: Database) => T): T => {
    if (!existsSync(paths.database)) throw new AppError('not-found', `Nothing is recorded in ${paths.home} yet.`)
    return closing(openToChange(paths.database), act)
  }
  const budgets = (database: Database) => budgetsOf(database, config, clock.now())
  return {
    budgets: () => read(budgets),
    budgetHistory: (query) =>
      read((database) => readBudgetHistory(database, parseDays(query), config.budget.billing, clock.now())),
    resetBudget: (scope) =>
      change((database) => {
        writeReset(database, judgeScope(scope), clock.now())
        return budgets(database)
      }),
    alerts: (query) => read((database) => listAlerts(database, parseAlertQuery(query))),
    alertCounts: () => read(countAlerts),
    // Sessions are stopped in the memory of a running server only.
    acknowledge: (ids) =>
      change((database) => ({ acknowledged: acknowledgeAlerts(database, ids, clock.now()).length, freed: [] })),
    cache: () => read((database) => cacheOf(database, config, clock.now())),
    cacheStats() {
      const { byModel, byTask } = read(openCacheUses())
      return { byModel, byTask }
    },
    async clearCache() {
      const files = openResponseFiles(join(paths.home, 'cache'))
      const gone = existsSync(paths.database)
        ? change((database) => openResponseIndex(() => database).clear())
        : { entries: 0, bytes: 0 }
      files.clear()
      await files.removeCleared()
      return gone
    },
  }
}

function closing<T>(database: Database, act: (database: Database) => T): T {
  try {
    return said(database.filename, () => act(database))
  } finally {
    database.close()
  }
}

function cacheOf(database: Database, { cache }: Config, nowMs: number): CacheStatus {
  const { byModel: _, byTask: __, ...uses } = openCacheUses()(database)
  const held = openResponseIndex(() => database).status(nowMs)
  return { enabled: cache.enabled, mode: cache.mode, maxBytes: cache.maxSizeMb * 1024 * 1024, ...held, ...uses }
}

/** Nothing is under way and nothing is being spent: no amount is set aside, and no limit is about to be broken. */
function budgetsOf(database: Database, config: Config, nowMs: number): Budgets {
  const { budget } = config
  const ledger = filledLedger(database, budget, nowMs)
  return {
    enabled: budget.enabled,
    perRequestUsd: budget.perRequestUsd,
    settings: structuredClone(budget) as Budgets['settings'],
    limits: limitStates(budget, ledger, nowMs).map((limit) => ({ ...limit, breachAtMs: null })),
    reservations: 0,
    ...readRecentSpend(database, budget.billing, nowMs),
    resets: [...readResets(database)].map(([scope, atMs]) => ({ scope, atMs })),
  }
}

function filledLedger(database: Database, budget: Config['budget'], nowMs: number): Ledger {
  const ledger = openLedger()
  const resets = readResets(database)
  const kinds = kindsOf(budget)
  const totalBefore = (session: string) =>
    readSessionTotal(
      database,
      session,
      budget.billing,
      Math.max(resets.get('all') ?? 0, resets.get(`session:${session}`) ?? 0),
    )
  const rows = readSpends(database, { fromMs: nowMs - windowMs.day, billing: budget.billing, kinds })
  ledger.fill(
    { kinds, resets, ...(hasTotals(budget) ? { totalBefore } : {}) },
    rows.map(({ unpricedInput, unpricedOutput, ...row }) => ({
      ...row,
      nanoUsd: row.nanoUsd + countedTokens(unpricedInput, unpricedOutput, budget),
    })),
  )
  return ledger
}
