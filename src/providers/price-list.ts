/** Prices for people: what is in force now, as decimals in USD, with its source, date and the terms that change it. */
import type { ConfiguredPrices } from './price-config.ts'
import type { FoundPrice, PriceLookup } from './price-lookup.ts'
import { formatUsdPerMillion, formatUsdPerThousand, inForce, type Kind, type Rates } from './price-rates.ts'
import { tableNames } from './price-table.ts'
import { termRules } from './price-terms.ts'

/** Decimal strings: USD per million tokens, per thousand for `webSearch` and `request`. */
export type ListedRates = { readonly [K in Kind]?: string }

export interface PriceListing {
  readonly provider: string
  readonly model: string
  readonly priceId: string
  readonly source: string
  readonly date: string | null
  readonly contextWindow: number | null
  readonly usd: ListedRates
  /** Prices of the whole request once its input is greater than `above`. */
  readonly tiers: readonly { readonly above: number; readonly usd: ListedRates }[]
  readonly terms: readonly PriceTermListing[]
  /** Why a cost from this price is an estimate. */
  readonly doubts: readonly string[]
}

export interface PriceTermListing {
  readonly term: string
  /** `×0.5`, or prices. */
  readonly price: string
  readonly page: string
  readonly checked: string
}

export interface PriceFilter {
  readonly provider?: string
  /** Part of the model's name, in any case. */
  readonly search?: string
}

export function listPrices(
  lookup: PriceLookup,
  configured: ConfiguredPrices,
  { provider, search = '' }: PriceFilter,
  atMs: number,
): readonly PriceListing[] {
  const wanted = search.toLowerCase()
  const providers = provider === undefined ? [...tableNames.keys()] : [provider]
  return providers.toSorted().flatMap((name) =>
    lookup
      .namesAt(name)
      .filter((model) => model.toLowerCase().includes(wanted))
      .flatMap((model) => listing(configured(name, model) ?? lookup.find(name, model), name, model, atMs) ?? []),
  )
}

/** @param reference `provider/model`; the model may hold slashes. */
export function lookUpPrice(
  lookup: PriceLookup,
  configured: ConfiguredPrices,
  reference: string,
  atMs: number,
): PriceListing | undefined {
  const cut = reference.indexOf('/')
  if (cut <= 0) return undefined
  const provider = reference.slice(0, cut)
  const model = reference.slice(cut + 1)
  return listing(configured(provider, model) ?? lookup.find(provider, model), provider, model, atMs)
}

function listing(
  found: FoundPrice | undefined,
  provider: string,
  model: string,
  atMs: number,
): PriceListing | undefined {
  for (const row of found?.rows ?? []) {
    const dated = inForce(row, atMs)
    if (found === undefined || dated === undefined) continue
    return {
      provider,
      model,
      priceId: row.id,
      source: row.source,
      date: row.date,
      contextWindow: row.contextWindow,
      usd: listed(dated.rates, null),
      tiers: limitsOf(dated.rates).map((above) => ({ above, usd: listed(dated.rates, above) })),
      terms: termsOf(found),
      doubts: [...found.doubts, ...dated.unread.map((kind) => `not told apart, though billed apart: ${kind}`)],
    }
  }
  return undefined
}

const limitsOf = (rates: Rates): readonly number[] =>
  [...new Set(Object.values(rates).flatMap((rate) => rate.tiers.map((tier) => tier.above)))].toSorted((a, b) => a - b)

/** @param above The tier, or null for the base prices. */
function listed(rates: Rates, above: number | null): ListedRates {
  const entries = Object.entries(rates).flatMap(([kind, rate]) => {
    const nano = above === null ? rate.nano : rate.tiers.findLast((tier) => tier.above <= above)?.nano
    if (nano === undefined) return []
    const isCall = kind === 'webSearch' || kind === 'request'
    return [[kind, isCall ? formatUsdPerThousand(nano) : formatUsdPerMillion(nano)] as const]
  })
  return Object.fromEntries(entries)
}

const termsOf = (found: FoundPrice): readonly PriceTermListing[] =>
  termRules
    .filter((rule) => rule.provider === found.tableId && rule.models.test(found.model))
    .map(({ label, price, source }) => ({
      term: label,
      price:
        'times' in price
          ? `×${price.times}`
          : Object.entries(price.usd)
              .map(([kind, usd]) => `${kind} ${usd}`)
              .join(', '),
      page: source.page,
      checked: source.checked,
    }))
