/** What the money guard is asked and told: limits, alerts, the response cache, its settings; and sessions and agents. */
import type {
  AgentPage,
  AlertAckResult,
  AlertCounts,
  AlertPage,
  BudgetHistory,
  Budgets,
  CacheCleared,
  CacheStats,
  CacheStatus,
  GuardSettings,
  SessionPage,
} from '../src/control/guard-shapes.ts'
import { read, write } from './api.ts'

export const fetchBudgets = (signal: AbortSignal) => read<Budgets>('/budgets', signal)
export const fetchBudgetHistory = (days: number, signal: AbortSignal) =>
  read<BudgetHistory>(`/budgets/history?days=${days}`, signal)
/** @param scope `all`, `session:<id>`, … */
export const resetBudget = (scope: string) => write<Budgets>('POST', '/budgets/reset', { scope })

/** @param query Filters of the list, `limit` and `cursor`. */
export const fetchAlerts = (query: string, signal: AbortSignal) => read<AlertPage>(`/alerts?${query}`, signal)
export const fetchAlertCounts = (signal: AbortSignal) => read<AlertCounts>('/alerts/counts', signal)
export const acknowledge = (which: 'all' | readonly string[]) =>
  write<AlertAckResult>('POST', '/alerts/ack', which === 'all' ? { all: true } : { ids: which })
export const testAlert = () => write<AlertPage>('POST', '/alerts/test', {})

export const fetchCache = (signal: AbortSignal) => read<CacheStatus>('/cache', signal)
export const fetchCacheStats = (signal: AbortSignal) => read<CacheStats>('/cache/stats', signal)
export const clearCache = () => write<CacheCleared>('POST', '/cache/clear', {})

export const fetchGuardSettings = (signal: AbortSignal) => read<GuardSettings>('/settings/guard', signal)
/** @param part Only what changes; it is merged over what is set. */
export const changeGuardSettings = (part: unknown) => write<GuardSettings>('PUT', '/settings/guard', part)

/** @param query Of `apiQuery`, for these two. */
export const fetchSessions = (query: string, signal: AbortSignal) => read<SessionPage>(`/sessions?${query}`, signal)
export const fetchAgents = (query: string, signal: AbortSignal) => read<AgentPage>(`/agents?${query}`, signal)
/** @param name null gives it its own again. */
export const renameAgent = (agent: string, name: string | null) =>
  write<AgentPage>('PUT', `/agents/${encodeURIComponent(agent)}`, { name })
