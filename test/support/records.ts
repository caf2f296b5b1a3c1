/** Finished requests for tests of the store and the planes; every field can be set. */
import type { AttemptRecord, InflightRecord, RequestRecord } from '../../src/neutral/record.ts'
import { noUsage, standardTerms } from '../../src/neutral/usage.ts'

let serial = 0

/** An id as the product makes them: its start in ms comes first. Later ones of the same ms sort later. */
export function idAt(startedMs: number): string {
  const ms = startedMs.toString(16).padStart(12, '0')
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${String(++serial).padStart(12, '0')}`
}

const start = Date.UTC(2026, 0, 2, 3, 4, 5)

export function finished(over: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: idAt(over.startedMs ?? start),
    startedMs: start,
    endpoint: 'messages',
    method: 'POST',
    path: '/v1/messages',
    dialect: 'anthropic',
    requestedModel: 'claude-sonnet-4-5',
    routedModel: 'claude-sonnet-4-5',
    servedModel: 'claude-sonnet-4-5-20250929',
    provider: 'anthropic',
    billing: 'metered',
    isStream: false,
    status: 200,
    outcome: 'complete',
    errorCode: null,
    errorMessage: null,
    finishReason: 'end_turn',
    usage: { ...noUsage, inputTokens: 10, outputTokens: 5 },
    isUsageInferred: false,
    alsoBilled: null,
    terms: standardTerms,
    cost: {
      status: 'priced',
      nanoUsd: 105_000,
      priceId: 'anthropic/claude-sonnet-4-5',
      priceSource: 'test',
      priceDate: '2026-01-01',
      lines: [],
    },
    requestBytes: 300,
    responseBytes: 400,
    firstByteMs: 12.5,
    durationMs: 20.25,
    sessionId: 's1',
    sessionSource: 'header',
    agent: 'claude-code',
    agentSource: 'user-agent',
    tags: null,
    bypass: [],
    upstreamRequestId: 'req_1',
    translatedTo: null,
    dropped: [],
    taskType: 'quick_task',
    guard: null,
    cache: null,
    savedNanoUsd: null,
    route: 'passthrough',
    isAutomated: false,
    complexity: null,
    baselineModel: null,
    baselineNanoUsd: null,
    facts: null,
    promptCacheSavedNanoUsd: null,
    trace: [],
    attempts: [],
    ...over,
  }
}

export function inflight(over: Partial<InflightRecord> = {}): InflightRecord {
  return {
    id: idAt(over.startedMs ?? start),
    startedMs: start,
    endpoint: 'messages',
    method: 'POST',
    path: '/v1/messages',
    dialect: 'anthropic',
    requestedModel: 'claude-sonnet-4-5',
    routedModel: 'claude-sonnet-4-5',
    provider: 'anthropic',
    billing: 'metered',
    isStream: true,
    requestBytes: 300,
    estimatedInputTokens: 75,
    estimatedOutputTokens: 0,
    attempt: 1,
    sessionId: null,
    agent: null,
    ...over,
  }
}

/** An attempt that another took the place of: refused, unless told otherwise. */
export const earlierAttempt = (over: Partial<AttemptRecord> = {}): AttemptRecord => ({
  number: 1,
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  servedModel: null,
  billing: 'metered',
  startedMs: start,
  status: 529,
  outcome: 'failed',
  errorCode: null,
  firstByteMs: null,
  durationMs: 20,
  usage: null,
  isUsageInferred: false,
  alsoBilled: null,
  terms: standardTerms,
  costStatus: 'none',
  costNanoUsd: 0,
  ...over,
})
