import { describe, expect, test } from 'bun:test'
import { noUsage, standardTerms } from '../../src/neutral/usage.ts'
import { openPrices } from '../../src/providers/prices.ts'

const atMs = Date.parse('2026-11-22T12:00:00Z')
const clock = { now: () => atMs, monotonic: () => 0 }
const none = {}
const book = openPrices({ clock, configPrices: () => none })

describe('names', () => {
  for (const [name, providers] of [
    ['claude-sonnet-4-5-20250929', ['anthropic']],
    ['claude-haiku-5-5', ['anthropic']],
    ['gpt-5-2025-08-07', ['openai']],
    ['GPT-5', ['openai']],
    ['gemini-2.5-pro', ['google']],
    ['grok-4.3', ['xai']],
    ['deepseek-flash', ['deepseek']],
    ['mistral-large-latest', ['mistral']],
    ['sonar-pro', ['perplexity']],
    ['llama-3.3-70b-versatile', ['groq']],
    ['moonshotai/Kimi-K2.6', ['together', 'openrouter']],
    ['accounts/fireworks/models/kimi-k2p6', ['fireworks']],
    ['anthropic/claude-opus-4.6', ['openrouter']],
    ['openai/gpt-oss-120b', ['groq', 'together', 'openrouter']],
    ['gpt-oss-120b', []],
    ['no-such-model', []],
  ] as const) {
    test(`${name} is known at ${providers.join(', ') || 'no provider'}`, () => {
      expect(book.knownModels(name)).toEqual(providers)
    })
  }

  test('for suggestions hold native names, names of ours and names with a vendor, each once and sorted', () => {
    const names = book.modelNames()
    expect(names).toContain('claude-opus-4-8')
    expect(names).toContain('claude-haiku-5-5')
    expect(names).toContain('anthropic/claude-opus-4.8')
    expect(names).not.toContain('ft:gpt-3.5-turbo-')
    expect(names).not.toContain('gpt-oss-20b')
    expect(names).toEqual([...new Set(names)].toSorted())
  })

  test('of one provider are those that it has, priced by the token or not', () => {
    const listed = book.list({ provider: 'groq' }).map((listing) => listing.model)
    expect(book.modelsOf('groq').filter((name) => !listed.includes(name))).toEqual([
      'whisper-large-v3',
      'whisper-large-v3-turbo',
    ])
    expect(listed.filter((name) => !book.modelsOf('groq').includes(name))).toEqual([])
    expect(book.modelsOf('nobody')).toEqual([])
  })

  test('that are invented without end are answered and not kept without end', () => {
    for (let index = 0; index < 12_000; index++) expect(book.knownModels(`no-such-model-${index}`)).toEqual([])
    expect(book.knownModels('gpt-5')).toEqual(['openai'])
  })
})

/** Of a million tokens of input. */
const costOf = (provider: string, model: string) =>
  book.price({
    provider,
    model,
    usage: { ...noUsage, inputTokens: 1_000_000 },
    terms: standardTerms,
    billing: 'metered',
    atMs,
    isEstimated: false,
  })

describe('the list', () => {
  test('shows what is in force now, by provider and model, with tiers and terms', () => {
    expect(book.lookUp('openai/gpt-5.5')).toEqual({
      provider: 'openai',
      model: 'gpt-5.5',
      priceId: 'openai/gpt-5.5',
      source: 'genai-prices 0.1.8',
      date: '2026-09-23',
      contextWindow: 1_000_000,
      usd: { input: '5', cacheRead: '0.5', output: '30', webSearch: '10' },
      tiers: [{ above: 271_999, usd: { input: '10', cacheRead: '1', output: '45' } }],
      terms: [
        { term: 'batch', price: '×0.5', page: 'https://developers.openai.com/api/docs/pricing', checked: '2026-09-13' },
        { term: 'flex', price: '×0.5', page: 'https://developers.openai.com/api/docs/pricing', checked: '2026-09-13' },
        { term: 'priority', price: '×2.5', page: 'https://openai.com/api-fast-mode/', checked: '2026-08-21' },
      ],
      doubts: [],
    })
  })
  test('can be one provider and a part of a name', () => {
    const names = book
      .list({ provider: 'anthropic', search: 'HAIKU-5' })
      .map(({ provider, model }) => `${provider}/${model}`)
    expect(names).toEqual(['anthropic/claude-haiku-5-5'])
  })
  test('of everything prices every model that it names', () => {
    const all = book.list({})
    expect(all.length).toBeGreaterThan(1300)
    for (const { provider, model, priceId, usd } of all) {
      const cost = costOf(provider, model)
      expect({ priceId: cost.priceId, isPriced: cost.nanoUsd !== null }).toEqual({ priceId, isPriced: true })
      // Tiers set aside, a million tokens cost what the list says.
      if (cost.lines[0]?.kind === 'input')
        expect(cost.lines[0].nanoUsdPerMillion).toBe(Math.round(Number(usd.input) * 1e9))
    }
  })
  test('knows nothing of what is no reference', () => {
    for (const reference of ['', 'gpt-5', '/gpt-5', 'nobody/gpt-5', 'openai/'])
      expect(book.lookUp(reference)).toBeUndefined()
  })
  test("holds the user's own prices", () => {
    const table = { 'openai/gpt-5': { inputUsd: 0.5, outputUsd: 1 } }
    const listing = openPrices({ clock, configPrices: () => table }).lookUp('openai/gpt-5')
    expect(listing).toMatchObject({ source: 'config', date: null, usd: { input: '0.5', output: '1' } })
  })
})
