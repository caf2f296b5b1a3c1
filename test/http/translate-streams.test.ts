/** Streams on their way into another dialect: cut anywhere, broken off, silent, left by their client. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Socket } from 'bun'
import type { DialectId } from '../../src/neutral/model.ts'
import { chunk, lastChunk, streamHead, write } from '../faults/calls.ts'
import { json, rawProvider, sse, type RawProvider } from '../support/provider.ts'
import { anthropicFrames, chatFrames, geminiFrames, responsesFrames } from '../support/replies.ts'
import { ask, framesIn, startTranslating, type Translating } from './translating.ts'

/** Anthropic and OpenAI are one raw socket. */
let script: (socket: Socket<unknown>, request: string) => void | Promise<void> = () => undefined
let raw: RawProvider
/** The others answer like servers. */
let answer: () => Response = () => json({})
let all: Translating
beforeAll(async () => {
  raw = rawProvider((socket, request) => script(socket, request))
  all = await startTranslating(() => answer(), {
    providers: { anthropic: raw.url, openai: `${raw.url}/v1` },
    config: { server: { keepAliveSeconds: 1 }, timeouts: { idleSeconds: 2 } },
  })
})
afterAll(async () => {
  await all.stop()
  raw.stop()
})

const rowOf = (response: Response) =>
  all.relay.rows('SELECT * FROM requests WHERE id = ?', response.headers.get('x-relayplane-request-id') ?? '')[0] ?? {}

/** As OpenAI streams: an item begins before its text. */
const gptFrames = [
  responsesFrames[0] ?? '',
  `event: response.output_item.added\ndata: ${JSON.stringify({
    type: 'response.output_item.added',
    output_index: 0,
    item: { type: 'message', id: 'msg_1', role: 'assistant', status: 'in_progress', content: [] },
  })}\n\n`,
  ...responsesFrames.slice(1),
]

/** What is asked for at the raw socket comes without its end. */
const begunFor = (request: string): string =>
  request.startsWith('POST /v1/responses') ? gptFrames.slice(0, -1).join('') : anthropicFrames.slice(0, 5).join('')

/** A client of each dialect, a model at the raw socket, and what it says before the end. */
const streams = {
  anthropic: ['gpt-5', 'Hi.'],
  'openai-chat': ['claude-sonnet-4-5', 'Hello there, who are you? ☃'],
  'openai-responses': ['claude-sonnet-4-5', 'Hello there, who are you? ☃'],
  gemini: ['claude-sonnet-4-5', 'Hello there, who are you? ☃'],
} as const satisfies Record<DialectId, readonly [string, string]>
const clients = Object.keys(streams) as (keyof typeof streams)[]

/** An error of ours as each dialect says it in a stream. */
const errorOf = (client: DialectId, code: 'reset' | 'silent' | 'early') => {
  const [type, word, status] = {
    reset: ['api_error', 'provider_unreachable', 502],
    silent: ['timeout_error', 'timeout', 504],
    early: ['api_error', 'provider_failed', 502],
  }[code] as [string, string, number]
  const message = expect.any(String)
  switch (client) {
    case 'anthropic':
      return { type: 'error', error: { type, message } }
    case 'openai-chat':
      return { error: { message, type: 'server_error', param: null, code: word } }
    case 'openai-responses':
      return { type: 'error', code: word, message, param: null, sequence_number: expect.any(Number) }
    case 'gemini':
      return { error: { code: status, message, status: expect.any(String) } }
  }
}

describe.each(clients)('a %s client', (client) => {
  const [model, said] = streams[client]

  test('hears of a connection that breaks in the middle, and pays for what was seen', async () => {
    script = async (socket, request) => {
      write(socket, streamHead + chunk(begunFor(request)))
      await Bun.sleep(20)
      socket.terminate()
    }
    const response = await ask(all, client, { model, isStream: true })
    const got = framesIn(await response.text())
    expect(got.at(-1)).toEqual(errorOf(client, 'reset'))
    expect(rowOf(response)).toMatchObject({
      outcome: 'upstream_reset',
      status: 200,
      error_code: 'provider-unreachable',
      cost_status: 'estimated',
      output_tokens: Math.ceil(said.length / 4),
    })
  })

  test('hears of an answer that ends as if it were whole', async () => {
    script = (socket, request) => write(socket, streamHead + chunk(begunFor(request)) + lastChunk)
    const response = await ask(all, client, { model, isStream: true })
    const got = framesIn(await response.text())
    expect(got.at(-1)).toEqual(errorOf(client, 'early'))
    expect(JSON.stringify(got)).toContain('ended its answer before it was whole')
    expect(rowOf(response)).toMatchObject({ outcome: 'upstream_reset', error_code: 'provider-failed', status: 200 })
  })

  test('that hangs up stops the provider within a second', async () => {
    const closed = raw.closed()
    script = (socket, request) => write(socket, streamHead + chunk(begunFor(request)))
    const controller = new AbortController()
    const response = await ask(all, client, { model, isStream: true, signal: controller.signal })
    await response.body?.getReader().read()
    const before = performance.now()
    controller.abort()
    await all.relay.until('the provider is hung up on', () => raw.closed() > closed)
    expect(performance.now() - before).toBeLessThan(1000)
    await all.relay.until('the row is there', () => rowOf(response)['outcome'] !== undefined)
    expect(rowOf(response)).toMatchObject({ outcome: 'client_abort', error_code: null, cost_status: 'estimated' })
    expect(Number(rowOf(response)['output_tokens'])).toBeGreaterThan(0)
  })
})

test('a Gemini client that takes one JSON array gets a whole one when the connection breaks', async () => {
  script = async (socket, request) => {
    write(socket, streamHead + chunk(begunFor(request)))
    await Bun.sleep(20)
    socket.terminate()
  }
  const response = await fetch(`${all.relay.url}/v1beta/models/claude-sonnet-4-5:streamGenerateContent`, {
    method: 'POST',
    body: '{"contents":[{"role":"user","parts":[{"text":"Who are you?"}]}]}',
  })
  const chunks = (await response.json()) as object[]
  expect(chunks).toHaveLength(2)
  expect(chunks.at(-1)).toEqual(errorOf('gemini', 'reset'))
  expect(rowOf(response)).toMatchObject({ outcome: 'upstream_reset', error_code: 'provider-unreachable' })
})

test('every client is kept alive through a silence, and told when it lasts too long', async () => {
  script = (socket, request) => write(socket, streamHead + chunk(begunFor(request)))
  const asked = clients.map(async (client) => {
    const response = await ask(all, client, { model: streams[client][0], isStream: true })
    const text = await response.text()
    expect(text).toContain('\n\n: keep-alive\n\n')
    expect(framesIn(text).at(-1)).toEqual(errorOf(client, 'silent'))
    expect(rowOf(response)).toMatchObject({ outcome: 'timeout', error_code: 'timed-out', cost_status: 'estimated' })
  })
  await Promise.all(asked)
})

describe('a provider’s own error in the middle of a stream', () => {
  const overloaded =
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
  const failed = `event: response.failed\ndata: ${JSON.stringify({
    type: 'response.failed',
    response: { id: 'resp_1', status: 'failed', error: { code: 'server_error', message: 'Overloaded' }, output: [] },
  })}\n\n`
  const googles = 'data: {"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}\r\n\r\n'
  const chats = 'data: {"error":{"message":"Overloaded","type":"server_error","code":503}}\n\n'

  test.each([
    [
      'openai-chat',
      'claude-sonnet-4-5',
      [...anthropicFrames.slice(0, 4), overloaded],
      { error: { message: 'Overloaded', code: 'server_is_overloaded' } },
    ],
    [
      'openai-responses',
      'claude-sonnet-4-5',
      [...anthropicFrames.slice(0, 4), overloaded],
      { type: 'response.failed', response: { error: { message: 'Overloaded', code: 'server_is_overloaded' } } },
    ],
    [
      'gemini',
      'claude-sonnet-4-5',
      [...anthropicFrames.slice(0, 4), overloaded],
      { error: { message: 'Overloaded', status: 'UNAVAILABLE' } },
    ],
    [
      'anthropic',
      'gpt-5',
      [...gptFrames.slice(0, 3), failed],
      { type: 'error', error: { type: 'api_error', message: 'Overloaded' } },
    ],
    [
      'anthropic',
      'gemini-2.5-flash',
      [...geminiFrames.slice(0, 1), googles],
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ],
    [
      'anthropic',
      'together/meta-llama/Llama-3.3-70B-Instruct-Turbo',
      [...chatFrames.slice(0, 2), chats],
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ],
  ] as const satisfies readonly (readonly [DialectId, string, readonly string[], object])[])(
    'is said to a %s client by %s',
    async (client, model, frames, expected) => {
      script = (socket) => write(socket, streamHead + frames.map(chunk).join('') + lastChunk)
      answer = () => sse(frames)
      const response = await ask(all, client, { model, isStream: true })
      expect(response.status).toBe(200)
      const got = framesIn(await response.text())
      expect(got.at(-1)).toMatchObject(expected)
      expect(rowOf(response)).toMatchObject({ outcome: 'failed', cost_status: 'estimated' })
      expect(rowOf(response)['error_code']).not.toBeNull()
    },
  )
})
