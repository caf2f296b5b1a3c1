/** The dialects' other paths, forwarded as they are; the model lists, answered here; WebSockets, refused at once. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeKeys, keyVariables, startEveryone, type Everyone } from '../support/everyone.ts'
import { json, sse } from '../support/provider.ts'
import { rawRequest } from '../support/raw-client.ts'
import { anthropicReply, responsesReply } from '../support/replies.ts'

let all: Everyone
beforeAll(async () => {
  all = await startEveryone(
    ({ target, text }) => {
      if (text.includes('"stream":true')) return sse(['data: {"choices":[{"text":"a"}]}\n\n', 'data: [DONE]\n\n'])
      if (target.includes('/content')) return new Response('{"line":1}\n{"line":2}\n')
      return json(target.includes('/responses/') ? responsesReply : { id: 'x', object: 'thing', usage: null })
    },
    { variables: keyVariables },
  )
})
afterAll(() => all.stop())

describe('a path that has no meaning here is forwarded to the dialect’s own provider:', () => {
  test.each([
    ['GET', '/v1/files/file-1', 'openai', '/v1/files/file-1', 'none'],
    ['GET', '/v1/files/file-1/content', 'openai', '/v1/files/file-1/content', 'none'],
    ['DELETE', '/v1/files/file-1', 'openai', '/v1/files/file-1', 'none'],
    ['GET', '/files?limit=2&after=x', 'openai', '/v1/files?limit=2&after=x', 'none'],
    ['POST', '/v1/batches', 'openai', '/v1/batches', 'unpriced'],
    ['POST', '/v1/batches/b1/cancel', 'openai', '/v1/batches/b1/cancel', 'unpriced'],
    ['POST', '/v1/images/generations', 'openai', '/v1/images/generations', 'unpriced'],
    ['POST', '/v1/moderations', 'openai', '/v1/moderations', 'unpriced'],
    ['POST', '/v1/completions', 'openai', '/v1/completions', 'unpriced'],
    ['GET', '/v1/chat/completions?limit=1', 'openai', '/v1/chat/completions?limit=1', 'none'],
    ['GET', '/v1/chat/completions/chatcmpl-1', 'openai', '/v1/chat/completions/chatcmpl-1', 'none'],
    ['GET', '/v1/responses/resp_1', 'openai', '/v1/responses/resp_1', 'none'],
    ['DELETE', '/v1/responses/resp_1', 'openai', '/v1/responses/resp_1', 'none'],
    ['POST', '/v1/responses/resp_1/cancel', 'openai', '/v1/responses/resp_1/cancel', 'unpriced'],
    ['DELETE', '/v1/models/ft:gpt-4o-mini:org::1', 'openai', '/v1/models/ft:gpt-4o-mini:org::1', 'none'],
    ['POST', '/v1/messages/batches', 'anthropic', '/v1/messages/batches', 'unpriced'],
    ['GET', '/v1/messages/batches/b1/results', 'anthropic', '/v1/messages/batches/b1/results', 'none'],
    ['POST', '/v1beta/cachedContents', 'google', '/v1beta/cachedContents', 'unpriced'],
    [
      'POST',
      '/upload/v1beta/files?uploadType=resumable',
      'google',
      '/upload/v1beta/files?uploadType=resumable',
      'unpriced',
    ],
    ['POST', '/v1beta/models/imagen-4:predict', 'google', '/v1beta/models/imagen-4:predict', 'unpriced'],
    [
      'PATCH',
      '/v1beta/cachedContents/c1?updateMask=ttl',
      'google',
      '/v1beta/cachedContents/c1?updateMask=ttl',
      'unpriced',
    ],
  ])('%s %s', async (method, path, provider, target, costStatus) => {
    const body = method === 'GET' || method === 'DELETE' ? '' : '{ "model":"groq/llama", "n":1e400 }'
    const response = await rawRequest(all.relay.port, {
      method,
      target: path,
      headers: [['content-type', 'application/json']],
      body,
    })
    expect(response.status).toBe(200)
    expect(all.last()).toMatchObject({ provider, target, method, text: body })
    expect(all.relay.lastRow()).toMatchObject({
      endpoint: 'raw',
      method,
      provider,
      routed_model: null,
      outcome: 'complete',
      cost_status: costStatus,
      cost_nano_usd: costStatus === 'none' ? 0 : null,
    })
  })

  test('a file in a form, byte for byte', async () => {
    const audio = Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => (i * 31) % 256))
    const form = Buffer.concat([
      Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n'),
      audio,
      Buffer.from('\r\n--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--x--\r\n'),
    ])
    const type = 'multipart/form-data; boundary=x'
    const response = await rawRequest(all.relay.port, {
      target: '/v1/audio/transcriptions',
      headers: [['content-type', type]],
      body: form,
    })
    expect(response.status).toBe(200)
    expect(all.last()).toMatchObject({ provider: 'openai', target: '/v1/audio/transcriptions' })
    expect(Buffer.from(all.last().body).equals(form)).toBe(true)
    expect(all.last().headers.get('content-type')).toBe(type)
    expect(all.relay.lastRow()).toMatchObject({ cost_status: 'unpriced', request_bytes: form.length })
  })

  test('a stream, of which nothing is taken out and to which nothing is added', async () => {
    const body = '{"model":"gpt-3.5-turbo-instruct","stream":true}'
    const response = await rawRequest(all.relay.port, { target: '/v1/completions', body })
    expect(response.text).toBe('data: {"choices":[{"text":"a"}]}\n\ndata: [DONE]\n\n')
    expect(all.last().text).toBe(body)
    expect(all.relay.lastRow()).toMatchObject({ outcome: 'complete', cost_status: 'unpriced' })
  })

  test('the head of a file, without its body', async () => {
    const response = await rawRequest(all.relay.port, { method: 'HEAD', target: '/v1/files/file-1/content' })
    expect([response.status, response.text]).toEqual([200, ''])
    // What GET would bring.
    expect(
      response.headers.filter(([name]) => name.toLowerCase() === 'content-length').map(([, value]) => value),
    ).toEqual(['22'])
    expect(all.last()).toMatchObject({ method: 'HEAD', provider: 'openai' })
    expect(all.relay.lastRow()).toMatchObject({ method: 'HEAD', outcome: 'complete', cost_status: 'none' })
  })
})

describe('what is the control plane’s', () => {
  let adminToken = ''
  beforeAll(() => {
    adminToken = readFileSync(join(all.relay.home, 'admin-token'), 'utf8').trim()
  })

  test.each([
    ['at the listener for agents', 'api', 'POST', '/v1/telemetry/reprice'],
    ['with another method', 'all', 'PUT', '/v1/telemetry/reprice'],
    ['misspelt', 'all', 'POST', '/v1/telemetry/repriced'],
    ['misspelt and without a version', 'all', 'POST', '/agents'],
    ['doubled', 'all', 'GET', '/v1/v1/telemetry/runs/a/b'],
  ])('%s, reaches no provider, and the admin token with it', async (_, at, method, path) => {
    const before = all.seen.length
    const response = await fetch((at === 'api' ? all.relay.apiUrl : all.relay.url) + path, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{}' }),
    })
    expect([404, 405]).toContain(response.status)
    expect(await response.text()).not.toContain(adminToken)
    expect(all.seen).toHaveLength(before)
  })

  test('takes no field that it does not know: a misspelt dryRun is no real run', async () => {
    for (const body of ['{"dry_run":true}', '{"dryrun":true}', '[]']) {
      const response = await fetch(`${all.relay.url}/v1/telemetry/reprice`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body,
      })
      expect([body, response.status]).toEqual([body, 400])
    }
  })

  test('its session cookie stays here, also where the path names the provider', async () => {
    const cookieTo = async (cookie: string) => {
      await fetch(`${all.relay.url}/openai/v1/files`, { headers: { cookie } })
      return all.last().headers.get('cookie')
    }
    expect(await cookieTo('relayplane_session=abc')).toBeNull()
    expect(await cookieTo('a=1; relayplane_session=abc; b=2')).toBe('a=1; b=2')
    expect(await cookieTo('a=1; b=relayplane_session')).toBe('a=1; b=relayplane_session')
  })
})

describe('the models that can be used', () => {
  const list = async (path: string, headers: Record<string, string> = {}) =>
    (await (await fetch(all.relay.url + path, { headers })).json()) as Record<string, unknown>

  test('are listed as OpenAI lists them', async () => {
    const { object, data } = (await list('/v1/models')) as { object: string; data: { id: string }[] }
    expect(object).toBe('list')
    expect(data.find(({ id }) => id === 'claude-sonnet-4-5')).toEqual({
      id: 'claude-sonnet-4-5',
      object: 'model',
      created: 0,
      owned_by: 'anthropic',
      context_length: 200_000,
      max_completion_tokens: 64_000,
      usd_per_million_tokens: {
        input: '3',
        cache_read: '0.3',
        cache_write_5m: '3.75',
        cache_write_1h: '6',
        output: '15',
      },
    } as never)
    expect(data.map(({ id }) => id)).toContain('groq/openai/gpt-oss-120b')
    expect(all.relay.lastRow()).toMatchObject({
      endpoint: 'models',
      provider: null,
      outcome: 'complete',
      cost_status: 'none',
    })
  })

  test('as Anthropic does', async () => {
    const page = await list('/v1/models', { 'anthropic-version': '2023-06-01' })
    expect(page).toMatchObject({ has_more: false, first_id: expect.any(String), last_id: expect.any(String) })
    expect(page['data']).toContainEqual({
      type: 'model',
      id: 'claude-sonnet-4-5',
      display_name: 'claude-sonnet-4-5',
      created_at: '1970-01-01T00:00:00Z',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
      usd_per_million_tokens: {
        input: '3',
        cache_read: '0.3',
        cache_write_5m: '3.75',
        cache_write_1h: '6',
        output: '15',
      },
    })
  })

  test('and as Gemini does', async () => {
    const { models } = await list('/v1beta/models')
    expect(models).toContainEqual({
      name: 'models/gemini-2.5-flash',
      displayName: 'gemini-2.5-flash',
      supportedGenerationMethods: ['generateContent', 'countTokens'],
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      usd_per_million_tokens: { input: '0.3', cache_read: '0.03', output: '2.5' },
    })
  })

  test.each([
    [
      '/v1/models/gpt-4o-mini',
      {},
      {
        id: 'gpt-4o-mini',
        object: 'model',
        created: 0,
        owned_by: 'openai',
        context_length: 128_000,
        max_completion_tokens: 16_384,
        usd_per_million_tokens: { input: '0.15', cache_read: '0.075', output: '0.6' },
      },
    ],
    [
      '/models/groq/openai/gpt-oss-120b',
      {},
      {
        id: 'groq/openai/gpt-oss-120b',
        object: 'model',
        created: 0,
        owned_by: 'groq',
        context_length: 131_072,
        max_completion_tokens: 65_536,
        usd_per_million_tokens: { input: '0.15', cache_read: '0.075', output: '0.6' },
      },
    ],
    [
      '/v1/models/groq%2Fopenai%2Fgpt-oss-120b',
      {},
      {
        id: 'groq/openai/gpt-oss-120b',
        object: 'model',
        created: 0,
        owned_by: 'groq',
        context_length: 131_072,
        max_completion_tokens: 65_536,
        usd_per_million_tokens: { input: '0.15', cache_read: '0.075', output: '0.6' },
      },
    ],
    [
      '/v1/models/claude-sonnet-4-5',
      { 'anthropic-version': '2023-06-01' },
      {
        type: 'model',
        id: 'claude-sonnet-4-5',
        display_name: 'claude-sonnet-4-5',
        created_at: '1970-01-01T00:00:00Z',
        max_input_tokens: 200_000,
        max_tokens: 64_000,
        usd_per_million_tokens: {
          input: '3',
          cache_read: '0.3',
          cache_write_5m: '3.75',
          cache_write_1h: '6',
          output: '15',
        },
      },
    ],
    [
      '/v1beta/models/gemini-2.5-flash',
      {},
      {
        name: 'models/gemini-2.5-flash',
        displayName: 'gemini-2.5-flash',
        supportedGenerationMethods: ['generateContent', 'countTokens'],
        inputTokenLimit: 1_048_576,
        outputTokenLimit: 65_536,
        usd_per_million_tokens: { input: '0.3', cache_read: '0.03', output: '2.5' },
      },
    ],
  ])('one alone: %s', async (path, headers, wanted) => {
    expect(await list(path, headers as Record<string, string>)).toEqual(wanted)
  })

  test('one that is not among them is a 404 in the dialect', async () => {
    const response = await fetch(`${all.relay.url}/v1/models/50%25zz`, {
      headers: { 'anthropic-version': '2023-06-01' },
    })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } })
  })

  test('without any key are those of the servers of one’s own, with the caller’s key its provider’s too', async () => {
    const bare = await startEveryone(() => json(anthropicReply), {
      config: { providers: { ollama: { models: ['llama3.2:3b'] } } },
    })
    const idsFor = async (headers: Record<string, string>) => {
      const response = await fetch(`${bare.relay.url}/v1/models`, { headers })
      return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id)
    }
    expect(await idsFor({})).toEqual(['llama3.2:3b'])
    const own = await idsFor({ authorization: `Bearer ${fakeKeys.openai}` })
    expect(own).toContain('gpt-4o-mini')
    expect(own).not.toContain('claude-sonnet-4-5')
    await bare.stop()
  })
})

test('a WebSocket that is not of the Responses API is refused at once', async () => {
  const before = all.seen.length
  const response = await rawRequest(all.relay.port, {
    method: 'GET',
    target: '/v1/realtime?model=gpt-realtime',
    headers: [
      ['connection', 'Upgrade'],
      ['upgrade', 'websocket'],
      ['sec-websocket-version', '13'],
      ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ],
  })
  expect(response.status).toBe(426)
  expect(JSON.parse(response.text)).toMatchObject({ error: { type: 'invalid_request_error', code: 'unsupported' } })
  expect(all.seen).toHaveLength(before)
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'refused', status: 426, cost_status: 'none' })
})
