/** `POST /v1/estimate`: what a request would cost, before it is sent. Nothing is sent to anybody. */
import { describe, expect, test } from 'bun:test'
import { openPipeline } from '../support/services.ts'

interface Estimate {
  readonly model: string
  readonly provider: string | null
  readonly status: string
  readonly costUsd: string | null
  readonly costNanoUsd?: number | null
  readonly note?: string
}

interface Answer {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly outputTokensFrom: string
  readonly estimates: readonly Estimate[]
}

const relay = openPipeline({})
async function estimate(body: unknown, headers: Record<string, string> = {}) {
  const response = await relay.ask('/v1/estimate', { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, answer: (await response.json()) as Answer }
}

/** 4000 bytes as JSON, quotes and brackets included. */
const messages = [{ role: 'user', content: 'x'.repeat(4000 - '[{"role":"user","content":""}]'.length) }]

test('the request’s own model, by the limit that it sets', async () => {
  const { status, answer } = await estimate({ model: 'claude-sonnet-4-5', max_tokens: 200, messages })
  expect(status).toBe(200)
  expect(answer).toMatchObject({ inputTokens: 1000, outputTokens: 200, outputTokensFrom: 'limit of the request' })
  expect(answer.estimates).toMatchObject([
    {
      model: 'claude-sonnet-4-5',
      provider: 'anthropic',
      status: 'estimated',
      costUsd: '0.006',
      costNanoUsd: 6_000_000,
    },
  ])
})

test('other models beside it, each once; an unknown one gets the near names', async () => {
  const models = ['claude-sonnet-4-5', 'gpt-4o-mini', 'groq/openai/gpt-oss-120b', 'gpt-4o-mini', 'gpt4o-mini']
  const { answer } = await estimate({ model: 'claude-sonnet-4-5', models, max_tokens: 200, messages })
  expect(answer.estimates.map(({ model, provider }) => [model, provider])).toEqual([
    ['claude-sonnet-4-5', 'anthropic'],
    ['gpt-4o-mini', 'openai'],
    ['groq/openai/gpt-oss-120b', 'groq'],
    ['gpt4o-mini', null],
  ])
  // 1000 at $0.15 and 200 at $0.60 for a million.
  expect(answer.estimates[1]?.costUsd).toBe('0.00027')
  expect(answer.estimates[3]).toMatchObject({ status: 'unknown', costUsd: null })
  expect(answer.estimates[3]?.note).toContain('gpt-4o-mini')
})

test('without a limit a longish answer is assumed, and said', async () => {
  const { answer } = await estimate({ model: 'claude-sonnet-4-5', messages })
  expect(answer).toMatchObject({ outputTokens: 1000, outputTokensFrom: 'assumed' })
})

describe('the bodies of every dialect are read', () => {
  test.each([
    ['Chat Completions', { max_completion_tokens: 7, messages }],
    ['Responses', { max_output_tokens: 7, input: messages }],
    ['Gemini', { generationConfig: { maxOutputTokens: 7 }, contents: messages }],
    ['Messages', { max_tokens: 7, messages }],
  ])('%s', async (_dialect, body) => {
    const { answer } = await estimate({ ...body, models: ['gemini-2.5-flash'] })
    expect(answer).toMatchObject({ inputTokens: 1000, outputTokens: 7, estimates: [{ provider: 'google' }] })
  })

  test('with system prompt and tools', async () => {
    const { answer } = await estimate({ model: 'claude-sonnet-4-5', messages, system: 'y'.repeat(398), tools: [] })
    // 400 bytes of system prompt with its quotes, 2 of an empty list.
    expect(answer.inputTokens).toBe(1101)
  })
})

test.each([
  {},
  { models: [] },
  { models: 'claude-sonnet-4-5' },
  { models: Array.from({ length: 21 }, (_, i) => `m${i}`) },
])('no models or too many are refused: %j', async (body) => {
  const { status, answer } = await estimate(body)
  expect(status).toBe(400)
  expect(answer).toMatchObject({ error: { message: expect.stringContaining('one to 20 models') } })
})

test('an estimate is a row that cost nothing', async () => {
  await estimate({ model: 'claude-sonnet-4-5', messages })
  expect(relay.rows.at(-1)).toMatchObject({
    endpoint: 'estimate',
    outcome: 'complete',
    provider: null,
    usage: null,
    cost: { status: 'none', nanoUsd: 0 },
  })
})
