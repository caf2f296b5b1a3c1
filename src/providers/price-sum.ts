/** The lines of one cost: each part of the usage at its price, with a remark on whatever made that price. */
import type { CostLine } from '../neutral/record.ts'
import type { Usage } from '../neutral/usage.ts'
import { changeOf } from './price-change.ts'
import { billedParts } from './price-parts.ts'
import type { Kind, Rate, Rates } from './price-rates.ts'
import { openTally } from './price-tally.ts'
import type { TermRule } from './price-terms.ts'

const names: Readonly<Record<Kind, string>> = {
  input: 'input',
  audioInput: 'audio input',
  cacheRead: 'cache read',
  cacheReadAudio: 'audio cache read',
  cacheWrite5m: 'cache write 5m',
  cacheWrite1h: 'cache write 1h',
  output: 'output',
  reasoning: 'reasoning',
  audioOutput: 'audio output',
  imageOutput: 'image output',
  webSearch: 'web search',
  request: 'request',
}

/** What a kind without a price of its own is billed as: the nearest there is, and an estimate. */
const stands: { readonly [K in Kind]?: Kind } = {
  audioInput: 'input',
  cacheRead: 'input',
  cacheReadAudio: 'cacheRead',
  cacheWrite5m: 'input',
  cacheWrite1h: 'cacheWrite5m',
  audioOutput: 'output',
  imageOutput: 'output',
}

export interface Sum {
  readonly nanoUsd: number
  readonly lines: readonly CostLine[]
  readonly isDoubtful: boolean
  /** Dates of the corrections that took part. */
  readonly checked: readonly string[]
}

/** The price of one kind, and what is to be said of it. */
interface PartPrice {
  readonly nano: number
  readonly times: number
  readonly per: number
  readonly remarks: readonly string[]
  readonly isDoubtful: boolean
  readonly checked: readonly string[]
}

const unknownPrice: PartPrice = {
  nano: 0,
  times: 1,
  per: 1,
  remarks: ['no price known, not counted'],
  isDoubtful: true,
  checked: [],
}

/** @param totalInput All input tokens, which choose the tier. */
export function sumOf(usage: Usage, rates: Rates, totalInput: number, rules: readonly TermRule[]): Sum {
  const { parts, isDoubtful } = billedParts(usage, rates)
  const tally = openTally()
  const checked: string[] = []
  let hasDoubt = isDoubtful
  for (const [kind, quantity] of parts) {
    const rate = rates[kind]
    // Most lines are this: a price of its own, no tier reached, no term.
    if (rate !== undefined && rate.filled === undefined && isBelowTiers(rate, totalInput) && rules.length === 0) {
      tally.enter(names[kind], quantity, rate.nano, 1, 1)
      continue
    }
    const price = priceOf(kind, rates, totalInput, rules)
    const { remarks } = price
    const name = remarks.length === 0 ? names[kind] : `${names[kind]} (${remarks.join(', ')})`
    tally.enter(name, quantity, price.nano, price.times, price.per)
    checked.push(...price.checked)
    hasDoubt ||= price.isDoubtful
  }
  return { nanoUsd: tally.nanoUsd(), lines: tally.lines, isDoubtful: hasDoubt, checked }
}

const isBelowTiers = ({ tiers }: Rate, totalInput: number): boolean => totalInput <= (tiers[0]?.above ?? Infinity)

function priceOf(kind: Kind, rates: Rates, totalInput: number, rules: readonly TermRule[]): PartPrice {
  const found = rateOf(kind, rates)
  if (found === undefined) return unknownPrice
  const { rate, remarks } = found
  const tier = rate.tiers.findLast((candidate) => totalInput > candidate.above)
  const standard: PartPrice = {
    nano: tier?.nano ?? rate.nano,
    times: 1,
    per: 1,
    remarks: tier === undefined ? remarks : [...remarks, `over ${tier.above} input tokens`],
    isDoubtful: remarks.length > 0,
    checked: rate.filled === undefined ? [] : [rate.filled.checked],
  }
  // Terms change what tokens cost; calls have a price of their own.
  if (kind === 'webSearch' || kind === 'request') return standard
  return rules.reduce((price, rule) => changed(price, rule, kind), standard)
}

/** The rate of a kind, or of what stands for it, with the reasons to doubt it. */
function rateOf(kind: Kind, rates: Rates): { readonly rate: Rate; readonly remarks: readonly string[] } | undefined {
  for (let next: Kind | undefined = kind; next !== undefined; next = stands[next]) {
    const rate = rates[next]
    if (rate === undefined) continue
    const borrowed = next === kind ? [] : [`no price of its own, taken as ${names[next]}`]
    return { rate, remarks: rate.filled?.doubt === undefined ? borrowed : [...borrowed, rate.filled.doubt] }
  }
  return undefined
}

function changed(price: PartPrice, rule: TermRule, kind: Kind): PartPrice {
  const change = changeOf(rule, kind)
  if (change === undefined) {
    const remark = `${rule.label} has no known price for this, standard price used`
    return { ...price, isDoubtful: true, remarks: [...price.remarks, remark] }
  }
  return {
    nano: change.nano ?? price.nano,
    times: price.times * change.times,
    per: price.per * change.per,
    remarks: [...price.remarks, change.remark],
    isDoubtful: price.isDoubtful,
    checked: [...price.checked, rule.source.checked],
  }
}
