import { describe, expect, test } from 'bun:test'
import type { Prices } from '../../src/app/services.ts'
import type { CostLine } from '../../src/neutral/record.ts'
import { noUsage, type PriceTerms, standardTerms, type Usage } from '../../src/neutral/usage.ts'
import type { ConfigPrice } from '../../src/providers/price-config.ts'
import { openPrices, type PriceQuestion } from '../../src/providers/prices.ts'

const atMs = Date.parse('2026-11-22T12:00:00Z')
const clock = { now: () => atMs, monotonic: () => 0 }
const none = {}
const book = openPrices({ clock, configPrices: () => none })
const prices: Prices = book

interface Ask extends Partial<Omit<PriceQuestion, 'usage' | 'terms'>> {
  readonly usage?: Partial<Usage>
  readonly terms?: Partial<PriceTerms>
}

const question = ({ usage, terms, ...over }: Ask): PriceQuestion => ({
  provider: 'anthropic',
  model: 'claude-opus-4-8',
  billing: 'metered',
  atMs,
  isEstimated: false,
  ...over,
  usage: { ...noUsage, ...usage },
  terms: { ...standardTerms, ...terms },
})
const costOf = (ask: Ask) => prices.price(question(ask))
const kindsOf = (lines: readonly CostLine[]) => lines.map((line) => line.kind)

const unpriced = { status: 'unpriced', nanoUsd: null, priceId: null, priceSource: null, priceDate: null, lines: [] }

describe('a cost', () => {
  test('names its price, its source, the date of that and every billed kind', () => {
    expect(costOf({ usage: { inputTokens: 3, cacheReadTokens: 1, outputTokens: 2, reasoningTokens: 1 } })).toEqual({
      status: 'priced',
      nanoUsd: 65_500,
      priceId: 'anthropic/claude-opus-4-8',
      priceSource: 'genai-prices 0.1.8',
      priceDate: '2026-09-23',
      lines: [
        { kind: 'input', quantity: 3, nanoUsdPerMillion: 5_000_000_000, nanoUsd: '15000' },
        { kind: 'cache read', quantity: 1, nanoUsdPerMillion: 500_000_000, nanoUsd: '500' },
        { kind: 'output', quantity: 2, nanoUsdPerMillion: 25_000_000_000, nanoUsd: '50000' },
      ],
    })
  })

  test('shows fractions of a nano-dollar in its lines and rounds them in the sum alone', () => {
    const usage = { inputTokens: 1, cacheReadTokens: 2 }
    const cost = costOf({ provider: 'groq', model: 'openai/gpt-oss-20b', usage, terms: { serviceTier: 'batch' } })
    expect(cost.lines.map((line) => line.nanoUsd)).toEqual(['37.5', '37.5'])
    expect(cost.nanoUsd).toBe(75)
  })

  test('says in its lines which terms and which tier made the price', () => {
    const terms = { serviceTier: 'batch', region: 'us' }
    const cost = costOf({ model: 'claude-haiku-5-5', usage: { inputTokens: 200_000 }, terms })
    expect(cost).toMatchObject({ priceSource: 'override', priceDate: '2026-09-22', nanoUsd: 55_000_000 })
    expect(cost.lines).toEqual([
      {
        kind: 'input (over 100000 input tokens, batch ×0.5, US inference ×1.1)',
        quantity: 200_000,
        nanoUsdPerMillion: 275_000_000,
        nanoUsd: '55000000',
      },
    ])
  })

  test('names both sources where a correction changes the table, and the older date', () => {
    const cost = costOf({ usage: { inputTokens: 1 }, terms: { region: 'us' } })
    expect(cost).toMatchObject({ priceSource: 'genai-prices 0.1.8 + override', priceDate: '2026-09-22' })
  })

  test('stays exact where products leave the safe integers', () => {
    const usage = { inputTokens: 20_000_000_001, outputTokens: 3 }
    const cost = costOf({ provider: 'openai', model: 'o1-pro', usage })
    expect(cost.lines.map((line) => line.nanoUsd)).toEqual(['3000000000150000', '1800000'])
    expect(cost.nanoUsd).toBe(3_000_000_001_950_000)
  })

  test('of nothing used is nothing, and known', () => {
    expect(costOf({})).toMatchObject({ status: 'priced', nanoUsd: 0, lines: [] })
    expect(costOf({ provider: 'perplexity', model: 'sonar' })).toMatchObject({
      status: 'priced',
      nanoUsd: 0,
      lines: [],
    })
    expect(costOf({ terms: { serviceTier: 'scale' } })).toMatchObject({ status: 'priced', nanoUsd: 0, lines: [] })
  })

  test('of inferred usage is an estimate', () => {
    expect(costOf({ usage: { inputTokens: 1 }, isEstimated: true })).toMatchObject({
      status: 'estimated',
      nanoUsd: 5000,
    })
  })

  test('of a subscription is what the metered price would be', () => {
    const ask: Ask = { usage: { inputTokens: 1000, outputTokens: 10 } }
    expect(costOf({ ...ask, billing: 'subscription' })).toEqual(costOf(ask))
  })

  test('of the ChatGPT backend is what the API would cost', () => {
    const ask: Ask = { provider: 'openai-chatgpt', model: 'gpt-5', billing: 'subscription', usage: { inputTokens: 8 } }
    expect(costOf(ask)).toMatchObject({ status: 'priced', nanoUsd: 10_000, priceId: 'openai/gpt-5' })
  })

  test("of a provider of the user's own can be looked up under another's prices", () => {
    const priceIdOf = (provider: string) => (provider === 'house' ? 'azure' : null)
    const house = openPrices({ clock, configPrices: () => none, priceIdOf })
    const usage = { inputTokens: 8 }
    expect(house.price(question({ provider: 'house', model: 'gpt-4.1', usage }))).toMatchObject({
      nanoUsd: 16_000,
      priceId: 'azure/gpt-4.1',
    })
    expect(house.price(question({ provider: 'other', model: 'gpt-4.1', usage }))).toMatchObject({ status: 'unpriced' })
  })

  test('of a local model is zero, whatever was used', () => {
    const ask: Ask = {
      provider: 'ollama',
      model: 'llama3.2',
      billing: 'local',
      usage: { inputTokens: 10, webSearches: 2 },
    }
    const local = {
      status: 'priced' as const,
      nanoUsd: 0,
      priceId: 'ollama/llama3.2',
      priceSource: 'local',
      priceDate: null,
      lines: [],
    }
    expect(costOf(ask)).toEqual(local)
    expect(costOf({ ...ask, isEstimated: true })).toEqual({ ...local, status: 'estimated' })
  })
})

describe('what is not known', () => {
  for (const [provider, model] of [
    ['anthropic', 'claude-of-tomorrow-9'],
    ['nobody', 'gpt-5'],
    ['openai', ''],
    ['openai', 'ft:gpt-6-sol:acme::8f2'],
    // Prices of other hosts and of Vertex, which these providers do not serve at.
    ['openai', 'gpt-oss-120b'],
    ['google', 'claude-opus-4-6'],
    // Billed by the song, of which no reply tells us.
    ['openrouter', 'google/lyria-3-pro-preview'],
    ['mistral', 'mistral-ocr-latest'],
    ['openai', 'constructor'],
    ['toString', 'gpt-5'],
  ] as const) {
    test(`has no price: ${provider}/${model}`, () => {
      const cost = costOf({ provider, model, usage: { inputTokens: 10 } })
      expect(cost).toEqual(unpriced as typeof cost)
    })
  }

  test('a fine-tuned model has its own price where one is known', () => {
    const cost = costOf({ provider: 'openai', model: 'ft:gpt-4o-2024-08-06:acme::8f2', usage: { inputTokens: 1 } })
    expect(cost).toMatchObject({ status: 'priced', nanoUsd: 3750, priceId: 'openai/ft:gpt-4o' })
  })

  for (const [name, ask, nanoUsd, last] of [
    [
      'a service tier',
      { terms: { serviceTier: 'scale' } },
      5_000_000,
      'service tier scale has no known price here: the standard price is used',
    ],
    [
      'a speed',
      { terms: { speed: 'warp' } },
      5_000_000,
      'speed warp has no known price here: the standard price is used',
    ],
    [
      'a region',
      { terms: { region: 'eu' } },
      5_000_000,
      'region eu has no known price here: the standard price is used',
    ],
    [
      'fast mode of a model without it',
      { model: 'claude-sonnet-4-5', terms: { speed: 'fast' } },
      3_000_000,
      'speed fast has no known price here: the standard price is used',
    ],
    [
      'what an OpenRouter variant adds',
      { provider: 'openrouter', model: 'anthropic/claude-opus-4.8:online' },
      5_000_000,
      'priced as anthropic/claude-opus-4.8: what the variant :online adds or saves is not known',
    ],
    [
      'citations',
      { provider: 'perplexity', model: 'sonar-deep-research' },
      2_000_000,
      'not told apart, though billed apart: citations',
    ],
  ] as const) {
    test(`makes an estimate that says so: ${name}`, () => {
      const cost = costOf({ ...ask, usage: { inputTokens: 1000 } })
      expect(cost).toMatchObject({ status: 'estimated', nanoUsd })
      expect(cost.lines.at(-1)).toEqual({ kind: last, quantity: 0, nanoUsdPerMillion: 0, nanoUsd: '0' })
    })
  }

  for (const [name, provider, model, usage, kind, nanoUsd] of [
    [
      'cached input without a price',
      'openai',
      'gpt-4',
      { cacheReadTokens: 10 },
      'cache read (no price of its own, taken as input)',
      300_000,
    ],
    [
      'audio without a price',
      'openai',
      'gpt-4o',
      { inputTokens: 10, audioInputTokens: 10 },
      'audio input (no price of its own, taken as input)',
      25_000,
    ],
    [
      'web searches without a price',
      'xai',
      'grok-4.3',
      { webSearches: 4 },
      'web search (no price known, not counted)',
      0,
    ],
    [
      'output of an embedding',
      'openai',
      'text-embedding-3-small',
      { outputTokens: 4 },
      'output (no price known, not counted)',
      0,
    ],
  ] as const) {
    test(`is billed as the nearest there is, as an estimate: ${name}`, () => {
      const cost = costOf({ provider, model, usage })
      expect(cost).toMatchObject({ status: 'estimated', nanoUsd })
      expect(kindsOf(cost.lines)).toEqual([kind])
    })
  }
})

describe('counts that are none', () => {
  for (const [name, usage, nanoUsd] of [
    ['negative', { inputTokens: -5, outputTokens: 1 }, 25_000],
    ['not a number', { inputTokens: Number.NaN, outputTokens: 1 }, 25_000],
    ['endless', { inputTokens: Number.POSITIVE_INFINITY, outputTokens: 1 }, 25_000],
    ['a fraction', { inputTokens: 2.5, outputTokens: 0 }, 15_000],
    ['a part greater than its whole', { inputTokens: 10, audioInputTokens: 20 }, 50_000],
  ] as const) {
    test(`${name}: never throws and makes an estimate`, () => {
      expect(costOf({ usage })).toMatchObject({ status: 'estimated', nanoUsd })
    })
  }
})

describe("the user's own prices", () => {
  test('hold though one beside them can be no price, which leaves its model the price of the table', () => {
    const table = {
      'lab/typo': { inputUsd: 1e7, outputUsd: 1 },
      'openai/gpt-4.1': { inputUsd: -1, outputUsd: 1 },
      'lab/small': { inputUsd: 1, outputUsd: 1 },
    }
    const own = openPrices({ clock, configPrices: () => table })
    const usage = { inputTokens: 1_000_000 }
    const usd = (provider: string, model: string) => own.price(question({ provider, model, usage })).nanoUsd
    expect([usd('lab', 'small'), usd('lab', 'typo')]).toEqual([1_000_000_000, null])
    expect([usd('openai', 'gpt-4.1'), usd('openai', 'gpt-4o')]).toEqual([2_000_000_000, 2_500_000_000])
    expect(own.lookUp('openai/gpt-4.1')).toMatchObject({ source: 'genai-prices 0.1.8' })
    expect(own.lookUp('lab/typo')).toBeUndefined()
  })

  const own = (table: Record<string, ConfigPrice>, ask: Ask) =>
    openPrices({ clock, configPrices: () => table }).price(question(ask))
  const table: Record<string, ConfigPrice> = {
    'anthropic/claude-opus-4-8': {
      inputUsd: 1,
      outputUsd: 2.5,
      cacheReadUsd: 0.0375,
      cacheWrite5mUsd: 1.25,
      cacheWrite1hUsd: 2,
    },
    'house/big/model': { inputUsd: 0.1, outputUsd: 0.2 },
    'ollama/llama3.2': { inputUsd: 0.01, outputUsd: 0.02 },
  }

  test('win over all others', () => {
    const usage = {
      inputTokens: 10,
      cacheReadTokens: 100,
      cacheWrite5mTokens: 1000,
      cacheWrite1hTokens: 10_000,
      outputTokens: 4,
    }
    expect(own(table, { usage })).toMatchObject({
      status: 'priced',
      nanoUsd: 10_000 + 3750 + 1_250_000 + 20_000_000 + 10_000,
      priceId: 'anthropic/claude-opus-4-8',
      priceSource: 'config',
      priceDate: null,
    })
  })
  test('give a model of an unknown provider a price', () => {
    expect(own(table, { provider: 'house', model: 'big/model', usage: { inputTokens: 3 } })).toMatchObject({
      status: 'priced',
      nanoUsd: 300,
    })
  })
  test('give a local model a price', () => {
    const ask: Ask = { provider: 'ollama', model: 'llama3.2', billing: 'local', usage: { outputTokens: 5 } }
    expect(own(table, ask)).toMatchObject({ nanoUsd: 100, priceSource: 'config' })
  })
  test('that leave the cache out make an estimate of cached input', () => {
    const cost = own(table, { provider: 'house', model: 'big/model', usage: { cacheReadTokens: 3 } })
    expect(cost).toMatchObject({ status: 'estimated', nanoUsd: 300 })
  })
  test('are taken as they are on other terms, as an estimate', () => {
    const cost = own(table, { usage: { inputTokens: 1 }, terms: { serviceTier: 'batch' } })
    expect(cost).toMatchObject({ status: 'estimated', nanoUsd: 1000 })
  })
  test('are read again when the configuration was replaced', () => {
    let now = table
    const live = openPrices({ clock, configPrices: () => now })
    const ask = question({ usage: { inputTokens: 1 } })
    expect(live.price(ask).nanoUsd).toBe(1000)
    now = { 'anthropic/claude-opus-4-8': { inputUsd: 3, outputUsd: 3 } }
    expect(live.price(ask).nanoUsd).toBe(3000)
    now = {}
    expect(live.price(ask).nanoUsd).toBe(5000)
  })
})
