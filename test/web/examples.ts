/** Plain values in the shapes of the API, for the tests of the dashboard's pure parts. */
import type { Group, Run, SessionSummary, Stats, Totals } from '../../src/control/shapes.ts'

export const run = (id: string, startedMs: number): Run => ({
  id,
  startedMs,
  endpoint: 'messages',
  dialect: 'anthropic',
  translatedTo: null,
  dropped: [],
  requestedModel: 'claude-opus-4-6',
  routedModel: 'claude-opus-4-6',
  servedModel: 'claude-opus-4-6',
  provider: 'anthropic',
  billing: 'metered',
  isStream: false,
  status: 200,
  outcome: 'complete',
  errorCode: null,
  inputTokens: 10,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 5,
  reasoningTokens: 0,
  costStatus: 'priced',
  costNanoUsd: 175_000,
  firstByteMs: 20,
  durationMs: 40,
  sessionId: null,
  agent: null,
  taskType: null,
  guard: null,
  cache: null,
  savedNanoUsd: null,
  route: null,
  automated: false,
  baselineModel: null,
  baselineNanoUsd: null,
  promptCacheSavedNanoUsd: null,
})

export const totals = (part: Partial<Totals> = {}): Totals => ({
  requests: 0,
  errors: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: 0,
  meteredNanoUsd: 0,
  subscriptionNanoUsd: 0,
  unpriced: 0,
  estimated: 0,
  ...part,
})

export const group = (key: string, part: Partial<Totals> = {}): Group => ({ key, ...totals(part) })

export const session = (id: string, part: Partial<SessionSummary> = {}): SessionSummary => ({
  id,
  source: 'header',
  agent: null,
  firstMs: 0,
  lastMs: 0,
  requests: 1,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  unpriced: 0,
  ...part,
})

const none = { count: 0, p50Ms: null, p90Ms: null, p95Ms: null, p99Ms: null }

export const stats = (): Stats => ({
  fromMs: 0,
  toMs: 60_000,
  totals: totals(),
  duration: none,
  firstByte: none,
  byModel: [group('claude-opus-4-6', { requests: 3 }), group('gpt-5-mini', { requests: 1 })],
  byProvider: [group('anthropic', { requests: 3 }), group('', { requests: 1 })],
  byAgent: [group('codex', { requests: 4 })],
  byBilling: [group('metered', { requests: 4 })],
  byOutcome: [group('complete', { requests: 4 })],
  sessions: [session('s-1')],
  stepMs: 60_000,
  series: [],
})
