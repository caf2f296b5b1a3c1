/** What a call may cost at one model before it is sent, and what it counts for the budget once it is settled. */
import type { Services } from '../app/services.ts'
import type { Endpoint } from '../neutral/model.ts'
import type { AttemptRecord, RequestRecord } from '../neutral/record.ts'
import { noUsage, totalInputTokens, type Usage } from '../neutral/usage.ts'
import { capabilitiesOf } from '../providers/capabilities.ts'
import type { AnswerQuestion } from '../rules/estimates.ts'
import type { Spender } from '../rules/ledger.ts'
import { nanoOfUsd } from '../rules/limits.ts'
import type { Call } from './call.ts'
import type { Payee } from './payee.ts'
import { isBilled } from './settlement.ts'
import { mediaOf } from './size.ts'

export interface Forecast {
  readonly usage: Usage
  /** null where no price is known, and none is assumed. */
  readonly nanoUsd: number | null
}

type BudgetSettings = ReturnType<Services['config']>['budget']

const free: Forecast = { usage: noUsage, nanoUsd: 0 }
const unknown: Forecast = { usage: noUsage, nanoUsd: null }

export function forecast(call: Call, payee: Payee, s: Services): Forecast {
  const { budget } = s.config()
  if (!budget.billing.includes(payee.billing)) return free
  if (!isBilled(call.endpoint)) return call.endpoint === 'raw' && call.method === 'POST' ? unknown : free
  if (payee.model === null) return unknown
  const question = questionOf(call, payee.provider, payee.model)
  const usage = isWorst(call, budget) ? s.estimates.worst(question) : s.estimates.expected(question)
  const query = {
    ...payee,
    model: payee.model,
    usage,
    terms: call.facts.terms,
    atMs: call.startedMs,
    isEstimated: true,
  }
  return { usage, nanoUsd: s.prices.price(query).nanoUsd ?? assumed(usage, budget) }
}

/** An answer in one piece can't be cut, so where streams are it may not take more than was set aside. */
const isWorst = (call: Call, { estimate, cutStreams }: BudgetSettings): boolean =>
  estimate === 'worst' || (cutStreams && !call.isStream)

/** What is asked of the estimates about a call. */
export function questionOf(call: Call, provider: string, model: string): AnswerQuestion {
  const { facts } = call
  const capabilities = capabilitiesOf(provider, model)
  const media = mediaOf(call)
  return {
    provider,
    model,
    session: call.identity.session?.id ?? null,
    atMs: call.startedMs,
    bytes: call.plainBody.length - media.bytes,
    media,
    hasTools: facts.toolCount > 0,
    maxOutputTokens: outputLimit(call, capabilities.maxOutputTokens),
    maxInputTokens: capabilities.maxInputTokens ?? capabilities.contextTokens,
    cacheWrites: (call.notes.cacheWrites ??= cacheWritesIn(call)),
  }
}

const answersNothing: ReadonlySet<Endpoint> = new Set<Endpoint>(['embeddings'])

function outputLimit({ endpoint, facts }: Call, modelsLimit: number | null): number | null {
  if (answersNothing.has(endpoint)) return 0
  const limit = facts.maxOutputTokens ?? modelsLimit
  return limit === null ? null : limit * facts.answers
}

const cacheMark = Buffer.from('"cache_control"')
const hourMark = Buffer.from('"1h"')

/** What is marked in Anthropic's words; other providers' caches are written at the price of plain input. */
function cacheWritesIn({ dialect, plainBody }: Call): AnswerQuestion['cacheWrites'] {
  if (dialect !== 'anthropic') return 'none'
  const body = Buffer.from(plainBody.buffer, plainBody.byteOffset, plainBody.length)
  const parts =
    body.length <= 2 * searchedBytes ? [body] : [body.subarray(0, searchedBytes), body.subarray(-searchedBytes)]
  if (!parts.some((part) => part.includes(cacheMark))) return 'none'
  return parts.some((part) => part.includes(hourMark)) ? '1h' : '5m'
}

/** Marks stand at the end of what stays the same and at the end of the conversation; a megabyte between them takes 50 µs. */
const searchedBytes = 64 * 1024

/** Nano-USD at the price that the settings assume for what has none; null where they assume none. */
const assumed = (usage: Usage, budget: BudgetSettings): number | null =>
  typeof budget.unpriced === 'string' ? null : countedTokens(totalInputTokens(usage), usage.outputTokens, budget)

/** What tokens without a known price count against limits, nano-USD. */
export function countedTokens(input: number, output: number, { unpriced }: BudgetSettings): number {
  if (typeof unpriced === 'string') return 0
  return nanoOfUsd((input * unpriced.inputUsd + output * unpriced.outputUsd) / 1_000_000)
}

export const spenderOf = (call: Call, { provider, model }: Pick<Payee, 'provider' | 'model'>): Spender => ({
  session: call.identity.session?.id ?? null,
  agent: call.identity.agent?.name ?? null,
  provider,
  model,
})

/** What a settled request counts against limits: of all its attempts, each by how it was paid. */
export const countedNanoUsd = ({ attempts }: RequestRecord, budget: BudgetSettings): number =>
  attempts.reduce((sum, attempt) => sum + countedInAttempt(attempt, budget), 0)

export function countedInAttempt(
  { billing, costNanoUsd, usage }: Pick<AttemptRecord, 'billing' | 'costNanoUsd' | 'usage'>,
  budget: BudgetSettings,
): number {
  if (!budget.billing.includes(billing)) return 0
  return costNanoUsd ?? (usage === null ? null : assumed(usage, budget)) ?? 0
}
