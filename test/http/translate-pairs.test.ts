/** Every dialect's client on every other dialect's model, whole and streamed: what it gets, what the provider saw, the row. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { json, sse } from '../support/provider.ts'
import {
  anthropicFrames,
  anthropicReply,
  chatFrames,
  chatReply,
  geminiFrames,
  geminiReply,
  responsesFrames,
  responsesReply,
} from '../support/replies.ts'
import { ask, framesIn, headersOf, startTranslating, type Translating } from './translating.ts'

let all: Translating
beforeAll(async () => {
  all = await startTranslating(({ target, text }) => {
    const streams = target.includes(':stream') || text.includes('"stream":true')
    if (target.includes('messages')) return streams ? sse(anthropicFrames) : json(anthropicReply)
    if (target.includes('responses')) return streams ? sse(responsesFrames) : json(responsesReply)
    if (target.includes('models')) return streams ? sse(geminiFrames) : json(geminiReply)
    return streams ? sse(chatFrames) : json(chatReply)
  })
})
afterAll(() => all.stop())

interface Target {
  readonly model: string
  readonly path: string
  readonly streamPath: string
  /** The one that only this provider gets. */
  readonly key: Readonly<Record<string, string>>
  readonly said: string
  readonly streamed: string
  /** Of 1000 input tokens. */
  readonly cached: number
  /** Of 200 output tokens. */
  readonly thought: number
  readonly row: object
  readonly costUsd: string | null
}

const targets: Readonly<Record<DialectId, Target>> = {
  anthropic: {
    model: 'claude-sonnet-4-5',
    path: '/anthropic/v1/messages',
    streamPath: '/anthropic/v1/messages',
    key: { 'x-api-key': 'sk-ant-api03-FAKE-configured', 'anthropic-version': '2023-06-01' },
    said: 'Hello there.',
    streamed: 'Hello there, who are you? ☃',
    cached: 0,
    thought: 0,
    row: { provider: 'anthropic', served_model: 'claude-sonnet-4-5-20250929', cost_nano_usd: 6_000_000 },
    costUsd: '0.006',
  },
  'openai-chat': {
    model: 'together/meta-llama/Llama-3.3-70B-Instruct-Turbo',
    path: '/together/v1/chat/completions',
    streamPath: '/together/v1/chat/completions',
    key: { authorization: 'Bearer tgp_v1_FAKE-configured' },
    said: 'Hello.',
    streamed: 'Hello you.',
    cached: 0,
    thought: 0,
    row: { provider: 'together', routed_model: 'meta-llama/Llama-3.3-70B-Instruct-Turbo', cost_nano_usd: 1_056_000 },
    costUsd: '0.001056',
  },
  'openai-responses': {
    model: 'acme/gpt-5',
    path: '/acme/v1/responses',
    streamPath: '/acme/v1/responses',
    key: { authorization: 'Bearer acme-FAKE-configured' },
    said: 'Hi.',
    streamed: 'Hi.',
    cached: 400,
    thought: 150,
    row: { provider: 'acme', routed_model: 'gpt-5', cost_status: 'unpriced', cost_nano_usd: null },
    costUsd: null,
  },
  gemini: {
    model: 'gemini-2.5-flash',
    path: '/google/v1beta/models/gemini-2.5-flash:generateContent',
    streamPath: '/google/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    key: { 'x-goog-api-key': 'AIzaFAKE-configured' },
    said: 'Hi.',
    streamed: 'Hi youHi.',
    cached: 400,
    thought: 150,
    row: { provider: 'google', routed_model: 'gemini-2.5-flash', cost_nano_usd: 692_000 },
    costUsd: '0.000692',
  },
}

interface Client {
  whole(target: Target): object
  /** The text of a stream's frames. */
  read(frames: readonly never[]): string
  last(target: Target): object | string
}

const chatUsage = ({ cached, thought }: Target) => ({
  prompt_tokens: 1000,
  completion_tokens: 200,
  total_tokens: 1200,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: thought },
})

const responsesUsage = ({ cached, thought }: Target) => ({
  input_tokens: 1000,
  input_tokens_details: { cached_tokens: cached },
  output_tokens: 200,
  output_tokens_details: { reasoning_tokens: thought },
  total_tokens: 1200,
})

/** Gemini's clients are not told of what is zero. */
const geminiUsage = ({ cached, thought }: Target) => ({
  promptTokenCount: 1000,
  candidatesTokenCount: 200 - thought,
  totalTokenCount: 1200,
  ...(cached > 0 && { cachedContentTokenCount: cached }),
  ...(thought > 0 && { thoughtsTokenCount: thought }),
})

type Delta = { delta?: { text?: string } }
type Chunk = { choices: [{ delta: { content?: string } }] }
type Event = { type: string; delta?: string }
type Candidates = { candidates: [{ content: { parts: [{ text: string }] } }] }

const clients: Readonly<Record<DialectId, Client>> = {
  anthropic: {
    whole: ({ said, cached }) => ({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: said }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1000 - cached, cache_read_input_tokens: cached, output_tokens: 200 },
    }),
    read: (frames) => frames.map((frame: Delta) => frame.delta?.text ?? '').join(''),
    last: () => ({ type: 'message_stop' }),
  },
  'openai-chat': {
    whole: (target) => ({
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: target.said }, finish_reason: 'stop' }],
      usage: chatUsage(target),
    }),
    read: (frames) =>
      frames
        .slice(0, -1)
        .map((frame: Chunk) => frame.choices[0].delta.content ?? '')
        .join(''),
    last: () => '[DONE]',
  },
  'openai-responses': {
    whole: (target) => ({
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: target.said }] }],
      usage: responsesUsage(target),
    }),
    read: (frames) =>
      frames.map((frame: Event) => (frame.type === 'response.output_text.delta' ? frame.delta : '')).join(''),
    last: (target) => ({
      type: 'response.completed',
      response: {
        output: [{ type: 'message', content: [{ type: 'output_text', text: target.streamed }] }],
        usage: responsesUsage(target),
      },
    }),
  },
  gemini: {
    whole: (target) => ({
      candidates: [{ content: { role: 'model', parts: [{ text: target.said }] }, finishReason: 'STOP' }],
      usageMetadata: geminiUsage(target),
    }),
    read: (frames) => frames.map((frame: Candidates) => frame.candidates[0].content.parts[0].text).join(''),
    last: (target) => ({ candidates: [{ finishReason: 'STOP' }], usageMetadata: geminiUsage(target) }),
  },
}

const dialects = Object.keys(clients) as DialectId[]
const pairs = dialects.flatMap((client) =>
  dialects.flatMap((target) => (client === target ? [] : [[client, target] as const])),
)

describe.each(pairs)('%s to %s', (client, form) => {
  const target = targets[form]
  const used = {
    input_tokens: 1000 - target.cached,
    cache_read_tokens: target.cached,
    output_tokens: 200,
    reasoning_tokens: target.thought,
  }
  const isSeen = (isStream: boolean) => {
    const seen = all.last()
    expect(seen.target).toBe(isStream ? target.streamPath : target.path)
    expect(headersOf(seen)).toEqual({
      accept: isStream ? 'text/event-stream' : 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'test-agent/1.0',
      ...target.key,
    })
    expect(seen.text).toContain('Who are you?')
    expect(all.relay.lastRow()).toMatchObject({
      dialect: client,
      requested_model: target.model,
      translated_to: form,
      status: 200,
      outcome: 'complete',
      is_stream: isStream ? 1 : 0,
      dropped: null,
      bypass: null,
      error_code: null,
      ...used,
      ...target.row,
    })
  }
  const isSaid = (headers: Headers, contentType: string) => {
    expect(headers.get('content-type')).toBe(contentType)
    expect(headers.get('x-relayplane-route')).toBe('translated')
    expect(headers.get('x-relayplane-requested-model')).toBe(target.model)
    expect(headers.get('x-relayplane-dropped')).toBeNull()
    expect(headers.get('x-relayplane-bypass')).toBeNull()
    const provider = headers.get('x-relayplane-provider') ?? ''
    expect(target.path).toStartWith(`/${provider}/`)
    expect(target.model).toEndWith(headers.get('x-relayplane-model') ?? 'no model at all')
  }

  test('whole', async () => {
    const response = await ask(all, client, { model: target.model })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject(clients[client].whole(target))
    isSaid(response.headers, 'application/json')
    expect(response.headers.get('x-relayplane-cost-usd')).toBe(target.costUsd)
    isSeen(false)
  })

  test('streamed', async () => {
    const response = await ask(all, client, { model: target.model, isStream: true })
    expect(response.status).toBe(200)
    const frames = framesIn(await response.text())
    expect(clients[client].read(frames as never[])).toBe(target.streamed)
    const last = clients[client].last(target)
    if (typeof last === 'string') expect(frames.at(-1)).toBe(last)
    else expect(frames.at(-1)).toMatchObject(last)
    isSaid(response.headers, 'text/event-stream; charset=utf-8')
    expect(response.headers.get('x-relayplane-cost-usd')).toBeNull()
    isSeen(true)
  })

  test('says in the trace what was done', async () => {
    await ask(all, client, { model: target.model })
    const trace = JSON.parse(String(all.relay.lastRow()['trace'])) as { did: string; why: string }[]
    expect(trace.map(({ did }) => did)).toEqual([
      expect.stringMatching(/^chose /),
      `translated ${client} to ${form}`,
      'used the configured key',
    ])
    expect(trace[1]?.why).toBe('nothing was lost')
  })
})
