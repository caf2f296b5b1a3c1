/** A finished request as a line of the request list, straight from the record: the same that a query of its row gives. */
import type { RequestRecord } from '../neutral/record.ts'
import type { Run } from './shapes.ts'

export function runOf(record: RequestRecord): Run {
  const { usage, cost } = record
  return {
    id: record.id,
    startedMs: record.startedMs,
    endpoint: record.endpoint,
    dialect: record.dialect,
    translatedTo: record.translatedTo,
    dropped: [...record.dropped],
    requestedModel: record.requestedModel,
    routedModel: record.routedModel,
    servedModel: record.servedModel,
    provider: record.provider,
    billing: record.billing,
    isStream: record.isStream,
    status: record.status,
    outcome: record.outcome,
    errorCode: record.errorCode,
    inputTokens: usage?.inputTokens ?? null,
    cacheReadTokens: usage?.cacheReadTokens ?? null,
    cacheWrite5mTokens: usage?.cacheWrite5mTokens ?? null,
    cacheWrite1hTokens: usage?.cacheWrite1hTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    reasoningTokens: usage?.reasoningTokens ?? null,
    costStatus: cost.status,
    costNanoUsd: cost.nanoUsd,
    firstByteMs: record.firstByteMs,
    durationMs: record.durationMs,
    sessionId: record.sessionId,
    agent: record.agent,
    taskType: record.taskType,
    guard: record.guard,
    cache: record.cache,
    savedNanoUsd: record.savedNanoUsd,
    route: record.route,
    automated: record.isAutomated,
    baselineModel: record.baselineModel,
    baselineNanoUsd: record.baselineNanoUsd,
    promptCacheSavedNanoUsd: record.promptCacheSavedNanoUsd,
  }
}
