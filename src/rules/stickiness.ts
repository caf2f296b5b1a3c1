/**
 * Whether a conversation stays with the model that has answered it: its prompt lies in a cache there, and a tool loop goes on with
 * thoughts that only their model can read.
 */
import { formatModelRef, type ModelRef } from '../neutral/model.ts'
import type { Candidate, Question, Rejected, Switch } from './route-facts.ts'
import { isSame, judge, type Judged } from './route-screen.ts'
import { switchCost, type SwitchCost } from './switch-cost.ts'

export type Stay =
  /** It has no home, is there, or its caller has left it. */
  | { readonly kind: 'free' }
  | { readonly kind: 'homeless'; readonly rejected: Rejected }
  | { readonly kind: 'leaves'; readonly switch: Switch }
  | { readonly kind: 'stays'; readonly home: Candidate; readonly switch: Switch }

const free: Stay = { kind: 'free' }

/** @param chosen Where it would go; null where nobody else can answer. */
export function stayOf(chosen: ModelRef | null, question: Question): Stay {
  const { facts, settings, world } = question
  const { home } = facts
  if (home === null || home.asked !== facts.asked) return free
  const from = home.ref
  if (chosen !== null && isSame(from, chosen)) return free
  const judged = judgeHome(from, question)
  if (judged.kind === 'no') {
    return { kind: 'homeless', rejected: { name: formatModelRef(from), ref: from, why: judged.why } }
  }
  const to = chosen ?? from
  const { inputTokens, expectedOutputTokens: outputTokens } = facts
  const sizes = { inputTokens, outputTokens, cachedTokens: home.cachedTokens }
  const cost = switchCost({ from, to, ...sizes, costOf: world.costOf })
  const reason = chosen === null ? 'nobody else can answer' : reasonToStay(cost, facts.isMidToolLoop, settings.sticky)
  if (reason === null) {
    const why = settings.sticky ? sumsOf(cost) : 'routing.sticky is false'
    return { kind: 'leaves', switch: { from, to, ...cost, verdict: 'switched', why } }
  }
  return {
    kind: 'stays',
    home: { ref: from, why: 'it has answered this conversation', costNanoUsd: judged.costNanoUsd },
    switch: { from, to, ...cost, verdict: 'stayed', why: reason },
  }
}

function judgeHome(home: ModelRef, question: Question): Judged {
  const found = question.world.resolve(formatModelRef(home))
  return found.kind === 'nowhere' ? { kind: 'no', why: found.why } : judge(home, false, question)
}

function reasonToStay(cost: SwitchCost, isMidToolLoop: boolean, isSticky: boolean): string | null {
  if (isMidToolLoop) return 'it is in the middle of a tool loop'
  if (!isSticky) return null
  const { savedNanoUsd: saved, lostNanoUsd: lost } = cost
  if (saved === null || lost === null) return 'what a switch would save is not known'
  return saved > lost ? null : sumsOf(cost)
}

const sumsOf = ({ savedNanoUsd, lostNanoUsd, turns }: SwitchCost): string =>
  `a switch saves ${usd(savedNanoUsd ?? 0)} in ${turns} turns and loses ${usd(lostNanoUsd ?? 0)} of prompt cache`

const usd = (nanoUsd: number): string => `${nanoUsd < 0 ? '-' : ''}$${(Math.abs(nanoUsd) / 1_000_000_000).toFixed(6)}`
