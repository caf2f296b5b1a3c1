/** How a request ended, and the record made of it: usage read or inferred, priced, everything a row needs. Pure but for the price. */
import type { Prices } from '../app/services.ts'
import { addCost, costOfAttempts, unknownPrice } from '../neutral/attempt-cost.ts'
import type { AppError } from '../neutral/error.ts'
import type { Endpoint, TaskType } from '../neutral/model.ts'
import type { AttemptRecord, Cost, Outcome, RequestRecord } from '../neutral/record.ts'
import { noUsage, standardTerms, totalInputTokens, type PriceTerms, type Usage } from '../neutral/usage.ts'
import { taskTypeOf } from '../rules/task-type.ts'
import type { ReplyFacts } from '../wire/dialect.ts'
import type { Attempt } from './attempt.ts'
import type { Kept } from './cache-entry.ts'
import type { Call } from './call.ts'
import type { Answered, Unanswered } from './reply.ts'
import { routedFacts } from './routed.ts'
import { estimateTokens, inputTokensOf } from './size.ts'
import { isAnswer } from './ways.ts'

export interface Settlement {
  /** The attempt that decided the outcome; null when nothing was sent. */
  readonly attempt: Attempt | null
  readonly outcome: Outcome
  /** What the client got, or null when it was gone before. */
  readonly status: number | null
  /** Our own error, or null. */
  readonly error: AppError | null
  readonly facts: ReplyFacts
  /** Counts the characters of answer seen, for an answer that was cut off or says no usage: asked for only then. */
  readonly countText: () => number
  readonly responseBytes: number
  /** Monotonic ms of the first body byte, or null. */
  readonly firstByteAt: number | null
  /** Monotonic ms. */
  readonly endedAt: number
  readonly upstreamStatus: number | null
  readonly upstreamRequestId: string | null
  /** What the answer's or the request's other dialect had no word for. */
  readonly dropped: readonly string[]
  /** Input tokens by our own estimate, made before a request was translated; null where none was made. */
  readonly estimatedTokens: number | null
  /** The answer came whole though the client hung up: others waited for it. False when absent. */
  readonly isWhole?: boolean
  /** The answer out of the cache; absent where a provider was asked, or nobody. */
  readonly kept?: Kept
}

/** Endpoints whose answers are billed by usage. */
const billed: ReadonlySet<Endpoint> = new Set<Endpoint>([
  'messages',
  'chat',
  'responses',
  'responses_compact',
  'embeddings',
  'generate',
  'stream_generate',
])

export const isBilled = (endpoint: Endpoint): boolean => billed.has(endpoint)

/** What a provider charges nothing for, and what never left this process. */
const free: Cost = Object.freeze({
  status: 'none',
  nanoUsd: 0,
  priceId: null,
  priceSource: null,
  priceDate: null,
  lines: [],
})

/** All that a settlement asks of prices. */
export type Pricing = Pick<Prices, 'price'>

/** Prices where the price table can't be asked. */
export const unpriced: Pricing = { price: () => unknownPrice }

export function recordOf(call: Call, end: Settlement, prices: Pricing): RequestRecord {
  const { attempt } = end
  const bill = billOf(call, end, prices)
  const { usage, terms } = bill
  const cost = costOfAttempts(bill.cost, attempt?.earlier ?? [])
  const millis = (at: number) => Math.round((at - call.startedAt) * 1000) / 1000
  const errorCode = end.error?.code ?? end.facts.errorCode
  return {
    id: call.id,
    startedMs: call.startedMs,
    endpoint: call.endpoint,
    method: call.method,
    path: call.path.slice(0, 200),
    dialect: call.dialect,
    requestedModel: call.requestedModel,
    routedModel: attempt?.target.model ?? end.kept?.model ?? null,
    servedModel: end.facts.model,
    provider: attempt?.target.provider ?? end.kept?.provider ?? null,
    billing: attempt?.target.billing ?? end.kept?.billing ?? null,
    isStream: call.isStream,
    status: end.status,
    outcome: end.outcome,
    errorCode,
    errorMessage: end.error?.message ?? null,
    finishReason: end.facts.finishReason,
    usage,
    isUsageInferred: bill.isUsageInferred,
    alsoBilled: bill.alsoBilled,
    terms,
    cost,
    requestBytes: call.body.length,
    responseBytes: end.responseBytes,
    firstByteMs: end.firstByteAt === null ? null : millis(end.firstByteAt),
    durationMs: millis(end.endedAt),
    sessionId: call.identity.session?.id ?? null,
    sessionSource: call.identity.session?.source ?? null,
    agent: call.identity.agent?.name ?? null,
    agentSource: call.identity.agent?.source ?? null,
    tags: call.tags,
    bypass: call.notes.bypass,
    upstreamRequestId: end.upstreamRequestId,
    translatedTo: attempt === null || attempt.target.form === call.dialect ? null : attempt.target.form,
    dropped: boundNames(end.dropped),
    taskType: taskOf(call, usage),
    guard: call.notes.guard,
    cache: call.notes.cache,
    savedNanoUsd: end.kept?.costNanoUsd ?? null,
    ...routedFacts(call, attempt, { usage, terms, model: end.facts.model }, prices),
    trace: call.notes.trace,
    attempts: attempt === null ? [] : [...attempt.earlier, attemptRecord(attempt, end, errorCode, bill)],
  }
}

/** By what it used; of one that failed, what it looked like. */
const taskOf = ({ endpoint, facts, notes }: Call, usage: Usage | null): TaskType | null =>
  usage === null || !isAnswer(endpoint)
    ? (notes.classified?.task ?? null)
    : taskTypeOf({ hasTools: facts.toolCount > 0, input: totalInputTokens(usage), output: usage.outputTokens })

/** What an attempt is paid by. */
interface Bill extends Pick<RequestRecord, 'usage' | 'isUsageInferred' | 'alsoBilled' | 'terms'> {
  /** Of this attempt alone. */
  readonly cost: Cost
}

function billOf(call: Call, end: Settlement, prices: Pricing): Bill {
  const { attempt, facts } = end
  const { usage, isEstimated } = usageOf(call, attempt, end)
  const terms = termsOf(call, attempt, facts)
  const cost = costOf(call, attempt, end, usage, terms, isEstimated, prices)
  return { usage, isUsageInferred: isEstimated, alsoBilled: facts.alsoBilled ?? null, terms, cost }
}

function attemptRecord(attempt: Attempt, end: Settlement, errorCode: string | null, bill: Bill): AttemptRecord {
  const { cost, ...counted } = bill
  const since = (at: number) => Math.round((at - attempt.startedAt) * 1000) / 1000
  return {
    number: attempt.number,
    provider: attempt.target.provider,
    model: attempt.target.model,
    servedModel: end.facts.model,
    billing: attempt.target.billing,
    startedMs: attempt.startedMs,
    status: end.upstreamStatus,
    outcome: end.outcome,
    errorCode,
    firstByteMs: end.firstByteAt === null ? null : since(end.firstByteAt),
    durationMs: since(end.endedAt),
    ...counted,
    costStatus: cost.status,
    costNanoUsd: cost.nanoUsd,
  }
}

/** Names are the dialects' own words, but a caller may have made up a thousand fields. */
const maxDropped = 100
const boundNames = (names: readonly string[]): readonly string[] =>
  names.length === 0 ? names : names.slice(0, maxDropped).map((name) => name.slice(0, maxDropped))

/** An attempt whose answer another attempt takes the place of: a refusal, which costs nothing. */
export const failedAttempt = (attempt: Attempt, status: number, endedAt: number): AttemptRecord => ({
  number: attempt.number,
  provider: attempt.target.provider,
  model: attempt.target.model,
  servedModel: null,
  billing: attempt.target.billing,
  startedMs: attempt.startedMs,
  status,
  outcome: 'failed',
  errorCode: null,
  firstByteMs: null,
  durationMs: Math.round((endedAt - attempt.startedAt) * 1000) / 1000,
  usage: null,
  isUsageInferred: false,
  alsoBilled: null,
  terms: standardTerms,
  costStatus: 'none',
  costNanoUsd: 0,
})

/** One whose answer was not good enough: it is paid, and another takes its place. @param why For its row. */
export function supersededAttempt(call: Call, end: Settlement, why: string | null, prices: Pricing): AttemptRecord {
  const { attempt } = end
  if (attempt === null) throw new Error('nothing was sent')
  return attemptRecord(attempt, end, why, billOf(call, end, prices))
}

/** The same of one that brought an error, or nothing. */
export const givenUpAttempt = (reply: Answered | Unanswered, endedAt: number): AttemptRecord => ({
  ...failedAttempt(reply.attempt, 0, endedAt),
  status: reply.kind === 'answered' ? reply.upstream.status : null,
  outcome: reply.kind === 'answered' ? 'failed' : reply.outcome,
  errorCode: reply.kind === 'answered' ? null : reply.error.code,
})

/** An answer cut off was still billed: what was read, plus what had been written by then. */
function usageOf(call: Call, attempt: Attempt | null, end: Settlement): { usage: Usage | null; isEstimated: boolean } {
  const { usage: read, isMiscounted = false } = end.facts
  if (attempt === null || !billed.has(call.endpoint)) return { usage: read, isEstimated: false }
  const isCounted = read !== null && isLastCount(call, end)
  if (isCounted && !isMiscounted) return { usage: read, isEstimated: false }
  if (!isServed(end)) return { usage: read, isEstimated: false }
  const start = read ?? noUsage
  const isInputKnown = totalInputTokens(start) > 0
  const isOutputKnown = isCounted && start.outputTokens > 0
  const usage = {
    ...start,
    inputTokens: isInputKnown ? start.inputTokens : inputTokensOf(call, attempt.target),
    outputTokens: isOutputKnown ? start.outputTokens : Math.max(start.outputTokens, estimateTokens(end.countText())),
  }
  return { usage, isEstimated: true }
}

/** Once it was said why one answer ended, nothing is added to its count, whoever left then. */
const isLastCount = ({ facts }: Call, end: Settlement): boolean =>
  end.outcome === 'complete' || end.isWhole === true || (end.facts.finishReason !== null && facts.answers === 1)

/** A provider's refusal, a redirect and a connection that was never made cost nothing. */
const isServed = ({ outcome, upstreamStatus }: Settlement): boolean =>
  upstreamStatus === null ? outcome !== 'failed' : upstreamStatus >= 200 && upstreamStatus < 300

/** The reply's word on tier and region counts; where it is silent, what was asked for. */
function termsOf(call: Call, attempt: Attempt | null, facts: ReplyFacts): PriceTerms {
  // What was asked in another dialect's words was not asked of this provider.
  const asked = attempt === null || attempt.target.form === call.dialect ? call.facts.terms : standardTerms
  const said = facts.terms
  if (said === standardTerms) return { ...asked, serviceTier: asked.serviceTier === 'auto' ? null : asked.serviceTier }
  return {
    serviceTier: said.serviceTier ?? (asked.serviceTier === 'auto' ? null : asked.serviceTier),
    speed: said.speed ?? asked.speed,
    region: said.region ?? asked.region,
  }
}

function costOf(
  call: Call,
  attempt: Attempt | null,
  end: Settlement,
  usage: Usage | null,
  terms: PriceTerms,
  isEstimated: boolean,
  prices: Pricing,
): Cost {
  if (attempt === null || end.outcome === 'refused') return free
  if (usage === null && !isServed(end)) return free
  if (call.endpoint === 'raw')
    return call.method === 'GET' || call.method === 'HEAD' || call.method === 'DELETE' ? free : unknownPrice
  if (!billed.has(call.endpoint)) return free
  const { provider, billing, model } = attempt.target
  if (usage === null) return unknownPrice
  const query = { provider, usage, terms, billing, atMs: call.startedMs, isEstimated }
  const main = prices.price({ ...query, model: model ?? '', served: end.facts.model })
  const { alsoBilled } = end.facts
  if (alsoBilled === undefined) return main
  return alsoBilled.map((one) => ({ model: one.model, cost: prices.price({ ...query, ...one }) })).reduce(addCost, main)
}
