/** The mounts: the path names the provider, the caller brings its key, and everything below is that provider's. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fakeKeys, startEveryone, type Everyone, type ProviderName } from '../support/everyone.ts'
import { json, sse } from '../support/provider.ts'
import { anthropicReply, chatFrames, chatReply, geminiReply, responsesReply } from '../support/replies.ts'

let all: Everyone
beforeAll(async () => {
  all = await startEveryone(
    ({ target, text }) => {
      if (target.includes('messages')) return json(anthropicReply)
      if (target.includes('responses')) return json(responsesReply)
      if (target.includes(':generateContent')) return json(geminiReply)
      return text.includes('"stream":true') ? sse(chatFrames) : json(chatReply)
    },
    {
      config: {
        providers: {
          house: { dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:1/api' },
          hers: { dialect: 'anthropic', baseUrl: 'http://127.0.0.1:1' },
        },
      },
    },
  )
})
afterAll(() => all.stop())

const ask = (path: string, body: string, key: string) =>
  fetch(all.relay.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body,
  })

describe('a chat at a mount reaches the provider, with the caller’s key and the model as it is written:', () => {
  test.each([
    ['anthropic', 'claude-sonnet-4-5', '/v1/chat/completions'],
    ['openai', 'gpt-4o-mini', '/v1/chat/completions'],
    ['google', 'gemini-2.5-flash', '/v1beta/openai/chat/completions'],
    ['xai', 'grok-4', '/v1/chat/completions'],
    ['deepseek', 'deepseek-chat', '/chat/completions'],
    ['mistral', 'mistral-small-latest', '/v1/chat/completions'],
    ['groq', 'openai/gpt-oss-120b', '/openai/v1/chat/completions'],
    ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', '/v1/chat/completions'],
    ['fireworks', 'accounts/fireworks/models/kimi-k2', '/inference/v1/chat/completions'],
    ['perplexity', 'sonar', '/chat/completions'],
    ['openrouter', 'anthropic/claude-sonnet-4.5', '/api/v1/chat/completions'],
    ['ollama', 'llama3.2:3b', '/v1/chat/completions'],
    ['lmstudio', 'qwen3', '/v1/chat/completions'],
    ['vllm', 'Qwen/Qwen3-8B', '/v1/chat/completions'],
    ['llamacpp', 'any', '/v1/chat/completions'],
  ] as const)('%s', async (provider: ProviderName, model, target) => {
    const key = fakeKeys[provider] ?? 'a-key-of-my-own-server'
    const body = `{ "model":"${model}", "messages":[], "n":1e400 }`
    for (const path of [`/${provider}/v1/chat/completions`, `/${provider}/chat/completions`]) {
      const response = await ask(path, body, key)
      expect([path, response.status, await response.json()]).toEqual([path, 200, chatReply])
      expect(all.last()).toMatchObject({ provider, target, text: body })
      expect(all.last().headers.get('authorization')).toBe(`Bearer ${key}`)
      const local = ['ollama', 'lmstudio', 'vllm', 'llamacpp'].includes(provider)
      expect(all.relay.lastRow()).toMatchObject({
        path,
        endpoint: 'chat',
        provider,
        requested_model: model,
        routed_model: model,
        billing: local ? 'local' : 'metered',
        outcome: 'complete',
        input_tokens: 1000,
      })
    }
  })
})

describe('the other dialects at a mount', () => {
  const prices = { anthropic: 'claude-sonnet-4-5' }
  test.each([
    ['/anthropic/v1/messages', `{"model":"${prices.anthropic}"}`, 'anthropic', '/v1/messages', 'messages'],
    ['/deepseek/v1/messages', '{"model":"deepseek-chat"}', 'deepseek', '/anthropic/v1/messages', 'messages'],
    ['/fireworks/v1/messages', '{"model":"m"}', 'fireworks', '/inference/v1/messages', 'messages'],
    ['/ollama/v1/messages', '{"model":"m"}', 'ollama', '/v1/messages', 'messages'],
    ['/xai/v1/responses', '{"model":"grok-4"}', 'xai', '/v1/responses', 'responses'],
    ['/groq/v1/responses', '{"model":"openai/gpt-oss-120b"}', 'groq', '/openai/v1/responses', 'responses'],
    ['/openrouter/v1/responses', '{"model":"openai/gpt-5"}', 'openrouter', '/api/v1/responses', 'responses'],
    ['/mistral/v1/embeddings', '{"model":"mistral-embed"}', 'mistral', '/v1/embeddings', 'embeddings'],
    [
      '/google/v1beta/models/gemini-2.5-flash:generateContent',
      '{}',
      'google',
      '/v1beta/models/gemini-2.5-flash:generateContent',
      'generate',
    ],
  ])('%s', async (path, body, provider, target, endpoint) => {
    const response = await ask(path, body, fakeKeys[provider as ProviderName] ?? 'any-key-of-my-own')
    expect(response.status).toBe(200)
    expect(all.last()).toMatchObject({ provider, target, text: body })
    expect(all.relay.lastRow()).toMatchObject({ endpoint, provider, outcome: 'complete' })
  })
})

test('what a provider has besides is its business, and is forwarded raw below its mount', async () => {
  for (const [path, provider, target] of [
    ['/mistral/v1/fim/completions', 'mistral', '/v1/fim/completions'],
    ['/openrouter/v1/credits', 'openrouter', '/api/v1/credits'],
    ['/deepseek/user/balance', 'deepseek', '/user/balance'],
    ['/together/v1/rerank', 'together', '/v1/rerank'],
    ['/anthropic/v1/organizations/usage_report', 'anthropic', '/v1/organizations/usage_report'],
    ['/groq/v1/models', 'groq', '/openai/v1/models'],
  ] as const) {
    const method = path.endsWith('models') || path.endsWith('credits') ? 'GET' : 'POST'
    const response = await fetch(all.relay.url + path, {
      method,
      headers: { authorization: `Bearer ${fakeKeys[provider] ?? ''}` },
      ...(method === 'POST' ? { body: '{"any":"thing"}' } : {}),
    })
    expect([path, response.status]).toEqual([path, 200])
    expect(all.last()).toMatchObject({ provider, target, method })
  }
})

test('a provider of one’s own has a mount like the built-in ones', async () => {
  for (const [path, provider] of [
    ['/house/v1/chat/completions', 'house'],
    ['/hers/v1/messages', 'hers'],
  ] as const) {
    const response = await ask(path, '{"model":"m","messages":[]}', 'a-key-of-my-own-server')
    // Nobody listens on port 1.
    expect([path, response.status]).toEqual([path, 502])
    expect(all.relay.lastRow()).toMatchObject({ provider, outcome: 'failed', error_code: 'provider-unreachable' })
  }
})

test('a name that is no provider’s is no mount', async () => {
  const response = await ask('/nobody/v1/chat/completions', '{"model":"gpt-4o-mini"}', fakeKeys.openai ?? '')
  expect(response.status).toBe(404)
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'refused', provider: null, cost_status: 'none' })
})

test('a stream at a mount is asked for its usage, and the client sees none of it', async () => {
  const response = await ask('/together/v1/chat/completions', '{"model":"x","stream":true}', fakeKeys.together ?? '')
  const text = await response.text()
  expect(all.last().text).toBe('{"stream_options":{"include_usage":true},"model":"x","stream":true}')
  expect(text).toBe(chatFrames.filter((frame) => !frame.includes('"prompt_tokens"')).join(''))
  expect(all.relay.lastRow()).toMatchObject({ provider: 'together', input_tokens: 1000, output_tokens: 200 })
})

describe('Codex with a ChatGPT login', () => {
  const login = {
    'content-type': 'application/json',
    authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJmYWtlIjoxfQ.FAKE',
    'chatgpt-account-id': 'acc-FAKE',
    originator: 'codex_cli_rs',
    'session-id': 'cx-1',
    'user-agent': 'codex_cli_rs/0.98.0 (Debian; x86_64)',
  }
  test.each([
    ['/v1/responses', '/backend-api/codex/responses', 'responses'],
    ['/v1/responses/compact', '/backend-api/codex/responses/compact', 'responses_compact'],
    ['/openai/v1/responses', '/backend-api/codex/responses', 'responses'],
    ['/openai-chatgpt/responses', '/backend-api/codex/responses', 'responses'],
  ])('%s goes to the plan’s backend', async (path, target, endpoint) => {
    const body = '{"model":"gpt-5","input":[],"stream":false}'
    const response = await fetch(all.relay.url + path, { method: 'POST', headers: login, body })
    expect(response.status).toBe(200)
    expect(all.last()).toMatchObject({ provider: 'openai-chatgpt', target, text: body })
    for (const [name, value] of Object.entries(login)) expect(all.last().headers.get(name)).toBe(value)
    expect(all.relay.lastRow()).toMatchObject({
      endpoint,
      provider: 'openai-chatgpt',
      billing: 'subscription',
      cost_nano_usd: 2_800_000,
      session_id: 'cx-1',
      session_source: 'codex',
      agent: 'codex',
    })
  })

  test('is listed the models of its plan by that backend', async () => {
    const response = await fetch(`${all.relay.url}/v1/models?client_version=0.98.0`, { headers: login })
    expect(response.status).toBe(200)
    expect(all.last()).toMatchObject({
      provider: 'openai-chatgpt',
      target: '/backend-api/codex/models?client_version=0.98.0',
    })
  })
})
