/** What the money guard's endpoints ask for and change; the composition root has it. All reject with an AppError for the caller. */
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
} from './guard-shapes.ts'

/** Parameters as they came; one that is not known is refused by name. */
type RawQuery = Iterable<readonly [string, string]>

export interface GuardDesk {
  budgets(): Promise<Budgets>
  /** @param query `days`: 1 to 365, default 14. */
  budgetHistory(query: RawQuery): Promise<BudgetHistory>
  /** What was spent up to now no longer counts. @param scope `all`, `session:<id>`, … */
  resetBudget(scope: string): Promise<Budgets>

  /** @param query `type`, `severity`, `acknowledged`, `limit` (1 to 500, default 50), `cursor`. */
  alerts(query: RawQuery): Promise<AlertPage>
  alertCounts(): Promise<AlertCounts>
  /** Frees the sessions that an acknowledged anomaly had stopped. @param ids `all`, or ids. */
  acknowledge(ids: 'all' | readonly string[]): Promise<AlertAckResult>
  /** Raises one that is sent to the webhook, whatever the cool-down. */
  testAlert(): Promise<AlertPage>

  cache(): Promise<CacheStatus>
  cacheStats(): Promise<CacheStats>
  clearCache(): Promise<CacheCleared>

  /** @param query The filters of the telemetry. */
  sessions(query: RawQuery): Promise<SessionPage>
  agents(query: RawQuery): Promise<AgentPage>
  /** @param name null gives it its own name again. */
  renameAgent(agent: string, name: string | null): Promise<AgentPage>

  settings(): GuardSettings
  /**
   * Merges a part of the settings over those in the config file and brings them into force at once.
   * @throws AppError `invalid-request` with every fault of the outcome; nothing is changed then.
   */
  changeSettings(part: unknown): Promise<GuardSettings>
}
