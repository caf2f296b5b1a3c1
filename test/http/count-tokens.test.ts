/** Counting before asking: the provider's own count from whatever dialect, an estimate that says so where there is none. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { json } from '../support/provider.ts'
import { anthropicReply, chatReply } from '../support/replies.ts'
import { ask, headersOf, startTranslating, type Translating } from './translating.ts'

let answer: (target: string) => Response | null = () => null
let all: Translating
beforeEach(async () => {
  answer = () => null
  all = await startTranslating(({ target }) => {
    const special = answer(target)
    if (special !== null) return special
    if (target.endsWith(':countTokens')) return json({ totalTokens: 1234, promptTokensDetails: [] })
    if (target.endsWith('_tokens')) return json({ object: 'response.input_tokens', input_tokens: 1234 })
    return target.includes('messages') ? json(anthropicReply) : json(chatReply)
  })
})
afterEach(() => all.stop())

const post = (path: string, body: unknown) =>
  fetch(all.relay.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'test-agent/1.0' },
    body: JSON.stringify(body),
  })

const tools = [{ name: 'look', description: 'Looks', input_schema: { type: 'object', properties: {} } }]
const claudes = (model: string, more: object = {}) =>
  post('/v1/messages/count_tokens', {
    model,
    system: 'Be kind.',
    tools,
    messages: [{ role: 'user', content: 'Hi' }],
    ...more,
  })
const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]
const geminis = (model: string, body: object = { contents }) =>
  post(`/v1beta/models/${encodeURIComponent(model)}:countTokens`, body)

const isEstimated = (response: Response) => response.headers.get('x-relayplane-estimated')

describe('Claude’s own count', () => {
  test('passes as it came', async () => {
    const response = await claudes('claude-sonnet-4-5')
    expect(all.last().target).toBe('/anthropic/v1/messages/count_tokens')
    expect(await response.json()).toEqual({ object: 'response.input_tokens', input_tokens: 1234 })
    expect(response.headers.get('x-relayplane-route')).toBe('passthrough')
  })

  test('answers a Gemini client, and is asked for nothing but what counts', async () => {
    const generationConfig = { temperature: 0.5, maxOutputTokens: 100 }
    const systemInstruction = { parts: [{ text: 'Be kind.' }] }
    const generateContentRequest = { model: 'models/claude-sonnet-4-5', contents, systemInstruction, generationConfig }
    const response = await geminis('claude-sonnet-4-5', { generateContentRequest })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ totalTokens: 1234 })
    expect(isEstimated(response)).toBeNull()
    expect(all.last().target).toBe('/anthropic/v1/messages/count_tokens')
    const { messages, system, ...rest } = JSON.parse(all.last().text) as Record<string, unknown>
    expect(rest).toEqual({ model: 'claude-sonnet-4-5' })
    expect(JSON.stringify([system, messages])).toContain('Be kind.')
    expect(headersOf(all.last())).toMatchObject({
      'x-api-key': 'sk-ant-api03-FAKE-configured',
      'anthropic-version': '2023-06-01',
    })
  })
})

test('GPT’s own count answers a Claude client', async () => {
  const response = await claudes('gpt-5', { tool_choice: { type: 'auto' } })
  expect(await response.json()).toEqual({ input_tokens: 1234 })
  expect(all.last().target).toBe('/openai/v1/responses/input_tokens')
  const sent = JSON.parse(all.last().text) as Record<string, unknown>
  expect(Object.keys(sent).toSorted()).toEqual(['input', 'instructions', 'model', 'tool_choice', 'tools'])
  expect(sent).toMatchObject({ model: 'gpt-5', instructions: 'Be kind.', tools: [{ type: 'function', name: 'look' }] })
  expect(all.relay.lastRow()).toMatchObject({
    endpoint: 'count_tokens',
    provider: 'openai',
    translated_to: 'openai-responses',
    outcome: 'complete',
    cost_status: 'none',
    cost_nano_usd: 0,
    input_tokens: null,
  })
})

test('Gemini’s own count answers a Claude client', async () => {
  const response = await claudes('gemini-2.5-flash')
  expect(await response.json()).toEqual({ input_tokens: 1234 })
  expect(all.last().target).toBe('/google/v1beta/models/gemini-2.5-flash:countTokens')
  expect(JSON.parse(all.last().text)).toMatchObject({
    generateContentRequest: {
      model: 'models/gemini-2.5-flash',
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      systemInstruction: { parts: [{ text: 'Be kind.' }] },
      tools: [{ functionDeclarations: [{ name: 'look' }] }],
    },
  })
})

describe('a provider that counts nothing', () => {
  test('is not asked: the count is an estimate and says so', async () => {
    const claude = await claudes('groq/llama-3.3-70b-versatile')
    expect(claude.status).toBe(200)
    expect(isEstimated(claude)).toBe('tokens')
    const { input_tokens: tokens } = (await claude.json()) as { input_tokens: number }
    expect(tokens).toBeGreaterThan(50)
    expect(tokens).toBeLessThan(300)
    const gemini = await geminis('groq/llama-3.3-70b-versatile')
    expect(isEstimated(gemini)).toBe('tokens')
    expect(await gemini.json()).toEqual({ totalTokens: expect.any(Number) })
    expect(all.seen).toEqual([])
    expect(all.relay.lastRow()).toMatchObject({ outcome: 'complete', status: 200, cost_status: 'none', provider: null })
    expect(String(all.relay.lastRow()['trace'])).toContain('Groq has no count')
  })

  test.each([
    ['its server has no such path', () => new Response('{"detail":"Not Found"}', { status: 404 })],
    ['its server takes no such method', () => new Response('', { status: 405 })],
  ])('is estimated when %s', async (_what, given) => {
    answer = given
    const response = await claudes('vllm/qwen3')
    expect(response.status).toBe(200)
    expect(isEstimated(response)).toBe('tokens')
    expect(all.last().target).toBe('/vllm/v1/messages/count_tokens')
  })
})

test('what a provider says of the model is no reason to estimate', async () => {
  const body = '{"type":"error","error":{"type":"not_found_error","message":"model: claude-nope-1"}}'
  answer = () => new Response(body, { status: 404, headers: { 'content-type': 'application/json' } })
  const response = await claudes('claude-nope-1')
  expect(response.status).toBe(404)
  expect(await response.text()).toBe(body)
  expect(isEstimated(response)).toBeNull()
})

test('a provider’s error is told in the caller’s dialect', async () => {
  answer = () => json({ error: { message: 'Slow down.', type: 'rate_limit_error' } }, { status: 429 })
  const response = await claudes('gpt-5')
  expect(response.status).toBe(429)
  expect(await response.json()).toEqual({ type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } })
})

test('an answer that holds no count is an error', async () => {
  answer = () => json({ tokens: 'many' })
  const response = await claudes('gpt-5')
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'api_error' } })
})

test('a conversation that is too long is counted, not refused: whoever counts wants to know by how much', async () => {
  const long = 'never tell me the odds '.repeat(80_000)
  const response = await claudes('gpt-5', { messages: [{ role: 'user', content: long }] })
  expect(await response.json()).toEqual({ input_tokens: 1234 })
  const estimated = await claudes('groq/llama-3.3-70b-versatile', { messages: [{ role: 'user', content: long }] })
  const { input_tokens: tokens } = (await estimated.json()) as { input_tokens: number }
  expect(tokens).toBeGreaterThan(300_000)
})

test('what makes no sense in the caller’s dialect is refused', async () => {
  const response = await claudes('groq/llama-3.3-70b-versatile', { messages: 'Hi' })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
})

test('after some answers the estimate is what the model really takes', async () => {
  const messages = [
    { role: 'user', content: 'It was a bright cold day in April, and the clocks were striking thirteen. '.repeat(30) },
  ]
  const count = async () => {
    const response = await claudes('groq/llama-3.3-70b-versatile', { messages, tools: undefined, system: undefined })
    return ((await response.json()) as { input_tokens: number }).input_tokens
  }
  const before = await count()
  expect(before).toBeGreaterThan(400)
  expect(before).toBeLessThan(800)
  // Each answer says that it took 1000.
  for (let turn = 0; turn < 3; turn++) {
    const response = await ask(all, 'anthropic', { model: 'groq/llama-3.3-70b-versatile', more: { messages } })
    expect(response.status).toBe(200)
  }
  // What is learnt from is sampled, what is counted is not.
  const after = await count()
  expect(after).toBeGreaterThan(950)
  expect(after).toBeLessThan(1050)
  expect(String(all.relay.lastRow()['trace'])).toContain('as learnt from this model')
})
