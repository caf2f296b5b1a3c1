/** Fallbacks of other dialects, and those that can't answer: left out before anything is sent, with the reason in the trace. */
import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { json, scriptedProvider, sse, type Seen } from '../support/provider.ts'
import { anthropicReply, chatFrames, chatReply, responsesFrames, responsesReply } from '../support/replies.ts'
import { openPipeline, type Pipeline } from '../support/services.ts'

const busy = (): Response =>
  json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, { status: 529 })
let isBusy = true
const isStream = ({ text }: Seen) => text.includes('"stream":true')

const anthropic = scriptedProvider(() => (isBusy ? busy() : json(anthropicReply)))
const openai = scriptedProvider((seen) => (isStream(seen) ? sse(responsesFrames) : json(responsesReply)))
const groq = scriptedProvider((seen) => (isStream(seen) ? sse(chatFrames) : json(chatReply)))
const servers = [anthropic, openai, groq]
afterAll(() => Promise.all(servers.map((server) => server.stop())))

let before: readonly number[] = []
beforeEach(() => {
  isBusy = true
  before = servers.map(({ seen }) => seen.length)
})
const asked = () => servers.map(({ seen }, index) => seen.length - (before[index] ?? 0))

const keys = {
  ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE-000000000000',
  OPENAI_API_KEY: 'sk-proj-FAKE-openai-0000000000',
  GROQ_API_KEY: 'gsk_FAKE0123',
}

const open = (fallbacks: Record<string, readonly string[]>, variables: Record<string, string> = keys): Pipeline =>
  openPipeline({
    variables: {
      RELAYPLANE_ANTHROPIC_BASE_URL: anthropic.url,
      RELAYPLANE_OPENAI_BASE_URL: openai.url,
      RELAYPLANE_GROQ_BASE_URL: groq.url,
      ...variables,
    },
    config: { fallbacks, reliability: { retries: 0 } },
  })

const post = (pipeline: Pipeline, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  pipeline.ask('/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers },
    body: JSON.stringify({
      model: 'claude-sonnet-4-5',
      max_tokens: 300,
      messages: [{ role: 'user', content: 'Hi' }],
      ...more,
    }),
  })

const leftOut = (pipeline: Pipeline) =>
  pipeline.rows[0]?.trace.flatMap(({ did, why }) => (did.startsWith('left out') ? [`${did}: ${why}`] : []))

const toGpt = { 'claude-sonnet-4-5': ['gpt-5'] }

describe('a Claude client whose model can’t be had gets another dialect’s answer in its own', () => {
  test('whole', async () => {
    const pipeline = open(toGpt)
    const response = await post(pipeline)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi.' }],
      stop_reason: 'end_turn',
    })
    expect(response.headers.get('x-relayplane-model')).toBe('gpt-5')
    expect(pipeline.rows).toMatchObject([
      {
        provider: 'openai',
        routedModel: 'gpt-5',
        requestedModel: 'claude-sonnet-4-5',
        translatedTo: 'openai-responses',
        // 600 x $1.25, 400 x $0.125 and 200 x $10 of a million
        cost: { nanoUsd: 2_800_000 },
        attempts: [
          { provider: 'anthropic', status: 529, costNanoUsd: 0 },
          { provider: 'openai', status: 200, costNanoUsd: 2_800_000 },
        ],
      },
    ])
  })

  test('streamed', async () => {
    const pipeline = open(toGpt)
    const response = await post(pipeline, { stream: true })
    expect(response.status).toBe(200)
    const text = await response.text()
    const events = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
    expect(events[0]).toBe('message_start')
    expect(events).toContain('content_block_delta')
    expect(events.at(-1)).toBe('message_stop')
    expect(text).toContain('"Hi."')
    expect(pipeline.rows).toMatchObject([
      { provider: 'openai', outcome: 'complete', isStream: true, cost: { nanoUsd: 2_800_000 } },
    ])
  })

  test('from a provider that has Chat Completions alone', async () => {
    const pipeline = open({ 'claude-sonnet-4-5': ['groq/openai/gpt-oss-120b'] })
    const response = await post(pipeline, { stream: true })
    expect((await response.text()).match(/^event: (\w+)$/gm)?.at(-1)).toBe('event: message_stop')
    expect(pipeline.rows).toMatchObject([{ provider: 'groq', routedModel: 'openai/gpt-oss-120b', outcome: 'complete' }])
  })

  test('and its own key goes to nobody but its provider', async () => {
    const pipeline = open(toGpt)
    await post(pipeline, {}, { 'x-api-key': 'sk-ant-api03-FAKE-caller-000000' })
    const { headers, text } = openai.seen.at(-1) as Seen
    expect(headers.get('authorization')).toBe('Bearer sk-proj-FAKE-openai-0000000000')
    expect(JSON.stringify([...headers]) + text).not.toContain('FAKE-caller')
  })
})

describe('the list is found', () => {
  test.each([
    ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5', 'anthropic/claude-sonnet-4-5'],
  ])('for %s under %s', async (model, name) => {
    expect((await post(open({ [name]: ['gpt-5'] }), { model })).status).toBe(200)
    expect(asked()).toEqual([1, 1, 0])
  })

  test('for no other model, and is no list of the fallbacks themselves', async () => {
    expect((await post(open({ 'claude-opus-4-5': ['gpt-5'] }))).status).toBe(529)
    const pipeline = open({ 'claude-sonnet-4-5': ['claude-haiku-4-5'], 'claude-haiku-4-5': ['gpt-5'] })
    expect((await post(pipeline)).status).toBe(529)
    expect(asked()).toEqual([3, 0, 0])
  })

  test('and not asked where the model answers', async () => {
    isBusy = false
    await post(open(toGpt))
    expect(asked()).toEqual([1, 0, 0])
  })

  test('for answers only: a count is not asked elsewhere', async () => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"Hi"}]}',
    }
    await open(toGpt).ask('/v1/messages/count_tokens', init)
    expect(asked().slice(1)).toEqual([0, 0])
  })
})

describe('left out, with the reason in the trace, is a fallback', () => {
  test('without a key', async () => {
    const pipeline = open(
      { 'claude-sonnet-4-5': ['gpt-5', 'groq/openai/gpt-oss-120b'] },
      { ANTHROPIC_API_KEY: keys.ANTHROPIC_API_KEY, GROQ_API_KEY: keys.GROQ_API_KEY },
    )
    expect((await post(pipeline)).status).toBe(200)
    expect(asked()).toEqual([1, 0, 1])
    expect(leftOut(pipeline)).toEqual(['left out the fallback gpt-5: no key is set for OpenAI'])
  })

  test('that can’t do what is asked', async () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }
    const pipeline = open({ 'claude-sonnet-4-5': ['groq/openai/gpt-oss-120b', 'gpt-5'] })
    const response = await post(pipeline, {
      messages: [{ role: 'user', content: [image, { type: 'text', text: 'What is it?' }] }],
    })
    expect(response.status).toBe(200)
    expect(asked()).toEqual([1, 1, 0])
    expect(leftOut(pipeline)).toHaveLength(1)
    expect(leftOut(pipeline)?.[0]).toStartWith('left out the fallback groq/openai/gpt-oss-120b: it ')
    expect(leftOut(pipeline)?.[0]).toContain('image')
  })

  test('that nobody knows', async () => {
    const pipeline = open({ 'claude-sonnet-4-5': ['no-such-model-9', 'gpt-5'] })
    expect((await post(pipeline)).status).toBe(200)
    expect(leftOut(pipeline)).toEqual(['left out the fallback no-such-model-9: it is not to be had here'])
  })

  test('that is the model itself, without a word', async () => {
    const pipeline = open({ 'claude-sonnet-4-5': ['anthropic/claude-sonnet-4-5'] })
    expect((await post(pipeline)).status).toBe(529)
    expect(asked()).toEqual([1, 0, 0])
    expect(leftOut(pipeline)).toEqual([])
  })
})

test('where all fallbacks are left out, the provider’s own error comes through', async () => {
  const pipeline = open({ 'claude-sonnet-4-5': ['no-such-model-9'] })
  const response = await post(pipeline)
  expect(response.status).toBe(529)
  expect(await response.text()).toBe('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}')
})

test('an error of a fallback in another dialect comes in the caller’s', async () => {
  const down = scriptedProvider(() =>
    json({ error: { message: 'Down for now', type: 'server_error', code: null } }, { status: 503 }),
  )
  const pipeline = open(toGpt, { ...keys, RELAYPLANE_OPENAI_BASE_URL: down.url })
  const response = await post(pipeline)
  await down.stop()
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: { message: expect.stringContaining('Down for now') },
  })
  expect(pipeline.rows[0]?.attempts.map(({ provider, status }) => `${provider} ${status}`)).toEqual([
    'anthropic 529',
    'openai 503',
  ])
})
