import { describe, expect, test } from 'bun:test'
import { eventsOf, gather } from '../../../src/neutral/event.ts'
import type { Part } from '../../../src/neutral/message.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { anthropic } from '../../../src/wire/anthropic/index.ts'
import { anthropicTranslator } from '../../../src/wire/anthropic/translator.ts'

import { areRecordingsHere, payloads, playRecorded, recordedFiles, recordedJson, usage } from '../recorded.ts'
import { asked, eventsIn, readBack, said, signer, stamp, streamOf } from './support.ts'
import { seal, unsignedSeal } from '../../../src/wire/seal.ts'

const readReply = (body: unknown) => anthropicTranslator.readReply(body, signer)
const writeReply = (reply: NeutralReply) => anthropicTranslator.writeReply(reply, asked, stamp)

const files = (ending: string) =>
  areRecordingsHere ? recordedFiles('anthropic').filter((file) => file.endsWith(ending)) : []

describe.skipIf(!areRecordingsHere)('recorded answers', () => {
  test.each(files('.json'))('%s comes out of the neutral form as it went in', (file) => {
    const body = recordedJson(file)
    expect(writeReply(readReply(body))).toEqual({ body, dropped: [] })
  })

  test.each(files('.json'))('%s is the same as a stream', (file) => {
    const reply = readReply(recordedJson(file))
    const stream = streamOf(eventsOf(reply))
    expect(said(gather(readBack(stream.text)))).toEqual(said(reply))
    expect(stream.dropped).toEqual([])
  })

  test('every block is a part', () => {
    for (const file of files('.json')) {
      const body = recordedJson(file) as { content: unknown[]; stop_details?: { explanation?: string } }
      const refusals = body.stop_details?.explanation === undefined ? 0 : 1
      expect([file, readReply(body).parts.length]).toEqual([file, body.content.length + refusals])
    }
  })

  /** Several answers in one file: a stream is over with the first one's end. */
  const joined = ['anthropic-programmatic-tool-calling.1.chunks.txt', 'anthropic-tool-search-deferred-bm25.chunks.txt']

  test.each(files('.chunks.txt'))('%s is well-formed, and its usage is what the record says', (file) => {
    const events = eventsIn(payloads(file))
    expectWellFormed(events)
    if (joined.some((name) => file.endsWith(name))) return
    expect(gather(events)?.usage).toEqual(playRecorded(anthropic, file).facts.usage)
  })

  test('a stream’s texts, thoughts and calls are all there', () => {
    const counts = (file: string) => {
      const parts = gather(eventsIn(payloads(`anthropic/${file}.chunks.txt`)))?.parts ?? []
      return parts.map((part) => (part.type === 'foreign' ? part.name : part.type)).join(' ')
    }
    expect(counts('anthropic-clear-thinking.1')).toBe('reasoning text')
    expect(counts('anthropic-fallback')).toBe('fallback text')
    expect(counts('anthropic-refusal')).toBe('refusal')
    expect(counts('anthropic-mcp.1')).toBe('mcp_tool_use mcp_tool_result text')
    expect(counts('anthropic-web-fetch-tool.1')).toBe('text web_fetch web_fetch_tool_result text')
    expect(counts('duplicate-message-start')).toBe('text')
    // The first answer breaks off inside a call, and is sent anew.
    expect(counts('spliced-message-start')).toBe('reasoning tool-call reasoning tool-call')
  })

  test('a refusal says in words that it is one', () => {
    const { parts, finish } = readReply(recordedJson('anthropic/anthropic-refusal.json'))
    expect(finish).toEqual({ kind: 'refusal' })
    expect(said(parts)).toEqual([
      {
        type: 'refusal',
        text: "This request triggered restrictions on violative cyber content and was blocked under Anthropic's Usage Policy.",
      },
    ])
  })
})

/** One start first, one end last, every part that begins ends, and they count from 0. */
function expectWellFormed(events: ReturnType<typeof eventsIn>): void {
  const types = events.map(({ type }) => type)
  expect(types[0]).toBe('message-start')
  expect(types.filter((type) => type === 'message-start').length).toBe(1)
  expect(types.at(-1)).toBe('message-end')
  const begun: number[] = []
  const open = new Set<number>()
  for (const event of events) {
    if (event.type === 'part-start') {
      begun.push(event.index)
      open.add(event.index)
    } else if (event.type === 'part') begun.push(event.index)
    else if ('index' in event) expect(open.has(event.index)).toBe(true)
    if (event.type === 'part-end') open.delete(event.index)
  }
  expect(begun).toEqual(begun.map((_, i) => i))
  expect([...open]).toEqual([])
}

const sourced: NeutralReply = {
  id: null,
  model: null,
  finish: { kind: 'tool-calls' },
  usage: usage({ in: 10, read: 5, write1h: 2, out: 7, think: 3, searches: 1 }),
  parts: [
    {
      type: 'reasoning',
      text: 'Hm.',
      signed: { form: 'openai-responses', by: 'openai', value: { encrypted_content: 'gAAA' } },
    },
    { type: 'reasoning', text: 'Plain.' },
    { type: 'web-search', id: 'ws_1', query: 'rain', sources: [{ url: 'https://a.example', title: null }] },
    {
      type: 'text',
      text: 'It rains.',
      citations: [
        { url: 'https://a.example', title: 'A', quote: null, start: 0, end: 9 },
        { url: null, title: 'a file', quote: null, start: null, end: null },
      ],
    },
    { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'iVBORw' } },
    { type: 'text', text: '' },
    {
      type: 'tool-call',
      id: 'call_1',
      name: 'f',
      arguments: { text: '{"a":1}' },
      kind: 'function',
      signed: { form: 'gemini', by: 'google', value: { thoughtSignature: 'CgQ' } },
    },
  ],
}

const sealed = (form: 'gemini' | 'openai-responses', by: string, value: Record<string, string>) =>
  seal({ form, by, value })

const content = [
  { type: 'thinking', thinking: 'Hm.', signature: sealed('openai-responses', 'openai', { encrypted_content: 'gAAA' }) },
  { type: 'thinking', thinking: 'Plain.', signature: unsignedSeal },
  { type: 'server_tool_use', id: 'srvtoolu_0198ab_2', name: 'web_search', input: { query: 'rain' } },
  {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_0198ab_2',
    content: [
      {
        type: 'web_search_result',
        url: 'https://a.example',
        title: 'https://a.example',
        encrypted_content: '',
        page_age: null,
      },
    ],
  },
  {
    type: 'text',
    text: 'It rains.',
    citations: [
      { type: 'web_search_result_location', url: 'https://a.example', title: 'A', cited_text: '', encrypted_index: '' },
    ],
  },
  { type: 'tool_use', id: 'call_1', name: 'f', input: { a: 1 } },
  { type: 'redacted_thinking', data: `${sealed('gemini', 'google', { thoughtSignature: 'CgQ' })}.call_1` },
]

describe('an answer of another dialect', () => {
  test('is written whole, and what has no place is named', () => {
    const { body, dropped } = writeReply(sourced)
    expect(body).toEqual({
      id: 'msg_0198ab',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-6',
      content,
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 2,
        cache_read_input_tokens: 5,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 2 },
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 3 },
        server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
        service_tier: null,
      },
    })
    expect(dropped).toEqual(['citations', 'image'])
    expect(readReply(body).usage).toEqual(sourced.usage)
  })

  test.each([
    ['stop', 'end_turn'],
    ['stop-sequence', 'stop_sequence'],
    ['length', 'max_tokens'],
    ['tool-calls', 'tool_use'],
    ['refusal', 'refusal'],
    ['content-filter', 'refusal'],
    ['pause', 'pause_turn'],
    ['context', 'model_context_window_exceeded'],
    ['error', 'end_turn'],
    ['other', 'end_turn'],
  ] as const)('that ended by %s says %s', (kind, reason) => {
    const reply: NeutralReply = {
      id: 'a',
      model: 'm',
      parts: [{ type: 'text', text: 'T' }],
      finish: { kind },
      usage: null,
    }
    expect(writeReply(reply).body).toMatchObject({ stop_reason: reason, usage: { input_tokens: 0, output_tokens: 0 } })
  })

  test('that ends in calls waits for their results, whatever the provider says', () => {
    const calling: Part = { type: 'tool-call', id: 'a', name: 'f', arguments: { text: '' }, kind: 'function' }
    const reply: NeutralReply = { id: 'a', model: 'm', parts: [calling], finish: { kind: 'stop' }, usage: null }
    expect(writeReply(reply).body).toMatchObject({ stop_reason: 'tool_use', content: [{ input: {} }] })
  })

  test('that refuses says so in its own place', () => {
    const reply: NeutralReply = {
      id: 'a',
      model: 'm',
      parts: [{ type: 'refusal', text: 'I won’t.' }],
      finish: { kind: 'stop' },
      usage: null,
    }
    expect(writeReply(reply).body).toMatchObject({
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: 'I won’t.' },
    })
  })

  test('goes back to its own provider as it came', () => {
    const request = anthropicTranslator.readRequest(
      { messages: [{ role: 'assistant', content }] },
      { model: null, isStream: false },
    )
    const parts = request.messages[0]?.parts ?? []
    expect(parts.flatMap((part) => ('signed' in part && part.signed !== undefined ? [part.signed] : []))).toEqual([
      { form: 'openai-responses', by: 'openai', value: { encrypted_content: 'gAAA' } },
      // Nobody's: no provider gets it.
      { form: 'anthropic', by: '', value: {} },
      { form: 'gemini', by: 'google', value: { thoughtSignature: 'CgQ' } },
    ])
    expect(parts.map(({ type }) => type)).toEqual(['reasoning', 'reasoning', 'web-search', 'text', 'tool-call'])
  })

  test('is as a stream what it is whole', () => {
    const stream = streamOf(eventsOf(sourced))
    const { body, dropped } = writeReply(sourced)
    const back = gather(readBack(stream.text))
    // A search's place counts blocks in a stream, and parts in a whole answer: both are its own alone.
    expect(said(back)).toEqual(said(readReply(body)))
    expect(stream.dropped.toSorted()).toEqual(dropped.toSorted())
  })
})

describe('odd answers', () => {
  test('are read as far as they go', () => {
    for (const body of [null, 5, 'x', [], {}, { content: null }, { content: 'Just text.' }, { content: [null, 3, {}] }])
      expect(readReply(body).finish.kind).toBe('other')
    expect(readReply({ content: 'Just text.' }).parts).toEqual([{ type: 'text', text: 'Just text.' }])
    expect(readReply({ type: 'error', error: { type: 'api_error' } }).finish).toEqual({ kind: 'error' })
  })

  test('a call without an id is named by the answer’s place', () => {
    expect(readReply({ content: [{ type: 'tool_use', name: 'f' }] }).parts).toMatchObject([{ id: 'toolu_0198ab_0' }])
  })
})

describe('the signature of a text', () => {
  const signed = { form: 'gemini', by: 'google', value: { thoughtSignature: 'CgQ' } } as const
  const text = { type: 'text', text: 'Let me look.', signed } as const
  const call = { type: 'tool-call', id: 'c', name: 'f', arguments: { value: {} }, kind: 'function' } as const
  const answer = (parts: readonly Part[]): NeutralReply => ({ ...sourced, parts })
  const typesIn = (body: unknown) => (body as { content: { type: string }[] }).content.map(({ type }) => type)

  test('stands behind it where more follows', () => {
    const reply = answer([text, call])
    expect(typesIn(writeReply(reply).body)).toEqual(['text', 'redacted_thinking', 'tool_use'])
    expect(streamOf(eventsOf(reply)).text.match(/"content_block":\{"type":"\w+/g)).toEqual([
      '"content_block":{"type":"text',
      '"content_block":{"type":"redacted_thinking',
      '"content_block":{"type":"tool_use',
    ])
  })

  test('is left out at the end, where Claude Code would take it for the answer', () => {
    const reply = answer([text, { type: 'text', text: '', signed }])
    expect(typesIn(writeReply(reply).body)).toEqual(['text'])
    expect(writeReply(reply).dropped).toEqual(['signature'])
    const stream = streamOf(eventsOf(reply))
    expect(stream.text).not.toContain('redacted_thinking')
    expect(stream.dropped).toEqual(['signature'])
  })
})
