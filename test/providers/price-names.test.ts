/** By which name an answer is priced that goes by another than the request. A million tokens in, a million out. */
import { describe, expect, test } from 'bun:test'
import { noUsage, standardTerms } from '../../src/neutral/usage.ts'
import type { ConfigPrice } from '../../src/providers/price-config.ts'
import { openPrices } from '../../src/providers/prices.ts'

const clock = { now: () => Date.UTC(2026, 10, 1), monotonic: () => 0 }

/** USD, and where the price is from. */
function priced(provider: string, model: string, served: string | null, own: Record<string, ConfigPrice> = {}) {
  const usage = { ...noUsage, inputTokens: 1_000_000, outputTokens: 1_000_000 }
  const question = { provider, model, served, usage, terms: standardTerms, atMs: clock.now(), isEstimated: false }
  const { nanoUsd, priceId, status } = openPrices({ clock, configPrices: () => own }).price({
    ...question,
    billing: 'metered',
  })
  return { usd: nanoUsd === null ? null : nanoUsd / 1e9, by: priceId, status }
}

const ours = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { inputUsd: 1, outputUsd: 2 }]))

describe('the user’s own price holds', () => {
  test.each([
    ['openai', 'gpt-4o', 'gpt-4o-2024-08-06'],
    ['openai', 'gpt-4o', 'gpt-4o-2024-05-13'],
    ['anthropic', 'claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['anthropic', 'claude-opus-4-0', 'claude-opus-4-20250514'],
    ['xai', 'grok-4', 'grok-4-0709'],
    ['mistral', 'mistral-large-latest', 'mistral-large-2512'],
    ['vertex', 'claude-sonnet-4-5@20250929', 'claude-sonnet-4-5-20250929'],
    ['bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929'],
    ['azure', 'my-deployment', 'gpt-4.1-2025-04-14'],
    ['openrouter', 'openai/gpt-4.1:online', 'openai/gpt-4.1'],
    ['lab', 'large', 'llama-4-maverick'],
  ])('for %s/%s, whose answer says %s', (provider, model, served) => {
    const name = `${provider}/${model}`
    expect(priced(provider, model, served, ours(name))).toEqual({ usd: 3, by: name, status: 'priced' })
  })

  test('for the dated model where it is given for that one too', () => {
    const own = { ...ours('openai/gpt-4o'), 'openai/gpt-4o-2024-08-06': { inputUsd: 3, outputUsd: 4 } }
    expect(priced('openai', 'gpt-4o', 'gpt-4o-2024-08-06', own).usd).toBe(7)
    expect(priced('openai', 'gpt-4o', 'gpt-4o-2024-11-20', own).usd).toBe(3)
  })

  test('for the deployment where it is given for its model too', () => {
    const own = { ...ours('azure/my-deployment'), 'azure/gpt-4.1': { inputUsd: 3, outputUsd: 4 } }
    expect(priced('azure', 'my-deployment', 'gpt-4.1', own).usd).toBe(3)
    expect(priced('azure', 'other-deployment', 'gpt-4.1', own).usd).toBe(7)
  })
})

describe('what was asked for decides where the answer says less', () => {
  test('the region of a model at Bedrock', () => {
    const served = 'claude-sonnet-4-5-20250929'
    expect(priced('bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', served).usd).toBe(18)
    expect(priced('bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', served).usd).toBe(19.8)
    expect(priced('bedrock', 'anthropic.claude-sonnet-4-5-20250929-v1:0', served).usd).toBe(19.8)
  })

  test('a variant at OpenRouter, which may be free, or cost what is not known', () => {
    expect(priced('openrouter', 'deepseek/deepseek-r1:free', 'deepseek/deepseek-r1')).toEqual({
      usd: 0,
      by: 'openrouter/deepseek/deepseek-r1:free',
      status: 'priced',
    })
    for (const variant of ['online', 'nitro'])
      expect(priced('openrouter', `openai/gpt-4.1:${variant}`, 'openai/gpt-4.1')).toEqual({
        usd: 10,
        by: 'openrouter/openai/gpt-4.1',
        status: 'estimated',
      })
  })
})

describe('what answered decides', () => {
  test('where its date has a price of its own', () => {
    expect(priced('openai', 'gpt-4o', 'gpt-4o-2024-05-13').usd).toBe(20)
    expect(priced('openai', 'gpt-4o', 'gpt-4o-2024-08-06').usd).toBe(12.5)
  })

  test('where another model took over, whatever the one that was asked costs the user', () => {
    const own = ours('anthropic/claude-opus-4-8')
    expect(priced('anthropic', 'claude-opus-4-8', 'claude-haiku-4-5-20251001', own).usd).toBe(6)
    const both = { ...own, 'anthropic/claude-haiku-4-5-20251001': { inputUsd: 3, outputUsd: 4 } }
    expect(priced('anthropic', 'claude-opus-4-8', 'claude-haiku-4-5-20251001', both).usd).toBe(7)
  })

  test('for a router and a deployment without a price of their own', () => {
    expect(priced('openrouter', 'openrouter/auto', 'openai/gpt-4.1-mini').usd).toBe(2)
    expect(priced('azure', 'my-deployment', 'gpt-4.1-2025-04-14').usd).toBe(10)
  })

  test('for a request whose model nobody knows', () => {
    expect(priced('openai', '', 'gpt-4o').usd).toBe(12.5)
  })
})

test('what was asked for stands in for an answer of a name that nobody knows', () => {
  expect(priced('openai', 'gpt-4o', 'gpt-4o-secret-build').usd).toBe(12.5)
  expect(priced('lab', 'large', 'unheard-of')).toEqual({ usd: null, by: null, status: 'unpriced' })
})
