/** The money guard's endpoints as a browser meets them: plain values at its network's edge, and a list of what was changed. */
import type { Page, Route } from 'playwright-core'
import type {
  AgentPage,
  AlertCounts,
  AlertShape,
  BudgetHistory,
  Budgets,
  CacheStats,
  CacheStatus,
  GuardSettings,
  LimitState,
  SessionPage,
} from '../../src/control/guard-shapes.ts'

const usd = 1_000_000_000
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export const limit = (part: Partial<LimitState>): LimitState => ({
  name: 'daily limit',
  scope: 'all',
  window: 'day',
  limitNanoUsd: 50 * usd,
  spentNanoUsd: 0,
  reservedNanoUsd: 0,
  onBreach: 'downgrade',
  freesAtMs: null,
  breachAtMs: null,
  ...part,
})

export const alert = (id: string, part: Partial<AlertShape>): AlertShape => ({
  id,
  atMs: 0,
  type: 'threshold',
  severity: 'warning',
  kind: 'daily 80 %',
  scope: 'all',
  message: '80 % of the daily limit of $50.00 are spent.',
  details: {},
  acknowledgedMs: null,
  delivery: 'none',
  tries: 0,
  lastError: null,
  ...part,
})

export const settings = (): GuardSettings => ({
  budget: {
    enabled: true,
    dailyUsd: 50,
    hourlyUsd: 10,
    perRequestUsd: 2,
    onBreach: 'downgrade',
    downgradeTo: 'claude-sonnet-4-6',
    alertThresholds: [50, 80, 95],
    estimate: 'expected',
    cutStreams: false,
    unpriced: 'allow',
    billing: ['metered'],
    limits: [{ scope: 'agent', name: 'codex', dailyUsd: 5, onBreach: 'block' }],
  },
  anomaly: {
    enabled: true,
    windowMs: 300_000,
    velocityThreshold: 50,
    repetitionThreshold: 20,
    tokenExplosionUsd: 5,
    stuckLoopThreshold: 8,
    action: 'alert',
    actions: { stuck_loop: 'block' },
    coolOffSeconds: 300,
  },
  alerts: {
    enabled: true,
    webhookUrl: 'https://hooks.slack.com/…',
    webhookSecret: null,
    desktop: false,
    cooldownMs: 300_000,
    maxHistory: 500,
  },
  downgrade: { enabled: false, thresholdPercent: 80, mapping: { 'gpt-5': 'gpt-5-mini' } },
  cache: {
    enabled: true,
    mode: 'exact',
    maxSizeMb: 100,
    defaultTtlSeconds: 3600,
    aggressiveTtlSeconds: 1800,
    taskTtlSeconds: {},
    onlyWhenDeterministic: true,
  },
})

export interface FakeGuard {
  canWrite: boolean
  budgets: Budgets
  history: BudgetHistory
  alerts: AlertShape[]
  cache: CacheStatus
  cacheStats: CacheStats
  settings: GuardSettings
  sessions: SessionPage['sessions']
  agents: AgentPage['agents']
  /** Answers by path in place of those above; a status of 0 is a server that is gone. */
  refusals: Record<string, { status: number; message: string }>
  /** `PUT /settings/guard {"budget":…}`, in order. */
  readonly changes: string[]
  /** `GET /alerts?type=…`, in order. */
  readonly reads: string[]
}

const quarter = (nowMs: number) => Math.floor(nowMs / (15 * minuteMs)) * 15 * minuteMs

/** A day of work that comes near its limit: some of everything that the page can show. */
export function busyGuard(nowMs: number): FakeGuard {
  const at = (hoursAgo: number) => nowMs - hoursAgo * hourMs
  const steps = Array.from({ length: 96 }, (_, index) => quarter(nowMs) - (95 - index) * 15 * minuteMs)
  return {
    canWrite: true,
    budgets: {
      enabled: true,
      perRequestUsd: 2,
      settings: settings().budget,
      limits: [
        limit({ spentNanoUsd: 40.8 * usd, reservedNanoUsd: 1.3 * usd, breachAtMs: nowMs + 2 * hourMs }),
        limit({ name: 'hourly limit', window: 'hour', limitNanoUsd: 10 * usd, spentNanoUsd: 1.75 * usd }),
        limit({
          name: 'daily limit of the agent codex',
          scope: 'agent:codex',
          limitNanoUsd: 5 * usd,
          spentNanoUsd: 5.4 * usd,
          onBreach: 'block',
          freesAtMs: nowMs + 35 * minuteMs,
        }),
      ],
      reservations: 3,
      spent: {
        hourNanoUsd: 1.75 * usd,
        dayNanoUsd: 40.8 * usd,
        weekNanoUsd: 187.5 * usd,
        monthNanoUsd: 612_345_678_901,
      },
      // 24 steps of nothing, then 24 times three that cost $1.70: the day's $40.80.
      burn: steps.map((startMs, index) => ({
        startMs,
        nanoUsd: index < 24 ? 0 : index % 3 === 0 ? 1.2 * usd : 0.25 * usd,
      })),
      resets: [{ scope: 'agent:aider', atMs: at(3) }],
    },
    history: {
      days: Array.from({ length: 14 }, (_, index) => ({
        startMs: Math.floor(nowMs / dayMs) * dayMs - (13 - index) * dayMs,
        nanoUsd: (10 + ((index * 7) % 30)) * usd,
        requests: 400 + index * 31,
        blocked: index === 13 ? 4 : 0,
        cut: 0,
        downgraded: index % 5,
        warned: index % 4,
      })),
    },
    alerts: [
      alert('0198f7c2-5b00-7000-8000-000000000004', {
        atMs: at(0.5),
        type: 'breach',
        severity: 'critical',
        kind: 'agent daily',
        scope: 'agent:codex',
        message: 'The daily limit of $5.00 of the agent codex is spent: a request estimated at $0.12 was refused.',
        details: { limitNanoUsd: 5 * usd, spentNanoUsd: 5.4 * usd, freesAtMs: nowMs + 35 * minuteMs },
        delivery: 'waiting',
        tries: 2,
        lastError: 'HTTP 500',
      }),
      alert('0198f7c2-5b00-7000-8000-000000000003', {
        atMs: at(2),
        type: 'anomaly',
        severity: 'warning',
        kind: 'stuck_loop',
        scope: 'session:3f2a9c1e-77d0-4f0e-9b1c-2c33c0a55d10',
        message: 'The same call of Bash with the same outcome, 12 times in a row; the limit is 8.',
        details: { times: 12, limit: 8, tool: 'Bash' },
        delivery: 'delivered',
        tries: 1,
      }),
      alert('0198f7c2-5b00-7000-8000-000000000002', {
        atMs: at(5),
        acknowledgedMs: at(4),
        delivery: 'delivered',
        tries: 1,
      }),
      alert('0198f7c2-5b00-7000-8000-000000000001', {
        atMs: at(30),
        type: 'test',
        severity: 'info',
        kind: 'test',
        message: 'A test.',
      }),
    ],
    cache: {
      enabled: true,
      mode: 'exact',
      entries: 1_204,
      bytes: 18_400_000,
      maxBytes: 104_857_600,
      oldestMs: at(70),
      hits: 312,
      misses: 1_041,
      bypasses: 9,
      hitRate: 312 / 1353,
      savedNanoUsd: 4_231_500_000,
    },
    cacheStats: {
      byModel: [
        { key: 'claude-sonnet-4-6', hits: 300, misses: 900, savedNanoUsd: 4_200_000_000 },
        { key: 'gpt-5-mini', hits: 12, misses: 141, savedNanoUsd: 31_500_000 },
      ],
      byTask: [
        { key: 'classification', hits: 290, misses: 310, savedNanoUsd: 4_000_000_000 },
        { key: '', hits: 22, misses: 731, savedNanoUsd: 231_500_000 },
      ],
    },
    settings: settings(),
    sessions: Array.from({ length: 30 }, (_, index) => ({
      id: index === 0 ? '3f2a9c1e-77d0-4f0e-9b1c-2c33c0a55d10' : `session-${index}`,
      source: 'header',
      agent: index % 2 === 0 ? 'claude-code' : 'codex',
      agentName: index % 2 === 0 ? null : 'Nightly refactor',
      firstMs: at(index + 3),
      lastMs: at(index),
      requests: 12 + index,
      inputTokens: 1_000 * (index + 1),
      cacheReadTokens: 90_000,
      cacheWriteTokens: 4_000,
      outputTokens: 2_500,
      costNanoUsd: (30 - index) * 210_000_000,
      unpriced: index === 4 ? 2 : 0,
      blockedUntilMs: index === 0 ? nowMs + 4 * minuteMs : null,
    })),
    agents: [
      {
        agent: 'claude-code',
        name: null,
        requests: 812,
        costNanoUsd: 31.5 * usd,
        inputTokens: 412_000,
        cacheReadTokens: 9_120_000,
        cacheWriteTokens: 310_000,
        outputTokens: 155_000,
        unpriced: 0,
      },
      {
        agent: 'codex',
        name: 'Nightly refactor',
        requests: 133,
        costNanoUsd: 5.4 * usd,
        inputTokens: 99_000,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        outputTokens: 12_000,
        unpriced: 3,
      },
    ],
    refusals: {},
    changes: [],
    reads: [],
  }
}

/** A new installation: everything off, nothing there yet. */
export function quietGuard(nowMs: number): FakeGuard {
  const busy = busyGuard(nowMs)
  return {
    ...busy,
    budgets: {
      ...busy.budgets,
      enabled: false,
      limits: [],
      reservations: 0,
      spent: { hourNanoUsd: 0, dayNanoUsd: 0, weekNanoUsd: 0, monthNanoUsd: 0 },
      burn: busy.budgets.burn.map(({ startMs }) => ({ startMs, nanoUsd: 0 })),
      resets: [],
    },
    history: { days: [] },
    alerts: [],
    cache: {
      ...busy.cache,
      enabled: false,
      entries: 0,
      bytes: 0,
      oldestMs: null,
      hits: 0,
      misses: 0,
      bypasses: 0,
      hitRate: null,
      savedNanoUsd: 0,
    },
    cacheStats: { byModel: [], byTask: [] },
    sessions: [],
    agents: [],
  }
}

const tally = (values: readonly string[]): Record<string, number> =>
  Object.fromEntries(values.map((value) => [value, values.filter((one) => one === value).length]))

const countsOf = (alerts: readonly AlertShape[]): AlertCounts => ({
  byType: tally(alerts.map(({ type }) => type)),
  bySeverity: tally(alerts.map(({ severity }) => severity)),
  unacknowledged: alerts.filter(({ acknowledgedMs }) => acknowledgedMs === null).length,
  waiting: alerts.filter(({ delivery }) => delivery === 'waiting').length,
})

function listAlerts(alerts: readonly AlertShape[], query: URLSearchParams) {
  const isWanted = (name: 'type' | 'severity', alert_: AlertShape) => [null, alert_[name]].includes(query.get(name))
  const wanted = alerts.filter(
    (one) =>
      isWanted('type', one) &&
      isWanted('severity', one) &&
      (query.get('acknowledged') !== 'false' || one.acknowledgedMs === null),
  )
  return { alerts: wanted, nextCursor: null }
}

const paths = /^\/(budgets|alerts|cache|sessions|agents|settings\/guard|login\/session)(\/|$)/

/** Answers the page's own requests for these endpoints; all others go to the server. */
export async function fakeGuard(page: Page, guard: FakeGuard): Promise<void> {
  await page.route(
    (url) => paths.test(url.pathname),
    (route) => answer(route, guard),
  )
}

async function answer(route: Route, guard: FakeGuard): Promise<void> {
  const request = route.request()
  const { pathname, search, searchParams } = new URL(request.url())
  const isRead = request.method() === 'GET'
  if (isRead) guard.reads.push(`GET ${pathname}${search}`)
  else guard.changes.push(`${request.method()} ${pathname} ${request.postData() ?? ''}`)
  const refusal = guard.refusals[`${request.method()} ${pathname}`]
  if (refusal?.status === 0) return route.abort()
  if (refusal)
    return route.fulfill({ status: refusal.status, json: { error: { code: 'x', message: refusal.message } } })
  return route.fulfill({
    json: isRead ? readOf(guard, pathname, searchParams) : changeOf(guard, pathname, request.postDataJSON()),
  })
}

function readOf(guard: FakeGuard, path: string, query: URLSearchParams): unknown {
  switch (path) {
    case '/login/session':
      return { canWrite: guard.canWrite }
    case '/budgets':
      return guard.budgets
    case '/budgets/history':
      return guard.history
    case '/alerts':
      return listAlerts(guard.alerts, query)
    case '/alerts/counts':
      return countsOf(guard.alerts)
    case '/cache':
      return guard.cache
    case '/cache/stats':
      return guard.cacheStats
    case '/settings/guard':
      return guard.settings
    case '/sessions':
      return { sessions: guard.sessions }
    case '/agents':
      return { agents: guard.agents }
  }
  throw new Error(`The page asked for ${path}, which nobody promised.`)
}

/** What a change does to the values, as far as the page can see it. */
function changeOf(guard: FakeGuard, path: string, body: Record<string, unknown>): unknown {
  if (path === '/alerts/ack') {
    const ids = body['ids'] as readonly string[] | undefined
    const hit = guard.alerts.filter(({ id, acknowledgedMs }) => acknowledgedMs === null && (ids?.includes(id) ?? true))
    guard.alerts = guard.alerts.map((one) =>
      hit.includes(one) ? { ...one, acknowledgedMs: one.atMs + minuteMs } : one,
    )
    return {
      acknowledged: hit.length,
      freed: hit.flatMap(({ scope }) => (scope.startsWith('session:') ? [scope.slice(8)] : [])),
    }
  }
  if (path === '/alerts/test') return { alerts: guard.alerts, nextCursor: null }
  if (path === '/budgets/reset') return guard.budgets
  if (path === '/cache/clear') {
    const { entries, bytes } = guard.cache
    guard.cache = { ...guard.cache, entries: 0, bytes: 0 }
    return { entries, bytes }
  }
  if (path.startsWith('/agents/')) {
    const agent = decodeURIComponent(path.slice('/agents/'.length))
    guard.agents = guard.agents.map((one) =>
      one.agent === agent ? { ...one, name: body['name'] as string | null } : one,
    )
    return { agents: guard.agents }
  }
  const part = body as { budget?: object; cache?: object }
  guard.settings = { ...guard.settings, budget: { ...guard.settings.budget, ...part.budget } }
  guard.budgets = { ...guard.budgets, enabled: guard.settings.budget.enabled }
  guard.cache = { ...guard.cache, ...part.cache }
  return guard.settings
}
