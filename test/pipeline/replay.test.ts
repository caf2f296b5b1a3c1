/** A kept answer given again, in the form that is asked for. */
import { describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { replay, type Replay } from '../../src/pipeline/replay.ts'
import {
  anthropicFrames,
  anthropicReply,
  chatFrames,
  chatReply,
  geminiFrames,
  geminiReply,
} from '../support/replies.ts'
import { responsesReply } from '../support/replies.ts'
import { asking, examples, kept, keptJson, keptStream } from './cache-kept.ts'

const textOf = (one: Replay | null): string => Buffer.from(one?.body ?? '').toString()
const jsonOf = (one: Replay | null): unknown => JSON.parse(textOf(one))
/** The data of each frame, parsed; a word that is no JSON as it is. */
const dataOf = (one: Replay | null): unknown[] =>
  textOf(one)
    .split('\n\n')
    .flatMap((frame) => frame.split('\n').filter((line) => line.startsWith('data: ')))
    .map((line) => (line === 'data: [DONE]' ? '[DONE]' : JSON.parse(line.slice(6))))

describe.each(examples)('an answer of $dialect', ({ dialect, reply, frames }) => {
  const json = keptJson(reply, { contentType: 'application/json; charset=utf-8' })
  const stream = keptStream(frames, { asksUsage: dialect === 'openai-chat' })
  const more = dialect === 'openai-chat' ? { stream_options: { include_usage: true } } : {}

  test('that came whole is given again byte by byte', () => {
    expect(replay(asking(dialect), json)).toEqual({ contentType: 'application/json; charset=utf-8', body: json.body })
  })

  test('that was streamed is streamed again byte by byte', () => {
    expect(replay(asking(dialect, { isStream: true, more }), stream)).toEqual({
      contentType: 'text/event-stream',
      body: Buffer.from(frames.join('')),
    })
  })

  test('that can not be read is not given in another form', () => {
    for (const body of ['', '{', '[]', 'null', 'data: \n\n']) {
      expect(replay(asking(dialect), kept({ form: 'sse', body: Buffer.from(body) }))).toBe(null)
    }
    expect(replay(asking(dialect, { isStream: true }), kept({ form: 'json', body: Buffer.from('{"a"') }))).toBe(null)
  })

  test('that was cut off is not given whole', () => {
    expect(replay(asking(dialect), keptStream(frames.slice(0, 2)))).toBe(null)
  })
})

describe('an answer that was streamed comes whole', () => {
  const whole = (dialect: DialectId, frames: readonly string[]) => {
    const one = replay(asking(dialect), keptStream(frames))
    expect(one?.contentType).toBe('application/json')
    return jsonOf(one)
  }

  test('to a client of Anthropic Messages', () => {
    expect(whole('anthropic', anthropicFrames)).toMatchObject({
      id: 'msg_01',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content: [{ type: 'text', text: 'Hello there, who are you? ☃' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1000, output_tokens: 200 },
    })
  })

  test('to a client of Chat Completions', () => {
    expect(whole('openai-chat', chatFrames)).toMatchObject({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: 'gpt-4o-mini-2024-07-18',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello you.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 },
    })
  })

  test('to a client of Responses', () => {
    const item = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [] }
    const frame = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`
    const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }
    const frames = [
      frame('response.created', { response: { ...responsesReply, status: 'in_progress', output: [], usage: null } }),
      frame('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress' } }),
      frame('response.content_part.added', { ...at, part: { type: 'output_text', text: '', annotations: [] } }),
      frame('response.output_text.delta', { ...at, delta: 'Hi.' }),
      frame('response.output_text.done', { ...at, text: 'Hi.' }),
      frame('response.content_part.done', { ...at, part: { type: 'output_text', text: 'Hi.', annotations: [] } }),
      frame('response.output_item.done', { output_index: 0, item: responsesReply.output[0] }),
      frame('response.completed', { response: responsesReply }),
    ]
    expect(whole('openai-responses', frames)).toMatchObject({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'gpt-5-2025-08-07',
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi.' }] }],
      usage: { input_tokens: 1000, output_tokens: 200, total_tokens: 1200 },
    })
  })

  test('to a client of Gemini', () => {
    expect(whole('gemini', geminiFrames)).toMatchObject({
      candidates: [{ content: { role: 'model', parts: [{ text: 'Hi youHi.' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1000, cachedContentTokenCount: 400, totalTokenCount: 1200 },
      modelVersion: 'gemini-2.5-flash',
    })
  })

  test('with the usage that the row has, where the stream said none', () => {
    const silent = chatFrames.filter((frame) => !frame.includes('prompt_tokens'))
    expect(whole('openai-chat', silent)).toMatchObject({
      usage: { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 },
    })
  })
})

describe('an answer that came whole is streamed', () => {
  const streamed = (dialect: DialectId, reply: unknown, more: Readonly<Record<string, unknown>> = {}) => {
    const one = replay(asking(dialect, { isStream: true, more }), keptJson(reply))
    expect(one?.contentType).toBe('text/event-stream; charset=utf-8')
    return dataOf(one)
  }

  test('to a client of Anthropic Messages, every block opened and closed', () => {
    expect(streamed('anthropic', anthropicReply)).toMatchObject([
      { type: 'message_start', message: { id: 'msg_01', content: [], usage: { input_tokens: 1000 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello there.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 200 } },
      { type: 'message_stop' },
    ])
  })

  test('to a client of Chat Completions, with the usage chunk only where it was asked for', () => {
    const chunks = [
      { id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ delta: { role: 'assistant' } }] },
      { choices: [{ delta: { content: 'Hello.' }, finish_reason: null }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
    ]
    const usage = { choices: [], usage: { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 } }
    const asked = { stream_options: { include_usage: true } }
    expect(streamed('openai-chat', chatReply)).toMatchObject([...chunks, '[DONE]'])
    expect(streamed('openai-chat', chatReply, asked)).toMatchObject([...chunks, usage, '[DONE]'])
  })

  test('to a client of Responses, from its beginning to its completion', () => {
    const events = streamed('openai-responses', responsesReply)
    expect(events.map((event) => (event as { type: string }).type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(events.at(-1)).toMatchObject({
      response: { id: 'resp_1', status: 'completed', usage: { output_tokens: 200 } },
    })
  })

  test('to a client of Gemini', () => {
    expect(streamed('gemini', geminiReply).at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { totalTokenCount: 1200 },
      modelVersion: 'gemini-2.5-flash',
    })
  })
})

test('a stream of Chat Completions is given with usage, or without, as this client asks', () => {
  const without = chatFrames.filter((frame) => !frame.includes('prompt_tokens'))
  const wants = asking('openai-chat', { isStream: true, more: { stream_options: { include_usage: true } } })
  const wantsNot = asking('openai-chat', { isStream: true })
  const usage = { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 }
  expect(dataOf(replay(wants, keptStream(without))).at(-2)).toMatchObject({ choices: [], usage })
  const plain = dataOf(replay(wantsNot, keptStream(chatFrames, { asksUsage: true })))
  expect(plain.at(-1)).toBe('[DONE]')
  expect(JSON.stringify(plain)).not.toContain('prompt_tokens')
  expect(JSON.stringify(plain)).toContain('Hello you.')
})

describe("Gemini's two streams", () => {
  const values = geminiFrames.map((frame) => JSON.parse(frame.slice(6)))
  const array = kept({ form: 'json-array', body: Buffer.from(JSON.stringify(values)) })
  const asArray = asking('gemini', { isStream: true, over: { search: '' } })
  const asEvents = asking('gemini', { isStream: true })

  test('hold the same pieces', () => {
    const one = replay(asArray, keptStream(geminiFrames))
    expect(one?.contentType).toBe('application/json; charset=utf-8')
    expect(jsonOf(one)).toEqual(values)
    expect(dataOf(replay(asEvents, array))).toEqual(values)
  })

  test('come whole either way', () => {
    expect(jsonOf(replay(asking('gemini'), array))).toMatchObject({ candidates: [{ finishReason: 'STOP' }] })
  })

  test('are made of a whole answer either way', () => {
    expect((jsonOf(replay(asArray, keptJson(geminiReply))) as unknown[]).at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
    })
  })
})

describe('an answer that would say less in the other form is not given in it', () => {
  test('one with the probabilities of its tokens', () => {
    const more = { logprobs: true, top_logprobs: 2 }
    expect(replay(asking('openai-chat', { isStream: true, more }), keptJson(chatReply))).toBe(null)
    expect(replay(asking('openai-chat', { more }), keptStream(chatFrames))).toBe(null)
    expect(replay(asking('openai-chat', { more }), keptJson(chatReply))).not.toBe(null)
  })

  test('one with a field that nobody here has heard of', () => {
    const novel = { ...chatReply, choices: [{ ...chatReply.choices[0], novelty: { seen: true } }] }
    expect(replay(asking('openai-chat', { isStream: true }), keptJson(novel))).toBe(null)
    expect(replay(asking('openai-chat'), keptJson(novel))).not.toBe(null)
  })

  test('what a provider notes of its own workings is no loss', () => {
    const noted = { ...chatReply, system_fingerprint: 'fp_1', service_tier: 'default', x_groq: { id: 'req_1' } }
    expect(replay(asking('openai-chat', { isStream: true }), keptJson(noted))).not.toBe(null)
  })
})
