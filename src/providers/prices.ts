/**
 * The price of one request: exact products of integers, summed, rounded once, half to even. Precedence: the user's own
 * prices, our reviewed ones, the public table. What is not known makes an estimate that says so, or no price at all.
 */
import type { Clock } from '../lib/clock.ts'
import { putNewest } from '../lib/put-newest.ts'
import { unknownPrice } from '../neutral/attempt-cost.ts'
import type { Billing, ModelRef } from '../neutral/model.ts'
import type { Cost, CostLine } from '../neutral/record.ts'
import { type PriceTerms, totalInputTokens, type Usage } from '../neutral/usage.ts'
import { rows } from './catalog.ts'
import { type ConfigPrice, readConfigPrices } from './price-config.ts'
import { listPrices, lookUpPrice, type PriceFilter, type PriceListing } from './price-list.ts'
import { type FoundPrice, openPriceLookup } from './price-lookup.ts'
import { type PricedNames, pricedNames } from './price-names.ts'
import { type DatedRates, inForce, type PriceRow } from './price-rates.ts'
import { sumOf } from './price-sum.ts'
import { bundledTable, type TableData } from './price-table.ts'
import { rulesFor, termOutcome } from './price-term-rules.ts'
import type { TermRule } from './price-terms.ts'

/** What was used, of what, when and on which terms. */
export interface PriceQuestion extends ModelRef {
  /** What the answer calls the model; absent or null where there is none, or it names nothing. */
  readonly served?: string | null
  readonly usage: Usage
  readonly terms: PriceTerms
  readonly billing: Billing
  /** Unix ms. */
  readonly atMs: number
  /** True where the usage was inferred. */
  readonly isEstimated: boolean
}

export interface PriceBook {
  /** Never throws; an unknown price is `unpriced`. */
  price(question: PriceQuestion): Cost
  /** `genai-prices 0.1.8` and its date. */
  readonly table: { readonly source: string; readonly date: string }
  /** The prices in force now, sorted by provider and model. */
  list(filter: PriceFilter): readonly PriceListing[]
  /** @param reference `provider/model` */
  lookUp(reference: string): PriceListing | undefined
  /** Our providers that have a model of this name, native ones first. */
  knownModels(name: string): readonly string[]
  /** Every name that {@link knownModels} knows, sorted. */
  modelNames(): readonly string[]
  /** The names of one provider's models, sorted. */
  modelsOf(provider: string): readonly string[]
}

export interface PriceParts {
  readonly clock: Clock
  /** The user's prices in force now, by `provider/model`. */
  readonly configPrices: () => Readonly<Record<string, ConfigPrice>>
  /** What the table calls a provider; null where it has none. The catalog's word where absent. */
  readonly priceIdOf?: (provider: string) => string | null
  readonly table?: TableData
}

const priceIds = new Map(rows.map((row) => [row.id, row.priceId]))
const catalogPriceId = (provider: string): string | null => priceIds.get(provider) ?? null

export function openPrices({
  clock,
  configPrices,
  priceIdOf = catalogPriceId,
  table = bundledTable,
}: PriceParts): PriceBook {
  const lookup = openPriceLookup({ data: table, priceIdOf })
  const configured = readConfigPrices(configPrices)
  /** By provider and both names: the table is the same for as long as this lives. */
  const known = new Map<string, PricedNames>()
  const namesOf = (provider: string, model: string, served: string | null): PricedNames => {
    const key = `${provider}\n${model}\n${served ?? ''}`
    const kept = known.get(key)
    if (kept !== undefined) return kept
    const names = pricedNames(model, served, (name) => lookup.find(provider, name)?.rows[0]?.id)
    putNewest(known, key, names, maxKnown)
    return names
  }
  return {
    price: (question) => {
      try {
        const { provider, model, served = null } = question
        const names = namesOf(provider, model, served)
        const own = firstPriced(question, names.own, configured)
        if (own !== undefined) return own
        if (question.billing === 'local') return localCost({ ...question, model: served ?? model })
        return firstPriced(question, names.listed, lookup.find) ?? unknownPrice
      } catch {
        // A row that can't be read is a price that isn't known; the request that it belongs to has long been served.
        return unknownPrice
      }
    },
    table: { source: table.source, date: table.date },
    list: (filter) => listPrices(lookup, configured, filter, clock.now()),
    lookUp: (reference) => lookUpPrice(lookup, configured, reference, clock.now()),
    knownModels: lookup.knownModels,
    modelNames: lookup.modelNames,
    modelsOf: lookup.namesAt,
  }
}

const maxKnown = 500

function firstPriced(
  question: PriceQuestion,
  names: readonly string[],
  find: (provider: string, model: string) => FoundPrice | undefined,
): Cost | undefined {
  for (const name of names) {
    const found = find(question.provider, name)
    const cost = found === undefined ? unknownPrice : priceFrom(question, found)
    if (cost !== unknownPrice) return cost
  }
  return undefined
}

const localCost = ({ provider, model, isEstimated }: PriceQuestion): Cost => ({
  status: isEstimated ? 'estimated' : 'priced',
  nanoUsd: 0,
  priceId: `${provider}/${model}`,
  priceSource: 'local',
  priceDate: null,
  lines: [],
})

function priceFrom(question: PriceQuestion, found: FoundPrice): Cost {
  const inForceNow = rowAt(found.rows, question.atMs)
  if (inForceNow === undefined) return unknownPrice
  const { row, dated } = inForceNow
  const totalInput = totalInputTokens(question.usage)
  const { rules, doubts } = outcomesOf(question, found, totalInput)
  const { nanoUsd, lines, isDoubtful, checked } = sumOf(question.usage, dated.rates, totalInput, rules)
  const isSure = found.doubts.length + doubts.length + dated.unread.length === 0
  const remarks = isSure || lines.length === 0 ? none : [...found.doubts, ...doubts, ...dated.unread.map(apart)]
  const isOurs = checked.length > 0 && !row.source.endsWith('override')
  return {
    status: question.isEstimated || isDoubtful || remarks.length > 0 ? 'estimated' : 'priced',
    nanoUsd,
    priceId: row.id,
    priceSource: isOurs ? `${row.source} + override` : row.source,
    priceDate: row.date === null ? null : oldest(row.date, checked),
    lines: remarks.length === 0 ? lines : [...lines, ...remarks.map(remark)],
  }
}

const none: readonly string[] = []

const apart = (kind: string): string => `not told apart, though billed apart: ${kind}`

/** A sentence where the formula is shown: it costs nothing and makes the rest an estimate. */
const remark = (kind: string): CostLine => ({ kind, quantity: 0, nanoUsdPerMillion: 0, nanoUsd: '0' })

/** Nothing of a price is known to be newer than the oldest of what took part. */
const oldest = (date: string, dates: readonly string[]): string => dates.reduce((a, b) => (b < a ? b : a), date)

function rowAt(rows: readonly PriceRow[], atMs: number): { row: PriceRow; dated: DatedRates } | undefined {
  for (const row of rows) {
    const dated = inForce(row, atMs)
    if (dated !== undefined) return { row, dated }
  }
  return undefined
}

interface Outcomes {
  readonly rules: readonly TermRule[]
  readonly doubts: readonly string[]
}
const standard: Outcomes = { rules: [], doubts: [] }

function outcomesOf({ terms, atMs }: PriceQuestion, found: FoundPrice, totalInput: number): Outcomes {
  if (terms.serviceTier === null && terms.speed === null && terms.region === null) return standard
  const asked = rulesFor(found, terms)
  if (asked.length === 0) return standard
  const outcomes = asked.map((term) => termOutcome(term, atMs, totalInput))
  return { rules: outcomes.flatMap(({ rule }) => rule ?? []), doubts: outcomes.flatMap(({ doubt }) => doubt ?? []) }
}
