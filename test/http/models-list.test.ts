/** `GET /v1/models`: what can be asked for now, windows and prices beside it; the user's own servers are asked, and waited for no longer than a second. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { json } from '../support/provider.ts'
import { startTranslating, type Translating } from './translating.ts'

const nobody = 'http://127.0.0.1:1/v1'
let all: Translating
beforeAll(async () => {
  all = await startTranslating(
    ({ target }) => {
      if (target === '/ollama/v1/models')
        return json({ object: 'list', data: [{ id: 'llama3.2:3b', object: 'model' }, { id: '' }, null, { name: 'x' }] })
      if (target === '/vllm/v1/models') return json({ data: [{ id: 'qwen3', max_model_len: 32768 }] })
      // LM Studio never answers.
      return new Promise<Response>(() => undefined)
    },
    {
      providers: { llamacpp: nobody },
      variables: { VLLM_API_KEY: 'vllm-FAKE' },
    },
  )
})
afterAll(() => all.stop())

type Listed = Record<string, unknown> & { id?: string; name?: string }
const list = async (headers: Record<string, string> = {}, path = '/v1/models'): Promise<Record<string, unknown>> =>
  (await (await fetch(all.relay.url + path, { headers })).json()) as Record<string, unknown>
const named = (models: unknown, name: string): Listed | undefined =>
  (models as Listed[]).find((model) => (model.id ?? model.name) === name)

const usd = { input: '3', cache_read: '0.3', cache_write_5m: '3.75', cache_write_1h: '6', output: '15' }

describe('a model is written as each dialect writes it, with its window and its price:', () => {
  test('OpenAI', async () => {
    const { object, data } = await list()
    expect(object).toBe('list')
    expect(named(data, 'claude-sonnet-4-5')).toEqual({
      id: 'claude-sonnet-4-5',
      object: 'model',
      created: 0,
      owned_by: 'anthropic',
      context_length: 200_000,
      max_completion_tokens: 64_000,
      usd_per_million_tokens: usd,
    })
    expect(named(data, 'groq/llama-3.3-70b-versatile')).toMatchObject({ owned_by: 'groq', context_length: 131_072 })
  })

  test('Anthropic', async () => {
    const { data, has_more: hasMore } = await list({ 'anthropic-version': '2023-06-01' })
    expect(hasMore).toBe(false)
    expect(named(data, 'claude-sonnet-4-5')).toEqual({
      type: 'model',
      id: 'claude-sonnet-4-5',
      display_name: 'claude-sonnet-4-5',
      created_at: '1970-01-01T00:00:00Z',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
      usd_per_million_tokens: usd,
    })
  })

  test('Gemini', async () => {
    const { models } = await list({}, '/v1beta/models')
    expect(named(models, 'models/claude-sonnet-4-5')).toEqual({
      name: 'models/claude-sonnet-4-5',
      displayName: 'claude-sonnet-4-5',
      supportedGenerationMethods: ['generateContent', 'countTokens'],
      inputTokenLimit: 200_000,
      outputTokenLimit: 64_000,
      usd_per_million_tokens: usd,
    })
  })

  test('one alone', async () => {
    expect(await list({}, '/v1/models/claude-sonnet-4-5')).toMatchObject({ id: 'claude-sonnet-4-5', object: 'model' })
    expect(await list({}, '/v1/models/ollama%2Fllama3.2%3A3b')).toEqual({
      id: 'ollama/llama3.2:3b',
      object: 'model',
      created: 0,
      owned_by: 'ollama',
    })
  })
})

describe('the user’s own servers', () => {
  test('are asked with their own key, and say what they have and how much it reads', async () => {
    const { data } = await list()
    expect(named(data, 'vllm/qwen3')).toMatchObject({ owned_by: 'vllm', context_length: 32_768 })
    expect(named(data, 'vllm/qwen3')?.['usd_per_million_tokens']).toBeUndefined()
    expect((data as Listed[]).filter(({ id }) => id?.startsWith('ollama/')).map(({ id }) => id)).toEqual([
      'ollama/llama3.2:3b',
    ])
    const asked = all.seen.find(({ target }) => target === '/vllm/v1/models')
    expect(asked?.headers.get('authorization')).toBe('Bearer vllm-FAKE')
    expect(all.seen.find(({ target }) => target === '/ollama/v1/models')?.headers.get('authorization')).toBeNull()
  })

  test('are not waited for: one is off, one never answers, and the list is there within 1.2 s', async () => {
    const fresh = await startTranslating(() => new Promise<Response>(() => undefined), {
      providers: { llamacpp: nobody },
    })
    const before = performance.now()
    const response = await fetch(`${fresh.relay.url}/v1/models`)
    const { data } = (await response.json()) as { data: Listed[] }
    expect(performance.now() - before).toBeLessThan(1200)
    expect(named(data, 'claude-sonnet-4-5')).toBeDefined()
    expect(data.some(({ id }) => id?.startsWith('ollama/'))).toBe(false)
    expect(fresh.relay.lastRow()).toMatchObject({ endpoint: 'models', outcome: 'complete', cost_status: 'none' })
    await fresh.stop()
  })

  test('are asked once, however many ask for the list', async () => {
    await Promise.all([list(), list(), list({ 'anthropic-version': '2023-06-01' })])
    expect(all.seen.filter(({ target }) => target === '/ollama/v1/models')).toHaveLength(1)
  })

  test('are not asked for the sake of a request', async () => {
    const asked = all.seen.length
    await fetch(`${all.relay.url}/v1/messages`, { method: 'POST', body: '{"model":"nobody-knows-it","messages":[]}' })
    expect(all.seen.length).toBe(asked)
  })
})
