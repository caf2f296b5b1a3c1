/** Behind the guard's endpoints: limits as they stand, alerts, the response cache, and changes of their settings. */
import type { Environment } from '../config/environment.ts'
import { guardSettings } from '../config/guard-settings.ts'
import type { OpenConfig } from '../config/open.ts'
import { merge } from '../config/merge.ts'
import { updateConfigFile } from '../config/save.ts'
import type { Config } from '../config/schema.ts'
import { isJsonObject, valueAt, withoutValueAt } from '../config/setting-path.ts'
import type { GuardDesk } from '../control/guard-desk.ts'
import type { Budgets, GuardSettings, SessionLine } from '../control/guard-shapes.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { AppError } from '../neutral/error.ts'
import { judgeScope } from '../rules/scope.ts'
import type { Reader } from '../store/reader.ts'
import { readResets, writeReset } from '../store/spend.ts'
import type { Books } from './books.ts'
import { limitStates } from './limit-states.ts'
import type { MoneyGuard } from './money-guard.ts'

export interface DeskParts {
  readonly environment: Environment
  readonly config: OpenConfig
  readonly log: Log
  readonly books: Books
  readonly guard: MoneyGuard
  readonly reader: Reader
}

export function openGuardDesk({ environment, config, log, books, guard, reader }: DeskParts): GuardDesk {
  const { ledger, runaways, alerts, responses } = guard.services

  async function budgets(): Promise<Budgets> {
    const { budget } = config.current()
    const recent = await reader.recentSpend(budget.billing)
    const now = systemClock.now()
    const resets = unlessBusy(() => readResets(books.database()))
    return {
      enabled: budget.enabled,
      perRequestUsd: budget.perRequestUsd,
      settings: settingsOf(config.current()).budget,
      limits: ledger.isKept() ? limitStates(budget, ledger, now) : [],
      reservations: ledger.reservations(),
      ...recent,
      resets: [...resets].map(([scope, atMs]) => ({ scope, atMs })),
    }
  }

  function changeSettings(part: unknown): GuardSettings {
    updateConfigFile(environment.paths.config, log, (held) => withoutNulls(merge(held, part)))
    config.reload()
    return settingsOf(config.current())
  }

  return {
    budgets,
    budgetHistory: (query) => reader.budgetHistory(query, config.current().budget.billing),
    resetBudget(scope) {
      judgeScope(scope)
      books.flush()
      // What is settled within this second has been spent before.
      unlessBusy(() => writeReset(books.database(), scope, systemClock.now()))
      guard.keeper.refresh()
      return budgets()
    },
    alerts: async (query) => alerts.list(query),
    alertCounts: async () => alerts.counts(),
    async acknowledge(ids) {
      const acknowledged = alerts.acknowledge(ids)
      const freed = acknowledged.flatMap(({ type, scope }) => {
        const session = scope.startsWith('session:') ? scope.slice('session:'.length) : null
        return type === 'anomaly' && session !== null && runaways.free(session, systemClock.now()) ? [session] : []
      })
      return { acknowledged: acknowledged.length, freed: [...new Set(freed)] }
    },
    testAlert: async () => ({ alerts: [await alerts.test()], nextCursor: null }),
    async cache() {
      const { cache } = config.current()
      const { byModel: _, byTask: __, ...uses } = await reader.cacheUses()
      const held = responses.status(systemClock.now())
      return { enabled: cache.enabled, mode: cache.mode, maxBytes: cache.maxSizeMb * 1024 * 1024, ...held, ...uses }
    },
    async cacheStats() {
      const { byModel, byTask } = await reader.cacheUses()
      return { byModel, byTask }
    },
    clearCache: async () => responses.clear(),
    async sessions(query) {
      const now = systemClock.now()
      const sessions = await reader.sessions(query)
      return {
        sessions: sessions.map((one): SessionLine => ({
          ...one,
          blockedUntilMs: runaways.stopOf(one.id, now)?.untilMs ?? null,
        })),
      }
    },
    agents: (query) => reader.agents(query),
    renameAgent: (agent, name) => reader.renameAgent(agent, name),
    settings: () => settingsOf(config.current()),
    changeSettings: async (part) => changeSettings(part),
  }
}

/** Tables whose members can be taken out, by giving null for them: a merge alone could only add. */
const tables = [
  ['downgrade', 'mapping'],
  ['cache', 'taskTtlSeconds'],
  ['anomaly', 'actions'],
] as const

function withoutNulls(config: unknown): unknown {
  let kept = config
  for (const path of tables) {
    const table = valueAt(config, path)
    if (!isJsonObject(table)) continue
    for (const [name, value] of Object.entries(table)) if (value === null) kept = withoutValueAt(kept, [...path, name])
  }
  return kept
}

/** The guard's part of the configuration, as a copy that nobody else holds. */
function settingsOf(config: Config): GuardSettings {
  const names = Object.keys(guardSettings) as (keyof typeof guardSettings)[]
  return structuredClone(Object.fromEntries(names.map((name) => [name, config[name]]))) as GuardSettings
}

/** @throws AppError `unavailable` where the database is locked or full just now. */
function unlessBusy<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new AppError('unavailable', 'The database is busy or full just now. Try again in a moment.', { cause })
  }
}
