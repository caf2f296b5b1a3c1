/** The money guard as its endpoints see it: settings that merge and are judged, figures by hand, every call noted. */
import { merge } from '../../src/config/merge.ts'
import { ConfigError } from '../../src/config/error.ts'
import { defaultConfig } from '../../src/config/schema.ts'
import { validate } from '../../src/config/validate.ts'
import type { GuardDesk } from '../../src/control/guard-desk.ts'
import { GuardSettings, type AlertShape, type Budgets, type CacheStatus } from '../../src/control/guard-shapes.ts'

export interface FakeDesk extends GuardDesk {
  /** Name and arguments, in order; queries as their text. */
  readonly calls: readonly (readonly unknown[])[]
}

const { budget, anomaly, alerts, downgrade, cache } = defaultConfig
const defaults = { budget, anomaly, alerts, downgrade, cache } as unknown as GuardSettings

export const someAlert: AlertShape = {
  id: '019b7ca9-8c88-7501-811f-2a0ed3ec7368',
  atMs: 1_767_323_045_000,
  type: 'breach',
  severity: 'critical',
  kind: 'daily',
  scope: 'all',
  message: 'The daily limit of $50 is spent.',
  details: { limitNanoUsd: 50_000_000_000, model: 'claude-opus-4-6', freesAtMs: null },
  acknowledgedMs: null,
  delivery: 'none',
  tries: 0,
  lastError: null,
}

const cacheStatus: CacheStatus = {
  enabled: false,
  mode: 'exact',
  entries: 3,
  bytes: 4096,
  maxBytes: 104_857_600,
  oldestMs: 1_767_323_045_000,
  hits: 3,
  misses: 1,
  bypasses: 2,
  hitRate: 0.75,
  savedNanoUsd: 21_000_000,
}

const budgetsOf = ({ budget: terms }: GuardSettings): Budgets => ({
  enabled: terms.enabled,
  perRequestUsd: terms.perRequestUsd,
  settings: terms,
  limits: [
    {
      name: 'daily limit',
      scope: 'all',
      window: 'day',
      limitNanoUsd: 50_000_000_000,
      spentNanoUsd: 31_000_000_000,
      reservedNanoUsd: 1_200_000_000,
      onBreach: terms.onBreach,
      freesAtMs: null,
      breachAtMs: 1_767_330_000_000,
    },
  ],
  reservations: 2,
  spent: {
    hourNanoUsd: 4_000_000_000,
    dayNanoUsd: 31_000_000_000,
    weekNanoUsd: 80_000_000_000,
    monthNanoUsd: 300_000_000_000,
  },
  burn: [{ startMs: 1_767_322_800_000, nanoUsd: 4_000_000_000 }],
  resets: [],
})

/** @param initial Laid over the default settings. @param over Takes the place of single answers. */
export function openFakeDesk(initial: unknown = {}, over: Partial<GuardDesk> = {}): FakeDesk {
  const calls: (readonly unknown[])[] = []
  let settings = merge(defaults, initial) as GuardSettings
  const note = (name: string, args: readonly unknown[]) =>
    void calls.push([name, ...args.map((arg) => (arg instanceof URLSearchParams ? String(arg) : arg))])
  const noted =
    <R>(name: string, answer: () => R) =>
    async (...args: readonly unknown[]): Promise<R> => {
      note(name, args)
      return answer()
    }
  return {
    calls,
    budgets: noted('budgets', () => budgetsOf(settings)),
    budgetHistory: noted('budgetHistory', () => ({ days: [] })),
    resetBudget: noted('resetBudget', () => budgetsOf(settings)),
    alerts: noted('alerts', () => ({ alerts: [someAlert], nextCursor: null })),
    alertCounts: noted('alertCounts', () => ({
      byType: { breach: 1 },
      bySeverity: { critical: 1 },
      unacknowledged: 1,
      waiting: 0,
    })),
    acknowledge: noted('acknowledge', () => ({ acknowledged: 1, freed: ['s1'] })),
    testAlert: noted('testAlert', () => ({ alerts: [{ ...someAlert, type: 'test' }], nextCursor: null })),
    cache: noted('cache', () => ({ ...cacheStatus, enabled: settings.cache.enabled, mode: settings.cache.mode })),
    cacheStats: noted('cacheStats', () => ({ byModel: [], byTask: [] })),
    clearCache: noted('clearCache', () => ({ entries: 3, bytes: 4096 })),
    sessions: noted('sessions', () => ({ sessions: [] })),
    agents: noted('agents', () => ({ agents: [] })),
    renameAgent: noted('renameAgent', () => ({ agents: [] })),
    settings: () => settings,
    async changeSettings(part) {
      note('changeSettings', [part])
      const { value, errors } = validate(GuardSettings, merge(settings, part))
      if (errors.length > 0) throw new ConfigError('The change', errors)
      settings = value as GuardSettings
      return settings
    },
    ...over,
  }
}
