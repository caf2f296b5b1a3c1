/**
 * Which prices a model of one of our providers has: our own rows, then the public table's, gaps filled. Everything that is
 * found is kept, so that the hot path asks a map; what is asked is bounded.
 */
import type { ModelInfo } from '@pydantic/genai-prices'
import { doubtRules, gapRules } from './price-gaps.ts'
import { type ModelOverride, modelOverrides } from './price-overrides.ts'
import { type DatedRates, type Kind, nanoPerMillion, type PriceRow, type Rate, type Rates } from './price-rates.ts'
import type { DatedUsd, Source, Usd } from './price-sources.ts'
import { findModel, namesOf, readRow, type TableData, type TableName, hostNames, tableNames } from './price-table.ts'

export interface FoundPrice {
  /** The provider as the table names it: the name under which our term rules are kept. */
  readonly tableId: string
  /** The model as the rules look for it: no prefix, no variant, lower case. */
  readonly model: string
  /** Of several that hold at a time the first one counts: ours, then the table's. */
  readonly rows: readonly PriceRow[]
  readonly doubts: readonly string[]
}

export interface PriceLookup {
  find(provider: string, model: string): FoundPrice | undefined
  /** Our providers that have a model of this name, native ones first. */
  knownModels(name: string): readonly string[]
  /** Every model name of {@link tableNames}' providers, for suggestions. */
  modelNames(): readonly string[]
  /** Names of one provider's models. */
  namesAt(provider: string): readonly string[]
}

export interface LookupParts {
  readonly data: TableData
  /** What the table calls a provider that is not in {@link tableNames}; null where it has none. */
  readonly priceIdOf: (provider: string) => string | null
}

/** Variants that OpenRouter routes elsewhere or adds to; the base model's price is the nearest there is. */
const routedVariant = /:(nitro|floor|online|exacto)$/

/** More than any price list holds; a caller that invents names only empties the map. */
const keptAnswers = 5_000

export function openPriceLookup({ data, priceIdOf }: LookupParts): PriceLookup {
  const nameOf = (provider: string): TableName | undefined => {
    const own = tableNames.get(provider) ?? hostNames.get(provider)
    if (own !== undefined) return own
    const id = priceIdOf(provider)
    return id === null ? undefined : (tableNames.values().find((name) => name.id === id) ?? { id })
  }
  const priced = remember((provider: string) => {
    const table = nameOf(provider)
    return remember((model: string) => (table === undefined ? undefined : findPrice(data, table, model)))
  })
  const known = remember((name: string): readonly string[] =>
    Object.freeze([...tableNames.keys()].filter((provider) => isListed(data, provider, name))),
  )
  const namesAt = remember((provider: string): readonly string[] => {
    const table = nameOf(provider)
    return table === undefined ? [] : allNames(data, table)
  })
  let names: readonly string[] | undefined
  return {
    find: (provider, model) => priced(provider)(model),
    knownModels: known,
    modelNames: () => (names ??= Object.freeze([...new Set([...tableNames.keys()].flatMap(namesAt))].toSorted())),
    namesAt,
  }
}

function remember<T>(compute: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>()
  return (key) => {
    const before = kept.get(key)
    if (before !== undefined || kept.has(key)) return before as T
    if (kept.size >= keptAnswers) kept.clear()
    const answer = compute(key)
    kept.set(key, answer)
    return answer
  }
}

function findPrice(data: TableData, table: TableName, asked: string): FoundPrice | undefined {
  const model = asked.trim().replace(/^models\//, '')
  const found = rowsOf(data, table, model)
  if (found.length > 0) return foundPrice(table, model, found, [])
  if (table.id !== 'openrouter' || !routedVariant.test(model)) return undefined
  const base = model.replace(routedVariant, '')
  const ofBase = rowsOf(data, table, base)
  const doubt = `priced as ${base}: what the variant ${model.slice(base.length)} adds or saves is not known`
  return ofBase.length === 0 ? undefined : foundPrice(table, base, ofBase, [doubt])
}

const foundPrice = (
  table: TableName,
  model: string,
  rows: readonly PriceRow[],
  doubts: readonly string[],
): FoundPrice =>
  Object.freeze({
    tableId: table.id,
    model: model.toLowerCase(),
    rows,
    doubts: [
      ...doubts,
      ...doubtRules.filter((rule) => rule.provider === table.id && rule.models.test(model)).map((rule) => rule.doubt),
    ],
  })

function rowsOf(data: TableData, table: TableName, model: string): readonly PriceRow[] {
  if (table.except?.test(model) === true) return []
  const provider = data.provider(table.id)
  const direct = provider === undefined ? undefined : findModel(data, provider, model)
  const read = (row: ModelInfo | undefined): PriceRow | undefined =>
    row === undefined || provider === undefined ? undefined : readRow(data, provider, row)
  const rows = modelOverrides
    .filter((override) => isFor(override, table, model) && !isListedBy(direct, override))
    .map((override) => {
      const { prices, source } = override
      if (!('sameAs' in prices)) return ownRow(override, model, prices)
      const same = read(provider?.models.find((row) => row.id === prices.sameAs))
      return same === undefined ? undefined : { ...same, source: `${same.source} + override`, date: source.checked }
    })
  return [...rows, read(direct)].filter((row) => row !== undefined).map((row) => fillGaps(row, table.id, model))
}

const isListedBy = (row: ModelInfo | undefined, { isMissing, names }: ModelOverride): boolean =>
  isMissing === true && row !== undefined && namesOf(row).some((name) => names.includes(name))

function isFor({ provider, names, models }: ModelOverride, table: TableName, model: string): boolean {
  if (provider !== table.id) return false
  const name = model.toLowerCase()
  return names.some((own) => own.toLowerCase() === name) || models?.test(name) === true
}

const ownRow = (override: ModelOverride, model: string, prices: readonly DatedUsd[]): PriceRow => ({
  id: `${override.provider}/${model.toLowerCase()}`,
  source: 'override',
  date: override.source.checked,
  dated: prices.map(readUsd),
  contextWindow: null,
})

/** Calls are written per thousand, tokens per million. */
const powerOf = (kind: Kind): number => (kind === 'webSearch' || kind === 'request' ? 3 : 6)

export const readUsdRate = (kind: Kind, usd: string): Rate => ({ nano: nanoPerMillion(usd, powerOf(kind)), tiers: [] })

function readUsd({ when, usd, over }: DatedUsd): DatedRates {
  const rates = Object.entries(usd).map(([kind, price]) => [kind, withTier(kind as Kind, price, over)] as const)
  return { when: when ?? {}, rates: Object.fromEntries(rates), unread: [] }
}

function withTier(kind: Kind, usd: string, over: { readonly above: number; readonly usd: Usd } | undefined): Rate {
  const rate = readUsdRate(kind, usd)
  const above = over?.usd[kind]
  if (over === undefined || above === undefined) return rate
  return { ...rate, tiers: [{ above: over.above, nano: nanoPerMillion(above, powerOf(kind)) }] }
}

function fillGaps(row: PriceRow, tableId: string, model: string): PriceRow {
  const rules = gapRules.filter((rule) => rule.provider === tableId && rule.models.test(model.toLowerCase()))
  if (rules.length === 0) return row
  const dated = row.dated.map((entry) => {
    const rates: { [K in Kind]?: Rate } = { ...entry.rates }
    for (const rule of rules) {
      if (rates[rule.kind] !== undefined) continue
      const rate = 'usd' in rule.price ? readUsdRate(rule.kind, rule.price.usd) : scaled(entry.rates, rule.price)
      if (rate !== undefined) rates[rule.kind] = { ...rate, filled: filledBy(rule) }
    }
    return { ...entry, rates: rates as Rates }
  })
  return { ...row, dated }
}

function scaled(rates: Rates, { from, times }: { readonly from: Kind; readonly times: number }): Rate | undefined {
  const base = rates[from]
  if (base === undefined) return undefined
  return { nano: base.nano * times, tiers: base.tiers.map((tier) => ({ ...tier, nano: tier.nano * times })) }
}

const filledBy = (rule: { readonly source: Source; readonly doubt?: string; readonly oncePerRequest?: true }) => ({
  checked: rule.source.checked,
  isOncePerRequest: rule.oncePerRequest === true,
  ...(rule.doubt === undefined ? {} : { doubt: rule.doubt }),
})

function isListed(data: TableData, provider: string, name: string): boolean {
  const table = tableNames.get(provider)
  if (table === undefined || table.except?.test(name) === true) return false
  if (modelOverrides.some((override) => isFor(override, table, name))) return true
  const rows = data.provider(table.id)
  // Without the fallbacks: a provider that borrows another's prices does not serve its models.
  return rows !== undefined && findModel(data, { ...rows, fallback_model_providers: [] }, name) !== undefined
}

function allNames(data: TableData, table: TableName): readonly string[] {
  const listed = data.provider(table.id)?.models.flatMap(namesOf) ?? []
  const own = modelOverrides.filter((override) => override.provider === table.id).flatMap((override) => override.names)
  return [...new Set([...listed, ...own])].filter((name) => table.except?.test(name) !== true).toSorted()
}
