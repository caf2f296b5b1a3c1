/**
 * The user's own prices, `prices` in the configuration, in the form of the others. Each is read by itself: one
 * that can't be is left out, and takes no other with it.
 */
import type { FoundPrice } from './price-lookup.ts'
import { nanoPerMillion, type Rate, type Rates } from './price-rates.ts'
import { configTableId } from './price-term-rules.ts'

/** USD per million tokens. */
export interface ConfigPrice {
  readonly inputUsd: number
  readonly outputUsd: number
  readonly cacheReadUsd?: number | undefined
  readonly cacheWrite5mUsd?: number | undefined
  readonly cacheWrite1hUsd?: number | undefined
}

export type ConfiguredPrices = (provider: string, model: string) => FoundPrice | undefined

/** Reads the table again only when the configuration was replaced. */
export function readConfigPrices(current: () => Readonly<Record<string, ConfigPrice>>): ConfiguredPrices {
  let read: Readonly<Record<string, ConfigPrice>> | undefined
  let prices = new Map<string, FoundPrice>()
  return (provider, model) => {
    const now = current()
    if (now !== read) {
      read = now
      prices = readAll(now)
    }
    return prices.size === 0 ? undefined : prices.get(`${provider}/${model}`)
  }
}

function readAll(table: Readonly<Record<string, ConfigPrice>>): Map<string, FoundPrice> {
  const prices = new Map<string, FoundPrice>()
  for (const [reference, price] of Object.entries(table)) {
    try {
      prices.set(reference, foundOf(reference, price))
    } catch {
      // No number that a price can be: the model has the price that it had without.
    }
  }
  return prices
}

const rateOf = (usd: number): Rate => ({ nano: nanoPerMillion(usd), tiers: [] })

const foundOf = (reference: string, price: ConfigPrice): FoundPrice => ({
  tableId: configTableId,
  model: reference,
  rows: [
    {
      id: reference,
      source: 'config',
      date: null,
      dated: [{ when: {}, rates: ratesOf(price), unread: [] }],
      contextWindow: null,
    },
  ],
  doubts: [],
})

const ratesOf = ({ inputUsd, outputUsd, cacheReadUsd, cacheWrite5mUsd, cacheWrite1hUsd }: ConfigPrice): Rates => ({
  input: rateOf(inputUsd),
  output: rateOf(outputUsd),
  ...(cacheReadUsd === undefined ? {} : { cacheRead: rateOf(cacheReadUsd) }),
  ...(cacheWrite5mUsd === undefined ? {} : { cacheWrite5m: rateOf(cacheWrite5mUsd) }),
  ...(cacheWrite1hUsd === undefined ? {} : { cacheWrite1h: rateOf(cacheWrite1hUsd) }),
})
