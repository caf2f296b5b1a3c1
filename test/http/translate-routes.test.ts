/** What leads to a translation, and what does not: mounts, the caller's own key, a model chosen by header, a fixed dialect. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { json, sse } from '../support/provider.ts'
import {
  anthropicFrames,
  anthropicReply,
  chatFrames,
  chatReply,
  geminiReply,
  responsesReply,
} from '../support/replies.ts'
import { ask, headersOf, startTranslating, type Translating } from './translating.ts'

let all: Translating
beforeAll(async () => {
  all = await startTranslating(({ target, text }) => {
    const streams = text.includes('"stream":true')
    if (target.includes('messages')) return streams ? sse(anthropicFrames) : json(anthropicReply)
    if (target.includes('responses')) return json(responsesReply)
    if (target.includes('models')) return json(geminiReply)
    return streams ? sse(chatFrames) : json(chatReply)
  })
})
afterAll(() => all.stop())

const route = (response: Response) => response.headers.get('x-relayplane-route')

describe('a mount', () => {
  test('of a provider without the caller’s API translates to one that it has', async () => {
    const response = await ask(all, 'anthropic', { mount: '/groq', model: 'openai/gpt-oss-120b' })
    expect(await response.json()).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'Hello.' }] })
    expect(route(response)).toBe('translated')
    expect(all.last().target).toBe('/groq/openai/v1/chat/completions')
    expect(headersOf(all.last())['authorization']).toBe('Bearer gsk_FAKEconfigured')
    expect(all.relay.lastRow()).toMatchObject({ provider: 'groq', translated_to: 'openai-chat', dialect: 'anthropic' })
  })

  test('takes the caller’s key for that provider, in the header that the provider wants', async () => {
    const headers = { 'x-api-key': 'gsk_FAKEcallers' }
    await ask(all, 'anthropic', { mount: '/groq', model: 'openai/gpt-oss-120b', headers })
    expect(headersOf(all.last())).toMatchObject({ authorization: 'Bearer gsk_FAKEcallers' })
    expect(headersOf(all.last())['x-api-key']).toBeUndefined()
  })

  test('keeps a provider’s own imitation of the caller’s API', async () => {
    const response = await ask(all, 'openai-chat', { mount: '/anthropic', model: 'claude-sonnet-4-5' })
    expect(await response.json()).toEqual(chatReply)
    expect(route(response)).toBe('passthrough')
    expect(all.last().target).toBe('/anthropic/v1/chat/completions')
    expect(all.relay.lastRow()).toMatchObject({ provider: 'anthropic', translated_to: null })
  })

  test('without it the model is asked in its own dialect', async () => {
    const response = await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5' })
    expect(route(response)).toBe('translated')
    expect(all.last().target).toBe('/anthropic/v1/messages')
  })
})

describe('the caller’s own key', () => {
  test('goes where it belongs, whatever header it came in', async () => {
    const headers = { authorization: 'Bearer sk-ant-api03-FAKE-callers' }
    await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5', headers })
    expect(headersOf(all.last())).toMatchObject({ 'x-api-key': 'sk-ant-api03-FAKE-callers' })
    expect(headersOf(all.last())['authorization']).toBeUndefined()
  })

  test('of a plan goes as a bearer’s, and is no money', async () => {
    const headers = { authorization: 'Bearer sk-ant-oat01-FAKE-callers' }
    await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5', headers })
    expect(headersOf(all.last())).toMatchObject({ authorization: 'Bearer sk-ant-oat01-FAKE-callers' })
    expect(all.relay.lastRow()).toMatchObject({ billing: 'subscription' })
  })

  test('in Gemini’s query goes into the header, and no query goes along', async () => {
    const response = await fetch(
      `${all.relay.url}/v1beta/models/claude-sonnet-4-5:generateContent?key=sk-ant-api03-FAKE-callers&x=1`,
      { method: 'POST', body: '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}' },
    )
    expect(response.status).toBe(200)
    expect(all.last().target).toBe('/anthropic/v1/messages')
    expect(headersOf(all.last())['x-api-key']).toBe('sk-ant-api03-FAKE-callers')
  })
})

describe('X-RelayPlane-Model', () => {
  const post = (path: string, body: string, model: string) =>
    fetch(all.relay.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-relayplane-model': model },
      body,
    })

  test('of another dialect translates', async () => {
    const response = await post(
      '/v1/messages',
      '{"model":"claude-sonnet-4-5","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}',
      'gpt-5',
    )
    expect(route(response)).toBe('header')
    expect(await response.json()).toMatchObject({ type: 'message', content: [{ text: 'Hi.' }] })
    expect(all.last().target).toBe('/openai/v1/responses')
    expect(all.relay.lastRow()).toMatchObject({
      requested_model: 'claude-sonnet-4-5',
      routed_model: 'gpt-5',
      route: 'header',
      translated_to: 'openai-responses',
    })
  })

  test('of the same dialect changes the members that do not fit, and no other byte', async () => {
    const body = (model: string, rest: string) =>
      `{ "x_unknown" : 1e400, "model":"${model}" ,"messages" : [ {"role":"user","content":"a\\u0062c"} ],${rest}"metadata":{"user_id":"u"} }`
    const response = await post(
      '/v1/messages',
      body('claude-sonnet-4-5', ' "max_tokens": 64000, "thinking":{"type":"enabled","budget_tokens":2048}, '),
      'claude-3-5-haiku-20241022',
    )
    expect(response.status).toBe(200)
    expect(all.last().text).toBe(body('claude-3-5-haiku-20241022', ' "max_tokens": 8192, '))
    const trace = String(all.relay.lastRow()['trace'])
    expect(trace).toContain('changed max_tokens')
    expect(trace).toContain('dropped thinking')
  })

  test('turns a budget into the way that the model thinks', async () => {
    const body = (model: string, thinking: string) =>
      `{"model":"${model}","max_tokens":8000,"thinking":${thinking},"messages":[{"role":"user","content":"hi"}]}`
    await post('/v1/messages', body('claude-sonnet-4-5', '{"type":"enabled","budget_tokens":2048}'), 'claude-opus-4-8')
    expect(JSON.parse(all.last().text)).toEqual({
      model: 'claude-opus-4-8',
      max_tokens: 8000,
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
      messages: [{ role: 'user', content: 'hi' }],
    })
  })

  test('calls the limit of a chat what the model calls it, and leaves out what it refuses', async () => {
    await post(
      '/v1/chat/completions',
      '{"model":"gpt-4o-mini","temperature":0.5,"max_tokens":100,"messages":[{"role":"user","content":"hi"}],"user":"me"}',
      'gpt-5',
    )
    expect(all.last().target).toBe('/openai/v1/chat/completions')
    expect(all.last().text).toBe(
      '{"max_completion_tokens":100,"model":"gpt-5","messages":[{"role":"user","content":"hi"}],"user":"me"}',
    )
  })

  test('touches neither conversation nor tools of a response, nor what is unknown', async () => {
    const body = (model: string, reasoning: string, limit: number) =>
      `{ "model":"${model}" , "input":[ {"role":"user","content":"hi"},{"type":"function_call","call_id":"c","name":"f","arguments":"{ }"} ],` +
      `"tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":false}],"stream":false,${reasoning}"max_output_tokens":${limit}, "x":1e400}`
    await post('/v1/responses', body('gpt-5', '"reasoning":{"effort":"minimal"},', 200_000), 'gpt-4o')
    expect(all.last().text).toBe(body('gpt-4o', '', 16_384))
  })

  test('writes Gemini’s settings anew where the model thinks otherwise, and nothing else', async () => {
    const body = (thinking: string) =>
      `{ "contents" : [ {"parts":[{"text":"hi"}]} ],"safetySettings":[ ],"generationConfig":{"temperature":0.1,"thinkingConfig":{${thinking}}}}`
    await post('/v1beta/models/gemini-2.5-pro:generateContent', body('"thinkingBudget":20000'), 'gemini-3-pro-preview')
    expect(all.last().target).toBe('/google/v1beta/models/gemini-3-pro-preview:generateContent')
    expect(all.last().text).toBe(body('"thinkingLevel":"HIGH"'))
  })

  test('leaves a request that fits as it is, but for the name', async () => {
    const body = (model: string) =>
      `{"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"model":"${model}","seed":1}`
    await post('/v1/chat/completions', body('gpt-4o-mini'), 'gpt-4o')
    expect(all.last().text).toBe(body('gpt-4o'))
  })
})

test('a conversation that makes no sense in the caller’s dialect is refused before it is sent', async () => {
  const before = all.seen.length
  const response = await ask(all, 'anthropic', { model: 'gpt-5', more: { messages: 'hello' } })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
  expect(all.seen.length).toBe(before)
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'refused', status: 400, error_code: 'invalid-request' })
})

test('a compressed body is read, and translated uncompressed', async () => {
  const body = Bun.zstdCompressSync(
    Buffer.from('{"model":"claude-sonnet-4-5","input":"Who are you?"}'),
  ) as Uint8Array<ArrayBuffer>
  const response = await fetch(`${all.relay.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'zstd' },
    body,
  })
  expect(response.status).toBe(200)
  expect(headersOf(all.last())['content-encoding']).toBeUndefined()
  expect(JSON.parse(all.last().text)).toMatchObject({ messages: [{ role: 'user' }] })
})
