/**
 * Reads a fetched price table: foreign JSON becomes the package's types here, once and strictly. What is not used is left
 * out; what is not understood is an error that says where it stands.
 */
import type { ConditionalPrice, MatchLogic, ModelInfo, ModelPrice, Provider } from '@pydantic/genai-prices'
import { nanoPerMillion } from './price-rates.ts'

/** A table without these is no price table, whatever else it holds. */
const expected = ['anthropic', 'openai', 'google']

/** Long enough for the table's longest, short enough to be read by a person. */
const regexLength = 300

export class PriceDataError extends Error {
  constructor(path: string, expectation: string) {
    super(`${path} should be ${expectation}`)
    this.name = 'PriceDataError'
  }
}

/** @throws PriceDataError */
export function readProviders(data: unknown): readonly Provider[] {
  const providers = list(data, 'the table').map((entry, index) => readProvider(entry, `providers[${index}]`))
  for (const id of expected) {
    const found = providers.find((provider) => provider.id === id)
    if (found === undefined || found.models.length === 0) {
      throw new PriceDataError('the table', `one that has models of ${id}`)
    }
  }
  return providers
}

function readProvider(data: unknown, path: string): Provider {
  const { id, name, models, fallback_model_providers: fallbacks } = record(data, path)
  const read: Provider = {
    id: text(id, `${path}.id`),
    name: text(name, `${path}.name`),
    // Providers are asked for by id, so that what an URL looks like is not needed.
    api_pattern: '',
    models: list(models, `${path}.models`).map((model, index) => readModel(model, `${path}.models[${index}]`)),
  }
  if (fallbacks === undefined || fallbacks === null) return read
  const names = list(fallbacks, `${path}.fallback_model_providers`)
  return {
    ...read,
    fallback_model_providers: names.map((entry) => text(entry, `${path}.fallback_model_providers[]`)),
  }
}

function readModel(data: unknown, path: string): ModelInfo {
  const { id, match, prices, context_window: contextWindow } = record(data, path)
  const model: ModelInfo = {
    id: text(id, `${path}.id`),
    match: readMatch(match, `${path}.match`, 0),
    prices: Array.isArray(prices) ? readDated(prices, `${path}.prices`) : readPrices(prices, `${path}.prices`),
  }
  return typeof contextWindow === 'number' ? { ...model, context_window: contextWindow } : model
}

function readMatch(data: unknown, path: string, depth: number): MatchLogic {
  const entries = Object.entries(record(data, path))
  const [entry] = entries
  if (entry === undefined || entries.length > 1 || depth > 5) throw new PriceDataError(path, 'one way to match a name')
  const [kind, value] = entry
  const inner = `${path}.${kind}`
  switch (kind) {
    case 'equals':
      return { equals: text(value, inner) }
    case 'starts_with':
      return { starts_with: text(value, inner) }
    case 'ends_with':
      return { ends_with: text(value, inner) }
    case 'contains':
      return { contains: text(value, inner) }
    case 'regex':
      return { regex: expression(value, inner) }
    case 'or':
      return { or: list(value, inner).map((part, index) => readMatch(part, `${inner}[${index}]`, depth + 1)) }
    case 'and':
      return { and: list(value, inner).map((part, index) => readMatch(part, `${inner}[${index}]`, depth + 1)) }
    default:
      throw new PriceDataError(inner, 'a way to match a name')
  }
}

function readDated(data: readonly unknown[], path: string): ConditionalPrice[] {
  if (data.length === 0) throw new PriceDataError(path, 'at least one price')
  return data.map((entry, index) => {
    const at = `${path}[${index}]`
    const { prices, constraint } = record(entry, at)
    const read = readPrices(prices, `${at}.prices`)
    if (constraint === undefined || constraint === null) return { prices: read }
    return { prices: read, constraint: readConstraint(constraint, `${at}.constraint`) }
  })
}

/** The public file leaves the `type` out that the package's own copy has. */
function readConstraint(data: unknown, path: string): NonNullable<ConditionalPrice['constraint']> {
  const { start_date: startDate, start_time: start, end_time: end } = record(data, path)
  if (startDate !== undefined) return { type: 'start_date', start_date: date(startDate, `${path}.start_date`) }
  return {
    type: 'time_of_date',
    start_time: time(start, `${path}.start_time`),
    end_time: time(end, `${path}.end_time`),
  }
}

function readPrices(data: unknown, path: string): ModelPrice {
  const prices: ModelPrice = {}
  for (const [key, value] of Object.entries(record(data, path))) {
    if (value === null) continue
    prices[key] = typeof value === 'number' ? price(value, `${path}.${key}`) : readTiers(value, `${path}.${key}`)
  }
  return prices
}

function readTiers(data: unknown, path: string): { base: number; tiers: { start: number; price: number }[] } {
  const { base, tiers } = record(data, path)
  return {
    base: price(base, `${path}.base`),
    tiers: list(tiers, `${path}.tiers`).map((entry, index) => {
      const tier = record(entry, `${path}.tiers[${index}]`)
      const { start } = tier
      if (typeof start !== 'number' || !Number.isSafeInteger(start) || start < 0) {
        throw new PriceDataError(`${path}.tiers[${index}].start`, 'a number of tokens')
      }
      return { start, price: price(tier['price'], `${path}.tiers[${index}].price`) }
    }),
  }
}

function price(value: unknown, path: string): number {
  try {
    if (typeof value === 'number' && nanoPerMillion(value) >= 0) return value
  } catch {
    // Said below, with the place.
  }
  throw new PriceDataError(path, 'a price in USD')
}

function expression(value: unknown, path: string): string {
  const source = text(value, path)
  try {
    if (source.length <= regexLength && new RegExp(source).source !== '') return source
  } catch {
    // Said below, with the place.
  }
  throw new PriceDataError(path, 'a short regular expression')
}

function date(value: unknown, path: string): string {
  const read = text(value, path)
  if (/^\d{4}-\d{2}-\d{2}$/.test(read) && !Number.isNaN(Date.parse(read))) return read
  throw new PriceDataError(path, 'a date')
}

function time(value: unknown, path: string): string {
  const read = text(value, path)
  if (!Number.isNaN(Date.parse(`1970-01-01T${read}`))) return read
  throw new PriceDataError(path, 'a time of day')
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new PriceDataError(path, 'a text')
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new PriceDataError(path, 'a list')
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new PriceDataError(path, 'an object')
}
