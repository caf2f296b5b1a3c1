import { describe, expect, test } from 'bun:test'
import { noUsage, standardTerms } from '../../src/neutral/usage.ts'
import { openPrices } from '../../src/providers/prices.ts'
import {
  baselineCost,
  baselineOf,
  promptCacheSavings,
  routingSavings,
  standingOf,
  type Compared,
  type Used,
} from '../../src/rules/savings.ts'

const compared: Compared = {
  route: 'complexity',
  isAutomated: false,
  cache: null,
  costStatus: 'priced',
  costNanoUsd: 9_600_000,
  baselineNanoUsd: 21_000_000,
}

/** Dollars per million: 5 in, 25 out, 0.5 read, 6.25 and 10 written; a smaller one at a fifth; free at home. */
const book = openPrices({
  clock: { now: () => 0, monotonic: () => 0 },
  configPrices: () => ({
    'acme/large': { inputUsd: 5, outputUsd: 25, cacheReadUsd: 0.5, cacheWrite5mUsd: 6.25, cacheWrite1hUsd: 10 },
    'acme/small': { inputUsd: 1, outputUsd: 5, cacheReadUsd: 0.1, cacheWrite5mUsd: 1.25, cacheWrite1hUsd: 2 },
    'other/large': { inputUsd: 4, outputUsd: 20 },
  }),
})
const price = (used: Used) => book.price(used)

const used = (over: Partial<Used> = {}): Used => ({
  provider: 'acme',
  model: 'small',
  usage: { ...noUsage, inputTokens: 1000, outputTokens: 640 },
  terms: standardTerms,
  billing: 'metered',
  atMs: Date.UTC(2026, 5, 1),
  isEstimated: false,
  ...over,
})

describe('routing', () => {
  test('saves the baseline’s cost less the actual one: $0.02100 - $0.00960 = $0.01140', () => {
    expect(routingSavings(compared)).toBe(11_400_000)
  })

  test('scales as the example does: 10,000 such requests save $114.00', () => {
    const all = Array.from({ length: 10_000 }, () => routingSavings(compared))
    expect(all.reduce((sum, one) => sum + one)).toBe(114_000_000_000)
  })

  test('shows what it cost more as less than nothing', () => {
    expect(routingSavings({ ...compared, baselineNanoUsd: 9_000_000 })).toBe(-600_000)
  })

  const cases: [Partial<Compared>, ReturnType<typeof standingOf>][] = [
    [{}, 'compared'],
    [{ route: 'passthrough' }, 'passthrough'],
    [{ isAutomated: true }, 'automated'],
    [{ isAutomated: true, route: 'passthrough' }, 'automated'],
    [{ cache: 'hit', route: null }, 'cached'],
    [{ cache: 'hit' }, 'cached'],
    [{ cache: 'miss' }, 'compared'],
    [{ costStatus: 'none', costNanoUsd: 0 }, 'unbilled'],
    [{ costStatus: 'unpriced', costNanoUsd: null }, 'unpriced'],
    [{ baselineNanoUsd: null }, 'unpriced'],
    [{ route: null }, null],
    [{ costNanoUsd: 0 }, 'compared'],
  ]
  test.each(cases)('a request with %j is %s', (over, standing) => {
    expect(standingOf({ ...compared, ...over })).toBe(standing)
    if (standing !== 'compared') expect(routingSavings({ ...compared, ...over })).toBe(0)
  })
})

describe('the baseline', () => {
  const settings = { baselineModel: 'claude-opus-4-6', aliases: { quick: 'claude-haiku-4-5' } }

  test.each([
    ['claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['openai/gpt-5', 'openai/gpt-5'],
    ['rp:fast', 'claude-opus-4-6'],
    ['relayplane:auto', 'claude-opus-4-6'],
    ['quick', 'claude-opus-4-6'],
    ['quicker', 'quicker'],
    ['toString', 'toString'],
    [null, null],
  ])('of %p is %p', (requested, baseline) => {
    expect(baselineOf(requested, settings)).toBe(baseline)
  })

  test('takes the same tokens at its own price', () => {
    // 1000 x $5/M + 640 x $25/M = $0.021, for what took 1000 x $1/M + 640 x $5/M = $0.0042.
    expect(baselineCost(used(), { provider: 'acme', model: 'large' }, price)).toBe(21_000_000)
  })

  test('reads what was cached from a cache of its own: a discount is no saving of routing', () => {
    const usage = { ...noUsage, inputTokens: 100, cacheReadTokens: 10_000 }
    expect(baselineCost(used({ usage }), { provider: 'acme', model: 'large' }, price)).toBe(5_500_000)
  })

  test('that is what was asked for costs what answered to it: a model saves nothing against itself', () => {
    const may = { usage: { ...noUsage, inputTokens: 1_000_000 }, provider: 'openai', served: 'gpt-4o-2024-05-13' }
    const asked = used({ ...may, model: 'gpt-4o' })
    // The snapshot of May has a price of its own, $5; the name without a date goes by the one of August, $2.50.
    expect(baselineCost(asked, { provider: 'openai', model: 'gpt-4o' }, price)).toBe(5_000_000_000)
    const other = used({ ...may, model: 'gpt-4o-mini', served: 'gpt-4o-mini-2024-07-18' })
    expect(baselineCost(other, { provider: 'openai', model: 'gpt-4o' }, price)).toBe(2_500_000_000)
  })

  test('has no cost where it has no price', () => {
    expect(baselineCost(used(), { provider: 'acme', model: 'unheard-of' }, price)).toBeNull()
  })

  test('is not free because what answered is', () => {
    const local = used({ provider: 'ollama', billing: 'local' })
    expect(baselineCost(local, { provider: 'acme', model: 'large' }, price)).toBe(21_000_000)
  })

  test('is asked on standard terms at another provider, on the same at the same', () => {
    const asked: Used[] = []
    const note = (question: Used) => {
      asked.push(question)
      return { nanoUsd: 1 }
    }
    const flex = used({ terms: { ...standardTerms, serviceTier: 'flex' } })
    baselineCost(flex, { provider: 'other', model: 'large' }, note)
    baselineCost(flex, { provider: 'acme', model: 'large' }, note)
    expect(asked.map(({ provider, terms }) => [provider, terms.serviceTier])).toEqual([
      ['other', null],
      ['acme', 'flex'],
    ])
  })
})

describe('a prompt cache', () => {
  const saved = (usage: Partial<typeof noUsage>, over: Partial<Used> = {}) =>
    promptCacheSavings(used({ usage: { ...noUsage, ...usage }, ...over }), price)

  test('saves what its reads cost less than plain input', () => {
    // 10,000 x ($1 - $0.10)/M.
    expect(saved({ inputTokens: 5, cacheReadTokens: 10_000, outputTokens: 9 })).toBe(9_000_000)
  })

  test('loses what its writes cost more', () => {
    // 10,000 x ($1 - $1.25)/M + 1000 x ($1 - $2)/M.
    expect(saved({ cacheWrite5mTokens: 10_000, cacheWrite1hTokens: 1000 })).toBe(-3_500_000)
  })

  test('saves reads less writes where there were both', () => {
    expect(saved({ cacheReadTokens: 10_000, cacheWrite5mTokens: 10_000 })).toBe(6_500_000)
  })

  test('has no figure where it took no part, or where there is no price', () => {
    expect(saved({ inputTokens: 1000, outputTokens: 5 })).toBeNull()
    expect(saved({ cacheReadTokens: 1000 }, { model: 'unheard-of' })).toBeNull()
  })
})
