/**
 * Watches what a streamed answer has cost up to now, and ends it where it would go over a limit that refuses. What was set aside
 * grows with it, so that requests beside it see what it takes.
 */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { Usage } from '../neutral/usage.ts'
import { limitsFor, refuses, type Limit } from '../rules/limits.ts'
import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import { spenderOf } from './forecast.ts'
import { isGuarding, raiseBreach, sentenceOf } from './limits.ts'
import { estimateTokens } from './size.ts'
import type { Breach } from '../rules/budget.ts'

/** Told of the bytes that go to the client. */
export type Meter = (bytes: number) => void

/** What a stream has said of itself so far. */
export interface SoFar {
  readonly usage: Usage | null
  readonly countText: () => number
}

/** An answer is looked at again after so many bytes at the least: some ten tokens. */
export const meteredBytes = 512
/** And at the latest: others spend meanwhile. */
const longestStep = 16 * 1024

/** @returns null where streams are not cut. */
export function openMeter(call: Call, attempt: Attempt, soFar: () => SoFar, s: Services): Meter | null {
  const { budget } = s.config()
  const { expected, target } = attempt
  const { model } = target
  if (!isGuarding(s) || !budget.cutStreams || !call.isStream || expected === null || model === null) return null
  if (!budget.billing.includes(target.billing)) return null
  const spender = spenderOf(call, target)
  let bytes = 0
  let nextAt = meteredBytes
  let lastCost = 0

  const look = () => {
    // Looked up each time: limits may be changed while an answer runs.
    const limits = limitsFor(s.config().budget, spender).filter(({ onBreach }) => refuses(onBreach))
    const { usage, countText } = soFar()
    const output = Math.max(usage?.outputTokens ?? 0, estimateTokens(countText()))
    const query = { ...target, model, terms: call.facts.terms, atMs: call.startedMs, isEstimated: true }
    const cost = s.prices.price({ ...query, usage: { ...(usage ?? expected), outputTokens: output } }).nanoUsd ?? 0
    const step = cost - lastCost
    lastCost = cost
    const room = limits.map((limit) => ({ limit, left: leftOf(limit, call, s) }))
    const tightest = room.toSorted((one, other) => one.left - other.left)[0]
    if (tightest === undefined) return longestStep
    // One more step might be too much, and they are not all of a size.
    if (cost + 2 * step > tightest.left) cut(call, attempt, tightest.limit, cost, s)
    if (cost > s.ledger.reservedFor(call.id)) s.ledger.reserve(call.id, spender, cost)
    const perByte = cost / bytes
    return perByte === 0 ? longestStep : (tightest.left - cost) / perByte / 4
  }

  return (more) => {
    bytes += more
    if (bytes < nextAt || attempt.stopped !== null) return
    nextAt = bytes + Math.min(longestStep, Math.max(meteredBytes, look()))
  }
}

/** What of a limit this request may take, what is set aside for it included. */
function leftOf({ window, scope, limitNanoUsd }: Limit, call: Call, s: Services): number {
  if (window === 'request') return limitNanoUsd
  const standing = s.ledger.standing(scope, s.clock.now())
  return limitNanoUsd - standing[window] - standing.reserved + s.ledger.reservedFor(call.id)
}

function cut(call: Call, attempt: Attempt, limit: Limit, cost: number, s: Services): void {
  const now = s.clock.now()
  const standing = limit.window === 'request' ? null : s.ledger.standing(limit.scope, now)
  const breach: Breach = {
    limit,
    spentNanoUsd: standing === null || limit.window === 'request' ? 0 : standing[limit.window],
    reservedNanoUsd: Math.max(0, (standing?.reserved ?? 0) - s.ledger.reservedFor(call.id)),
    estimateNanoUsd: cost,
    freesAtMs: null,
  }
  const sentence = sentenceOf(breach, now)
  call.notes.mark('cut')
  call.notes.add('budget', 'ended the answer', sentence)
  raiseBreach(breach, sentence, 'critical', s)
  attempt.cut(new AppError('budget-exceeded', `The answer was ended in the middle. ${sentence}`))
}
