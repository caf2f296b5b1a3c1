/** The cache among the other stages: how long an answer is given again, in which modes, and what becomes of a fault of ours. */
import { afterAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Services } from '../../src/app/services.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { DialectId } from '../../src/neutral/model.ts'
import { openResponseStore, type ResponseStore } from '../../src/store/responses.ts'
import { callOf, countingProvider, usual, type Ask } from '../http/cache-calls.ts'
import { startedMs } from '../support/calls.ts'
import { tempFolder } from '../support/folder.ts'
import { json, type Script } from '../support/provider.ts'
import { anthropicReply, chatReply } from '../support/replies.ts'
import { failingAt, openPipeline, type PipelineParts } from '../support/services.ts'
import { openTestStore } from '../support/store.ts'
import { quiet } from './rig.ts'

let script: Script = usual
const provider = countingProvider((seen, signal) => script(seen, signal))
afterAll(() => provider.stop())

const variables = {
  RELAYPLANE_ANTHROPIC_BASE_URL: provider.url,
  RELAYPLANE_OPENAI_BASE_URL: provider.url,
  RELAYPLANE_GOOGLE_BASE_URL: provider.url,
  ANTHROPIC_API_KEY: 'sk-ant-api03-not-a-real-key-0000000000',
}

function openClock(): Clock & { pass(ms: number): void } {
  let passed = 0
  return { now: () => startedMs + passed, monotonic: () => 1000 + passed, pass: (ms) => void (passed += ms) }
}

/** The pipeline with a cache on disk, a clock moved by hand, and these settings of the cache. */
function open(cache: object = {}, parts: PipelineParts = {}) {
  const clock = openClock()
  const { database } = openTestStore()
  const folder = join(tempFolder(), 'cache')
  let kept = 0
  const relay = openPipeline({
    variables,
    clock,
    config: { cache: { enabled: true, ...cache }, ...(parts.config as object) },
    replace(s) {
      const store = openResponseStore({ folder, database: () => database, maxBytes: () => 1e8, clock, log: s.log })
      const responses: ResponseStore = { ...store, put: (one) => store.put(one).then(() => void kept++) }
      return { responses, ...parts.replace?.({ ...s, responses }) }
    },
  })
  const ask = async (one: Ask, dialect: DialectId = 'anthropic') => {
    const { path, init } = callOf(dialect, one)
    const response = await relay.ask(path, init)
    const text = await response.text()
    return { cache: response.headers.get('x-relayplane-cache'), headers: response.headers, text }
  }
  /** Waits until what was answered is kept. */
  const settle = async (count: number) => {
    const giveUpAt = performance.now() + 4000
    while (kept < count && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(kept).toBe(count)
  }
  return { relay, clock, ask, settle, kept: () => kept, database }
}

describe('an answer is given again', () => {
  test.each([
    ['for an hour unless the settings say otherwise', {}, 3600],
    ['for as long as the settings say', { defaultTtlSeconds: 60 }, 60],
    ['for as long as they say of its kind of task', { taskTtlSeconds: { classification: 10 } }, 10],
    ['for half an hour in the mode aggressive', { mode: 'aggressive' }, 1800],
  ])('%s', async (name, settings, seconds) => {
    const { ask, clock, settle } = open(settings)
    const text = `how long: ${name}`
    expect((await ask({ text })).cache).toBe('miss')
    await settle(1)
    clock.pass(seconds * 1000 - 1)
    expect((await ask({ text })).cache).toBe('hit')
    clock.pass(1)
    expect((await ask({ text })).cache).toBe('miss')
    await settle(2)
    expect((await ask({ text })).cache).toBe('hit')
    expect(provider.asked(text)).toBe(2)
  })

  test('only to the very same request, in the mode exact', async () => {
    const { ask, settle } = open()
    await ask({ text: 'Today is 2026-01-02. Name a colour.' })
    await settle(1)
    expect((await ask({ text: 'Today is 2026-01-03. Name a colour.' })).cache).toBe('miss')
    expect((await ask({ text: 'Today is 2026-01-02. Name a colour.' })).cache).toBe('hit')
  })

  test('to one that differs in its date, in the mode aggressive', async () => {
    const { ask, settle } = open({ mode: 'aggressive' })
    await ask({ text: 'Today is 2026-01-02. Name a fruit.' })
    await settle(1)
    expect((await ask({ text: 'Today is 2026-01-03. Name a fruit.' })).cache).toBe('hit')
    expect((await ask({ text: 'Today is 2026-01-03. Name a tree.' })).cache).toBe('miss')
  })

  test('but not where it repeats that date', async () => {
    const { ask, kept } = open({ mode: 'aggressive' })
    script = () => json({ ...anthropicReply, content: [{ type: 'text', text: 'It is 2026-01-02.' }] })
    await ask({ text: 'Today is 2026-01-02. What day is it?' })
    script = usual
    await quiet()
    expect(kept()).toBe(0)
  })

  test('whatever its temperature, where the settings allow it', async () => {
    const { ask, settle } = open({ onlyWhenDeterministic: false })
    const one = { text: 'any temperature', more: { temperature: 0.7 } }
    expect((await ask(one)).cache).toBe('miss')
    await settle(1)
    expect((await ask(one)).cache).toBe('hit')
  })
})

describe('an answer of another dialect', () => {
  const more = { model: 'claude-sonnet-4-5' }

  test('is kept as the caller got it, and given in both forms', async () => {
    const { ask, settle, relay } = open()
    const text = 'translated'
    const first = await ask({ text, more }, 'openai-chat')
    expect([first.cache, provider.seen.at(-1)?.target]).toEqual(['miss', '/v1/messages'])
    await settle(1)
    const again = await ask({ text, more }, 'openai-chat')
    expect([again.cache, again.text]).toEqual(['hit', first.text])
    const stream = await ask({ text, more, isStream: true }, 'openai-chat')
    expect(stream.cache).toBe('hit')
    expect(stream.text).toContain('"content":"Hello there."')
    expect(stream.text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(relay.rows.at(-1)).toMatchObject({ provider: 'anthropic', billing: 'metered', cache: 'hit' })
  })

  test('is not kept where something of the request got lost, which a hit could not say', async () => {
    const { ask, kept } = open()
    const lossy = { text: 'lossy', more: { ...more, logit_bias: { '50256': -100 } } }
    const first = await ask(lossy, 'openai-chat')
    expect(first.headers.get('x-relayplane-dropped')).toContain('logit_bias')
    await quiet()
    expect(kept()).toBe(0)
    expect((await ask(lossy, 'openai-chat')).cache).toBe('miss')
  })
})

test('the row of a hit is safe before the answer is given', async () => {
  const row = Promise.withResolvers<void>()
  let isHeld = false
  const { relay, ask, settle } = open(
    {},
    { replace: (s) => ({ books: { ...s.books, enter: (one) => (isHeld ? row.promise : s.books.enter(one)) } }) },
  )
  await ask({ text: 'row first' })
  await settle(1)
  isHeld = true
  let isAnswered = false
  const { path, init } = callOf('anthropic', { text: 'row first' })
  const asked = relay.ask(path, init).then(() => (isAnswered = true))
  await quiet()
  expect(isAnswered).toBe(false)
  row.resolve()
  await asked
  expect(provider.asked('row first')).toBe(1)
})

test('an answer of a cheaper model that took the place of the one asked for is not kept', async () => {
  const { ask, kept, relay } = open({}, { config: { downgrade: { enabled: true } } })
  const spender = { session: null, agent: null, provider: 'anthropic', model: null }
  // 90 % of the daily limit of $50
  relay.services.ledger.fill({ kinds: new Set() }, [{ ...spender, atMs: startedMs, nanoUsd: 45_000_000_000 }])
  const first = await ask({ text: 'cheaper', more: { model: 'claude-opus-4-5' } })
  expect(first.headers.get('x-relayplane-downgraded')).toContain('claude-opus-4-5 -> ')
  await quiet()
  expect(kept()).toBe(0)
  expect((await ask({ text: 'cheaper', more: { model: 'claude-opus-4-5' } })).cache).toBe('miss')
})

test('an answer of a fallback is not kept: once the model can be had again, it is asked', async () => {
  const { ask, kept } = open({}, { config: { fallbacks: { 'claude-opus-4-5': ['claude-haiku-4-5'] } } })
  const before = script
  script = (seen, signal) =>
    seen.text.includes('claude-opus-4-5') ? new Response('{}', { status: 500 }) : usual(seen, signal)
  const one: Ask = { text: 'fallback', more: { model: 'claude-opus-4-5' } }
  expect((await ask(one)).headers.get('x-relayplane-route')).toBe('fallback')
  await quiet()
  expect(kept()).toBe(0)
  script = before
  const { cache, headers } = await ask(one)
  expect([cache, headers.get('x-relayplane-model')]).toEqual(['miss', 'claude-opus-4-5'])
})

describe('a fault of ours', () => {
  const broken = (over: Partial<ResponseStore>) => (s: Services) => ({ responses: { ...s.responses, ...over } })

  test('in looking is a miss, and nothing is kept of it', async () => {
    const { ask, relay, kept } = open({}, { replace: broken({ get: () => Promise.reject(new Error('a fault')) }) })
    const { cache, headers, text } = await ask({ text: 'a fault in looking' })
    expect([cache, headers.get('x-relayplane-bypass'), text]).toEqual([null, 'cache', JSON.stringify(anthropicReply)])
    expect(relay.rows).toMatchObject([{ outcome: 'complete', bypass: ['cache'], cache: null }])
    await quiet()
    expect(kept()).toBe(0)
  })

  test('in reading the request leaves the cache out of it', async () => {
    const { ask, relay, kept } = open({}, { replace: (s) => ({ config: failingAt([1], s.config) }) })
    const { cache, headers } = await ask({ text: 'a fault in reading' })
    expect([cache, headers.get('x-relayplane-bypass')]).toEqual([null, 'parse'])
    expect(relay.rows).toMatchObject([{ outcome: 'complete', bypass: ['parse'], cache: null }])
    await quiet()
    expect(kept()).toBe(0)
  })

  test('in keeping is logged, and the answer is the answer', async () => {
    const put = () => Promise.reject(new Error('a fault'))
    const { ask, relay } = open({}, { replace: broken({ put }) })
    for (const _ of [1, 2]) {
      const { cache, text } = await ask({ text: 'a fault in keeping' })
      expect([cache, text]).toEqual(['miss', JSON.stringify(anthropicReply)])
      await quiet()
    }
    expect(relay.log.join('\n')).toContain('an answer could not be kept')
  })

  test('of the disk costs hits and nothing else', async () => {
    const { ask, database, relay } = open()
    database.close()
    for (const _ of [1, 2]) {
      expect((await ask({ text: 'no database' })).cache).toBe('miss')
      await quiet()
    }
    expect(relay.rows).toMatchObject([{ outcome: 'complete' }, { outcome: 'complete' }])
  })
})

describe('off', () => {
  const called = (): never => {
    throw new Error('the cache was asked')
  }
  const untouched = (s: Services): Partial<Services> => ({ responses: { ...s.responses, get: called, put: called } })

  test.each([
    ['unless it is turned on', { cache: { enabled: false } }],
    ['where everything is', { enabled: false }],
  ])('%s: it is not asked, and says nothing', async (name, config) => {
    const { ask, relay } = open({}, { config, replace: untouched })
    for (const _ of [1, 2]) expect((await ask({ text: `off ${name}` })).cache).toBe(null)
    await quiet()
    expect(provider.asked(`off ${name}`)).toBe(2)
    expect(relay.rows).toMatchObject([
      { cache: null, savedNanoUsd: null, bypass: [] },
      { cache: null, savedNanoUsd: null, bypass: [] },
    ])
    expect(relay.log).toEqual([])
  })
})

test('a chat answer without usage in its stream gives a later whole one the usage of the row', async () => {
  const { ask, settle } = open()
  const text = 'usage of the row'
  const first = await ask({ text, isStream: true }, 'openai-chat')
  expect(first.text).not.toContain('prompt_tokens')
  await settle(1)
  const again = await ask({ text }, 'openai-chat')
  expect(again.cache).toBe('hit')
  expect(JSON.parse(again.text)).toMatchObject({ usage: { ...chatReply.usage, prompt_tokens: 1000 } })
})
