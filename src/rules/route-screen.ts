/** Which of the models that may be chosen can be: each one looked at once, with the reason against it; the rest in order. */
import { formatModelRef, type ModelRef } from '../neutral/model.ts'
import { noUsage, type Usage } from '../neutral/usage.ts'
import type { Candidate, Question, Rejected, RouteFacts } from './route-facts.ts'

/** A model that may be chosen. */
export interface Option {
  readonly ref: ModelRef
  /** Lower goes first. */
  readonly standing: number
  readonly why: string
  /** The caller wrote this model's name: what it can do is the provider's to judge. */
  readonly isCallers: boolean
}

export interface Screened {
  readonly candidates: readonly Candidate[]
  readonly rejected: readonly Rejected[]
}

/** Nothing cached: what a model that knows nothing of the conversation has to read. */
export const usageOf = ({ inputTokens, expectedOutputTokens }: RouteFacts): Usage => ({
  ...noUsage,
  inputTokens,
  outputTokens: expectedOutputTokens,
})

interface Fit {
  readonly rank: number
  readonly standing: number
  readonly candidate: Candidate
}

/** @param isChoice Nobody named one model: then those without a known price go behind all that have one. */
export function screen(options: readonly Option[], isChoice: boolean, question: Question): Screened {
  const seen = new Set<string>()
  const fit: Fit[] = []
  const rejected: Rejected[] = []
  for (const { ref, standing, why, isCallers } of options) {
    const name = formatModelRef(ref)
    if (seen.has(name)) continue
    seen.add(name)
    const judged = judge(ref, isCallers, question)
    if (judged.kind === 'no') {
      rejected.push({ name, ref, why: judged.why })
      continue
    }
    const { costNanoUsd } = judged
    const isLast = costNanoUsd === null && (isChoice || standing > 0)
    const words = costNanoUsd === null ? `${why}; it has no known price` : why
    fit.push({ rank: isLast ? 1 : 0, standing, candidate: { ref, why: words, costNanoUsd } })
  }
  const order = fit.toSorted((a, b) => a.rank - b.rank || a.standing - b.standing)
  return { candidates: order.map(({ candidate }) => candidate), rejected }
}

export type Judged =
  | { readonly kind: 'yes'; readonly costNanoUsd: number | null }
  /** @property why Follows the model's name. */
  | { readonly kind: 'no'; readonly why: string }

export function judge(ref: ModelRef, isCallers: boolean, { facts, world }: Question): Judged {
  if (facts.mount !== null && ref.provider !== facts.mount) return no(`is not at ${facts.mount}, which the path names`)
  const why = world.restingWhy(ref) ?? (isCallers ? null : world.lacks(ref, facts.needs))
  if (why !== null) return no(why)
  const usage = usageOf(facts)
  const costNanoUsd = world.costOf(ref, usage)
  const { ceiling } = world
  if (ceiling === null || isSame(ref, ceiling)) return { kind: 'yes', costNanoUsd }
  const most = world.costOf(ceiling, usage)
  if (costNanoUsd === null || most === null) return no(`has no price to hold against ${formatModelRef(ceiling)}`)
  return costNanoUsd <= most ? { kind: 'yes', costNanoUsd } : no(`is dearer than ${formatModelRef(ceiling)}`)
}

const no = (why: string): Judged => ({ kind: 'no', why })

export const isSame = (a: ModelRef, b: ModelRef): boolean => a.provider === b.provider && a.model === b.model
