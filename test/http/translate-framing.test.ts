/** Streams that are none, and answers that stream unasked: the client always gets what it asked for. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { json, sse } from '../support/provider.ts'
import { anthropicFrames, anthropicReply, chatFrames, geminiFrames, responsesFrames } from '../support/replies.ts'
import { ask, framesIn, startTranslating, type Translating } from './translating.ts'

let answer: () => Response = () => json({})
let all: Translating
beforeAll(async () => {
  all = await startTranslating(() => answer())
})
afterAll(() => all.stop())

/** Without `alt=sse`: one JSON array. */
const askForArray = (model: string, search = '') =>
  fetch(`${all.relay.url}/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent${search}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': 'AIzaFAKE-callers' },
    body: '{"contents":[{"role":"user","parts":[{"text":"Who are you?"}]}]}',
  })

interface Chunk {
  readonly candidates?: readonly [{ readonly content: { readonly parts: readonly [{ readonly text: string }] } }]
  readonly error?: object
}
const textOf = (chunks: readonly Chunk[]) => chunks.map((one) => one.candidates?.[0].content.parts[0].text).join('')

describe('a Gemini client that takes no events', () => {
  test('gets the stream as one JSON array, whose end comes after the row', async () => {
    answer = () => sse(anthropicFrames)
    const response = await askForArray('claude-sonnet-4-5')
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const text = await response.text()
    const row = all.relay.lastRow()
    expect(text).toStartWith('[{')
    expect(text).toEndWith('}]')
    const chunks = JSON.parse(text) as Chunk[]
    expect(textOf(chunks)).toBe('Hello there, who are you? ☃')
    expect(chunks.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 200, totalTokenCount: 1200 },
    })
    expect(row).toMatchObject({ endpoint: 'stream_generate', outcome: 'complete', translated_to: 'anthropic' })
  })

  test('still gets a whole array when the provider ends halfway, with the error as its last entry', async () => {
    answer = () => sse(anthropicFrames.slice(0, 5))
    const chunks = (await (await askForArray('claude-sonnet-4-5')).json()) as Chunk[]
    expect(textOf(chunks.slice(0, -1))).toBe('Hello there, who are you? ☃')
    expect(chunks.at(-1)).toEqual({
      error: { code: 502, message: 'anthropic ended its answer before it was whole.', status: 'INTERNAL' },
    })
    expect(all.relay.lastRow()).toMatchObject({ outcome: 'upstream_reset', status: 200 })
  })

  test('and an array too when nothing came at all', async () => {
    answer = () => sse([])
    expect(await (await askForArray('claude-sonnet-4-5')).json()).toMatchObject([{ error: { code: 502 } }])
  })

  test('and one of one answer when the provider does not stream', async () => {
    answer = () => json(anthropicReply)
    const chunks = (await (await askForArray('claude-sonnet-4-5')).json()) as Chunk[]
    expect(textOf(chunks)).toBe('Hello there.')
  })

  test('gets events once it asks for them, wherever in the query', async () => {
    answer = () => sse(anthropicFrames)
    const response = await askForArray('claude-sonnet-4-5', '?key=AIzaFAKE-callers&alt=sse')
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(all.last().target).toBe('/anthropic/v1/messages')
    // Words that come together leave together; what follows them is the end.
    expect(framesIn(await response.text())).toHaveLength(2)
  })
})

/** Clients on models of another dialect. */
const pairs = [
  ['anthropic', 'gpt-5', responsesFrames, 'Hi.'],
  ['anthropic', 'gemini-2.5-flash', geminiFrames, 'Hi youHi.'],
  ['openai-chat', 'claude-sonnet-4-5', anthropicFrames, 'Hello there, who are you? ☃'],
  ['openai-responses', 'together/Qwen/Qwen3-8B', chatFrames, 'Hello you.'],
  ['gemini', 'claude-sonnet-4-5', anthropicFrames, 'Hello there, who are you? ☃'],
] as const satisfies readonly (readonly [DialectId, string, readonly string[], string])[]

test.each(pairs)('%s: a stream that nobody asked for is one answer (%s)', async (client, model, frames, said) => {
  answer = () => sse(frames)
  const response = await ask(all, client, { model })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(JSON.stringify(await response.json())).toContain(JSON.stringify(said))
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'complete', output_tokens: 200, is_stream: 0 })
})

test('a stream that nobody asked for and that breaks off is an error', async () => {
  answer = () => sse(anthropicFrames.slice(0, 4))
  const response = await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5' })
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ error: { type: 'server_error' } })
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'failed', error_code: 'provider-failed', status: 502 })
})

test.each([
  [
    'gpt-5',
    responsesFrames
      .slice(0, 1)
      .concat(
        'event: error\ndata: {"type":"error","code":"rate_limit_exceeded","message":"Slow down.","param":null}\n\n',
      ),
    429,
    'rate_limit_error',
    'rate_limit_exceeded',
  ],
  [
    'together/Qwen/Qwen3-8B',
    chatFrames.slice(0, 1).concat('data: {"error":{"message":"Slow down.","type":"overloaded_error"}}\n\n'),
    503,
    'overloaded_error',
    'overloaded_error',
  ],
] as const)('an error inside a stream that nobody asked for is that error (%s)', async (model, frames, ...said) => {
  const [status, type, code] = said
  answer = () => sse(frames)
  const response = await ask(all, 'anthropic', { model })
  expect(await response.json()).toEqual({ type: 'error', error: { type, message: 'Slow down.' } })
  expect(response.status).toBe(status)
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'failed', error_code: code })
})

test('an answer that was to stream and came whole is a whole stream', async () => {
  answer = () => json(anthropicReply)
  const response = await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5', isStream: true })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('x-relayplane-cost-usd')).toBeNull()
  const frames = framesIn(await response.text())
  expect(frames).toMatchObject([
    { choices: [{ delta: { role: 'assistant' } }] },
    { choices: [{ delta: { content: 'Hello there.' } }] },
    { choices: [{ finish_reason: 'stop' }] },
    '[DONE]' as never,
  ])
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'complete', input_tokens: 1000, output_tokens: 200 })
})
