/** Which rule of `price-terms.ts` holds for a request's terms, or why none does. */
import type { PriceTerms } from '../neutral/usage.ts'
import type { FoundPrice } from './price-lookup.ts'
import { holdsAt } from './price-rates.ts'
import { standardTermValues, type TermRule, termRules } from './price-terms.ts'

/** A term that is not the standard one, with the rules that may apply to it. */
export interface AskedTerm {
  readonly name: string
  readonly rules: readonly TermRule[]
}

export interface TermOutcome {
  readonly rule?: TermRule
  /** Present where no rule holds: the standard price is used and the cost is an estimate. */
  readonly doubt?: string
}

const words: Readonly<Record<TermRule['term'], string>> = {
  serviceTier: 'service tier',
  speed: 'speed',
  region: 'region',
}
const terms = ['serviceTier', 'speed', 'region'] as const

/** The user's own prices are taken as they are; terms only make them doubtful. */
export const configTableId = 'config'

const kept = new WeakMap<FoundPrice, Map<string, readonly AskedTerm[]>>()
const keptTerms = 200

/** @returns The terms that are not standard; kept with the price, since few combinations ever occur. */
export function rulesFor(found: FoundPrice, asked: PriceTerms): readonly AskedTerm[] {
  let known = kept.get(found)
  if (known === undefined || known.size > keptTerms) kept.set(found, (known = new Map()))
  const key = `${asked.serviceTier}\n${asked.speed}\n${asked.region}`
  const before = known.get(key)
  if (before !== undefined) return before
  const answer = terms.flatMap((term) => askedTerm(found, term, asked[term]?.toLowerCase() ?? ''))
  known.set(key, answer)
  return answer
}

function askedTerm(found: FoundPrice, term: TermRule['term'], value: string): readonly AskedTerm[] {
  if (value === '' || standardTermValues[term].has(value)) return []
  const rules = termRules.filter(
    (rule) =>
      rule.provider === found.tableId &&
      rule.term === term &&
      rule.values.includes(value) &&
      rule.models.test(found.model),
  )
  return [{ name: `${words[term]} ${value}`, rules }]
}

export function termOutcome({ name, rules }: AskedTerm, atMs: number, totalInput: number): TermOutcome {
  const rule = rules.find((candidate) => candidate.when === undefined || holdsAt(candidate.when, atMs))
  if (rule === undefined) return { doubt: `${name} has no known price here: the standard price is used` }
  if (rule.upToInput === undefined || totalInput <= rule.upToInput) return { rule }
  return { doubt: `${name} has no known price above ${rule.upToInput} input tokens: the standard price is used` }
}
