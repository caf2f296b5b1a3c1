import { describe, expect, test } from 'bun:test'
import type { StreamEvent } from '../../../src/neutral/event.ts'
import { anthropicTranslator } from '../../../src/wire/anthropic/translator.ts'
import { usage } from '../recorded.ts'
import { asked, eventsIn, stamp, streamOf } from './support.ts'

const start =
  '{"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":9,"output_tokens":1}}}'
const stop = '{"type":"message_stop"}'
const block = (index: number, contentBlock: object) =>
  JSON.stringify({ type: 'content_block_start', index, content_block: contentBlock })
const delta = (index: number, fields: object) => JSON.stringify({ type: 'content_block_delta', index, delta: fields })
const blockStop = (index: number) => JSON.stringify({ type: 'content_block_stop', index })
const ending = (reason: string, output = 4) =>
  JSON.stringify({
    type: 'message_delta',
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: output },
  })

const ended = (kind: string, reason: string) => ({
  type: 'message-end',
  finish: { kind },
  usage: usage({ in: 9, out: 4 }),
  carried: { dialect: 'anthropic', fields: {}, spelling: { stop_reason: reason } },
})
const started = { type: 'message-start', id: 'msg_1', model: 'm', usage: usage({ in: 9, out: 1 }) }

describe('reading a stream', () => {
  test('text, thinking and a call, each as it comes', () => {
    const events = eventsIn([
      start,
      '{"type":"ping"}',
      block(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
      delta(0, { type: 'signature_delta', signature: 'Sig' }),
      blockStop(0),
      block(1, { type: 'redacted_thinking', data: 'Em' }),
      blockStop(1),
      block(2, { type: 'text', text: '' }),
      delta(2, { type: 'text_delta', text: 'Hi' }),
      delta(2, { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'h', document_title: 'D' } }),
      blockStop(2),
      block(3, { type: 'tool_use', id: 't', name: 'f', input: {}, caller: { type: 'direct' } }),
      delta(3, { type: 'input_json_delta', partial_json: '' }),
      delta(3, { type: 'input_json_delta', partial_json: '{"a"' }),
      delta(3, { type: 'input_json_delta', partial_json: ':1}' }),
      blockStop(3),
      ending('tool_use'),
      stop,
    ])
    const by = { form: 'anthropic', by: 'anthropic' }
    expect(events as unknown[]).toEqual([
      started,
      { type: 'ping' },
      { type: 'part-start', index: 0, part: { type: 'reasoning' } },
      { type: 'part-delta', index: 0, delta: 'Hm.' },
      { type: 'part-signed', index: 0, signed: { ...by, value: { signature: 'Sig' } } },
      { type: 'part-end', index: 0 },
      { type: 'part-start', index: 1, part: { type: 'reasoning' } },
      { type: 'part-signed', index: 1, signed: { ...by, value: { data: 'Em' } } },
      { type: 'part-end', index: 1 },
      { type: 'part-start', index: 2, part: { type: 'text' } },
      { type: 'part-delta', index: 2, delta: 'Hi' },
      {
        type: 'part-cited',
        index: 2,
        citation: {
          url: null,
          title: 'D',
          quote: 'h',
          start: null,
          end: null,
          carried: { dialect: 'anthropic', fields: {}, spelling: { type: 'char_location' } },
        },
      },
      { type: 'part-end', index: 2 },
      { type: 'part-start', index: 3, part: { type: 'tool-call', id: 't', name: 'f', kind: 'function' } },
      { type: 'part-delta', index: 3, delta: '{"a"' },
      { type: 'part-delta', index: 3, delta: ':1}' },
      { type: 'part-end', index: 3, carried: { dialect: 'anthropic', fields: { caller: { type: 'direct' } } } },
      ended('tool-calls', 'tool_use'),
    ])
  })

  test('arguments that come with the start come out once', () => {
    const whole = { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }
    const deltas = (events: StreamEvent[]) => events.filter(({ type }) => type === 'part-delta')
    expect(deltas(eventsIn([start, block(0, whole), blockStop(0), stop]))).toEqual([
      { type: 'part-delta', index: 0, delta: '{"a":1}' },
    ])
    const both = [start, block(0, whole), delta(0, { partial_json: '{"a": 1}' }), blockStop(0), stop]
    expect(deltas(eventsIn(both))).toEqual([{ type: 'part-delta', index: 0, delta: '{"a": 1}' }])
  })

  test('a search waits for its result, and goes out alone when another block comes first', () => {
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }
    const found = {
      type: 'web_search_tool_result',
      tool_use_id: 's',
      content: [{ type: 'web_search_result', url: 'https://a.example', title: 'A', encrypted_content: 'E' }],
    }
    const query = delta(0, { type: 'input_json_delta', partial_json: '{"query":"q"}' })
    const parts = (frames: string[]) =>
      eventsIn(frames).flatMap((event) => (event.type === 'part' ? [[event.index, event.part]] : []))
    const both = parts([start, block(0, search), query, blockStop(0), block(1, found), blockStop(1), stop])
    expect(both).toMatchObject([[0, { id: 's', query: 'q', sources: [{ url: 'https://a.example', title: 'A' }] }]])
    const apart = parts([start, block(0, search), query, blockStop(0), block(1, { type: 'text' }), blockStop(1), stop])
    expect(apart).toMatchObject([[0, { id: 's', query: 'q', sources: [] }]])
  })

  test('a tool of the provider comes whole', () => {
    const frames = [
      start,
      block(0, { type: 'server_tool_use', id: 's', name: 'web_fetch', input: {} }),
      delta(0, { type: 'input_json_delta', partial_json: '{"url":' }),
      delta(0, { type: 'input_json_delta', partial_json: '"u"}' }),
      blockStop(0),
      block(1, { type: 'compaction', content: null }),
      delta(1, { type: 'compaction_delta', content: 'So far.', encrypted_content: 'E' }),
      blockStop(1),
      ending('end_turn'),
      stop,
    ]
    const foreign = { type: 'foreign', dialect: 'anthropic' }
    expect(eventsIn(frames) as unknown[]).toEqual([
      started,
      {
        type: 'part',
        index: 0,
        part: {
          ...foreign,
          name: 'web_fetch',
          value: { type: 'server_tool_use', id: 's', name: 'web_fetch', input: { url: 'u' } },
        },
      },
      {
        type: 'part',
        index: 1,
        part: {
          ...foreign,
          name: 'compaction',
          value: { type: 'compaction', content: 'So far.', encrypted_content: 'E' },
        },
      },
      ended('stop', 'end_turn'),
    ])
  })

  test('a stream that is cut off has no end', () => {
    const events = eventsIn([start, block(0, { type: 'text', text: '' }), delta(0, { text: 'Hi' }), ending('end_turn')])
    expect(events.map(({ type }) => type)).toEqual(['message-start', 'part-start', 'part-delta'])
  })

  test('an error is the last that is said', () => {
    const events = eventsIn([
      start,
      { event: 'error', data: '{"error":{"type":"overloaded_error","message":"Busy."}}' },
      stop,
    ])
    expect(events.map(({ type }) => type)).toEqual(['message-start', 'error'])
    expect(events[1]).toMatchObject({ error: { code: 'overloaded', status: 529, message: 'Busy.' } })
  })

  test('what compatible servers leave out is filled in', () => {
    const events = eventsIn([
      'no json',
      '{"type":"content_block_delta","delta":{"text":"Hi"}}',
      { event: 'message_stop', data: '{}' },
      delta(0, { text: 'after the end' }),
    ])
    expect(events as unknown[]).toMatchObject([
      { type: 'message-start', id: null, model: null, usage: null },
      { type: 'part-start', index: 0, part: { type: 'text' } },
      { type: 'part-delta', index: 0, delta: 'Hi' },
      { type: 'part-end', index: 0 },
      { type: 'message-end', finish: { kind: 'other' }, usage: null },
    ])
  })
})

describe('writing a stream', () => {
  const begin: StreamEvent = { type: 'message-start', id: 'a', model: 'm', usage: null }
  const end: StreamEvent = { type: 'message-end', finish: { kind: 'stop' }, usage: usage({ in: 9, read: 2, out: 4 }) }
  const zero = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 }
  const frame = (type: string, fields: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
  const framesOf = (...events: StreamEvent[]) => {
    const writer = anthropicTranslator.writeEvents(asked, stamp)
    return events.map((event) => writer.write(event))
  }

  test('every event goes out at once, as the frames that clients know', () => {
    const frames = framesOf(
      { type: 'message-start', id: 'a', model: null, usage: usage({ in: 9, read: 2 }) },
      { type: 'part-start', index: 0, part: { type: 'text' } },
      { type: 'part-delta', index: 0, delta: 'H"i' },
      { type: 'part-end', index: 0 },
      { type: 'ping' },
      { type: 'part-start', index: 1, part: { type: 'tool-call', id: 't', name: 'f', kind: 'function' } },
      { type: 'part-delta', index: 1, delta: '{}' },
      { type: 'part-end', index: 1 },
      end,
    )
    expect(frames).toEqual([
      frame('message_start', {
        message: {
          id: 'a',
          type: 'message',
          role: 'assistant',
          model: 'claude-sonnet-4-6',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: 9,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 2,
            cache_creation: zero,
            output_tokens: 0,
            service_tier: null,
          },
        },
      }),
      '',
      frame('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
        frame('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'H"i' } }),
      frame('content_block_stop', { index: 0 }),
      'event: ping\ndata: {"type":"ping"}\n\n',
      frame('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } }),
      frame('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } }),
      frame('content_block_stop', { index: 1 }),
      frame('message_delta', {
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: {
          input_tokens: 9,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 2,
          cache_creation: zero,
          output_tokens: 4,
          service_tier: null,
        },
      }) + frame('message_stop', {}),
    ])
  })

  test('parts that grow side by side come one after the other', () => {
    const frames = framesOf(
      begin,
      { type: 'part-start', index: 0, part: { type: 'tool-call', id: 'a', name: 'f', kind: 'function' } },
      { type: 'part-start', index: 1, part: { type: 'tool-call', id: 'b', name: 'f', kind: 'function' } },
      { type: 'part-delta', index: 1, delta: '{"b":2}' },
      { type: 'part-delta', index: 0, delta: '{"a":1}' },
      { type: 'part-end', index: 0 },
    )
    expect(frames.slice(2, 4)).toEqual(['', ''])
    expect(frames[5]).toBe(
      frame('content_block_stop', { index: 0 }) +
        frame('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 'b', name: 'f', input: {} } }) +
        frame('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{"b":2}' } }),
    )
  })

  test('an empty text or thought is no block', () => {
    const frames = framesOf(
      begin,
      { type: 'part-start', index: 0, part: { type: 'text' } },
      { type: 'part-delta', index: 0, delta: '' },
      { type: 'part-end', index: 0 },
      { type: 'part-start', index: 1, part: { type: 'reasoning' } },
      { type: 'part-end', index: 1 },
    )
    expect(frames.slice(1).join('')).toBe('')
  })

  test('free text for a custom tool is its function’s one argument', () => {
    const stream = streamOf([
      begin,
      { type: 'part-start', index: 0, part: { type: 'tool-call', id: 'a', name: 'patch', kind: 'custom' } },
      { type: 'part-delta', index: 0, delta: 'say "x"\n\ud83d' },
      { type: 'part-delta', index: 0, delta: '\ude00' },
      { type: 'part-end', index: 0 },
      end,
    ])
    const pieces = [...stream.text.matchAll(/"partial_json":("(?:[^"\\]|\\.)*")/g)].map(
      ([, json = '']) => JSON.parse(json) as string,
    )
    expect(JSON.parse(pieces.join(''))).toEqual({ input: 'say "x"\n😀' })
  })

  test('a stream that never began is begun at its end', () => {
    expect(streamOf([end]).text).toStartWith(
      'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_0198ab",',
    )
  })
})
