/** What Google's own SDK makes of the answers and streams that are written for it. */
import { GoogleGenAI, type GenerateContentResponse } from '@google/genai'
import { afterAll, describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import { eventsOf, type StreamEvent } from '../../../src/neutral/event.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import type { NeutralRequest } from '../../../src/neutral/request.ts'
import { noUsage } from '../../../src/neutral/usage.ts'
import { geminiTranslator } from '../../../src/wire/gemini/translator.ts'
import { foreign, readRequest, stamp } from './support.ts'

const signed = { form: 'anthropic', by: 'anthropic', value: { signature: 'abc' } } as const
const reply: NeutralReply = {
  id: 'msg_1',
  model: 'claude-x',
  parts: [
    { type: 'reasoning', text: 'Hm.', signed },
    {
      type: 'text',
      text: 'Rain in Oslo.',
      citations: [{ url: 'https://a.com', title: 'A', quote: null, start: 0, end: 4 }],
    },
    { type: 'tool-call', id: 't1', name: 'look', arguments: { text: '{"at":"Oslo"}' }, kind: 'function' },
    { type: 'tool-call', id: 't2', name: 'look', arguments: { text: '{"at":"Rome"}' }, kind: 'function' },
    { type: 'web-search', id: null, query: 'rain', sources: [{ url: 'https://a.com', title: 'A' }] },
  ],
  finish: { kind: 'tool-calls' },
  usage: { ...noUsage, inputTokens: 10, outputTokens: 5, reasoningTokens: 2 },
}

const error: StreamEvent = { type: 'error', error: new AppError('overloaded', 'Busy.') }

/** Answers every request with the reply, and keeps what was asked; a stream to `broken` ends in an error. */
const asked: NeutralRequest[] = []
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    asked.push(readRequest(await request.json()))
    if (!request.url.includes('stream')) return Response.json(geminiTranslator.writeReply(reply, foreign(), stamp).body)
    const writer = geminiTranslator.writeEvents(foreign(), stamp)
    const events = [...eventsOf(reply)]
    const sent = request.url.includes('broken') ? [...events.slice(0, 3), error] : events
    const frames = sent.map((event) => writer.write(event)).join('')
    return new Response(frames, { headers: { 'content-type': 'text/event-stream' } })
  },
})
afterAll(() => server.stop(true))

const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: server.url.origin } })
const calls = [
  { id: 't1', name: 'look', args: { at: 'Oslo' } },
  { id: 't2', name: 'look', args: { at: 'Rome' } },
]

test('a whole answer is read in full', async () => {
  const answer = await client.models.generateContent({ model: 'gemini-x', contents: 'Weather?' })
  expect(answer.text).toBe('Rain in Oslo.')
  expect(answer.functionCalls).toEqual(calls)
  expect([answer.modelVersion, answer.responseId]).toEqual(['claude-x', 'msg_1'])
  expect(answer.usageMetadata).toEqual({
    promptTokenCount: 10,
    candidatesTokenCount: 3,
    thoughtsTokenCount: 2,
    totalTokenCount: 15,
  })
  const [candidate] = answer.candidates ?? []
  expect(candidate?.finishReason).toBe('STOP' as never)
  expect(candidate?.groundingMetadata?.groundingSupports).toEqual([
    { segment: { partIndex: 1, startIndex: 0, endIndex: 4, text: 'Rain' }, groundingChunkIndices: [0] },
  ])
})

describe('a stream', () => {
  const chunksOf = async (model: string) => {
    const chunks: GenerateContentResponse[] = []
    for await (const chunk of await client.models.generateContentStream({ model, contents: 'Weather?' }))
      chunks.push(chunk)
    return chunks
  }

  test('is read in full', async () => {
    const chunks = await chunksOf('gemini-x')
    expect(chunks.map(({ text }) => text ?? '').join('')).toBe('Rain in Oslo.')
    expect(chunks.flatMap(({ functionCalls }) => functionCalls ?? [])).toEqual(calls)
    const last = chunks.at(-1)
    expect([last?.candidates?.[0]?.finishReason, last?.usageMetadata?.totalTokenCount]).toEqual(['STOP' as never, 15])
  })

  test('that fails in the middle fails in the SDK', () => {
    expect(chunksOf('broken')).rejects.toThrow('Busy.')
  })
})

test('a chat brings back what the other vendor signed', async () => {
  const chat = client.chats.create({ model: 'gemini-x' })
  for await (const chunk of await chat.sendMessageStream({ message: 'Weather?' }))
    expect(chunk.responseId).toBe('msg_1')
  const results = calls.map(({ id, name }) => ({ functionResponse: { id, name, response: { output: 'Rain' } } }))
  await chat.sendMessage({ message: results })
  const messages = asked.at(-1)?.messages ?? []
  const parts = messages.filter(({ role }) => role === 'assistant').flatMap((message) => message.parts)
  expect(parts).toMatchObject([
    { type: 'reasoning', text: 'Hm.', signed },
    { type: 'text', text: 'Rain in Oslo.' },
    { type: 'tool-call', id: 't1' },
    { type: 'tool-call', id: 't2' },
    // The last chunk's, which the SDK keeps as well.
    { type: 'text', text: '' },
  ])
  expect(messages.at(-1)?.parts).toMatchObject([
    { type: 'tool-result', id: 't1', output: [{ type: 'text', text: 'Rain' }] },
    { type: 'tool-result', id: 't2' },
  ])
})
