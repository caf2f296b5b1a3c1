/** Finished requests at random, the same for the same seed, and the plain sums that the store's must equal. */
import type { AttemptRecord, Cost, Outcome, RequestRecord } from '../../src/neutral/record.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { costOfAttempts } from '../../src/neutral/attempt-cost.ts'
import { earlierAttempt, finished } from './records.ts'

export type Random = () => number

/** mulberry32 */
export function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A new seed for each run, printed so that a failing one can be put in its place by hand. */
export function newSeed(): number {
  const seed = Math.floor(Math.random() * 2 ** 31)
  console.log(`seed ${seed}`)
  return seed
}

const pick = <T>(random: Random, values: readonly [T, ...T[]]): T =>
  values[Math.floor(random() * values.length)] ?? values[0]

const outcomes = ['complete', 'complete', 'client_abort', 'upstream_reset', 'timeout', 'refused', 'failed'] as const
const costs = ['priced', 'priced', 'estimated', 'unpriced', 'none'] as const

export function randomRecord(random: Random, startedMs: number): RequestRecord {
  const status = pick(random, [200, 200, 200, 400, 429, 500, null])
  const costStatus: Cost['status'] = pick(random, costs)
  const usage = random() < 0.2 ? null : randomUsage(random)
  return finished({
    startedMs,
    provider: pick(random, ['anthropic', 'openai', null]),
    requestedModel: pick(random, ['large', 'small', null]),
    routedModel: pick(random, ['large', 'small', 'tiny', null]),
    agent: pick(random, ['claude-code', 'codex', null]),
    billing: pick(random, ['metered', 'subscription', 'local', null]),
    outcome: pick<Outcome>(random, outcomes),
    status,
    usage,
    cost: {
      status: costStatus,
      nanoUsd: costStatus === 'unpriced' ? null : Math.floor(random() * 5_000_000),
      priceId: null,
      priceSource: null,
      priceDate: null,
      lines: [],
    },
    firstByteMs: random() < 0.3 ? null : 2 ** (random() * 14),
    durationMs: 2 ** (random() * 17),
    sessionId: pick(random, ['one', 'two', 'three', null]),
    translatedTo: pick(random, ['gemini', 'converse', null, null]),
  })
}

/** One that took several attempts, which may have been paid for at several providers and in several ways. */
export function randomClimb(random: Random, startedMs: number): RequestRecord {
  const attempts = Array.from({ length: 2 + Math.floor(random() * 3) }, (_, index) => randomAttempt(random, index + 1))
  const last = attempts.at(-1) ?? earlierAttempt()
  const cost = { ...finished().cost, status: last.costStatus, nanoUsd: last.costNanoUsd }
  const { provider, model: routedModel, servedModel, billing, usage, isUsageInferred } = last
  return {
    ...randomRecord(random, startedMs),
    provider,
    routedModel,
    servedModel,
    billing,
    usage,
    isUsageInferred,
    attempts,
    cost: costOfAttempts(cost, attempts.slice(0, -1)),
  }
}

function randomAttempt(random: Random, number: number): AttemptRecord {
  const costStatus = pick(random, costs)
  return earlierAttempt({
    number,
    provider: pick(random, ['anthropic', 'openai', 'google']),
    model: pick(random, ['large', 'small', 'tiny']),
    billing: pick(random, ['metered', 'subscription', 'local']),
    outcome: pick(random, ['complete', 'client_abort']),
    usage: costStatus === 'none' ? null : randomUsage(random),
    isUsageInferred: random() < 0.3,
    costStatus,
    costNanoUsd: costStatus === 'none' ? 0 : costStatus === 'unpriced' ? null : Math.floor(random() * 5_000_000),
  })
}

const randomUsage = (random: Random) => ({
  ...noUsage,
  inputTokens: Math.floor(random() * 1000),
  cacheReadTokens: Math.floor(random() * 50_000),
  cacheWrite5mTokens: Math.floor(random() * 3000),
  cacheWrite1hTokens: Math.floor(random() * 2000),
  outputTokens: Math.floor(random() * 900),
  reasoningTokens: Math.floor(random() * 300),
})

export const isError = ({ outcome, status }: RequestRecord): boolean =>
  !['complete', 'client_abort'].includes(outcome) || (status ?? 0) >= 400

/** Sums by hand, one request after the other. */
export function sumUp(records: readonly RequestRecord[]) {
  const sums = {
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
  }
  for (const record of records) {
    const { usage, cost, billing } = record
    sums.requests += 1
    sums.errors += isError(record) ? 1 : 0
    sums.inputTokens += usage?.inputTokens ?? 0
    sums.cacheReadTokens += usage?.cacheReadTokens ?? 0
    sums.cacheWriteTokens += (usage?.cacheWrite5mTokens ?? 0) + (usage?.cacheWrite1hTokens ?? 0)
    sums.outputTokens += usage?.outputTokens ?? 0
    sums.reasoningTokens += usage?.reasoningTokens ?? 0
    sums.costNanoUsd += cost.nanoUsd ?? 0
    sums.meteredNanoUsd += billing === 'metered' ? (cost.nanoUsd ?? 0) : 0
    sums.subscriptionNanoUsd += billing === 'subscription' ? (cost.nanoUsd ?? 0) : 0
    sums.unpriced += cost.status === 'unpriced' ? 1 : 0
    sums.estimated += cost.status === 'estimated' ? 1 : 0
  }
  return sums
}
