/** Anthropic's own SDK, pointed here by its base URL alone. */
import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from 'bun:test'
import { clientStage, failureOf } from '../support/client-stage.ts'
import { fakeKeys } from '../support/fake-keys.ts'
import { marks } from '../support/mock-models.ts'

const stage = clientStage()
const model = 'claude-sonnet-4-6'

const client = (over: { apiKey?: string; defaultHeaders?: Record<string, string> } = {}) =>
  new Anthropic({ baseURL: stage.relay.apiUrl, apiKey: fakeKeys.anthropic, ...over })

const ask = (content: string) => ({ model, max_tokens: 100, messages: [{ role: 'user' as const, content }] })

const weather: Anthropic.Tool = {
  name: 'get_weather',
  description: 'The weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

test('a message comes back whole, and its row has the exact cost and says whose it was', async () => {
  const named = client({ defaultHeaders: { 'x-relayplane-session': 'run-7', 'x-relayplane-agent': 'reporter' } })
  const message = await named.messages.create(ask('hello'))
  expect(message.content).toMatchObject([{ type: 'text', text: 'Good evening, all is well here.' }])
  expect(message.usage).toMatchObject({ input_tokens: 500, cache_read_input_tokens: 1000, output_tokens: 60 })
  const [seen] = stage.mock.seen.slice(-1)
  expect(seen?.target).toBe('/v1/messages')
  // As the SDK writes them since 1.0.
  expect(seen?.headers.get('authorization')).toBe(`Bearer ${fakeKeys.anthropic}`)
  expect(seen?.headers.get('anthropic-version')).toBe('2026-10-21')
  expect(seen?.headers.get('x-stainless-lang')).toBe('js')
  expect(stage.newRows()).toMatchObject([
    {
      endpoint: 'messages',
      provider: 'anthropic',
      routed_model: model,
      status: 200,
      outcome: 'complete',
      is_stream: 0,
      input_tokens: 500,
      cache_read_tokens: 1000,
      output_tokens: 60,
      cost_status: 'priced',
      // 500 at $3, 1000 at $0.30 and 60 at $15 a million
      cost_nano_usd: 2_700_000,
      billing: 'metered',
      session_id: 'run-7',
      session_source: 'header',
      agent: 'reporter',
      agent_source: 'header',
    },
  ])
})

test('a streamed turn calls a tool and the next one reads its result, both in one session', async () => {
  const first = ask(`${marks.tool}: what is the weather in Paris?`)
  const call = await client()
    .messages.stream({ ...first, tools: [weather] })
    .finalMessage()
  expect(call.stop_reason).toBe('tool_use')
  const use = call.content.find((block) => block.type === 'tool_use')
  expect(use).toMatchObject({ name: 'get_weather', input: { city: 'Paris' } })

  const result = { type: 'tool_result' as const, tool_use_id: use?.id ?? '', content: 'Rain, 11 degrees' }
  const stream = client().messages.stream({
    ...first,
    messages: [...first.messages, { role: 'assistant', content: call.content }, { role: 'user', content: [result] }],
    tools: [weather],
  })
  expect(await stream.finalText()).toBe('The tool said: Rain, 11 degrees')

  const rows = stage.newRows()
  expect(rows).toMatchObject([
    {
      is_stream: 1,
      finish_reason: 'tool_use',
      input_tokens: 400,
      cache_read_tokens: 800,
      output_tokens: 40,
      cost_status: 'priced',
      cost_nano_usd: 2_040_000,
    },
    { is_stream: 1, finish_reason: 'end_turn', output_tokens: 60, cost_status: 'priced', cost_nano_usd: 2_700_000 },
  ])
  expect(rows.map((row) => row['session_source'])).toEqual(['fingerprint', 'fingerprint'])
  expect(rows[0]?.['session_id']).toBe(rows[1]?.['session_id'])
  expect(rows.map((row) => row['agent'])).toEqual(['Anthropic', 'Anthropic'])
})

test('tokens are counted, at no cost', async () => {
  expect(await client().messages.countTokens({ model, messages: ask('hello').messages })).toEqual({
    input_tokens: 1234,
  })
  expect(stage.newRows()).toMatchObject([
    { endpoint: 'count_tokens', provider: 'anthropic', status: 200, cost_status: 'none', cost_nano_usd: 0 },
  ])
})

test("models are listed in Anthropic's shape, and one of them is found by name", async () => {
  const ids: string[] = []
  for await (const listed of client().models.list()) ids.push(listed.id)
  expect(ids).toContain(model)
  expect(ids).not.toContain('gpt-5')
  expect(await client().models.retrieve(model)).toMatchObject({ type: 'model', id: model })
  expect(stage.newRows()).toMatchObject([
    { endpoint: 'models', status: 200, cost_status: 'none' },
    { endpoint: 'models', status: 200, cost_status: 'none' },
  ])
})

describe("an error of the provider's arrives as the SDK's own:", () => {
  test.each([
    [400, Anthropic.BadRequestError, 'invalid_request_error'],
    [401, Anthropic.AuthenticationError, 'authentication_error'],
    [404, Anthropic.NotFoundError, 'not_found_error'],
  ])('%i', async (status, errorClass, type) => {
    const fault = await failureOf(client().messages.create(ask(`${marks.fail}${status}`)))
    expect(fault).toBeInstanceOf(errorClass)
    expect(fault).toMatchObject({ status, type, message: expect.stringContaining(`told to answer ${status}.`) })
    expect(stage.newRows()).toMatchObject([
      { status, outcome: 'failed', error_code: type, provider: 'anthropic', cost_status: 'none', cost_nano_usd: 0 },
    ])
  })
})

describe('an error of ours arrives so too:', () => {
  test('a model that nobody has', async () => {
    const fault = await failureOf(client().messages.create({ ...ask('hello'), model: 'claudius-9' }))
    expect(fault).toBeInstanceOf(Anthropic.NotFoundError)
    expect(fault.message).toContain('No provider is known for the model')
    expect(stage.newRows()).toMatchObject([{ status: 404, outcome: 'refused', provider: null, cost_nano_usd: 0 }])
  })

  test('no key for the provider', async () => {
    const fault = await failureOf(client({ apiKey: 'none' }).messages.create(ask('hello')))
    expect(fault).toBeInstanceOf(Anthropic.AuthenticationError)
    expect(fault.message).toContain('Set ANTHROPIC_API_KEY')
    expect(stage.newRows()).toMatchObject([{ status: 401, outcome: 'refused', cost_nano_usd: 0 }])
  })
})

test('a stream that is aborted midway ends upstream and is booked as far as it went', async () => {
  const aborted = stage.mock.aborted()
  const stream = client().messages.stream(ask(marks.hang))
  let text = ''
  const reading = (async () => {
    for await (const event of stream) {
      if (event.type !== 'content_block_delta' || event.delta.type !== 'text_delta') continue
      text += event.delta.text
      if (text === 'Good evening, all ') stream.abort()
    }
  })()
  expect(await failureOf(reading)).toBeInstanceOf(Anthropic.APIUserAbortError)
  await stage.relay.until('the upstream call ended', () => stage.mock.aborted() === aborted + 1)
  expect(await stage.abortedRow()).toMatchObject({
    outcome: 'client_abort',
    is_stream: 1,
    // As the start of the stream said
    input_tokens: 500,
    cache_read_tokens: 1000,
    // 18 characters
    output_tokens: 5,
    cost_status: 'estimated',
    cost_nano_usd: 1_875_000,
  })
})
