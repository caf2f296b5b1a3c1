import { describe, expect, test } from 'bun:test'
import { eventsOf, gather, type StreamEvent } from '../../src/neutral/event.ts'
import type { NeutralReply } from '../../src/neutral/reply.ts'
import { noUsage } from '../../src/neutral/usage.ts'

const reply: NeutralReply = {
  id: 'msg_1',
  model: 'm',
  parts: [
    { type: 'reasoning', text: 'Hm.', signed: { form: 'anthropic', by: 'anthropic', value: { signature: 's' } } },
    {
      type: 'text',
      text: 'It rains.',
      citations: [{ url: 'https://a.example', title: 'A', quote: null, start: 0, end: 9 }],
    },
    { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } },
    { type: 'tool-call', id: 'call_1', name: 'f', arguments: { text: '{"a":1}' }, kind: 'function' },
    { type: 'refusal', text: 'No.' },
    { type: 'foreign', dialect: 'anthropic', name: 'mcp_tool_use', value: { x: 1 } },
  ],
  finish: { kind: 'stop-sequence', stopSequence: 'END' },
  usage: { ...noUsage, inputTokens: 3, outputTokens: 5 },
}

describe('an answer as events', () => {
  test('is the same answer when it is gathered again', () => {
    expect(gather(eventsOf(reply))).toEqual(reply)
  })

  test('arguments that were a value come back as the text of it', () => {
    const parts = [
      { type: 'tool-call', id: '1', name: 'f', arguments: { value: { a: [1] } }, kind: 'function' },
    ] as const
    expect(gather(eventsOf({ ...reply, parts }))?.parts).toEqual([
      { type: 'tool-call', id: '1', name: 'f', arguments: { text: '{"a":[1]}' }, kind: 'function' },
    ])
  })

  test('an answer without an end is none', () => {
    const events = [...eventsOf(reply)].slice(0, -1)
    expect(gather(events)).toBeNull()
  })

  test('parts stand in the order of their numbers, however their pieces came', () => {
    const events: StreamEvent[] = [
      { type: 'message-start', id: null, model: null, usage: null },
      { type: 'part-start', index: 1, part: { type: 'text' } },
      { type: 'part-start', index: 0, part: { type: 'reasoning' } },
      { type: 'part-delta', index: 1, delta: 'b' },
      { type: 'part-delta', index: 0, delta: 'a' },
      { type: 'part-delta', index: 1, delta: 'c' },
      { type: 'part-end', index: 1 },
      { type: 'message-end', finish: { kind: 'stop' }, usage: null },
    ]
    expect(gather(events)?.parts).toEqual([
      { type: 'reasoning', text: 'a' },
      { type: 'text', text: 'bc' },
    ])
  })
})
