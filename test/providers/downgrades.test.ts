/** The built-in mapping of the auto-downgrade, against the price table it is derived from. */
import { describe, expect, test } from 'bun:test'
import { needsOf, needsOfFacts, type Needs } from '../../src/neutral/needs.ts'
import type { NeutralRequest } from '../../src/neutral/request.ts'
import { isRetired, placeOf } from '../../src/providers/downgrade-families.ts'
import { lacks, openDowngrades } from '../../src/providers/downgrades.ts'
import type { PriceListing } from '../../src/providers/price-list.ts'
import { openPrices } from '../../src/providers/prices.ts'
import { neutralRequest } from '../support/neutral-request.ts'

const clock = { now: () => Date.UTC(2026, 10, 22), monotonic: () => 0 }
const book = openPrices({ clock, configPrices: () => ({}) })
const { cheaperOf } = openDowngrades(book, clock)
const makers = ['anthropic', 'openai', 'google']

describe('a dear model gives way to', () => {
  test.each([
    ['anthropic', 'claude-fable-5-2', 'claude-opus-5-5'],
    ['anthropic', 'claude-opus-5-5', 'claude-sonnet-5-5'],
    ['anthropic', 'claude-opus-4-6', 'claude-sonnet-5-5'],
    ['anthropic', 'claude-opus-4-5-20251101', 'claude-sonnet-5-5'],
    ['anthropic', 'claude-sonnet-5-5', 'claude-haiku-5-5'],
    ['anthropic', 'claude-sonnet-4-6', 'claude-haiku-5-5'],
    ['openai', 'gpt-6-astra', 'gpt-6.2-sol'],
    ['openai', 'gpt-5.5-pro', 'gpt-6.2-sol'],
    ['openai', 'gpt-6.2-sol', 'gpt-5.4-mini'],
    ['openai', 'gpt-5.6', 'gpt-5.6-terra'],
    ['openai', 'gpt-5.5', 'gpt-5.6-terra'],
    ['openai', 'gpt-5', 'gpt-5.4-mini'],
    ['openai', 'gpt-5.3-codex', 'gpt-5.4-mini'],
    ['openai', 'gpt-5.6-terra', 'gpt-6-luna'],
    ['openai', 'gpt-5.4-mini', 'gpt-6-luna'],
    ['openai', 'gpt-4o-2024-08-06', 'gpt-5.4-mini'],
    ['openai', 'gpt-4.1-mini', 'gpt-6-luna'],
    ['openai', 'o1-pro', 'gpt-6.2-sol'],
    ['openai', 'o3', 'gpt-5.4-mini'],
    ['openai', 'o4-mini', 'gpt-6-luna'],
    ['google', 'gemini-3.1-pro-preview', 'gemini-3.8-flash'],
    ['google', 'gemini-2.5-pro', 'gemini-3.8-flash'],
    ['google', 'gemini-3.8-flash', 'gemini-3.5-flash-lite'],
    ['google', 'gemini-2.5-flash', 'gemini-3.1-flash-lite'],
    ['openrouter', 'anthropic/claude-opus-4.6', 'anthropic/claude-sonnet-5'],
    ['openrouter', 'google/gemini-2.5-flash', 'google/gemini-3.1-flash-lite'],
    ['vertex', 'claude-opus-4-6', 'claude-sonnet-4-6'],
  ])('the next tier, its newest that is cheaper, at the same provider: %s %s, %s', (provider, dear, cheap) => {
    expect(cheaperOf(provider, dear)).toBe(cheap)
  })

  test('a newer generation of its own tier where there is no lower one', () => {
    expect(cheaperOf('anthropic', 'claude-haiku-4-5')).toBe('claude-haiku-5-5')
    expect(cheaperOf('openai', 'gpt-5.6-luna')).toBe('gpt-6-luna')
  })

  test('nobody where it is the cheapest, has no known price, or is no text model of a known line', () => {
    expect(cheaperOf('anthropic', 'claude-haiku-5-5')).toBeNull()
    expect(cheaperOf('google', 'gemini-3.5-flash-lite')).toBeNull()
    expect(cheaperOf('anthropic', 'claude-poet-9')).toBeNull()
    expect(cheaperOf('openai', 'gpt-image-2')).toBeNull()
    expect(cheaperOf('nobody', 'claude-opus-4-6')).toBeNull()
  })
})

/** Why a model has no cheaper sibling. */
const exceptions: readonly (readonly [provider: string, models: RegExp, reason: string])[] = [
  ['anthropic', /^claude-(2|v1)$/, 'retired, from before there were tiers'],
  ['anthropic', /^claude-3-haiku$/, 'retired, and cheaper than any Haiku for long prompts'],
  ['anthropic', /^claude-haiku-5-5$/, 'the cheapest'],
  ['openai', /audio|realtime|transcribe|tts/, 'speech'],
  ['openai', /image/, 'pictures'],
  ['openai', /embedding|moderation/, 'answers with no text'],
  ['openai', /search-preview|deep-research|computer-use/, 'tools of its own that no sibling has'],
  ['openai', /^(text-)?(ada|babbage|curie|davinci)|instruct/, 'completions of texts, retired'],
  ['openai', /^(gpt-5-nano|gpt-4\.1-nano|gpt-6-luna)/, 'the cheapest'],
  ['google', /image|tts|live|audio|omni|embedding/, 'pictures, speech, live talks and vectors'],
  ['google', /^gemma/, 'open weights'],
  ['google', /^gemini-(1\.[05]|2\.0|pro$|flash-1\.5)/, 'retired, cheaper than what there is'],
  ['google', /^gemini-(2\.5|3\.1|3\.5)-flash-lite/, 'the lowest tier, and no newer one is cheaper'],
]

describe('the price table', () => {
  const listings = makers.flatMap((provider) => book.list({ provider }))
  const pairs = listings.flatMap((from) => {
    const name = cheaperOf(from.provider, from.model)
    const to = name === null ? undefined : book.lookUp(`${from.provider}/${name}`)
    return to === undefined ? [] : [{ from, to }]
  })

  test('has a cheaper sibling for every model of the three makers, or a reason why there is none', () => {
    const paired = new Set(pairs.map(({ from }) => from))
    const unexplained = listings
      .filter((listing) => !paired.has(listing))
      .filter(({ provider, model }) => !exceptions.some(([maker, names]) => maker === provider && names.test(model)))
    expect(unexplained.map(({ provider, model }) => `${provider}/${model}`)).toEqual([])
    expect(pairs.length).toBeGreaterThan(150)
  })

  test('makes every pair really cheaper: input and output, at any length of the prompt, and cached input not dearer', () => {
    const figures = ({ usd, tiers }: PriceListing, length: number) => {
      const there = { ...usd, ...tiers.findLast(({ above }) => length > above)?.usd }
      return [Number(there.input), Number(there.output), Number(there.cacheRead ?? 0)] as const
    }
    const faults = pairs.flatMap(({ from, to }) => {
      const [fromInput, fromOutput, fromCached] = figures(from, 1000)
      const [toInput, toOutput, toCached] = figures(to, 1000)
      const isCheaper = toInput < fromInput && toOutput < fromOutput
      const isCachedCheaper = from.usd.cacheRead === undefined || toCached <= fromCached
      const longest = Math.min(from.contextWindow ?? 1_000_000, 900_000)
      const [fromLong, fromLongOut] = figures(from, longest)
      const [toLong, toLongOut] = figures(to, longest)
      const isLongCheaper = toLong <= fromLong && toLongOut <= fromLongOut
      return isCheaper && isCachedCheaper && isLongCheaper ? [] : [`${from.model} -> ${to.model}`]
    })
    expect(faults).toEqual([])
  })

  test('leads nobody to a model that is gone or about to go, nor to one under a dated name or a nickname', () => {
    const targets = [...new Set(pairs.map(({ to }) => to.model))].toSorted()
    expect(targets).toEqual([
      'claude-haiku-5-5',
      'claude-opus-5-5',
      'claude-sonnet-5-5',
      'gemini-2.5-flash-lite',
      'gemini-3.1-flash-lite',
      'gemini-3.5-flash-lite',
      'gemini-3.8-flash',
      'gpt-5.4-mini',
      'gpt-5.6-terra',
      'gpt-6-luna',
      'gpt-6.2-sol',
    ])
    expect(targets.filter(isRetired)).toEqual([])
  })
})

test('a model that is new tomorrow has its place by its name', () => {
  expect(placeOf('claude-sonnet-7-1')).toEqual({ line: 'claude', tier: 1, generation: [7, 1], isPlain: true })
  expect(placeOf('gpt-8.3-luna')).toEqual({ line: 'gpt', tier: 0, generation: [8, 3], isPlain: true })
  expect(placeOf('gemini-5-flash-lite')).toEqual({ line: 'gemini', tier: 0, generation: [5, 0], isPlain: true })
  expect(placeOf('us.anthropic.claude-opus-4-6-v1:0')).toMatchObject({ line: 'claude', tier: 2, generation: [4, 6] })
  expect(placeOf('gpt-5.1-codex-max')).toMatchObject({ line: 'gpt', tier: 2, generation: [5, 1], isPlain: false })
  expect(placeOf('gpt-realtime')).toBeNull()
  expect(placeOf('llama-4-70b')).toBeNull()
})

test('a price that changes is followed within a minute', () => {
  let at = 0
  const own: Record<string, { inputUsd: number; outputUsd: number }> = {}
  const moving = { now: clock.now, monotonic: () => at }
  const changing = openDowngrades(openPrices({ clock: moving, configPrices: () => ({ ...own }) }), moving)
  expect(changing.cheaperOf('anthropic', 'claude-opus-4-6')).toBe('claude-sonnet-5-5')
  own['anthropic/claude-sonnet-5-5'] = { inputUsd: 6, outputUsd: 30 }
  at = 59_000
  expect(changing.cheaperOf('anthropic', 'claude-opus-4-6')).toBe('claude-sonnet-5-5')
  at = 61_000
  expect(changing.cheaperOf('anthropic', 'claude-opus-4-6')).toBe('claude-sonnet-5')
})

describe('a model that lacks what a request needs is told by', () => {
  const nothing = needsOfFacts(0, null)
  const needs = (over: Partial<Needs>): Needs => ({ ...nothing, ...over })

  test.each([
    ['anthropic', 'claude-haiku-4-5', needs({ media: new Set(['audio']) }), 'reads no audio'],
    ['openai', 'o3-mini', needs({ media: new Set(['image']) }), 'reads no images'],
    ['anthropic', 'claude-haiku-4-5', needsOfFacts(0, 250_000), 'reads at most 200,000 tokens'],
    ['openai', 'gpt-3.5-turbo', needs({ wantsSchema: true }), 'keeps to no schema'],
    ['openai', 'gpt-4.1-nano', needs({ wantsThinking: true }), 'does not think'],
    ['openai', 'gpt-5-chat-latest', needsOfFacts(3, null), 'has no tools'],
  ])('a phrase: %s/%s %o %s', (provider, model, needed, phrase) => {
    expect(lacks(provider, model, needed)).toBe(phrase)
    expect(lacks(provider, model, nothing)).toBeNull()
  })

  test('nothing where nothing is known of it', () => {
    expect(
      lacks('lab', 'lab-coder', { ...needsOfFacts(9, 10_000_000), wantsSchema: true, wantsThinking: true }),
    ).toBeNull()
  })

  test('what stands in the request, pictures that a tool returned included', () => {
    const request: NeutralRequest = neutralRequest({
      messages: [
        {
          role: 'user',
          parts: [
            {
              type: 'tool-result',
              id: '1',
              name: null,
              isError: null,
              kind: 'function',
              output: [
                { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA' } },
                { type: 'media', media: 'document', mediaType: null, source: { kind: 'text', text: 'plain' } },
              ],
            },
          ],
        },
      ],
      thinking: { isOn: false, effort: 'high', budgetTokens: null, shows: null },
      format: { kind: 'schema', schema: {}, name: null, description: null, isStrict: null },
    })
    expect(needsOf(request, 12)).toEqual({
      hasTools: false,
      media: new Set(['image'] as const),
      inputTokens: 12,
      wantsSchema: true,
      wantsThinking: false,
    })
  })
})
