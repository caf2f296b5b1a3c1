/**
 * The public price table, `@pydantic/genai-prices`, read into our own form: which row a model has and what it says. The
 * package gives the data and its types; matching and dates follow its code (0.1.8), which a test compares row by row.
 */
import { findProvider, type MatchLogic, type ModelInfo, type ModelPrice, type Provider } from '@pydantic/genai-prices'
import {
  type DatedRates,
  type Kind,
  nanoPerMillion,
  type PriceRow,
  type Rate,
  type Rates,
  type When,
} from './price-rates.ts'

/** A table of prices: the bundled one, or one that was fetched. */
export interface TableData {
  /** `genai-prices 0.1.8` */
  readonly source: string
  /** ISO date of the table's release, or of its fetching. */
  readonly date: string
  provider(id: string): Provider | undefined
}

export const bundledTable: TableData = Object.freeze({
  source: 'genai-prices 0.1.8',
  // The package carries no date of its own: this is when 0.1.8 was published.
  date: '2026-09-23',
  provider: (id: string) => {
    const found = findProvider({ providerId: id })
    // The package also answers to names that merely contain an id.
    return found?.id === id ? found : undefined
  },
})

/** What the table calls our providers, and which of its models they really serve. */
export interface TableName {
  readonly id: string
  /** Models that this provider has in the table, but not behind its API. */
  readonly except?: RegExp
}

/** By our ids, in the order in which a bare model name is looked for. */
export const tableNames: ReadonlyMap<string, TableName> = new Map<string, TableName>([
  ['anthropic', { id: 'anthropic' }],
  // Open weights, listed there with prices of other hosts.
  ['openai', { id: 'openai', except: /^gpt-oss-/ }],
  // Claude is Vertex', not the Gemini API's.
  ['google', { id: 'google', except: /claude|-maas$/ }],
  ['xai', { id: 'x-ai' }],
  ['deepseek', { id: 'deepseek' }],
  ['mistral', { id: 'mistral' }],
  ['perplexity', { id: 'perplexity' }],
  ['groq', { id: 'groq' }],
  ['together', { id: 'together' }],
  ['fireworks', { id: 'fireworks' }],
  ['openrouter', { id: 'openrouter' }],
])

/** Platforms of other makers' models: priced by their names, but no home of a bare one. */
export const hostNames: ReadonlyMap<string, TableName> = new Map([['vertex', { id: 'google' }]])

/** Keys of the table, and how many powers of ten of units their price is for. */
const priceKeys: ReadonlyMap<string, readonly [Kind, number]> = new Map([
  ['input_mtok', ['input', 6]],
  ['input_audio_mtok', ['audioInput', 6]],
  ['cache_read_mtok', ['cacheRead', 6]],
  ['cache_audio_read_mtok', ['cacheReadAudio', 6]],
  ['cache_write_mtok', ['cacheWrite5m', 6]],
  ['cache_write_1h_mtok', ['cacheWrite1h', 6]],
  ['output_mtok', ['output', 6]],
  ['output_reasoning_mtok', ['reasoning', 6]],
  ['output_audio_mtok', ['audioOutput', 6]],
  ['output_image_mtok', ['imageOutput', 6]],
  ['web_searches_kcount', ['webSearch', 3]],
  ['requests_kcount', ['request', 3]],
])

/** Billed apart by the table, but not told apart in the usage we read: images in the input, citations, hours, pages. */
const unreadKeys: ReadonlyMap<string, string> = new Map([
  ['input_image_mtok', 'image input'],
  ['cache_image_read_mtok', 'cached image input'],
  ['input_video_mtok', 'video input'],
  ['output_video_mtok', 'video output'],
  ['output_citation_mtok', 'citations'],
  ['audio_hours', 'audio by the hour'],
  ['input_audio_hours', 'audio input by the hour'],
  ['input_text_messages_kcount', 'the number of text messages'],
  ['input_document_kpages', 'the number of pages'],
  ['input_annotated_document_kpages', 'the number of annotated pages'],
])

/** What the table bills that is not in our usage; a key that nobody explained yet goes by its own name. */
export const unreadName = (key: string): string => unreadKeys.get(key) ?? key

/** Tools that a request uses only when it names them; replies are not read for them, `docs/prices.md` says so. */
const unreadTools: ReadonlySet<string> = new Set(['storage_searches_kcount'])

export function matches(logic: MatchLogic, name: string): boolean {
  if ('or' in logic) return logic.or.some((part) => matches(part, name))
  if ('and' in logic) return logic.and.every((part) => matches(part, name))
  if ('equals' in logic) return name === logic.equals.toLowerCase()
  if ('starts_with' in logic) return name.startsWith(logic.starts_with.toLowerCase())
  if ('ends_with' in logic) return name.endsWith(logic.ends_with.toLowerCase())
  if ('contains' in logic) return name.includes(logic.contains.toLowerCase())
  return new RegExp(logic.regex).test(name)
}

const compactDate = /(-)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g

/** The row of a model, by its name as it is, else with its date written `2025-08-07`, else at the provider's fallbacks. */
export function findModel(data: TableData, provider: Provider, model: string): ModelInfo | undefined {
  const name = model.toLowerCase().trim()
  const dashed = name.replace(compactDate, '$1$2-$3-$4')
  return findIn(data, provider, name) ?? (dashed === name ? undefined : findIn(data, provider, dashed))
}

function findIn(data: TableData, provider: Provider, name: string): ModelInfo | undefined {
  const direct = firstMatch(provider, name)
  if (direct !== undefined) return direct
  for (const id of provider.fallback_model_providers ?? []) {
    const lender = data.provider(id)
    const found = lender === undefined ? undefined : firstMatch(lender, name)
    if (found !== undefined) return found
  }
  return undefined
}

/** Where the names stand that a row lists, and which rows match by more than listing. */
interface ModelIndex {
  readonly exact: ReadonlyMap<string, number>
  readonly patterns: readonly number[]
}

const indexes = new WeakMap<readonly ModelInfo[], ModelIndex>()

/** The first row that matches, as if all were tried in their order; hundreds of rows only list names. */
function firstMatch({ models }: Provider, name: string): ModelInfo | undefined {
  let index = indexes.get(models)
  if (index === undefined) indexes.set(models, (index = indexOf(models)))
  const listed = index.exact.get(name) ?? models.length
  for (const at of index.patterns) {
    const row = models[at]
    if (at >= listed || row === undefined) break
    if (matches(row.match, name)) return row
  }
  return models[listed]
}

function indexOf(models: readonly ModelInfo[]): ModelIndex {
  const exact = new Map<string, number>()
  const patterns: number[] = []
  for (const [at, { match }] of models.entries()) {
    if (!isListOfNames(match)) patterns.push(at)
    for (const name of equalTo(match)) if (!exact.has(name.toLowerCase())) exact.set(name.toLowerCase(), at)
  }
  return { exact, patterns }
}

const isListOfNames = (logic: MatchLogic): boolean =>
  'or' in logic ? logic.or.every(isListOfNames) : 'equals' in logic

/** @returns undefined where the row prices nothing that we read, and where its lack of prices does not mean free. */
export function readRow(data: TableData, provider: Provider, model: ModelInfo): PriceRow | undefined {
  const dated = readAllDated(provider, model)
  if (dated.every(({ rates }) => Object.keys(rates).length === 0)) return undefined
  return Object.freeze({
    id: `${provider.id}/${model.id}`,
    source: data.source,
    date: data.date,
    dated,
    contextWindow: model.context_window ?? null,
  })
}

function readAllDated(provider: Provider, model: ModelInfo): readonly DatedRates[] {
  if (isFree(provider.id, model)) return [{ when: {}, rates: freeTokens, unread: [] }]
  const entries = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }]
  // The first entry holds where no other does.
  return entries.map((entry, index) => readDated(entry.prices, index === 0 ? {} : readWhen(entry.constraint)))
}

const zero: Rate = { nano: 0, tiers: [] }
const freeTokens: Rates = {
  input: zero,
  audioInput: zero,
  cacheRead: zero,
  cacheReadAudio: zero,
  cacheWrite5m: zero,
  cacheWrite1h: zero,
  output: zero,
  audioOutput: zero,
  imageOutput: zero,
}

/** A row without any price is free where its provider says so; elsewhere it only means that nobody knows. */
function isFree(provider: string, model: ModelInfo): boolean {
  if (Array.isArray(model.prices) || Object.keys(model.prices).length > 0) return false
  return model.id.endsWith(':free') || provider === 'google' || (provider === 'openai' && model.id === 'moderation')
}

function readDated(prices: ModelPrice, when: When): DatedRates {
  const rates: { [K in Kind]?: Rate } = {}
  const unread = new Set<string>()
  for (const [key, price] of Object.entries(prices)) {
    if (price === undefined || unreadTools.has(key)) continue
    const known = priceKeys.get(key)
    if (known === undefined) unread.add(unreadName(key))
    else rates[known[0]] = readRate(price, known[1])
  }
  return { when, rates: rates as Rates, unread: [...unread] }
}

/** Tiers are chosen by the whole input, cached tokens included, when it is greater than `start`, as the package does. */
function readRate(price: NonNullable<ModelPrice[string]>, unitsPower: number): Rate {
  if (typeof price === 'number') return { nano: nanoPerMillion(price, unitsPower), tiers: [] }
  const tiers = price.tiers.map((tier) => ({ above: tier.start, nano: nanoPerMillion(tier.price, unitsPower) }))
  return { nano: nanoPerMillion(price.base, unitsPower), tiers: tiers.sort((a, b) => a.above - b.above) }
}

type Constraint =
  | { type: 'start_date'; start_date: string }
  | { type: 'time_of_date'; start_time: string; end_time: string }

function readWhen(constraint: Constraint | undefined): When {
  if (constraint === undefined) return {}
  if (constraint.type === 'start_date') return { fromMs: Date.parse(constraint.start_date) }
  return { hours: [[secondOfDay(constraint.start_time), secondOfDay(constraint.end_time)]] }
}

/** `16:30:00Z`, or with an offset, as seconds of the UTC day. */
function secondOfDay(time: string): number {
  const millis = Date.parse(`1970-01-01T${time}`)
  if (Number.isNaN(millis)) throw new RangeError(`Not a time of day: ${time}`)
  return (((millis / 1000) % 86_400) + 86_400) % 86_400
}

/** Names under which a row can be asked for: those it lists, and its own id where that matches. */
export function namesOf(row: ModelInfo): readonly string[] {
  const listed = equalTo(row.match)
  // `ft:gpt-3.5-turbo-` is the start of names and no name.
  const isName = !row.id.endsWith('-') && matches(row.match, row.id.toLowerCase())
  return isName ? [...new Set([row.id, ...listed])] : listed
}

function equalTo(logic: MatchLogic): string[] {
  if ('or' in logic) return logic.or.flatMap(equalTo)
  return 'equals' in logic ? [logic.equals] : []
}
