/** What a whole reply of the Messages API says about itself: its usage, terms, model, end or error. */
import {
  addUsage,
  noUsage,
  standardTerms,
  totalInputTokens,
  type ModelUsage,
  type PriceTerms,
  type Usage,
} from '../../neutral/usage.ts'
import type { ReplyFacts } from '../dialect.ts'
import { asCount, asList, asRecord, asString, asWord, countOf, type JsonRecord } from '../fields.ts'
import { miscounted } from '../miscounted.ts'
import { noReplyFacts } from '../no-facts.ts'

export function readReply(body: unknown): ReplyFacts {
  const reply = asRecord(body)
  if (reply === null) return noReplyFacts
  const errorCode = readError(reply)
  if (errorCode !== null) return { ...noReplyFacts, errorCode }
  const model = asString(reply.model)
  const usage = asRecord(reply.usage)
  const counts = usage === null ? null : readCounts(usage)
  const bill = counts === null ? null : billOf(counts, model, asList(reply.content).some(isBilledDecline))
  return {
    usage: bill?.usage ?? null,
    ...miscounted(usage),
    terms: usage === null ? standardTerms : readTerms(usage),
    model,
    finishReason: asWord(reply.stop_reason),
    errorCode: null,
    ...(bill !== null && bill.alsoBilled.length > 0 ? { alsoBilled: bill.alsoBilled } : {}),
  }
}

/** The type of `{"type":"error","error":{"type":…}}`, null when the body is none. */
export function readError(body: JsonRecord): string | null {
  const error = asRecord(body.error)
  return body.type === 'error' || error !== null ? (asWord(error?.type) ?? 'error') : null
}

export const readTerms = (usage: JsonRecord): PriceTerms => ({
  serviceTier: asWord(usage.service_tier),
  speed: asWord(usage.speed),
  region: asWord(usage.inference_geo),
})

/** A `usage` object in our units, not yet shared out between models. */
export interface Counts {
  readonly usage: Usage
  /** `usage.iterations`: one entry per time that a model ran, empty where the reply does not list them. */
  readonly attempts: readonly Attempt[]
}

interface Attempt {
  /** `message`, `compaction`, `advisor_message`, `fallback_message`. */
  readonly kind: string | null
  readonly model: string | null
  readonly usage: Usage
}

/** @returns null when the object holds no count at all. */
export function readCounts(usage: JsonRecord): Counts | null {
  const attempts = usage.iterations === undefined ? none : asList(usage.iterations).flatMap(readAttempt)
  const isReported = attempts.length > 0 || reported.some((field) => asCount(usage[field]) !== null)
  return isReported ? { usage: readUsage(usage), attempts } : null
}

const none: readonly Attempt[] = []

function readAttempt(entry: unknown): readonly Attempt[] {
  const attempt = asRecord(entry)
  if (attempt === null) return none
  return [{ kind: asWord(attempt.type), model: asString(attempt.model), usage: readUsage(attempt) }]
}

const reported = ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const

function readUsage(fields: JsonRecord): Usage {
  const lifetimes = asRecord(fields.cache_creation)
  const cacheWrite1hTokens = countOf(lifetimes?.ephemeral_1h_input_tokens)
  const written = countOf(fields.cache_creation_input_tokens)
  const outputTokens = countOf(fields.output_tokens)
  return {
    ...noUsage,
    inputTokens: countOf(fields.input_tokens),
    cacheReadTokens: countOf(fields.cache_read_input_tokens),
    // What the total has over the one-hour part was written for five minutes, or for a time that the reply does not say.
    cacheWrite5mTokens: Math.max(countOf(lifetimes?.ephemeral_5m_input_tokens), written - cacheWrite1hTokens),
    cacheWrite1hTokens,
    outputTokens,
    reasoningTokens: Math.min(countOf(asRecord(fields.output_tokens_details)?.thinking_tokens), outputTokens),
    webSearches: countOf(asRecord(fields.server_tool_use)?.web_search_requests),
  }
}

export interface Bill {
  readonly usage: Usage
  readonly alsoBilled: readonly ModelUsage[]
}

/**
 * Shares a reply's usage out to the models that are billed for it.
 *
 * The top-level counts leave out compaction, the advisor, and every attempt but the last of a fallback; with the advisor
 * they have also been the first iteration's input alone. `iterations` lists all that is billed, so where it is present its
 * sum stands in for the top level (platform.claude.com/docs: compaction, advisor-tool, refusals-and-fallback).
 * @param model The model that answered.
 * @param billsDeclines True when the refusal is of a kind that is billed even before any output.
 */
export function billOf(counts: Counts, model: string | null, billsDeclines: boolean): Bill {
  const { usage, attempts } = counts
  if (attempts.length === 0) return { usage, alsoBilled: [] }
  const hasFallback = attempts.some(({ kind }) => kind === 'fallback_message')
  let own = noUsage
  const others = new Map<string, Usage>()
  for (const attempt of attempts) {
    const isDecline = hasFallback && attempt.kind === 'message' && attempt.usage.outputTokens === 0
    if (isDecline && !billsDeclines) continue
    const isOwn = attempt.model === null || attempt.model === model || (!hasFallback && ownKinds.has(attempt.kind))
    if (isOwn) own = addUsage(own, attempt.usage)
    else others.set(attempt.model, addUsage(others.get(attempt.model) ?? noUsage, attempt.usage))
  }
  const alsoBilled = [...others].map(([otherModel, billed]) => ({ model: otherModel, usage: billed }))
  if (totalInputTokens(own) + own.outputTokens === 0) return { usage, alsoBilled }
  const reasoningTokens = Math.min(usage.reasoningTokens, own.outputTokens)
  return { usage: { ...own, reasoningTokens, webSearches: usage.webSearches }, alsoBilled }
}

/** Iterations of the model that answers, whatever name it goes by there. */
const ownKinds: ReadonlySet<string | null> = new Set(['message', 'compaction'])

/** Refusals that are billed even when they come before any output (refusals-and-fallback, as of September 2026). */
const billedRefusals: ReadonlySet<unknown> = new Set(['bio', 'frontier_llm', 'reasoning_extraction'])

/** True for a `fallback` content block whose model declined in a billed category. */
export function isBilledDecline(block: unknown): boolean {
  const fields = asRecord(block)
  return fields?.type === 'fallback' && billedRefusals.has(asRecord(fields.trigger)?.category)
}

/** The model that the last `fallback_message` iteration names; null when there is none. */
export const fallbackModelOf = (counts: Counts | null): string | null =>
  counts?.attempts.findLast(({ kind }) => kind === 'fallback_message')?.model ?? null
