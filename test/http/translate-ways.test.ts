/** An API that is not there: the next way is gone, and remembered. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { json } from '../support/provider.ts'
import { anthropicReply, chatReply, responsesReply } from '../support/replies.ts'
import { ask, startTranslating, type Translating } from './translating.ts'

/** What is not there, as this server says it. */
let missing: (target: string, model: string) => Response | null = () => null
let all: Translating
/** A fresh one for each test: what was learnt is remembered as long as it runs. */
beforeEach(async () => {
  all = await startTranslating(({ target, text }) => {
    const { model = '' } = JSON.parse(text) as { model?: string }
    const answer = missing(target, model)
    if (answer !== null) return answer
    if (target.includes('responses')) return json(responsesReply)
    return target.includes('messages') ? json(anthropicReply) : json(chatReply)
  })
})
afterEach(() => all.stop())

const targets = () => all.seen.map(({ target }) => target)
const attempts = () =>
  all.relay.rows(
    'SELECT number, provider, status, outcome FROM attempts WHERE request_seq = ? ORDER BY number',
    Number(all.relay.lastRow()['seq']),
  )

const noPath = (body: BodyInit = '<h1>Not Found</h1>', status = 404) => new Response(body, { status })

test('a provider without the Responses API is asked by Chat Completions, and so is the next request at once', async () => {
  missing = (target) => (target.endsWith('/responses') ? noPath() : null)
  const first = await ask(all, 'anthropic', { model: 'gpt-5' })
  expect(first.status).toBe(200)
  expect(await first.json()).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'Hello.' }] })
  expect(targets()).toEqual(['/openai/v1/responses', '/openai/v1/chat/completions'])
  expect(attempts()).toEqual([
    { number: 1, provider: 'openai', status: 404, outcome: 'failed' },
    { number: 2, provider: 'openai', status: 200, outcome: 'complete' },
  ])
  expect(all.relay.lastRow()).toMatchObject({
    outcome: 'complete',
    translated_to: 'openai-chat',
    cost_nano_usd: 270_000,
  })
  expect(String(all.relay.lastRow()['trace'])).toContain('OpenAI does not serve responses here')

  await ask(all, 'anthropic', { model: 'gpt-5-mini' })
  expect(targets().slice(2)).toEqual(['/openai/v1/chat/completions'])
  expect(attempts()).toHaveLength(1)
})

test.each([
  ['a router’s 404', () => noPath('{"detail":"Not Found"}')],
  ['a 405', () => noPath('Method Not Allowed', 405)],
  ['a 501', () => noPath('{"error":"unsupported"}', 501)],
  ['an empty 404', () => noPath('')],
])('a server of one’s own without the Messages API is asked by Chat Completions: %s', async (_what, answer) => {
  missing = (target) => (target.endsWith('/messages') ? answer() : null)
  const response = await ask(all, 'anthropic', { model: 'vllm/qwen3' })
  expect(await response.json()).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'Hello.' }] })
  expect(targets()).toEqual(['/vllm/v1/messages', '/vllm/v1/chat/completions'])
  await ask(all, 'anthropic', { model: 'vllm/qwen3', isStream: true })
  expect(targets().slice(2)).toEqual(['/vllm/v1/chat/completions'])
})

test('a caller’s own dialect gives way too, when the API is gone', async () => {
  missing = (target) => (target.endsWith('/responses') ? noPath() : null)
  const response = await ask(all, 'openai-responses', { model: 'gpt-5' })
  expect(await response.json()).toMatchObject({ object: 'response', status: 'completed' })
  expect(response.headers.get('x-relayplane-route')).toBe('translated')
  expect(targets()).toEqual(['/openai/v1/responses', '/openai/v1/chat/completions'])
})

test('a model that has one API alone is asked there, and other models as before', async () => {
  const message = 'This model is only supported in v1/responses and not in v1/chat/completions.'
  const refusal = { error: { message, type: 'invalid_request_error', param: 'model', code: null } }
  missing = (target, model) =>
    target.endsWith('/chat/completions') && model === 'gpt-5-codex' ? json(refusal, { status: 404 }) : null
  const response = await ask(all, 'openai-chat', { model: 'gpt-5-codex' })
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hi.' } }] })
  await ask(all, 'openai-chat', { model: 'gpt-5-codex' })
  await ask(all, 'openai-chat', { model: 'gpt-4o-mini' })
  expect(targets()).toEqual([
    '/openai/v1/chat/completions',
    '/openai/v1/responses',
    '/openai/v1/responses',
    '/openai/v1/chat/completions',
  ])
  expect(all.relay.lastRow()).toMatchObject({ translated_to: null, routed_model: 'gpt-4o-mini' })
})

describe('a model that is not there is the caller’s to hear of:', () => {
  test.each([
    ['by a code', { error: { message: 'No such thing', code: 'model_not_found' } }],
    ['by a sentence', { error: { message: 'The model `gpt-9` does not exist or you do not have access to it.' } }],
    ['by a word in the plural', { error: { message: 'models/gpt-9 is not found for API version v1' } }],
  ])('%s', async (_how, body) => {
    missing = (target) => (target.endsWith('/responses') ? json(body, { status: 404 }) : null)
    const response = await ask(all, 'anthropic', { model: 'gpt-9' })
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'not_found_error', message: body.error.message },
    })
    await ask(all, 'anthropic', { model: 'gpt-9' })
    expect(targets()).toEqual(['/openai/v1/responses', '/openai/v1/responses'])
  })

  test('in its own dialect byte for byte', async () => {
    const body = '{ "error" : {"message":"model \\"qwen9\\" not found, try pulling it first"} }'
    missing = () => new Response(body, { status: 404, headers: { 'content-type': 'application/json', 'x-a': 'b' } })
    const response = await ask(all, 'anthropic', { model: 'vllm/qwen9' })
    expect(response.status).toBe(404)
    expect(response.headers.get('x-a')).toBe('b')
    expect(await response.text()).toBe(body)
    expect(targets()).toEqual(['/vllm/v1/messages'])
  })
})

test('an item that was not kept is no missing API: the caller hears of it as it was said', async () => {
  const body = `{"error":{"message":"Item with id 'rs_1' not found. Items are not persisted when \`store\` is set to false.","type":"invalid_request_error","param":"input","code":null}}`
  missing = () => new Response(body, { status: 404, headers: { 'content-type': 'application/json' } })
  const response = await ask(all, 'openai-responses', { model: 'gpt-5' })
  expect(response.status).toBe(404)
  expect(await response.text()).toBe(body)
  await ask(all, 'openai-responses', { model: 'gpt-5' })
  expect(targets()).toEqual(['/openai/v1/responses', '/openai/v1/responses'])
})

test('when no way is left the last refusal is the answer', async () => {
  missing = () => noPath('nothing here')
  const response = await ask(all, 'anthropic', { model: 'gpt-5' })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } })
  expect(targets()).toEqual(['/openai/v1/responses', '/openai/v1/chat/completions'])
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'failed', status: 404, cost_nano_usd: 0 })
})
