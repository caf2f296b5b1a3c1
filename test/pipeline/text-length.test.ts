/** What a model said in an answer that came whole and counts nothing: its words, and nothing that stands around them. */
import { describe, expect, test } from 'bun:test'
import type { DialectId, Endpoint, FormId } from '../../src/neutral/model.ts'
import { lengthOfBody } from '../../src/pipeline/text-length.ts'

const length = (body: unknown, form: FormId, endpoint: Endpoint = 'chat') =>
  lengthOfBody(Buffer.from(JSON.stringify(body)), form, endpoint)

const chat = (...messages: readonly unknown[]) => ({
  id: 'x',
  object: 'chat.completion',
  choices: messages.map((message, index) => ({ index, message, finish_reason: 'stop' })),
})

describe('the words of an answer', () => {
  test.each<[FormId, unknown]>([
    ['openai-chat', chat({ role: 'assistant', content: 'hello there' })],
    ['anthropic', { type: 'message', content: [{ type: 'text', text: 'hello there' }], stop_reason: 'end_turn' }],
    [
      'openai-responses',
      { output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hello there' }] }] },
    ],
    [
      'gemini',
      { candidates: [{ content: { role: 'model', parts: [{ text: 'hello there' }] }, finishReason: 'STOP' }] },
    ],
    [
      'gemini',
      [
        { candidates: [{ content: { parts: [{ text: 'hello ' }] } }] },
        { candidates: [{ content: { parts: [{ text: 'there' }] } }] },
      ],
    ],
    [
      'converse',
      { output: { message: { role: 'assistant', content: [{ text: 'hello there' }] } }, stopReason: 'end_turn' },
    ],
  ])('of %s are eleven characters', (form, body) => {
    expect(length(body, form)).toBe(11)
  })

  test('are thoughts and arguments of calls too', () => {
    const blocks = [
      { type: 'thinking', thinking: 'hmm', signature: 'x'.repeat(400) },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'a' } },
    ]
    expect(length({ type: 'message', content: blocks }, 'anthropic')).toBe('hmm'.length + '{"at":"a"}'.length)
    const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"a"}' } }
    expect(length(chat({ role: 'assistant', content: null, tool_calls: [call] }), 'openai-chat')).toBe(10)
  })

  test('are those of all answers, where several were asked for', () => {
    const two = [
      { role: 'assistant', content: 'one' },
      { role: 'assistant', content: 'three' },
    ]
    expect(length(chat(...two), 'openai-chat')).toBe(8)
    const candidates = ['one', 'three'].map((text) => ({ content: { parts: [{ text }] }, finishReason: 'STOP' }))
    expect(length({ candidates }, 'gemini')).toBe(8)
  })
})

test('numbers of an embedding are no words, whole or broken off', () => {
  const body = { object: 'list', data: [{ embedding: Array.from({ length: 1536 }, () => 0.0123) }] }
  expect(length(body, 'openai-chat', 'embeddings')).toBe(0)
  expect(lengthOfBody(Buffer.from('{"data":[{"embedding":[0.1,'), 'openai-chat', 'embeddings')).toBe(0)
})

test.each<[DialectId, unknown]>([
  ['openai-chat', { error: { message: 'There is no room for this now.', type: 'server_error' } }],
  ['openai-responses', { error: { message: 'There is no room for this now.', type: 'server_error' } }],
  ['anthropic', { type: 'error', error: { type: 'overloaded_error', message: 'There is no room for this now.' } }],
  ['gemini', { error: { code: 503, message: 'There is no room for this now.', status: 'UNAVAILABLE' } }],
])('an error in the words of %s is no answer', (dialect, body) => {
  expect(length(body, dialect)).toBe(0)
})

test('what broke off in the middle counts as it is', () => {
  expect(lengthOfBody(Buffer.from('{"choices":[{"mess'), 'openai-chat', 'chat')).toBe(18)
})
