/** A fault of ours in one stage: the request goes on without it, and the row and the response say so. */
import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Services } from '../../src/app/services.ts'
import { json, scriptedProvider } from '../support/provider.ts'
import { anthropicReply, chatReply } from '../support/replies.ts'
import { everyTime, failingAt, openPipeline, type Pipeline } from '../support/services.ts'

const anthropic = scriptedProvider(() => json(anthropicReply))
const openai = scriptedProvider(() => json(chatReply))
const groq = scriptedProvider(() => json(chatReply))
afterAll(() => Promise.all([anthropic.stop(), openai.stop(), groq.stop()]))

const variables = {
  RELAYPLANE_ANTHROPIC_BASE_URL: anthropic.url,
  RELAYPLANE_OPENAI_BASE_URL: openai.url,
  RELAYPLANE_GROQ_BASE_URL: groq.url,
  OPENAI_API_KEY: 'sk-proj-FAKE-openai',
  GROQ_API_KEY: 'gsk_FAKE0123',
}
const open = (replace: (services: Services) => Partial<Services>): Pipeline => openPipeline({ variables, replace })

/** Odd on purpose: what was read and written again would not be the same bytes. */
const odd = '{ "model":"claude-sonnet-4-5", "n":1e400, "x":12345678901234567890, "messages":[] }'
const key = { 'x-api-key': 'sk-ant-api03-FAKE', 'content-type': 'application/json' }

const message = (relay: Pipeline, body = odd) => relay.ask('/v1/messages', { method: 'POST', headers: key, body })
const chat = (relay: Pipeline, model: string, headers: Record<string, string> = {}) =>
  relay.ask('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
  })

let sentBefore = { anthropic: 0, openai: 0, groq: 0 }
const sentNow = () => ({ anthropic: anthropic.seen.length, openai: openai.seen.length, groq: groq.seen.length })
beforeEach(() => {
  sentBefore = sentNow()
})
const sent = () => {
  const now = sentNow()
  return {
    anthropic: now.anthropic - sentBefore.anthropic,
    openai: now.openai - sentBefore.openai,
    groq: now.groq - sentBefore.groq,
  }
}

describe('a fault in parse', () => {
  const noSettings = (s: Services) => ({ config: failingAt([1], s.config) })

  test('leaves the bytes as they came, on their way to the provider of the dialect', async () => {
    const relay = open(noSettings)
    const response = await message(relay)
    expect(await response.text()).toBe(JSON.stringify(anthropicReply))
    expect(response.headers.get('x-relayplane-bypass')).toBe('parse')
    expect(anthropic.seen.at(-1)).toMatchObject({ target: '/v1/messages', text: odd })
    expect(relay.rows).toMatchObject([
      { bypass: ['parse'], outcome: 'complete', requestedModel: 'claude-sonnet-4-5', cost: { nanoUsd: 6_000_000 } },
    ])
    expect(relay.log.join()).toContain('stage parse failed and was skipped')
  })

  test('still finds the provider that the model names', async () => {
    const relay = open(noSettings)
    expect((await chat(relay, 'groq/openai/gpt-oss-120b')).status).toBe(200)
    expect(sent()).toEqual({ anthropic: 0, openai: 0, groq: 1 })
    expect(JSON.parse(groq.seen.at(-1)?.text ?? '')).toMatchObject({ model: 'openai/gpt-oss-120b' })
  })

  test('does not turn a wrong path into a right one', async () => {
    const relay = open((s) => ({ providers: failingAt([1], s.providers) }))
    expect((await relay.ask('/nowhere', { method: 'POST', body: '{}' })).status).toBe(404)
    expect(relay.rows).toMatchObject([{ outcome: 'refused', bypass: ['parse'] }])
  })

  test('lets a body pass that is no JSON: it is the provider’s to judge', async () => {
    const relay = open(noSettings)
    expect((await message(relay, 'no json')).status).toBe(200)
    expect(anthropic.seen.at(-1)?.text).toBe('no json')
  })
})

describe('a fault in forward', () => {
  const noProviders = (s: Services) => ({ providers: failingAt([2], s.providers) })

  test('sends the bytes as they came to the provider of the dialect', async () => {
    const relay = open(noProviders)
    const response = await message(relay)
    expect(response.status).toBe(200)
    expect(response.headers.get('x-relayplane-bypass')).toBe('forward')
    expect(anthropic.seen.at(-1)).toMatchObject({ target: '/v1/messages', text: odd })
    expect(anthropic.seen.at(-1)?.headers.get('x-api-key')).toBe('sk-ant-api03-FAKE')
    expect(relay.rows).toMatchObject([{ bypass: ['forward'], provider: 'anthropic', cost: { nanoUsd: 6_000_000 } }])
  })

  test('sends what a mount names to that mount', async () => {
    const relay = open(noProviders)
    const body = '{"model":"some/model","messages":[]}'
    expect((await relay.ask('/groq/v1/chat/completions', { method: 'POST', body })).status).toBe(200)
    expect(groq.seen.at(-1)).toMatchObject({ target: '/openai/v1/chat/completions', text: body })
  })

  test('shows a prompt to nobody but the provider it is for', async () => {
    const relay = open(noProviders)
    for (const [model, headers] of [
      ['groq/openai/gpt-oss-120b', {}],
      ['deepseek-chat', {}],
      ['gpt-4o-mini', { 'x-relayplane-model': 'groq/llama-3.3-70b-versatile' }],
    ] as const) {
      const response = await chat(open(noProviders), model, headers)
      expect([model, response.status]).toEqual([model, 503])
      expect(await response.json()).toMatchObject({ error: { code: 'service_unavailable' } })
    }
    expect(sent()).toEqual({ anthropic: 0, openai: 0, groq: 0 })
    expect((await chat(relay, 'gpt-4o-mini')).status).toBe(200)
    expect(sent()).toEqual({ anthropic: 0, openai: 1, groq: 0 })
  })

  test('that does not go away is answered in the dialect, and has its row', async () => {
    const relay = open((s) => ({ providers: failingAt([2, 3, 4, 5], s.providers) }))
    const response = await message(relay)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'api_error', message: 'RelayPlane met a fault of its own.' },
    })
    expect(relay.rows).toMatchObject([
      { outcome: 'refused', status: 500, errorCode: 'internal', bypass: ['forward'], cost: { nanoUsd: 0 } },
    ])
  })
})

describe('a fault in record', () => {
  test('costs the row its price and the client nothing', async () => {
    const relay = open(() => ({
      prices: { price: failingAt(everyTime, () => ({}) as never), lookUp: () => undefined },
    }))
    const response = await message(relay)
    expect(await response.text()).toBe(JSON.stringify(anthropicReply))
    expect(response.headers.get('x-relayplane-bypass')).toBe('record')
    expect(response.headers.get('x-relayplane-cost-usd')).toBeNull()
    expect(relay.rows).toMatchObject([
      {
        bypass: ['record'],
        outcome: 'complete',
        usage: { inputTokens: 1000, outputTokens: 200 },
        cost: { status: 'unpriced', nanoUsd: null },
      },
    ])
  })

  test('costs the request its row and the client nothing', async () => {
    const relay = open((s) => ({ books: { ...s.books, enter: failingAt(everyTime, s.books.enter) } }))
    const response = await message(relay)
    expect(await response.text()).toBe(JSON.stringify(anthropicReply))
    expect(relay.rows).toEqual([])
    expect(relay.log.join()).toContain('stage record failed and was skipped')
  })
})

test('a fault that nothing catches is answered in the dialect of the path, without its words', async () => {
  const relay = open((s) => ({ providers: failingAt(everyTime, s.providers) }))
  for (const [path, shape] of [
    ['/v1/messages', { type: 'error', error: { type: 'api_error' } }],
    ['/anthropic/v1/messages', { type: 'error', error: { type: 'api_error' } }],
    ['/v1/chat/completions', { error: { type: 'server_error', code: 'internal_error' } }],
    ['/v1beta/models/gemini-2.5-flash:generateContent', { error: { code: 500, status: 'INTERNAL' } }],
  ] as const) {
    const response = await relay.ask(path, { method: 'POST', headers: key, body: odd })
    expect([path, response.status]).toEqual([path, 500])
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject(shape)
    expect(text).not.toContain('put here by the test')
  }
})

describe('a fault in respond', () => {
  // The first to be watched is the attempt, by forward.
  const noIdleLimit = (s: Services) => ({ watch: { ...s.watch, add: failingAt([2], s.watch.add) } })

  test('is an error in the dialect, and what the provider had begun to answer is booked as estimated', async () => {
    const relay = open(noIdleLimit)
    const response = await message(relay)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'api_error', message: 'RelayPlane met a fault of its own.' },
    })
    expect(response.headers.get('x-relayplane-bypass')).toBe('respond')
    expect(sent().anthropic).toBe(1)
    expect(relay.rows).toHaveLength(1)
    expect(relay.rows).toMatchObject([
      { outcome: 'failed', status: 500, bypass: ['respond'], cost: { status: 'estimated' } },
    ])
    expect(relay.rows[0]?.cost.nanoUsd).toBeGreaterThan(0)
  })
})
