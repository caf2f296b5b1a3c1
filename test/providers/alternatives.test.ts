/** Who could answer in a model's place, by the names of the real price table of 2026-11-22 and the keys that are set. */
import { describe, expect, test } from 'bun:test'
import { formatModelRef } from '../../src/neutral/model.ts'
import { aliasesChecked, aliasModels } from '../../src/providers/alias-models.ts'
import { openAlternatives } from '../../src/providers/alternatives.ts'
import { capabilitiesOf } from '../../src/providers/capabilities.ts'
import { isRetired } from '../../src/providers/downgrade-families.ts'
import { openKnownNames } from '../../src/providers/known-names.ts'
import { openPrices } from '../../src/providers/prices.ts'
import type { ProviderSettings } from '../../src/providers/provider.ts'
import { catalogWith } from './support.ts'

const clock = { now: () => Date.UTC(2026, 10, 22), monotonic: () => 0 }
const book = openPrices({ clock, configPrices: () => ({}) })

const keys = {
  ANTHROPIC_API_KEY: 'sk-ant-api03-test',
  OPENAI_API_KEY: 'sk-test',
  GEMINI_API_KEY: 'test',
  OPENROUTER_API_KEY: 'sk-or-test',
  GROQ_API_KEY: 'gsk_test',
  TOGETHER_API_KEY: 'test',
}

function around(name: string, settings: Partial<ProviderSettings> = { environment: keys }): readonly string[] {
  const catalog = catalogWith(settings)
  const slash = name.indexOf('/')
  const ref = { provider: name.slice(0, slash), model: name.slice(slash + 1) }
  return openAlternatives(book, () => catalog)
    .of(ref)
    .map((one) => `${one.kind} ${formatModelRef(one.ref)}`)
}

describe('in the place of a model there are', () => {
  test('the same elsewhere, its family, other makers of its tier', () => {
    expect(around('anthropic/claude-sonnet-4-6')).toEqual([
      'same-model openrouter/anthropic/claude-sonnet-4.6',
      'same-tier anthropic/claude-sonnet-5-5',
      'lower anthropic/claude-haiku-5-5',
      'higher anthropic/claude-opus-5-5',
      'peer openai/gpt-5.6-terra',
      'peer google/gemini-3.8-flash',
    ])
    expect(around('openai/gpt-6.2-sol')).toEqual([
      'lower openai/gpt-5.6-terra',
      'higher openai/gpt-6-astra',
      'peer anthropic/claude-opus-5-5',
      'peer google/gemini-3.1-pro-preview',
    ])
  })

  test('those that are not retired, for one that is', () => {
    expect(around('anthropic/claude-3-5-haiku-latest')).toEqual([
      'same-tier anthropic/claude-haiku-5-5',
      'higher anthropic/claude-sonnet-5-5',
      'peer openai/gpt-6-luna',
      'peer google/gemini-3.5-flash-lite',
    ])
  })

  test('the other hosts of open weights', () => {
    expect(around('groq/openai/gpt-oss-120b')).toEqual([
      'same-model together/openai/gpt-oss-120b',
      'same-model openrouter/openai/gpt-oss-120b',
    ])
    expect(around('together/meta-llama/llama-4-scout-17b-16e-instruct')[0]).toBe(
      'same-model groq/meta-llama/llama-4-scout-17b-16e-instruct',
    )
  })

  test('the family under the same maker’s names at a host', () => {
    expect(
      around('openrouter/anthropic/claude-opus-4.6', { environment: { OPENROUTER_API_KEY: 'sk-or-test' } }),
    ).toEqual([
      'same-tier openrouter/anthropic/claude-opus-5.5',
      'lower openrouter/anthropic/claude-sonnet-5',
      'higher openrouter/anthropic/claude-fable-5.1',
    ])
  })

  test('those that the settings list, at clouds these alone', () => {
    const config = {
      vertex: { models: ['claude-sonnet-5-5'] },
      mine: { dialect: 'openai-chat', baseUrl: 'http://localhost:9/v1', models: ['claude-sonnet-5-5'] },
    } as const
    const environment = { VERTEX_ACCESS_TOKEN: 'test', GOOGLE_CLOUD_PROJECT: 'test', AWS_BEARER_TOKEN_BEDROCK: 'test' }
    const listed = around('anthropic/claude-sonnet-5-5', {
      config: config as unknown as ProviderSettings['config'],
      environment,
    })
    expect(listed).toContain('same-model mine/claude-sonnet-5-5')
    expect(listed.filter((one) => one.includes('bedrock'))).toEqual([])
  })

  test('none where nobody has a key, and none of a login’s', () => {
    expect(around('anthropic/claude-sonnet-4-6', {})).toEqual([])
    expect(around('openai/gpt-6.2-sol').filter((one) => one.includes('chatgpt'))).toEqual([])
  })

  test('the same with its own date, else without one', () => {
    const dated = around('anthropic/claude-opus-4-5-20251101').filter((one) => one.startsWith('same-model'))
    expect(dated).toEqual(['same-model openrouter/anthropic/claude-opus-4.5'])
    expect(around('openrouter/anthropic/claude-haiku-4.5-20251001')[0]).toBe('same-model anthropic/claude-haiku-4-5')
  })

  test('others as soon as the settings change', () => {
    let catalog = catalogWith({ environment: { ANTHROPIC_API_KEY: 'sk-ant-api03-test' } })
    const alternatives = openAlternatives(book, () => catalog)
    const ask = () => alternatives.of({ provider: 'anthropic', model: 'claude-sonnet-4-6' }).map((one) => one.kind)
    expect(ask()).toEqual(['same-tier', 'lower', 'higher'])
    catalog = catalogWith({ environment: keys })
    expect(ask()).toEqual(['same-model', 'same-tier', 'lower', 'higher', 'peer', 'peer'])
  })
})

describe('the table, as a whole:', () => {
  const catalog = catalogWith({ environment: keys })
  const { of } = openAlternatives(book, () => catalog)
  const all = ['anthropic', 'openai', 'google', 'openrouter', 'groq'].flatMap((provider) =>
    book
      .modelsOf(provider)
      .flatMap((model) => of({ provider, model }).map((one) => ({ ...one, to: `${provider}/${model}` }))),
  )

  test('whoever is led to has a price and is not retired', () => {
    expect(all.length).toBeGreaterThan(1000)
    const wrong = all.filter(({ ref }) => isRetired(ref.model) || book.lookUp(formatModelRef(ref)) === undefined)
    expect(wrong).toEqual([])
  })

  test('nobody is led to an offer with terms of its own, or to a name that chooses by itself', () => {
    expect(all.filter(({ ref }) => /[:~]/.test(ref.model))).toEqual([])
  })

  test('nobody is led to itself, or twice', () => {
    expect(all.filter(({ ref, to }) => formatModelRef(ref) === to)).toEqual([])
    const pairs = all.map(({ ref, to }) => `${to} ${formatModelRef(ref)}`)
    expect(pairs.filter((pair, place) => pairs.indexOf(pair) !== place)).toEqual([])
  })
})

describe('a name with a colon', () => {
  const catalog = catalogWith({
    config: { ollama: { models: ['mine:fast'] } } as unknown as ProviderSettings['config'],
    environment: keys,
  })
  const isKnown = openKnownNames(book)
  test.each([
    ['claude-sonnet-4', true],
    ['claude-sonnet-4:cost', false],
    ['claude-sonnet-4-6:fast', false],
    ['anthropic/claude-sonnet-4-6', true],
    ['anthropic/claude-sonnet-4-6:fast', false],
    ['claude-of-next-year-9', true],
    ['openrouter/meta-llama/llama-3.3-70b-instruct:free', true],
    ['mine:fast', true],
    ['ollama/mine:fast', true],
    ['llama3.2', false],
    ['llama3.2:3b', false],
    ['ollama/llama3.2', false],
    ['rp', false],
    ['rp:fast', false],
  ])('is a model of somebody or not: %s, %p', (name, known) => {
    expect(isKnown(name, catalog)).toBe(known)
  })
})

describe('each built-in alias', () => {
  const entries = Object.entries(aliasModels)

  test('is there under the names that were promised', () => {
    expect(entries.map(([name, models]) => `${name} ${models[0]}`)).toEqual([
      'best anthropic/claude-sonnet-4-20250514',
      'fast anthropic/claude-3-5-haiku-20241022',
      'cheap openai/gpt-4o-mini',
      'balanced anthropic/claude-3-5-haiku-20241022',
      'auto anthropic/claude-3-5-haiku-20241022',
    ])
  })

  test('is in the document as it is here', async () => {
    const text = await Bun.file(new URL('../../docs/routing.md', import.meta.url)).text()
    const rowOf = (alias: string) => text.split('\n').find((line) => line.startsWith(`| \`rp:${alias}\``)) ?? ''
    for (const alias of ['best', 'fast', 'cheap']) {
      const [, , listed = ''] = rowOf(alias).split('|')
      expect([...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual([...(aliasModels[alias] ?? [])])
    }
    expect(text).toContain(`As of ${aliasesChecked}.`)
    expect([aliasModels['balanced'], aliasModels['auto']]).toEqual([aliasModels['fast'], aliasModels['fast']])
  })

  test('leads to models that exist today: priced, known, with tools, and only the first is retired', () => {
    const facts = entries.flatMap(([alias, models]) =>
      models.map((name, place) => {
        const [provider = '', ...rest] = name.split('/')
        const model = rest.join('/')
        const { from, hasTools } = capabilitiesOf(provider, model)
        const isFine = book.lookUp(name) !== undefined && from !== 'nowhere' && hasTools === true
        return { alias, name, isFine, isAsExpected: isRetired(model) === (place === 0) }
      }),
    )
    expect(facts.filter(({ isFine, isAsExpected }) => !isFine || !isAsExpected)).toEqual([])
  })
})
