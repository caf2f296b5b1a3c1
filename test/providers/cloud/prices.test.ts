/** What a platform's model costs: its own price, by the id that it has there. */
import { expect, test } from 'bun:test'
import { noUsage, standardTerms } from '../../../src/neutral/usage.ts'
import { openPrices } from '../../../src/providers/prices.ts'

const clock = { now: () => Date.UTC(2026, 10, 1), monotonic: () => 0 }
const prices = openPrices({ clock, configPrices: () => ({}) })

/** A million tokens in, a million out. */
const priced = (provider: string, model: string) => {
  const usage = { ...noUsage, inputTokens: 1_000_000, outputTokens: 1_000_000 }
  const question = { provider, model, usage, terms: standardTerms, billing: 'metered', atMs: clock.now() } as const
  const { nanoUsd, priceId } = prices.price({ ...question, isEstimated: false })
  return [priceId, nanoUsd === null ? null : nanoUsd / 1e9]
}

test('Bedrock: the region in front of the id decides, in an ARN too', () => {
  expect(priced('bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0')).toEqual([
    'aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0',
    19.8,
  ])
  expect(priced('bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0')).toEqual([
    'aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    18,
  ])
  expect(
    priced('bedrock', 'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  ).toEqual(['aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0', 19.8])
  expect(priced('bedrock', 'us.amazon.nova-pro-v1:0')).toEqual(['aws/amazon.nova-pro-v1:0', 4])
  expect(priced('bedrock', 'arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2c3')).toEqual([null, null])
})

test('Vertex: Claude with its date after an @, and Gemini as everywhere', () => {
  expect(priced('vertex', 'claude-opus-4@20250514')).toEqual(['google/claude-4-opus', 90])
  expect(priced('vertex', 'claude-opus-4-8@20260601')).toEqual(['google/claude-opus-4-8', 30])
  expect(priced('vertex', 'gemini-2.5-flash')).toEqual(priced('google', 'gemini-2.5-flash'))
})

test('Azure: a deployment that is named after its model, and what the answer calls it', () => {
  expect(priced('azure', 'o1-2024-12-17')).toEqual(['azure/o1', 75])
  expect(priced('azure', 'my-deployment')).toEqual([null, null])
  expect(priced('azure', 'gpt-4.1-2025-04-14')[1]).toBe(10)
})

test('no bare name leads to a platform', () => {
  for (const name of ['claude-opus-4@20250514', 'gemini-2.5-pro', 'amazon.nova-pro-v1:0', 'o1']) {
    expect([name, prices.knownModels(name).filter((id) => ['azure', 'bedrock', 'vertex'].includes(id))]).toEqual([
      name,
      [],
    ])
  }
})
