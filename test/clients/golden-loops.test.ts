/**
 * Every dialect's own SDK on every other dialect's model: a streamed tool call, its result, and an answer that uses it, with
 * usage and cost on record.
 */
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI, Type, type Content } from '@google/genai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { fakeKeys } from '../support/fake-keys.ts'
import { marks, mockModels } from '../support/mock-models.ts'
import type { ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'

let mock: ScriptedProvider
let relay: Relay
let before = 0

beforeAll(async () => {
  mock = mockModels()
  relay = await startRelay({
    providers: { anthropic: mock.url, openai: mock.url, google: mock.url, groq: mock.url },
    variables: {
      ANTHROPIC_API_KEY: fakeKeys.anthropic,
      OPENAI_API_KEY: fakeKeys.openai,
      GEMINI_API_KEY: fakeKeys.google,
      GROQ_API_KEY: 'gsk_not_a_real_key',
    },
  })
})
beforeEach(() => {
  before = Number(relay.lastRow()['seq'] ?? 0)
})
afterAll(async () => {
  await relay.stop()
  await mock.stop()
})

const newRows = () => relay.rows('SELECT * FROM requests WHERE seq > ? ORDER BY seq', before)

interface Loop {
  /** What the model called, as the SDK read it from the stream. */
  readonly call: { readonly name: string; readonly args: unknown }
  /** The last answer's text. */
  readonly text: string
  /** What the SDK says was used by the last answer: all input, all output. */
  readonly used: readonly [input: number, output: number]
}

const prompt = `${marks.tool}: what is the weather in Paris?`
const result = 'Rain, 11 degrees'
const schema = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] }

async function anthropic(model: string): Promise<Loop> {
  const client = new Anthropic({ baseURL: relay.apiUrl, apiKey: fakeKeys.anthropic })
  const tools: Anthropic.Tool[] = [{ name: 'get_weather', description: 'The weather of a city', input_schema: schema }]
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: prompt }]
  const first = await client.messages.stream({ model, max_tokens: 1000, messages, tools }).finalMessage()
  expect(first.stop_reason).toBe('tool_use')
  const use = first.content.find((block) => block.type === 'tool_use')
  const second = await client.messages
    .stream({
      model,
      max_tokens: 1000,
      tools,
      messages: [
        ...messages,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: use?.id ?? '', content: result }] },
      ],
    })
    .finalMessage()
  expect(second.stop_reason).toBe('end_turn')
  const { usage } = second
  const input = usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0)
  return {
    call: { name: use?.name ?? '', args: use?.input },
    text: second.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    used: [input, usage.output_tokens],
  }
}

async function chat(model: string): Promise<Loop> {
  const client = new OpenAI({ baseURL: `${relay.apiUrl}/v1`, apiKey: fakeKeys.openai })
  const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: schema } }]
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: prompt }]
  const stream_options = { include_usage: true }
  const first = await client.chat.completions.stream({ model, messages, tools, stream_options }).finalMessage()
  const call = first.tool_calls?.[0]
  const stream = client.chat.completions.stream({
    model,
    tools,
    stream_options,
    messages: [...messages, first, { role: 'tool', tool_call_id: call?.id ?? '', content: result }],
  })
  const second = await stream.finalChatCompletion()
  expect(second.choices[0]?.finish_reason).toBe('stop')
  return {
    call:
      call?.type === 'function'
        ? { name: call.function.name, args: JSON.parse(call.function.arguments) }
        : { name: '', args: null },
    text: second.choices[0]?.message.content ?? '',
    used: [second.usage?.prompt_tokens ?? 0, second.usage?.completion_tokens ?? 0],
  }
}

async function responses(model: string): Promise<Loop> {
  const client = new OpenAI({ baseURL: `${relay.apiUrl}/v1`, apiKey: fakeKeys.openai })
  const tools = [{ type: 'function' as const, name: 'get_weather', parameters: schema, strict: false }]
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: prompt }]
  const ask = { model, tools, store: false }
  const first = await client.responses.stream({ ...ask, input }).finalResponse()
  const call = first.output.find((item) => item.type === 'function_call')
  const output = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: result }
  const second = await client.responses
    .stream({ ...ask, input: [...input, ...first.output, output] as never })
    .finalResponse()
  expect(second.status).toBe('completed')
  return {
    call: { name: call?.name ?? '', args: JSON.parse(call?.arguments ?? 'null') },
    text: second.output_text,
    used: [second.usage?.input_tokens ?? 0, second.usage?.output_tokens ?? 0],
  }
}

async function gemini(model: string): Promise<Loop> {
  const client = new GoogleGenAI({ apiKey: fakeKeys.google, httpOptions: { baseUrl: relay.apiUrl } })
  const parameters = { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] }
  const config = { tools: [{ functionDeclarations: [{ name: 'get_weather', parameters }] }] }
  const question: Content = { role: 'user', parts: [{ text: prompt }] }
  const said: Content['parts'] = []
  for await (const chunk of await client.models.generateContentStream({ model, contents: [question], config })) {
    said.push(...(chunk.candidates?.[0]?.content?.parts ?? []))
  }
  const call = said.find(({ functionCall }) => functionCall !== undefined)?.functionCall
  const response = {
    ...(call?.id === undefined ? {} : { id: call.id }),
    name: 'get_weather',
    response: { output: result },
  }
  let text = ''
  let used: Loop['used'] = [0, 0]
  const contents = [question, { role: 'model', parts: said }, { role: 'user', parts: [{ functionResponse: response }] }]
  for await (const chunk of await client.models.generateContentStream({ model, contents, config })) {
    text += chunk.text ?? ''
    const usage = chunk.usageMetadata
    if (usage?.candidatesTokenCount === undefined) continue
    used = [usage.promptTokenCount ?? 0, usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0)]
  }
  return { call: { name: call?.name ?? '', args: call?.args }, text, used }
}

const clients = {
  'Anthropic SDK': anthropic,
  'OpenAI SDK, chat': chat,
  'OpenAI SDK, responses': responses,
  'Google SDK': gemini,
}

/** By target: the model, its provider, the path that it is asked at, and nano-USD of the last answer. */
const targets = {
  Claude: ['claude-sonnet-4-6', 'anthropic', '/v1/messages', 2_700_000],
  GPT: ['gpt-5', 'openai', '/v1/responses', 1_350_000],
  Gemini: ['gemini-2.5-flash', 'google', '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', 330_000],
  // A Chat Completions server; asked at its Responses API where the client speaks that.
  'GPT-OSS on Groq': ['groq/openai/gpt-oss-120b', 'groq', '/openai/v1/chat/completions', null],
} as const

describe.each(Object.entries(clients))('%s', (name, loop) => {
  test.each(Object.entries(targets))(
    'completes a tool turn on %s',
    async (_title, [model, provider, path, costNanoUsd]) => {
      const done = await loop(model)
      expect(done.call).toEqual({ name: 'get_weather', args: { city: 'Paris' } })
      expect(done.text).toContain(result)
      expect(done.used).toEqual([1500, 60])

      const isChatOnOpenAi = provider === 'openai' && name === 'OpenAI SDK, chat'
      const isResponsesOnGroq = provider === 'groq' && name === 'OpenAI SDK, responses'
      const at = isChatOnOpenAi ? '/v1/chat/completions' : isResponsesOnGroq ? '/openai/v1/responses' : path
      expect(mock.seen.slice(-2).map(({ target }) => target)).toEqual([at, at])

      const row = { provider, status: 200, outcome: 'complete', is_stream: 1 }
      const rows = newRows()
      expect(rows).toMatchObject([
        { ...row, input_tokens: 400, cache_read_tokens: 800, output_tokens: 40 },
        { ...row, input_tokens: 500, cache_read_tokens: 1000, output_tokens: 60 },
      ])
      if (costNanoUsd !== null) expect(rows[1]?.['cost_nano_usd']).toBe(costNanoUsd)
      expect(rows[0]?.['session_id']).toBe(rows[1]?.['session_id'])
    },
  )
})
