/** Errors of a provider in the words of the caller's dialect: its sentence and status kept, its headers passed on. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { json } from '../support/provider.ts'
import { ask, startTranslating, type Translating } from './translating.ts'

let answer: () => Response = () => json({})
let all: Translating
beforeAll(async () => {
  all = await startTranslating(() => answer())
})
afterAll(() => all.stop())

const together = 'together/Qwen/Qwen3-8B'
const anthropicError = (type: string, message: string) => ({ type: 'error', error: { type, message } })
const chatError = (message: string, over: object = {}) => ({
  error: { message, type: 'invalid_request_error', param: null, code: null, ...over },
})
const geminiError = (code: number, message: string, status: string) => ({ error: { code, message, status } })

describe('a provider’s refusal', () => {
  const said = 'Said by the provider.'
  test.each([
    [
      'openai-chat',
      'claude-sonnet-4-5',
      400,
      anthropicError('invalid_request_error', said),
      { error: { message: said, type: 'invalid_request_error' } },
    ],
    [
      'openai-chat',
      'claude-sonnet-4-5',
      401,
      anthropicError('authentication_error', said),
      { error: { message: said, code: 'invalid_api_key' } },
    ],
    [
      'openai-responses',
      'claude-sonnet-4-5',
      404,
      anthropicError('not_found_error', 'model: nope'),
      { error: { message: 'model: nope', code: 'not_found' } },
    ],
    ['openai-chat', 'claude-sonnet-4-5', 413, anthropicError('request_too_large', said), { error: { message: said } }],
    [
      'openai-chat',
      'claude-sonnet-4-5',
      529,
      anthropicError('overloaded_error', said),
      { error: { message: said, type: 'service_unavailable_error', code: 'server_is_overloaded' } },
    ],
    ['anthropic', 'gpt-5', 400, chatError(said), anthropicError('invalid_request_error', said)],
    [
      'anthropic',
      'gpt-5',
      401,
      chatError(said, { code: 'invalid_api_key' }),
      anthropicError('authentication_error', said),
    ],
    [
      'anthropic',
      'gpt-5',
      404,
      chatError('The model `x` does not exist', { code: 'model_not_found' }),
      anthropicError('not_found_error', 'The model `x` does not exist'),
    ],
    ['anthropic', 'gpt-5', 500, chatError(said, { type: 'server_error' }), anthropicError('api_error', said)],
    ['anthropic', together, 422, { detail: [{ msg: said }] }, anthropicError('invalid_request_error', said)],
    [
      'anthropic',
      'gemini-2.5-flash',
      403,
      geminiError(403, said, 'PERMISSION_DENIED'),
      anthropicError('permission_error', said),
    ],
    ['gemini', 'gpt-5', 400, chatError(said), geminiError(400, said, 'INVALID_ARGUMENT')],
    [
      'gemini',
      'claude-sonnet-4-5',
      529,
      anthropicError('overloaded_error', said),
      geminiError(529, said, 'UNAVAILABLE'),
    ],
  ] as const satisfies readonly (readonly [DialectId, string, number, object, object])[])(
    '%s client, %s, %i',
    async (client, model, status, given, expected) => {
      for (const isStream of [false, true]) {
        answer = () => json(given, { status, headers: { 'x-request-id': 'req_1' } })
        const response = await ask(all, client, { model, isStream })
        expect(await response.json()).toMatchObject(expected)
        expect(response.status).toBe(status)
        expect(response.headers.get('content-type')).toBe('application/json')
        expect(response.headers.get('x-relayplane-route')).toBe('translated')
        const row = { status, outcome: 'failed', cost_status: 'none', cost_nano_usd: 0, upstream_request_id: 'req_1' }
        expect(all.relay.lastRow()).toMatchObject(row)
      }
    },
  )

  test('of too many requests says when to come again', async () => {
    const headers = { 'retry-after': '17', 'x-ratelimit-remaining-requests': '0', 'x-should-retry': 'true' }
    answer = () =>
      json(chatError('Slow down.', { type: 'rate_limit_error', code: 'rate_limit_exceeded' }), { status: 429, headers })
    const response = await ask(all, 'anthropic', { model: 'gpt-5' })
    expect(response.status).toBe(429)
    expect(await response.json()).toEqual(anthropicError('rate_limit_error', 'Slow down.'))
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value)
    expect(all.relay.lastRow()).toMatchObject({ error_code: 'rate_limit_error' })
  })
})

describe('what is no error of any API', () => {
  test('HTML is a sentence with the status', async () => {
    answer = () => new Response('<html>Bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } })
    const response = await ask(all, 'anthropic', { model: 'gpt-5' })
    expect(response.status).toBe(502)
    expect(await response.json()).toEqual(anthropicError('api_error', 'The provider answered with status 502.'))
    expect(all.relay.lastRow()).toMatchObject({ outcome: 'failed', status: 502 })
  })

  test('nor is an empty one', async () => {
    answer = () => new Response(null, { status: 503 })
    const response = await ask(all, 'gemini', { model: 'claude-sonnet-4-5' })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 503, status: 'UNAVAILABLE' } })
  })

  test('a redirect is followed by nobody', async () => {
    answer = () => Response.redirect('http://127.0.0.1:1/elsewhere', 307)
    const response = await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5' })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({
      error: {
        type: 'server_error',
        message:
          'anthropic answered with the status 307, which is no answer. Redirects are not followed: its base URL may be out of date.',
      },
    })
    expect(all.relay.lastRow()).toMatchObject({
      outcome: 'failed',
      error_code: 'provider-failed',
    })
  })

  test('a 304 is no answer to what was asked', async () => {
    answer = () => new Response(null, { status: 304 })
    for (const isStream of [false, true]) {
      const response = await ask(all, 'anthropic', { model: 'gpt-5', isStream })
      expect(response.status).toBe(502)
      expect(await response.json()).toEqual(
        anthropicError('api_error', 'openai answered with the status 304, which is no answer.'),
      )
    }
  })

  test('a stream without a byte was cut off', async () => {
    answer = () => new Response(null, { headers: { 'content-type': 'text/event-stream' } })
    const response = await ask(all, 'anthropic', { model: 'gpt-5', isStream: true })
    expect(await response.text()).toStartWith('event: error')
    expect(all.relay.lastRow()).toMatchObject({ outcome: 'upstream_reset' })
  })

  test.each([
    ['a 200 that is no JSON', () => new Response('all well', { headers: { 'content-type': 'text/plain' } })],
    ['a 200 without a body', () => new Response(null)],
    ['a 204', () => new Response(null, { status: 204 })],
    ['a 200 whose JSON is null', () => json(null)],
    ['a 200 whose JSON is a text', () => json('all well')],
  ])('%s is a failure', async (_what, given) => {
    answer = given
    for (const isStream of [false, true]) {
      const response = await ask(all, 'anthropic', { model: 'gpt-5', isStream })
      expect(response.status).toBe(502)
      expect(await response.json()).toEqual(
        anthropicError('api_error', "The provider's answer could not be read, and so not be translated."),
      )
      expect(all.relay.lastRow()).toMatchObject({ outcome: 'failed', error_code: 'provider-failed', status: 502 })
    }
  })

  test('an error under a 200 is an error', async () => {
    answer = () => json({ error: { message: 'No capacity.', type: 'server_error', code: 'no_capacity' } })
    for (const isStream of [false, true]) {
      const response = await ask(all, 'anthropic', { model: together, isStream })
      expect(response.status).toBe(502)
      expect(await response.json()).toEqual(anthropicError('api_error', 'No capacity.'))
      expect(all.relay.lastRow()).toMatchObject({ outcome: 'failed', error_code: 'server_error', output_tokens: 0 })
    }
  })

  test('nobody at the provider’s address is a 502, and costs nothing', async () => {
    const relay = await startTranslating(() => json({}), { providers: { anthropic: 'http://127.0.0.1:1' } })
    const response = await ask(relay, 'openai-chat', { model: 'claude-sonnet-4-5' })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 'provider_unreachable' } })
    expect(relay.relay.lastRow()).toMatchObject({
      outcome: 'failed',
      translated_to: 'anthropic',
      cost_status: 'none',
      cost_nano_usd: 0,
    })
    await relay.stop()
  })
})

describe('a conversation that is too long for the model', () => {
  const openAi = chatError("This model's maximum context length is 128000 tokens.", { code: 'context_length_exceeded' })
  const claude = anthropicError('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum')
  const google = geminiError(
    400,
    'The input token count (1054016) exceeds the maximum number of tokens allowed (1048576).',
    'INVALID_ARGUMENT',
  )

  test.each([
    [
      'anthropic',
      'gpt-5',
      openAi,
      anthropicError(
        'invalid_request_error',
        "prompt is too long: This model's maximum context length is 128000 tokens.",
      ),
    ],
    [
      'anthropic',
      'gemini-2.5-flash',
      google,
      anthropicError('invalid_request_error', `prompt is too long: ${google.error.message}`),
    ],
    [
      'openai-chat',
      'claude-sonnet-4-5',
      claude,
      { error: { type: 'invalid_request_error', code: 'context_length_exceeded' } },
    ],
    [
      'openai-responses',
      'claude-sonnet-4-5',
      claude,
      { error: { type: 'invalid_request_error', code: 'context_length_exceeded' } },
    ],
    [
      'gemini',
      'claude-sonnet-4-5',
      claude,
      geminiError(
        400,
        `The input token count exceeds the maximum number of tokens allowed. ${claude.error.message}`,
        'INVALID_ARGUMENT',
      ),
    ],
  ] as const satisfies readonly (readonly [DialectId, string, object, object])[])(
    'is said to a %s client as its vendor says it (%s)',
    async (client, model, given, expected) => {
      answer = () => json(given, { status: 400 })
      const response = await ask(all, client, { model })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject(expected)
    },
  )
})
