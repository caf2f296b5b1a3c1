/**
 * What it costs to take a conversation to another model: the prompt that lies in the old one's cache is read anew, against what
 * the new one's prices save on this turn and the next. Integer nano-USD throughout.
 */
import type { ModelRef } from '../neutral/model.ts'
import { noUsage, type Usage } from '../neutral/usage.ts'

/**
 * The next turns that are counted beside this one. One: that a conversation goes on for another turn is likely, what comes then
 * is not; and a cheaper model takes more turns for the same work, which eats what a longer account would promise.
 */
export const nextTurns = 1

export interface SwitchQuestion {
  readonly from: ModelRef
  readonly to: ModelRef
  readonly inputTokens: number
  /** Of these, in the cache of `from`. */
  readonly cachedTokens: number
  readonly outputTokens: number
  readonly costOf: (ref: ModelRef, usage: Usage) => number | null
}

export interface SwitchCost {
  /** null where a price is not known. */
  readonly savedNanoUsd: number | null
  readonly lostNanoUsd: number | null
  readonly turns: number
}

export function switchCost({ from, to, costOf, ...sizes }: SwitchQuestion): SwitchCost {
  const cached = Math.min(sizes.cachedTokens, sizes.inputTokens)
  const fresh = sizes.inputTokens - cached
  const thisTurn: Usage = { ...noUsage, cacheReadTokens: cached, inputTokens: fresh, outputTokens: sizes.outputTokens }
  // The prompt is in the cache then, at either model, and the answer before is what is surely new.
  const nextTurn: Usage = {
    ...noUsage,
    cacheReadTokens: sizes.inputTokens,
    inputTokens: sizes.outputTokens,
    outputTokens: sizes.outputTokens,
  }
  const stay = sum(costOf(from, thisTurn), costOf(from, nextTurn))
  const asIfCached = costOf(to, thisTurn)
  const go = sum(asIfCached, costOf(to, nextTurn))
  const first = dearest(
    costOf(to, { ...thisTurn, cacheReadTokens: 0, inputTokens: sizes.inputTokens }),
    // Some bill more for what they write to a cache than for what they merely read.
    costOf(to, { ...thisTurn, cacheReadTokens: 0, cacheWrite5mTokens: cached }),
  )
  return { savedNanoUsd: difference(stay, go), lostNanoUsd: difference(first, asIfCached), turns: 1 + nextTurns }
}

function sum(thisTurn: number | null, nextTurn: number | null): number | null {
  return thisTurn === null || nextTurn === null ? null : thisTurn + nextTurns * nextTurn
}

const difference = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b)

const dearest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b)
