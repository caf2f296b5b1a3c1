/** The AI SDK with its providers, each pointed here by its base URL alone. */
import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel } from 'ai'
import { describe, expect, test } from 'bun:test'
import { clientStage, failureOf } from '../support/client-stage.ts'
import { fakeKeys } from '../support/fake-keys.ts'
import { marks } from '../support/mock-models.ts'

const stage = clientStage()

interface Case {
  readonly model: (name?: string) => LanguageModel
  readonly provider: string
  readonly name: string
  readonly endpoint: string
  readonly streamEndpoint: string
  /** Nano-USD of the turn that calls a tool, and of the one that says something. */
  readonly toolCost: number
  readonly textCost: number
  readonly errorCode: string
  /** Tokens estimated for what an aborted stream had said. */
  readonly abortedOutput: number
}

const v1 = () => `${stage.relay.apiUrl}/v1`

const cases: readonly (readonly [title: string, one: Case])[] = [
  [
    '@ai-sdk/anthropic',
    {
      model: (name = 'claude-sonnet-4-6') => createAnthropic({ baseURL: v1(), apiKey: fakeKeys.anthropic })(name),
      provider: 'anthropic',
      name: 'claude-sonnet-4-6',
      endpoint: 'messages',
      streamEndpoint: 'messages',
      // $3, $0.30 and $15 a million
      toolCost: 2_040_000,
      textCost: 2_700_000,
      errorCode: 'not_found_error',
      abortedOutput: 5,
    },
  ],
  [
    '@ai-sdk/openai (Responses)',
    {
      model: (name = 'gpt-5') => createOpenAI({ baseURL: v1(), apiKey: fakeKeys.openai })(name),
      provider: 'openai',
      name: 'gpt-5',
      endpoint: 'responses',
      streamEndpoint: 'responses',
      // $1.25, $0.125 and $10 a million
      toolCost: 1_000_000,
      textCost: 1_350_000,
      errorCode: 'invalid_request_error',
      abortedOutput: 5,
    },
  ],
  [
    '@ai-sdk/openai (Chat Completions)',
    {
      model: (name = 'gpt-4o-mini') => createOpenAI({ baseURL: v1(), apiKey: fakeKeys.openai }).chat(name),
      provider: 'openai',
      name: 'gpt-4o-mini',
      endpoint: 'chat',
      streamEndpoint: 'chat',
      // $0.15, $0.075 and $0.60 a million
      toolCost: 144_000,
      textCost: 186_000,
      errorCode: 'invalid_request_error',
      abortedOutput: 7,
    },
  ],
  [
    '@ai-sdk/openai-compatible',
    {
      model: (name = 'gpt-4o-mini') =>
        createOpenAICompatible({ name: 'relayplane', baseURL: v1(), apiKey: fakeKeys.openai })(name),
      provider: 'openai',
      name: 'gpt-4o-mini',
      endpoint: 'chat',
      streamEndpoint: 'chat',
      toolCost: 144_000,
      textCost: 186_000,
      errorCode: 'invalid_request_error',
      abortedOutput: 7,
    },
  ],
  [
    '@ai-sdk/google',
    {
      model: (name = 'gemini-2.5-flash') =>
        createGoogleGenerativeAI({ baseURL: `${stage.relay.apiUrl}/v1beta`, apiKey: fakeKeys.google })(name),
      provider: 'google',
      name: 'gemini-2.5-flash',
      endpoint: 'generate',
      streamEndpoint: 'stream_generate',
      // $0.30, $0.03 and $2.50 a million
      toolCost: 244_000,
      textCost: 330_000,
      errorCode: 'NOT_FOUND',
      abortedOutput: 7,
    },
  ],
]

const getWeather = tool({
  description: 'The weather of a city',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  }),
  execute: ({ city }) => `Rain in ${city}`,
})

describe.each(cases)('%s', (_title, one) => {
  test('generates text, and the row has the exact cost', async () => {
    const { text, usage } = await generateText({ model: one.model(), prompt: 'hello' })
    expect(text).toBe('Good evening, all is well here.')
    expect(usage).toMatchObject({ inputTokens: 1500, outputTokens: 60 })
    expect(stage.newRows()).toMatchObject([
      {
        endpoint: one.endpoint,
        provider: one.provider,
        routed_model: one.name,
        status: 200,
        outcome: 'complete',
        is_stream: 0,
        input_tokens: 500,
        cache_read_tokens: 1000,
        output_tokens: 60,
        cost_status: 'priced',
        cost_nano_usd: one.textCost,
        billing: 'metered',
        agent: 'ai',
        agent_source: 'user-agent',
        session_source: 'fingerprint',
      },
    ])
  })

  test('streams a turn that calls a tool, runs it, and streams the answer to its result, in one session', async () => {
    const result = streamText({
      model: one.model(),
      system: 'You know the weather.',
      prompt: `${marks.tool}: what is the weather in Paris?`,
      tools: { get_weather: getWeather },
      stopWhen: stepCountIs(3),
    })
    expect(await result.text).toContain('Rain in Paris')
    const calls = (await result.steps).flatMap(({ toolCalls }) => toolCalls)
    expect(calls).toMatchObject([{ toolName: 'get_weather', input: { city: 'Paris' } }])
    const rows = stage.newRows()
    const row = { endpoint: one.streamEndpoint, is_stream: 1, outcome: 'complete', cost_status: 'priced' }
    expect(rows).toMatchObject([
      { ...row, input_tokens: 400, cache_read_tokens: 800, output_tokens: 40, cost_nano_usd: one.toolCost },
      { ...row, input_tokens: 500, cache_read_tokens: 1000, output_tokens: 60, cost_nano_usd: one.textCost },
    ])
    expect(rows[0]?.['session_id']).toBe(rows[1]?.['session_id'])
    expect(rows[0]?.['agent']).toMatch(/^agent-[0-9a-f]{8}$/)
    expect(rows[0]?.['agent']).toBe(rows[1]?.['agent'])
  })

  test.each([400, 401, 404])("gets the provider's error as its own: %i", async (status) => {
    const fault = await failureOf(generateText({ model: one.model(), prompt: `${marks.fail}${status}`, maxRetries: 0 }))
    expect(APICallError.isInstance(fault)).toBe(true)
    expect(fault).toMatchObject({ statusCode: status, message: `The mock was told to answer ${status}.` })
    const row = { status, outcome: 'failed', cost_status: 'none', cost_nano_usd: 0 }
    expect(stage.newRows()).toMatchObject([status === 404 ? { ...row, error_code: one.errorCode } : row])
  })

  test('gets our error as its own: a model that nobody has', async () => {
    const fault = await failureOf(generateText({ model: one.model('nobodys-9'), prompt: 'hello' }))
    expect(APICallError.isInstance(fault)).toBe(true)
    expect(fault).toMatchObject({
      statusCode: 404,
      message: expect.stringContaining('No provider is known for the model "nobodys-9".'),
    })
    expect(stage.newRows()).toMatchObject([{ status: 404, outcome: 'refused', cost_nano_usd: 0 }])
  })

  test('aborts a stream midway: upstream ends, and the row says how far it went', async () => {
    const aborted = stage.mock.aborted()
    const stop = new AbortController()
    const { textStream } = streamText({
      model: one.model(),
      prompt: marks.hang,
      abortSignal: stop.signal,
      onError: () => undefined,
    })
    const half = 'Good evening, all is well h'.slice(0, one.abortedOutput === 5 ? 18 : 27)
    let text = ''
    for await (const piece of textStream) {
      text += piece
      if (text === half) stop.abort()
    }
    expect(text).toBe(half)
    await stage.relay.until('the upstream call ended', () => stage.mock.aborted() === aborted + 1)
    const row = await stage.abortedRow()
    expect(row).toMatchObject({ is_stream: 1, output_tokens: one.abortedOutput, cost_status: 'estimated' })
    expect(row['cost_nano_usd']).toBeGreaterThan(0)
  })
})
