/** Every answer to a breach, at every endpoint that costs something, whole and streamed, in the words of its dialect. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { json, scriptedProvider, sse, type ScriptedProvider, type Seen } from '../support/provider.ts'
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
import { openPipeline, type Pipeline } from '../support/services.ts'

const noon = Date.UTC(2026, 10, 22, 12)
const usd = 1_000_000_000

const user = { role: 'user', content: 'hi' }
const contents = [{ role: 'user', parts: [{ text: 'hi' }] }]

interface Ask {
  readonly name: string
  readonly path: string
  readonly body: object
  /** Of the error in this dialect. */
  readonly error: (body: Record<string, unknown>) => unknown
  readonly word: unknown
  readonly isStream?: boolean
  readonly canGoDown?: boolean
}

const openAiWord = (body: Record<string, unknown>) => (body['error'] as Record<string, unknown>)['code']
const anthropicWord = (body: Record<string, unknown>) => (body['error'] as Record<string, unknown>)['type']
const geminiWord = (body: Record<string, unknown>) => (body['error'] as Record<string, unknown>)['status']

const asks: readonly Ask[] = [
  ...[false, true].flatMap((isStream): Ask[] => {
    const how = isStream ? 'streamed' : 'whole'
    const limit = { max_tokens: 1000, stream: isStream }
    return [
      {
        name: `Messages, ${how}`,
        path: '/v1/messages',
        body: { model: 'claude-dear', messages: [user], ...limit },
        error: anthropicWord,
        word: 'billing_error',
        isStream,
        canGoDown: true,
      },
      {
        name: `Chat Completions, ${how}`,
        path: '/v1/chat/completions',
        body: { model: 'dear', messages: [user], ...limit },
        error: openAiWord,
        word: 'budget_exceeded',
        isStream,
        canGoDown: true,
      },
      {
        name: `Responses, ${how}`,
        path: '/v1/responses',
        body: { model: 'dear', input: 'hi', max_output_tokens: 1000, stream: isStream },
        error: openAiWord,
        word: 'budget_exceeded',
        isStream,
        canGoDown: true,
      },
      {
        name: `Gemini, ${how}`,
        path: `/v1beta/models/gemini-dear:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
        body: { contents, generationConfig: { maxOutputTokens: 1000 } },
        error: geminiWord,
        word: 'FAILED_PRECONDITION',
        isStream,
        canGoDown: true,
      },
    ]
  }),
  {
    name: 'Chat Completions at a mount',
    path: '/openai/v1/chat/completions',
    body: { model: 'dear', messages: [user], max_tokens: 1000 },
    error: openAiWord,
    word: 'budget_exceeded',
    canGoDown: true,
  },
  {
    name: 'Messages of a model that speaks another dialect',
    path: '/v1/messages',
    body: { model: 'openai/dear', messages: [user], max_tokens: 1000 },
    error: anthropicWord,
    word: 'billing_error',
    canGoDown: true,
  },
  {
    name: 'Embeddings',
    path: '/v1/embeddings',
    body: { model: 'text-embedding-dear', input: 'x'.repeat(400) },
    error: openAiWord,
    word: 'budget_exceeded',
  },
]

let provider: ScriptedProvider
beforeAll(() => {
  provider = scriptedProvider(answer)
})
afterAll(() => provider.stop())

function answer({ target, text }: Seen): Response {
  const isStream = /"stream":\s*true/.test(text)
  if (target.includes('count_tokens')) return json({ input_tokens: 7 })
  if (target.includes('embeddings'))
    return json({ object: 'list', data: [], model: 'e', usage: { prompt_tokens: 100 } })
  if (target.includes('messages')) return isStream ? sse(anthropicFrames) : json(anthropicReply)
  if (target.includes('responses')) return isStream ? sse(responsesFrames) : json(responsesReply)
  if (target.includes('streamGenerateContent')) return sse(geminiFrames)
  if (target.includes('generateContent')) return json(geminiReply)
  return isStream ? sse(chatFrames) : json(chatReply)
}

/** $1 an hour, of which so much is spent. */
function guarded(onBreach: string, spentUsd: number): Pipeline {
  const dear = { inputUsd: 0, outputUsd: 50 }
  const pipeline = openPipeline({
    variables: {
      OPENAI_API_KEY: 'sk-proj-test-1234567890abcdef1234567890abcdef',
      ANTHROPIC_API_KEY: 'sk-ant-api03-test-1234567890abcdef1234567890abcdef',
      GEMINI_API_KEY: 'AIzaTest-1234567890abcdef1234567890abcdef',
      RELAYPLANE_OPENAI_BASE_URL: `${provider.url}/v1`,
      RELAYPLANE_ANTHROPIC_BASE_URL: provider.url,
      RELAYPLANE_GOOGLE_BASE_URL: provider.url,
    },
    clock: { now: () => noon, monotonic: () => performance.now() },
    config: {
      budget: {
        enabled: true,
        dailyUsd: null,
        hourlyUsd: 1,
        perRequestUsd: null,
        onBreach,
        downgradeTo: 'openai/cheap',
        estimate: 'worst',
      },
      prices: {
        'openai/dear': dear,
        'anthropic/claude-dear': dear,
        'google/gemini-dear': dear,
        'openai/cheap': { inputUsd: 0, outputUsd: 5 },
        'openai/text-embedding-dear': { inputUsd: 1000, outputUsd: 0 },
      },
      providers: { openai: { models: ['dear', 'cheap', 'text-embedding-dear'] } },
    },
  })
  pipeline.services.ledger.fill({ kinds: new Set() }, [
    { atMs: noon - 60_000, nanoUsd: spentUsd * usd, session: null, agent: null, provider: 'openai', model: 'dear' },
  ])
  return pipeline
}

const post = (pipeline: Pipeline, { path, body }: Pick<Ask, 'path' | 'body'>): Promise<Response> =>
  pipeline.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

describe.each(asks)('$name', (ask) => {
  test('is refused with 402 by a limit that blocks, and nothing is sent', async () => {
    const run = guarded('block', 0.96)
    const before = provider.seen.length
    const response = await post(run, ask)
    expect(response.status).toBe(402)
    expect(response.headers.get('content-type')).toContain('application/json')
    const body = (await response.json()) as Record<string, unknown>
    expect(ask.error(body)).toBe(ask.word)
    expect(JSON.stringify(body)).toContain('The hourly limit of $1 is reached: $0.96 spent')
    expect(provider.seen.length).toBe(before)
    expect(run.rows).toMatchObject([{ guard: 'blocked', outcome: 'refused', status: 402, cost: { nanoUsd: 0 } }])
    expect(run.services.ledger.standing('all', noon).reserved).toBe(0)
  })

  test('passes a limit that warns, with a header', async () => {
    const run = guarded('warn', 0.96)
    const response = await post(run, ask)
    expect(response.status).toBe(200)
    await response.text()
    expect(response.headers.get('x-relayplane-budget-warning')).toStartWith('The hourly limit of $1 is reached')
    expect(run.rows).toMatchObject([{ guard: 'warned', outcome: 'complete' }])
    expect(run.alerts.filter(({ type }) => type === 'breach')).toHaveLength(1)
  })

  test('passes a limit that only tells, without one', async () => {
    const run = guarded('alert', 0.96)
    const response = await post(run, ask)
    expect(response.status).toBe(200)
    await response.text()
    expect(response.headers.get('x-relayplane-budget-warning')).toBeNull()
    expect(run.alerts.filter(({ type }) => type === 'breach')).toHaveLength(1)
  })

  test('goes down to the cheaper model where it can, and is refused where it can not', async () => {
    const run = guarded('downgrade', 0.96)
    const response = await post(run, ask)
    if (ask.canGoDown !== true) {
      expect(response.status).toBe(402)
      return
    }
    expect(response.status).toBe(200)
    await response.text()
    expect(response.headers.get('x-relayplane-downgraded')).toEndWith('-> cheap; the hourly limit is reached')
    expect(run.rows).toMatchObject([
      { guard: 'downgraded', routedModel: 'cheap', provider: 'openai', outcome: 'complete' },
    ])
    expect(JSON.parse(provider.seen.at(-1)?.text ?? '{}')).toMatchObject({ model: 'cheap' })
  })

  test('is refused by a limit that goes down where not even the cheaper model fits', async () => {
    const run = guarded('downgrade', 0.999)
    const response = await post(run, ask)
    expect(response.status).toBe(402)
    expect(ask.error((await response.json()) as Record<string, unknown>)).toBe(ask.word)
  })

  test('is not held back by what it does not reach', async () => {
    const run = guarded('block', 0.5)
    const response = await post(run, ask)
    expect(response.status).toBe(200)
    await response.text()
    expect(run.rows).toMatchObject([{ guard: null, outcome: 'complete' }])
  })
})

describe('what costs nothing', () => {
  const count = { path: '/v1/messages/count_tokens', body: { model: 'claude-dear', messages: [user] } }

  test('passes as long as the limit is not spent, and is refused with all else when it is', async () => {
    expect((await post(guarded('block', 0.9999), count)).status).toBe(200)
    expect((await post(guarded('block', 1), count)).status).toBe(402)
  })

  test('lists of models are always there', async () => {
    const run = guarded('block', 1)
    expect((await run.ask('/v1/models')).status).toBe(200)
  })

  test('a path that nobody here knows the price of passes until the limit is spent', async () => {
    const images = { path: '/v1/images/generations', body: { prompt: 'a plane' } }
    expect((await post(guarded('block', 0.9999), images)).status).toBe(200)
    expect((await post(guarded('block', 1), images)).status).toBe(402)
  })
})
