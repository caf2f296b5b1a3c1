/** OpenAI's own SDK, pointed here by its base URL alone: Chat Completions, Responses, embeddings. */
import { describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { clientStage, failureOf } from '../support/client-stage.ts'
import { fakeKeys } from '../support/fake-keys.ts'
import { marks } from '../support/mock-models.ts'

const stage = clientStage()
const chatModel = 'gpt-4o-mini'
const model = 'gpt-5'

const client = (over: { apiKey?: string } = {}) =>
  new OpenAI({ baseURL: `${stage.relay.apiUrl}/v1`, apiKey: fakeKeys.openai, ...over })

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

describe('Chat Completions', () => {
  const ask = (content: string) => ({ model: chatModel, messages: [{ role: 'user' as const, content }] })
  const weather = { type: 'function' as const, function: { name: 'get_weather', parameters } }

  test('a completion comes back whole, and its row has the exact cost', async () => {
    const { choices, usage } = await client().chat.completions.create(ask('hello'))
    expect(choices[0]?.message.content).toBe('Good evening, all is well here.')
    expect(usage).toMatchObject({ prompt_tokens: 1500, completion_tokens: 60 })
    const [seen] = stage.mock.seen.slice(-1)
    // A base URL without /v1 is an origin, and keeps the path of OpenAI's own.
    expect(seen?.target).toBe('/v1/chat/completions')
    expect(seen?.headers.get('authorization')).toBe(`Bearer ${fakeKeys.openai}`)
    expect(stage.newRows()).toMatchObject([
      {
        endpoint: 'chat',
        provider: 'openai',
        routed_model: chatModel,
        status: 200,
        outcome: 'complete',
        is_stream: 0,
        input_tokens: 500,
        cache_read_tokens: 1000,
        output_tokens: 60,
        reasoning_tokens: 20,
        cost_status: 'priced',
        // 500 at $0.15, 1000 at $0.075 and 60 at $0.60 a million
        cost_nano_usd: 186_000,
        agent: 'OpenAI',
        agent_source: 'user-agent',
        session_source: 'fingerprint',
      },
    ])
  })

  test('a streamed turn calls a tool and the next one reads its result; usage nobody asked for is not shown', async () => {
    const first = ask(`${marks.tool}: what is the weather in Paris?`)
    const stream = client().chat.completions.stream({ ...first, tools: [weather] })
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true)
    const message = await stream.finalMessage()
    const call = message.tool_calls?.[0]
    expect(call).toMatchObject({ function: { name: 'get_weather', arguments: '{"city":"Paris"}' } })

    const answer = client().chat.completions.stream({
      ...first,
      messages: [...first.messages, message, { role: 'tool', tool_call_id: call?.id ?? '', content: 'Rain' }],
      tools: [weather],
      stream_options: { include_usage: true },
    })
    expect(await answer.finalContent()).toBe('The tool said: Rain')
    expect(await answer.totalUsage()).toMatchObject({ prompt_tokens: 1500, completion_tokens: 60 })

    const rows = stage.newRows()
    expect(rows).toMatchObject([
      { is_stream: 1, finish_reason: 'tool_calls', input_tokens: 400, output_tokens: 40, cost_nano_usd: 144_000 },
      { is_stream: 1, finish_reason: 'stop', input_tokens: 500, output_tokens: 60, cost_nano_usd: 186_000 },
    ])
    expect(rows[0]?.['session_id']).toBe(rows[1]?.['session_id'])
  })

  test('a stream that is aborted midway ends upstream and is booked as far as it went', async () => {
    const aborted = stage.mock.aborted()
    const stream = await client().chat.completions.create({ ...ask(marks.hang), stream: true })
    let text = ''
    for await (const { choices } of stream) {
      text += choices[0]?.delta.content ?? ''
      if (text === 'Good evening, all is well h') stream.controller.abort()
    }
    await stage.relay.until('the upstream call ended', () => stage.mock.aborted() === aborted + 1)
    const row = await stage.abortedRow()
    // 27 characters; usage would have come at the end, so the input is estimated too.
    expect(row).toMatchObject({ is_stream: 1, output_tokens: 7, cost_status: 'estimated' })
    expect(row['cost_nano_usd']).toBe(Number(row['input_tokens']) * 150 + 7 * 600)
    expect(row['input_tokens']).toBe(Math.ceil(Number(row['request_bytes']) / 4))
  })
})

describe('Responses', () => {
  const ask = (input: string) => ({ model, input })
  const weather: OpenAI.Responses.FunctionTool = { type: 'function', name: 'get_weather', parameters, strict: true }

  test('a response comes back whole, and its row has the exact cost', async () => {
    const response = await client().responses.create(ask('hello'))
    expect(response.output_text).toBe('Good evening, all is well here.')
    expect(stage.mock.seen.at(-1)?.target).toBe('/v1/responses')
    expect(stage.newRows()).toMatchObject([
      {
        endpoint: 'responses',
        provider: 'openai',
        routed_model: model,
        outcome: 'complete',
        is_stream: 0,
        input_tokens: 500,
        cache_read_tokens: 1000,
        output_tokens: 60,
        reasoning_tokens: 20,
        // 500 at $1.25, 1000 at $0.125 and 60 at $10 a million
        cost_nano_usd: 1_350_000,
        service_tier: 'default',
        agent: 'OpenAI',
      },
    ])
  })

  test('a streamed turn calls a tool and the next one reads its result, in the session that the caller names', async () => {
    const first = { ...ask(`${marks.tool}: what is the weather?`), tools: [weather], prompt_cache_key: 'chat-12' }
    const response = await client().responses.stream(first).finalResponse()
    const call = response.output.find((item) => item.type === 'function_call')
    expect(call).toMatchObject({ name: 'get_weather', arguments: '{"city":"Paris"}' })

    const input: OpenAI.Responses.ResponseInput = [
      { role: 'user', content: first.input },
      ...response.output.filter((item) => item.type === 'function_call'),
      { type: 'function_call_output', call_id: call?.call_id ?? '', output: 'Rain' },
    ]
    const answer = await client()
      .responses.stream({ ...first, input })
      .finalResponse()
    expect(answer.output_text).toBe('The tool said: Rain')
    const session = { session_id: 'chat-12', session_source: 'prompt_cache_key', is_stream: 1 }
    expect(stage.newRows()).toMatchObject([
      { ...session, input_tokens: 400, cache_read_tokens: 800, output_tokens: 40, cost_nano_usd: 1_000_000 },
      { ...session, input_tokens: 500, cache_read_tokens: 1000, output_tokens: 60, cost_nano_usd: 1_350_000 },
    ])
  })

  test('a stream that is aborted midway ends upstream and is booked as far as it went', async () => {
    const aborted = stage.mock.aborted()
    const stream = await client().responses.create({ ...ask(marks.hang), stream: true })
    let text = ''
    for await (const event of stream) {
      if (event.type !== 'response.output_text.delta') continue
      text += event.delta
      if (text === 'Good evening, all ') stream.controller.abort()
    }
    await stage.relay.until('the upstream call ended', () => stage.mock.aborted() === aborted + 1)
    const row = await stage.abortedRow()
    expect(row).toMatchObject({ is_stream: 1, output_tokens: 5, cost_status: 'estimated' })
    expect(row['cost_nano_usd']).toBe(Number(row['input_tokens']) * 1250 + 5 * 10_000)
  })
})

test('an embedding comes back as numbers, and its row has the exact cost', async () => {
  const { data, usage } = await client().embeddings.create({ model: 'text-embedding-3-small', input: 'hello' })
  expect(data[0]?.embedding).toEqual([0.25, -0.5, 1])
  expect(usage.prompt_tokens).toBe(500)
  expect(stage.newRows()).toMatchObject([
    // At $0.02 a million
    { endpoint: 'embeddings', provider: 'openai', input_tokens: 500, output_tokens: 0, cost_nano_usd: 10_000 },
  ])
})

test("models are listed in OpenAI's shape, and one of them is found by name", async () => {
  const ids: string[] = []
  for await (const listed of client().models.list()) ids.push(listed.id)
  expect(ids).toContain(model)
  expect(ids).not.toContain('claude-sonnet-4-6')
  expect(await client().models.retrieve(model)).toMatchObject({ object: 'model', id: model, owned_by: 'openai' })
  expect(stage.newRows()).toMatchObject([{ endpoint: 'models' }, { endpoint: 'models' }])
})

describe("an error of the provider's arrives as the SDK's own:", () => {
  test.each([
    [400, OpenAI.BadRequestError, null],
    [401, OpenAI.AuthenticationError, 'invalid_api_key'],
    [404, OpenAI.NotFoundError, 'model_not_found'],
  ])('%i', async (status, errorClass, code) => {
    const calls = [
      client().responses.create({ model, input: `${marks.fail}${status}` }),
      client().chat.completions.create({
        model: chatModel,
        messages: [{ role: 'user', content: `${marks.fail}${status}` }],
        stream: true,
      }),
    ]
    for (const call of calls) {
      const fault = await failureOf(call)
      expect(fault).toBeInstanceOf(errorClass)
      expect(fault).toMatchObject({ status, code, message: `${status} The mock was told to answer ${status}.` })
    }
    const row = {
      status,
      outcome: 'failed',
      error_code: 'invalid_request_error',
      cost_status: 'none',
      cost_nano_usd: 0,
    }
    expect(stage.newRows()).toMatchObject([row, row])
  })
})

describe('an error of ours arrives so too:', () => {
  test('a model that nobody has', async () => {
    const fault = await failureOf(client().responses.create({ model: 'gptt-9', input: 'hello' }))
    expect(fault).toBeInstanceOf(OpenAI.NotFoundError)
    expect(fault.message).toContain('No provider is known for the model "gptt-9".')
    expect(stage.newRows()).toMatchObject([{ status: 404, outcome: 'refused', provider: null, cost_nano_usd: 0 }])
  })

  test('no key for the provider', async () => {
    const fault = await failureOf(client({ apiKey: 'none' }).responses.create({ model, input: 'hello' }))
    expect(fault).toBeInstanceOf(OpenAI.AuthenticationError)
    expect(fault.message).toContain('Set OPENAI_API_KEY')
    expect(stage.newRows()).toMatchObject([{ status: 401, outcome: 'refused', cost_nano_usd: 0 }])
  })
})
