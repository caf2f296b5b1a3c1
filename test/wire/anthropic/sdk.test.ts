/** Answers and streams of ours, read by the dialect's own SDK over a socket. */
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventsOf } from '../../../src/neutral/event.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { AppError } from '../../../src/neutral/error.ts'
import { anthropicTranslator } from '../../../src/wire/anthropic/translator.ts'
import { seal } from '../../../src/wire/seal.ts'
import { usage } from '../recorded.ts'
import { asked, stamp, streamOf } from './support.ts'

const signed = { form: 'openai-responses', by: 'openai', value: { encrypted_content: 'gAAA' } } as const
const reply: NeutralReply = {
  id: 'resp_1',
  model: 'gpt-5',
  finish: { kind: 'tool-calls' },
  usage: usage({ in: 10, read: 5, out: 7, think: 3, searches: 1 }),
  parts: [
    { type: 'reasoning', text: 'I think.', signed },
    { type: 'web-search', id: null, query: 'rain', sources: [{ url: 'https://a.example', title: 'A' }] },
    {
      type: 'text',
      text: 'It rains.',
      citations: [{ url: 'https://a.example', title: 'A', quote: 'rain', start: null, end: null }],
    },
    { type: 'tool-call', id: 'call_1', name: 'f', arguments: { text: '{"city": "Oslo"}' }, kind: 'function' },
    { type: 'tool-call', id: 'call_2', name: 'g', arguments: { text: '' }, kind: 'function' },
  ],
}

const content = [
  { type: 'thinking', thinking: 'I think.', signature: seal(signed) },
  { type: 'server_tool_use', id: 'srvtoolu_0198ab_1', name: 'web_search', input: { query: 'rain' } },
  {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_0198ab_1',
    content: [
      { type: 'web_search_result', url: 'https://a.example', title: 'A', encrypted_content: '', page_age: null },
    ],
  },
  {
    type: 'text',
    text: 'It rains.',
    citations: [
      {
        type: 'web_search_result_location',
        url: 'https://a.example',
        title: 'A',
        cited_text: 'rain',
        encrypted_index: '',
      },
    ],
  },
  { type: 'tool_use', id: 'call_1', name: 'f', input: { city: 'Oslo' } },
  { type: 'tool_use', id: 'call_2', name: 'g', input: {} },
]

const eventStream = { headers: { 'content-type': 'text/event-stream' } }

let server: ReturnType<typeof Bun.serve> | null = null
beforeAll(() => {
  server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { stream, model } = (await request.json()) as { stream?: boolean; model: string }
      if (model === 'broken')
        return new Response(
          streamOf([...eventsOf(reply).take(2), { type: 'error', error: new AppError('overloaded', 'Busy.') }]).text,
          eventStream,
        )
      if (stream === true) return new Response(streamOf(eventsOf(reply)).text, eventStream)
      return Response.json(anthropicTranslator.writeReply(reply, asked, stamp).body)
    },
  })
})
afterAll(() => server?.stop(true))

const client = () =>
  new Anthropic({ baseURL: `http://127.0.0.1:${server?.port}`, apiKey: 'sk-ant-test', maxRetries: 0 })
const question = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hi' }] }

test('a whole answer', async () => {
  const message = await client().messages.create(question)
  expect(message.content as unknown[]).toEqual(content)
  expect(message).toMatchObject({
    id: 'resp_1',
    model: 'gpt-5',
    stop_reason: 'tool_use',
    usage: { input_tokens: 10, output_tokens: 7 },
  })
})

test('a stream is gathered to the same', async () => {
  const stream = client().messages.stream(question)
  const texts: string[] = []
  stream.on('text', (words) => texts.push(words))
  const message = await stream.finalMessage()
  expect(JSON.parse(JSON.stringify(message.content))).toEqual(content)
  expect(texts).toEqual(['It rains.'])
  expect(message.stop_reason).toBe('tool_use')
  expect(message.usage).toMatchObject({
    input_tokens: 10,
    cache_read_input_tokens: 5,
    output_tokens: 7,
    output_tokens_details: { thinking_tokens: 3 },
    server_tool_use: { web_search_requests: 1 },
  })
})

test('an error inside a stream is the SDK’s own', async () => {
  const fault = await client()
    .messages.stream({ ...question, model: 'broken' })
    .finalMessage()
    .then(
      () => null,
      (error: unknown) => error,
    )
  expect(fault).toBeInstanceOf(Anthropic.APIError)
  expect(fault).toMatchObject({ type: 'overloaded_error' })
})
