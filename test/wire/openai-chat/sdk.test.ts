/** OpenAI's own SDK reads the answers and streams that are written for clients of this dialect. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { eventsOf } from '../../../src/neutral/event.ts'
import type { Signed } from '../../../src/neutral/message.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { openAiChatTranslator } from '../../../src/wire/openai-chat/translator.ts'
import { usage } from '../recorded.ts'
import { call, read, stamp } from './support.ts'

const signed: Signed = { form: 'anthropic', by: 'anthropic', value: { signature: 'c2ln' } }

const reply: NeutralReply = {
  id: 'msg_1',
  model: 'claude-sonnet-4-6',
  parts: [
    { type: 'reasoning', text: 'Hm.', signed },
    {
      type: 'text',
      text: 'It rains.',
      citations: [{ url: 'https://a.example', title: null, quote: null, start: null, end: null }],
    },
    call('toolu_1', 'weather', '{"city":"Paris"}'),
    call('toolu_2', 'patch', '{"input":"*** Begin"}'),
  ],
  finish: { kind: 'tool-calls' },
  usage: usage({ in: 100, read: 50, out: 20, think: 8 }),
}

/** A server that answers every request with the reply above, as the translator writes it. */
let server: ReturnType<typeof Bun.serve> | null = null

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const asked = read(await request.json())
      if (!asked.isStream) return Response.json(openAiChatTranslator.writeReply(reply, asked, stamp).body)
      const writer = openAiChatTranslator.writeEvents(asked, stamp)
      const frames = [...eventsOf(reply)].map((event) => writer.write(event))
      return new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream' } })
    },
  })
})
afterAll(() => server?.stop(true))

const client = () => new OpenAI({ baseURL: `http://127.0.0.1:${server?.port}/v1`, apiKey: 'none', maxRetries: 0 })

const question: OpenAI.ChatCompletionCreateParamsNonStreaming = {
  model: 'claude-sonnet-4-6',
  messages: [{ role: 'user', content: 'What is the weather?' }],
  tools: [
    { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } },
    { type: 'custom', custom: { name: 'patch' } },
  ],
}

const calls = [
  { id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
  { id: 'toolu_2', type: 'custom', custom: { name: 'patch', input: '*** Begin' } },
]
const counts = { prompt_tokens: 150, completion_tokens: 20, total_tokens: 170 }

test('a whole answer', async () => {
  const { choices, usage: counted, ...rest } = await client().chat.completions.create(question)
  expect(rest).toMatchObject({ id: 'msg_1', object: 'chat.completion', model: 'claude-sonnet-4-6' })
  expect(choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: {
      content: 'It rains.',
      tool_calls: calls,
      annotations: [{ type: 'url_citation', url_citation: { url: 'https://a.example', start_index: 0, end_index: 9 } }],
    },
  })
  expect(counted).toMatchObject(counts)
})

test('a stream is put together to the same message, and usage comes where it is asked for', async () => {
  const stream = client().chat.completions.stream({
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  })
  const whole = await stream.finalChatCompletion()
  expect(whole.choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: { content: 'It rains.', tool_calls: calls },
  })
  expect(await stream.totalUsage()).toMatchObject(counts)
})

test('a stream that asks for no usage has a choice in every chunk, and its thoughts beside the text', async () => {
  const stream = await client().chat.completions.create({ ...question, stream: true })
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  expect(chunks.every(({ choices, usage: counted }) => choices.length === 1 && counted === undefined)).toBe(true)
  const thoughts = chunks.map(({ choices }) => Reflect.get(choices[0]?.delta ?? {}, 'reasoning_content') as unknown)
  expect(thoughts.filter((text) => text !== undefined)).toEqual(['Hm.'])
})

test('a message that the SDK put together is understood when it comes back', async () => {
  const { choices } = await client().chat.completions.create(question)
  const [first] = read({ model: 'm', messages: [choices[0]?.message] }).messages
  expect(first?.parts).toMatchObject([
    { type: 'reasoning', text: 'Hm.', signed },
    { type: 'text', text: 'It rains.' },
    { type: 'tool-call', id: 'toolu_1' },
    { type: 'tool-call', id: 'toolu_2', kind: 'custom', arguments: { text: '*** Begin' } },
  ])
})
