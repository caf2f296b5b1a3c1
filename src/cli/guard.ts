/** Where commands reach the money guard: in the running server where there is one, else in the files that it would start from. */
import { readEffective } from './config/effective.ts'
import { merge } from '../config/merge.ts'
import { updateConfigFile } from '../config/save.ts'
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
import type { Invocation } from './command.ts'
import { logTo } from './log.ts'
import { findServer, type Remote } from './remote.ts'

/** What is changed here is in force at once where a server runs, and at its next start else. */
export interface Guard {
  budgets(): Promise<Budgets>
  budgetHistory(query: URLSearchParams): Promise<BudgetHistory>
  /** @param part Of the budget settings. */
  changeBudget(part: Readonly<Record<string, unknown>>): Promise<Budgets>
  resetBudget(scope: string): Promise<Budgets>
  alerts(query: URLSearchParams): Promise<AlertPage>
  alertCounts(): Promise<AlertCounts>
  acknowledge(ids: 'all' | readonly string[]): Promise<AlertAckResult>
  cache(): Promise<CacheStatus>
  cacheStats(): Promise<CacheStats>
  clearCache(): Promise<CacheCleared>
  /** @param part Of the cache settings. */
  changeCache(part: Readonly<Record<string, unknown>>): Promise<CacheStatus>
}

export async function findGuard(invocation: Invocation): Promise<Guard> {
  const server = await findServer(invocation.environment)
  return server === null ? guardOfFiles(invocation) : guardOf(server)
}

const guardOf = (server: Remote): Guard => ({
  budgets: async () => (await server.get('/budgets')) as Budgets,
  budgetHistory: async (query) => (await server.get(`/budgets/history?${query}`)) as BudgetHistory,
  changeBudget: async (part) => (await server.put('/budgets', part)) as Budgets,
  resetBudget: async (scope) => (await server.post('/budgets/reset', { scope })) as Budgets,
  alerts: async (query) => (await server.get(`/alerts?${query}`)) as AlertPage,
  alertCounts: async () => (await server.get('/alerts/counts')) as AlertCounts,
  acknowledge: async (ids) =>
    (await server.post('/alerts/ack', ids === 'all' ? { all: true } : { ids })) as AlertAckResult,
  cache: async () => (await server.get('/cache')) as CacheStatus,
  cacheStats: async () => (await server.get('/cache/stats')) as CacheStats,
  clearCache: async () => (await server.post('/cache/clear', {})) as CacheCleared,
  changeCache: async (part) => (await server.put('/cache', part)) as CacheStatus,
})

async function guardOfFiles({ environment, clock, print }: Invocation): Promise<Guard> {
  const { openOfflineGuard } = await import('../app/offline-guard.ts')
  const open = () => openOfflineGuard(environment.paths, readEffective(environment).config, clock)
  const change = (part: unknown) =>
    void updateConfigFile(environment.paths.config, logTo(print), (held) => merge(held, part))
  return {
    budgets: async () => open().budgets(),
    budgetHistory: async (query) => open().budgetHistory(query),
    async changeBudget(part) {
      change({ budget: part })
      return open().budgets()
    },
    resetBudget: async (scope) => open().resetBudget(scope),
    alerts: async (query) => open().alerts(query),
    alertCounts: async () => open().alertCounts(),
    acknowledge: async (ids) => open().acknowledge(ids),
    cache: async () => open().cache(),
    cacheStats: async () => open().cacheStats(),
    clearCache: async () => open().clearCache(),
    async changeCache(part) {
      change({ cache: part })
      return open().cache()
    },
  }
}
