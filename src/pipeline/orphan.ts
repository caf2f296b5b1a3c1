/** The record of a request whose process died before its answer ended. */
import { costOfAttempts, unknownPrice } from '../neutral/attempt-cost.ts'
import type { AttemptRecord, Cost, InflightRecord, RequestRecord } from '../neutral/record.ts'
import { noUsage, standardTerms } from '../neutral/usage.ts'
import { notRouted } from './routed.ts'
import { isBilled, type Pricing } from './settlement.ts'

/** What is booked for a request whose process died: the input was sent, the output is unknown; attempts before are paid as they were. */
export function orphanRecord(inflight: InflightRecord, prices: Pricing): RequestRecord {
  const { earlier = [], ...inflightNow } = inflight
  const usage = isBilled(inflight.endpoint)
    ? { ...noUsage, inputTokens: inflight.estimatedInputTokens, outputTokens: inflight.estimatedOutputTokens ?? 0 }
    : null
  const { provider, billing, routedModel, estimatedOutputTokens: _, attempt: __, hedgeOf: ___, ...kept } = inflightNow
  const last =
    usage === null || routedModel === null
      ? unknownPrice
      : prices.price({
          provider,
          model: routedModel,
          usage,
          terms: standardTerms,
          billing,
          atMs: inflight.startedMs,
          isEstimated: true,
        })
  return {
    ...kept,
    provider,
    billing,
    routedModel,
    servedModel: null,
    status: null,
    outcome: 'failed',
    errorCode: died,
    errorMessage: 'RelayPlane stopped before this request ended; what it cost is estimated from its size.',
    finishReason: null,
    usage,
    isUsageInferred: usage !== null,
    alsoBilled: null,
    terms: standardTerms,
    cost: costOfAttempts(last, earlier),
    responseBytes: 0,
    firstByteMs: null,
    durationMs: 0,
    sessionSource: inflight.sessionId === null ? null : 'in-flight row',
    agentSource: null,
    tags: null,
    bypass: [],
    upstreamRequestId: null,
    translatedTo: null,
    dropped: [],
    taskType: null,
    guard: null,
    cache: null,
    savedNanoUsd: null,
    ...notRouted,
    trace: [{ stage: 'record', did: 'booked as estimated', why: 'the process ended before the answer did' }],
    attempts: [...earlier, unfinishedAttempt(inflight, usage, last)],
  }
}

const died = 'process-died'

const unfinishedAttempt = (
  { attempt, provider, routedModel, billing, startedMs }: InflightRecord,
  usage: AttemptRecord['usage'],
  cost: Cost,
): AttemptRecord => ({
  number: attempt,
  provider,
  model: routedModel,
  servedModel: null,
  billing,
  startedMs,
  status: null,
  outcome: 'failed',
  errorCode: died,
  firstByteMs: null,
  durationMs: 0,
  usage,
  isUsageInferred: usage !== null,
  alsoBilled: null,
  terms: standardTerms,
  costStatus: cost.status,
  costNanoUsd: cost.nanoUsd,
})
