/** Google's own SDK for Gemini, pointed here by its base URL alone. */
import { ApiError, GoogleGenAI, Type, type Content } from '@google/genai'
import { describe, expect, test } from 'bun:test'
import { clientStage, failureOf } from '../support/client-stage.ts'
import { fakeKeys } from '../support/fake-keys.ts'
import { marks } from '../support/mock-models.ts'

const stage = clientStage()
const model = 'gemini-2.5-flash'

const client = (apiKey: string = fakeKeys.google) =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: stage.relay.apiUrl } })

const weather = {
  functionDeclarations: [
    { name: 'get_weather', parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } } } },
  ],
}

test('content comes back whole, and its row has the exact cost', async () => {
  const { text, usageMetadata } = await client().models.generateContent({ model, contents: 'hello' })
  expect(text).toBe('Good evening, all is well here.')
  expect(usageMetadata).toMatchObject({ promptTokenCount: 1500, candidatesTokenCount: 40, thoughtsTokenCount: 20 })
  const [seen] = stage.mock.seen.slice(-1)
  expect(seen?.target).toBe('/v1beta/models/gemini-2.5-flash:generateContent')
  expect(seen?.headers.get('x-goog-api-key')).toBe(fakeKeys.google)
  expect(stage.newRows()).toMatchObject([
    {
      endpoint: 'generate',
      provider: 'google',
      routed_model: model,
      status: 200,
      outcome: 'complete',
      is_stream: 0,
      input_tokens: 500,
      cache_read_tokens: 1000,
      output_tokens: 60,
      reasoning_tokens: 20,
      cost_status: 'priced',
      // 500 at $0.30, 1000 at $0.03 and 60 at $2.50 a million
      cost_nano_usd: 330_000,
      billing: 'metered',
      agent: 'google-genai-sdk',
      agent_source: 'user-agent',
      session_source: 'fingerprint',
    },
  ])
})

test('a streamed turn calls a tool and the next one reads its result, both in one session', async () => {
  const config = { tools: [weather] }
  const first: Content = { role: 'user', parts: [{ text: `${marks.tool}: what is the weather in Paris?` }] }
  const stream = await client().models.generateContentStream({ model, contents: [first], config })
  const said: Content[] = []
  for await (const { candidates } of stream) {
    const content = candidates?.[0]?.content
    if (content !== undefined) said.push(content)
  }
  const parts = said.flatMap((content) => content.parts ?? [])
  const call = parts.find(({ functionCall }) => functionCall !== undefined)?.functionCall
  expect(call).toMatchObject({ name: 'get_weather', args: { city: 'Paris' } })

  const result: Content = {
    role: 'user',
    parts: [{ functionResponse: { name: 'get_weather', response: { output: 'Rain' } } }],
  }
  const contents = [first, { role: 'model', parts }, result]
  let text = ''
  for await (const chunk of await client().models.generateContentStream({ model, contents, config })) {
    text += chunk.text ?? ''
  }
  expect(text).toBe('The tool said: {"output":"Rain"}')

  const rows = stage.newRows()
  const row = { endpoint: 'stream_generate', is_stream: 1, outcome: 'complete', cost_status: 'priced' }
  expect(rows).toMatchObject([
    { ...row, input_tokens: 400, cache_read_tokens: 800, output_tokens: 40, cost_nano_usd: 244_000 },
    { ...row, input_tokens: 500, cache_read_tokens: 1000, output_tokens: 60, cost_nano_usd: 330_000 },
  ])
  expect(rows[0]?.['session_id']).toBe(rows[1]?.['session_id'])
})

test('tokens are counted, at no cost', async () => {
  expect(await client().models.countTokens({ model, contents: 'hello' })).toMatchObject({ totalTokens: 1234 })
  expect(stage.mock.seen.at(-1)?.target).toBe('/v1beta/models/gemini-2.5-flash:countTokens')
  expect(stage.newRows()).toMatchObject([
    { endpoint: 'gemini_count_tokens', provider: 'google', status: 200, cost_status: 'none', cost_nano_usd: 0 },
  ])
})

test("models are listed in Gemini's shape, and one of them is found by name", async () => {
  const names: (string | undefined)[] = []
  for await (const listed of await client().models.list()) names.push(listed.name)
  expect(names).toContain(`models/${model}`)
  expect(names).not.toContain('models/gpt-5')
  expect(await client().models.get({ model })).toMatchObject({ name: `models/${model}` })
  expect(stage.newRows()).toMatchObject([{ endpoint: 'models' }, { endpoint: 'models' }])
})

describe("an error of the provider's arrives as the SDK's own:", () => {
  test.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [404, 'NOT_FOUND'],
  ])('%i', async (status, code) => {
    const contents = `${marks.fail}${status}`
    const fault = await failureOf(client().models.generateContent({ model, contents }))
    expect(fault).toBeInstanceOf(ApiError)
    expect(fault).toMatchObject({ status, message: expect.stringContaining(`told to answer ${status}.`) })
    expect(stage.newRows()).toMatchObject([
      { status, outcome: 'failed', error_code: code, cost_status: 'none', cost_nano_usd: 0 },
    ])
  })
})

describe('an error of ours arrives so too:', () => {
  test('a model that nobody has', async () => {
    const asked = client().models.generateContent({ model: 'gemma-nine', contents: 'hello' })
    const fault = await failureOf(asked)
    expect(fault).toBeInstanceOf(ApiError)
    expect(fault).toMatchObject({ status: 404, message: expect.stringContaining('No provider is known for') })
    expect(stage.newRows()).toMatchObject([{ status: 404, outcome: 'refused', provider: null, cost_nano_usd: 0 }])
  })

  test('no key for the provider', async () => {
    const fault = await failureOf(client('none').models.generateContent({ model, contents: 'hello' }))
    expect(fault).toBeInstanceOf(ApiError)
    expect(fault).toMatchObject({ status: 401, message: expect.stringContaining('Set GEMINI_API_KEY') })
    expect(stage.newRows()).toMatchObject([{ status: 401, outcome: 'refused', cost_nano_usd: 0 }])
  })
})

test('a stream that is aborted midway ends upstream and is booked as far as it went', async () => {
  const aborted = stage.mock.aborted()
  const stop = new AbortController()
  const stream = await client().models.generateContentStream({
    model,
    contents: marks.hang,
    config: { abortSignal: stop.signal },
  })
  let text = ''
  const reading = (async () => {
    for await (const chunk of stream) {
      text += chunk.text ?? ''
      if (text === 'Good evening, all is well h') stop.abort()
    }
  })()
  expect((await failureOf(reading)).name).toBe('AbortError')
  await stage.relay.until('the upstream call ended', () => stage.mock.aborted() === aborted + 1)
  expect(await stage.abortedRow()).toMatchObject({
    is_stream: 1,
    // As the chunks said
    input_tokens: 1500,
    // 27 characters
    output_tokens: 7,
    cost_status: 'estimated',
    cost_nano_usd: 467_500,
  })
})
