/** Every endpoint, as JSON and as a stream: where it goes, what comes back, what the row says it cost. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fakeKeys, keyVariables, startEveryone, type Everyone, type ProviderName } from '../support/everyone.ts'
import { json, sse, type Seen } from '../support/provider.ts'
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

const geminiArray = [geminiReply, geminiReply]
const embedding = {
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: [0.1] }],
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: 1000, total_tokens: 1000 },
}

function answer({ target, text }: Seen): Response {
  const isStream = text.includes('"stream":true')
  if (target.includes('count_tokens')) return json({ input_tokens: 14 })
  if (target.includes(':countTokens')) return json({ totalTokens: 14 })
  if (target.includes('alt=sse')) return sse(geminiFrames)
  if (target.includes(':streamGenerateContent')) return json(geminiArray)
  if (target.includes('/models/')) return json(geminiReply)
  if (target.includes('embeddings')) return json(embedding)
  if (target.includes('compact')) return json(responsesReply)
  if (target.includes('responses')) return isStream ? sse(responsesFrames) : json(responsesReply)
  if (target.includes('chat/completions')) return isStream ? sse(chatFrames) : json(chatReply)
  return isStream ? sse(anthropicFrames) : json(anthropicReply)
}

let all: Everyone
beforeAll(async () => {
  all = await startEveryone(answer, { variables: keyVariables })
})
afterAll(() => all.stop())

const headers = { 'content-type': 'application/json' }
const ask = (path: string, body: unknown) =>
  fetch(all.relay.url + path, { method: 'POST', headers, body: JSON.stringify(body) })

interface Case {
  readonly path: string
  readonly body: unknown
  readonly to: ProviderName
  /** Path and query at the provider. */
  readonly target: string
  readonly back: string
  readonly row: Readonly<Record<string, unknown>>
}

const free = { cost_status: 'none', cost_nano_usd: 0 }
const messages = [{ role: 'user', content: 'hi' }]
const contents = [{ role: 'user', parts: [{ text: 'hi' }] }]
const asked = { include_usage: true }

// Prices of a million tokens: Sonnet 4.5 $3 in, $15 out; gpt-4o-mini $0.15, $0.60; GPT-5 $1.25, $0.125 cached, $10;
// Gemini 2.5 Flash $0.30, $0.03 cached, $2.50; text-embedding-3-small $0.02.
const cases: Readonly<Record<string, Case>> = {
  Messages: {
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', messages },
    to: 'anthropic',
    target: '/v1/messages',
    back: JSON.stringify(anthropicReply),
    row: { endpoint: 'messages', dialect: 'anthropic', is_stream: 0, cost_nano_usd: 6_000_000 },
  },
  'Messages, streamed': {
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', messages, stream: true },
    to: 'anthropic',
    target: '/v1/messages',
    back: anthropicFrames.join(''),
    row: { endpoint: 'messages', is_stream: 1, finish_reason: 'end_turn', cost_nano_usd: 6_000_000 },
  },
  'token counting of Messages': {
    path: '/v1/messages/count_tokens',
    body: { model: 'claude-sonnet-4-5', messages },
    to: 'anthropic',
    target: '/v1/messages/count_tokens',
    back: '{"input_tokens":14}',
    row: { endpoint: 'count_tokens', input_tokens: null, ...free },
  },
  'Chat Completions': {
    path: '/v1/chat/completions',
    body: { model: 'gpt-4o-mini', messages },
    to: 'openai',
    target: '/v1/chat/completions',
    back: JSON.stringify(chatReply),
    row: { endpoint: 'chat', dialect: 'openai-chat', served_model: 'gpt-4o-mini-2024-07-18', cost_nano_usd: 270_000 },
  },
  'Chat Completions, streamed': {
    path: '/v1/chat/completions',
    body: { model: 'gpt-4o-mini', messages, stream: true, stream_options: asked },
    to: 'openai',
    target: '/v1/chat/completions',
    back: chatFrames.join(''),
    row: { endpoint: 'chat', is_stream: 1, finish_reason: 'stop', output_tokens: 200, cost_nano_usd: 270_000 },
  },
  Responses: {
    path: '/v1/responses',
    body: { model: 'gpt-5', input: 'hi' },
    to: 'openai',
    target: '/v1/responses',
    back: JSON.stringify(responsesReply),
    row: {
      endpoint: 'responses',
      dialect: 'openai-responses',
      input_tokens: 600,
      cache_read_tokens: 400,
      output_tokens: 200,
      reasoning_tokens: 150,
      cost_nano_usd: 2_800_000,
    },
  },
  'Responses, streamed': {
    path: '/v1/responses',
    body: { model: 'gpt-5', input: 'hi', stream: true },
    to: 'openai',
    target: '/v1/responses',
    back: responsesFrames.join(''),
    row: { endpoint: 'responses', is_stream: 1, finish_reason: 'completed', cost_nano_usd: 2_800_000 },
  },
  'compaction of Responses': {
    path: '/v1/responses/compact',
    body: { model: 'gpt-5', input: [] },
    to: 'openai',
    target: '/v1/responses/compact',
    back: JSON.stringify(responsesReply),
    row: { endpoint: 'responses_compact', cost_nano_usd: 2_800_000 },
  },
  Embeddings: {
    path: '/v1/embeddings',
    body: { model: 'text-embedding-3-small', input: 'hi' },
    to: 'openai',
    target: '/v1/embeddings',
    back: JSON.stringify(embedding),
    row: { endpoint: 'embeddings', input_tokens: 1000, output_tokens: 0, cost_nano_usd: 20_000 },
  },
  Gemini: {
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    body: { contents },
    to: 'google',
    target: '/v1beta/models/gemini-2.5-flash:generateContent',
    back: JSON.stringify(geminiReply),
    row: {
      endpoint: 'generate',
      dialect: 'gemini',
      requested_model: 'gemini-2.5-flash',
      input_tokens: 600,
      cache_read_tokens: 400,
      output_tokens: 200,
      cost_nano_usd: 692_000,
    },
  },
  'Gemini, streamed': {
    path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    body: { contents },
    to: 'google',
    target: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    back: geminiFrames.join(''),
    row: { endpoint: 'stream_generate', is_stream: 1, finish_reason: 'STOP', cost_nano_usd: 692_000 },
  },
  'Gemini, streamed as an array': {
    path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent',
    body: { contents },
    to: 'google',
    target: '/v1beta/models/gemini-2.5-flash:streamGenerateContent',
    back: JSON.stringify(geminiArray),
    row: { endpoint: 'stream_generate', is_stream: 1, cost_nano_usd: 692_000 },
  },
  'token counting of Gemini': {
    path: '/v1beta/models/gemini-2.5-flash:countTokens',
    body: { generateContentRequest: { model: 'models/gemini-2.5-flash', contents } },
    to: 'google',
    target: '/v1beta/models/gemini-2.5-flash:countTokens',
    back: '{"totalTokens":14}',
    row: { endpoint: 'gemini_count_tokens', ...free },
  },
}

describe('an endpoint', () => {
  for (const [name, { path, body, to, target, back, row }] of Object.entries(cases)) {
    test(name, async () => {
      const response = await ask(path, body)
      expect([response.status, await response.text()]).toEqual([200, back])
      expect(all.last()).toMatchObject({ provider: to, method: 'POST', target, text: JSON.stringify(body) })
      expect(all.relay.lastRow()).toMatchObject({
        ...row,
        provider: to,
        outcome: 'complete',
        status: 200,
        billing: 'metered',
        path: path.split('?')[0] ?? '',
      })
    })
  }
})

describe('the same endpoint', () => {
  test.each(Object.entries(cases))('%s, without the version and with it doubled', async (_name, one) => {
    const bare = one.path.replace(/^\/v1(beta)?/, '')
    const version = one.path.slice(0, one.path.length - bare.length)
    for (const path of [bare, version + one.path, `/${one.path}`]) {
      const response = await ask(path, one.body)
      expect([path, response.status, await response.text()]).toEqual([path, 200, one.back])
      expect([path, all.last().provider, all.last().target]).toEqual([path, one.to, one.target])
    }
  })
})

test.each(Object.entries(cases))('%s: the query goes along as it is', async (_name, { path, body, target }) => {
  const query = 'beta=true&x=%20%2F+y&&empty=&beta=false'
  const withQuery = (text: string) => `${text}${text.includes('?') ? '&' : '?'}${query}`
  expect((await ask(withQuery(path), body)).status).toBe(200)
  expect(all.last().target).toBe(withQuery(target))
})

test('a version of Gemini’s that is asked for is the one that is sent', async () => {
  expect((await ask('/v1alpha/models/gemini-2.5-flash:generateContent', { contents })).status).toBe(200)
  expect(all.last().target).toBe('/v1alpha/models/gemini-2.5-flash:generateContent')
})

test('both ports serve the same', async () => {
  const response = await fetch(`${all.relay.apiUrl}/v1/messages`, {
    method: 'POST',
    headers: { ...headers, 'x-api-key': fakeKeys.anthropic ?? '' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', messages }),
  })
  expect(await response.text()).toBe(JSON.stringify(anthropicReply))
  expect(all.relay.lastRow()).toMatchObject({ endpoint: 'messages', cost_nano_usd: 6_000_000 })
})

describe('an empty answer', () => {
  test.each([204, 304])('with status %d goes through', async (status) => {
    const quiet = await startEveryone(() => new Response(null, { status, headers: { 'request-id': 'r1' } }), {
      variables: keyVariables,
    })
    const response = await fetch(`${quiet.relay.url}/v1/files/f1`, { method: 'DELETE' })
    expect([response.status, await response.text(), response.headers.get('request-id')]).toEqual([status, '', 'r1'])
    expect(quiet.relay.lastRow()).toMatchObject({ outcome: 'complete', status, response_bytes: 0 })
    await quiet.stop()
  })
})
