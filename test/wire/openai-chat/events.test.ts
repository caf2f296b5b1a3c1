/** Streams read as events, and events written as chunks. */
import { describe, expect, test } from 'bun:test'
import { eventsOf, gather, type StreamEvent } from '../../../src/neutral/event.ts'
import type { Part, Signed } from '../../../src/neutral/message.ts'
import { AppError } from '../../../src/neutral/error.ts'
import { lostInEvents } from '../../../src/wire/lost.ts'
import { openAiChat } from '../../../src/wire/openai-chat/index.ts'
import { areRecordingsHere, payloads, playRecorded, recordedFiles, recordedJson, usage } from '../recorded.ts'
import { bare, call, chunk, deltasOf, eventsIn, framesOf, gathered, replyOf, replyWith, text } from './support.ts'

const done = '[DONE]'
const toolChunk = (calls: readonly object[], finish: string | null = null) => chunk({ tool_calls: calls }, finish)

/** Whether every part that begins ends, in its turn, between one start and at most one end of the message. */
function expectWellFormed(events: readonly StreamEvent[]): void {
  expect(events[0]?.type).toBe('message-start')
  expect(events.filter(({ type }) => type === 'message-start')).toHaveLength(1)
  const open = new Set<number>()
  let next = 0
  for (const [at, event] of events.entries()) {
    if (event.type === 'part-start' || event.type === 'part') expect(event.index).toBe(next++)
    if (event.type === 'part-start') open.add(event.index)
    if (event.type === 'part-delta' || event.type === 'part-signed' || event.type === 'part-cited')
      expect(open.has(event.index)).toBe(true)
    if (event.type === 'part-end') expect(open.delete(event.index)).toBe(true)
    if (event.type === 'message-end') expect([open.size, at]).toEqual([0, events.length - 1])
  }
}

const folders = ['deepseek-chat', 'groq', 'mistral', 'openai-chat', 'openai-compatible-chat', 'perplexity', 'xai']

describe.skipIf(!areRecordingsHere)('recorded streams', () => {
  const streams = areRecordingsHere ? recordedFiles(...folders).filter((file) => !file.endsWith('.json')) : []
  const answers = areRecordingsHere ? recordedFiles(...folders).filter((file) => file.endsWith('.json')) : []

  test.each(streams)('%s is well-formed, and its usage is what passthrough reads', (file) => {
    const events = eventsIn(payloads(file))
    expectWellFormed(events)
    expect(gather(events)?.usage ?? null).toEqual(playRecorded(openAiChat, file).facts.usage)
  })

  test('a call with its numbers from 1 comes out once', () => {
    expect(bare(gathered(payloads('openai-compatible-chat/anthropic-fallback-tool-call.sse'))?.parts)).toEqual([
      text('Reading it.'),
      call('toolu_sanitized', 'read_file', '{"path": "a.txt"}'),
    ])
  })

  test.each(answers)('%s says the same when it is streamed and read back', (file) => {
    const reply = replyOf(recordedJson(file))
    expect(bare(gathered(framesOf(eventsOf(reply), { stream_options: { include_usage: true } })))).toEqual(
      bare(reply) as never,
    )
  })
})

describe('read', () => {
  test('a plain answer, event by event', () => {
    const events = eventsIn([
      chunk({ role: 'assistant', content: '', refusal: null }),
      chunk({ reasoning_content: 'Hm.' }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      chunk({}, 'stop'),
      { ...chunk({}), choices: [], usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 } },
      done,
    ])
    expect(bare(events)).toEqual([
      { type: 'message-start', id: 'chatcmpl-1', model: 'm', usage: null },
      { type: 'part-start', index: 0, part: { type: 'reasoning' } },
      { type: 'part-delta', index: 0, delta: 'Hm.' },
      { type: 'part-end', index: 0 },
      { type: 'part-start', index: 1, part: { type: 'text' } },
      { type: 'part-delta', index: 1, delta: 'Hel' },
      { type: 'part-delta', index: 1, delta: 'lo' },
      { type: 'part-end', index: 1 },
      { type: 'message-end', finish: { kind: 'stop' }, usage: usage({ in: 8, out: 2 }) },
    ])
  })

  test('parallel calls grow side by side', () => {
    const events = eventsIn([
      toolChunk([{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }]),
      toolChunk([{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }]),
      toolChunk([{ index: 0, function: { arguments: '{"x"' } }]),
      toolChunk([{ index: 1, function: { arguments: '{}' } }]),
      toolChunk([{ index: 0, function: { arguments: ':1}' } }], 'tool_calls'),
      done,
    ])
    expectWellFormed(events)
    expect(bare(gather(events)?.parts)).toEqual([call('a', 'f', '{"x":1}'), call('b', 'g', '{}')])
  })

  const calls: readonly (readonly [string, readonly object[], readonly Part[]])[] = [
    [
      'whole, without numbers',
      [
        toolChunk([
          { id: 'a', function: { name: 'f', arguments: '{}' } },
          { id: 'b', function: { name: 'f', arguments: '{"y":2}' } },
        ]),
      ],
      [call('a', 'f', '{}'), call('b', 'f', '{"y":2}')],
    ],
    [
      'all numbered 0',
      [
        toolChunk([{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }]),
        toolChunk([{ index: 0, id: 'b', function: { name: 'g', arguments: '{}' } }]),
      ],
      [call('a', 'f', '{}'), call('b', 'g', '{}')],
    ],
    [
      'said once more at the end',
      [
        toolChunk([{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }]),
        toolChunk([{ index: 0, function: { arguments: ':1}' } }]),
        toolChunk([{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }]),
      ],
      [call('a', 'f', '{"x":1}')],
    ],
    [
      'named in every chunk',
      [
        toolChunk([{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }]),
        toolChunk([{ index: 0, id: 'a', function: { name: 'f', arguments: ':1}' } }]),
      ],
      [call('a', 'f', '{"x":1}')],
    ],
    [
      'only at the end',
      [
        toolChunk([{ index: 0, id: 'a', function: { name: 'f' } }]),
        toolChunk([{ index: 0, function: { arguments: '{"x":1}' } }]),
      ],
      [call('a', 'f', '{"x":1}')],
    ],
    [
      'as an object',
      [toolChunk([{ index: 0, function: { name: 'f', arguments: { x: 1 } } }])],
      [call('call_0198ab_0', 'f', '{"x":1}')],
    ],
    ['without arguments', [toolChunk([{ index: 0, id: 'a', function: { name: 'f' } }])], [call('a', 'f', '')]],
    [
      'named after its arguments began',
      [
        toolChunk([{ index: 0, id: 'a', function: { arguments: '{' } }]),
        toolChunk([{ index: 0, function: { name: 'f', arguments: '}' } }]),
      ],
      [call('a', 'f', '{}')],
    ],
    [
      'of an older server',
      [chunk({ function_call: { name: 'f', arguments: '{' } }), chunk({ function_call: { arguments: '}' } })],
      [call('call_0198ab_0', 'f', '{}')],
    ],
    [
      'of a custom tool',
      [
        toolChunk([{ index: 0, id: 'a', type: 'custom', custom: { name: 'f', input: 'fr' } }]),
        toolChunk([{ index: 0, custom: { input: 'ee' } }]),
      ],
      [{ ...call('a', 'f', 'free'), kind: 'custom' } as Part],
    ],
  ]
  test.each(calls)('calls that come %s', (_name, frames, expected) => {
    const events = eventsIn([...frames, chunk({}, 'tool_calls'), done])
    expectWellFormed(events)
    expect(gather(events)).toMatchObject({ parts: expected, finish: { kind: 'tool-calls' } })
  })

  test('pieces of signed reasoning are put together', () => {
    const detail = (over: object) => [{ type: 'reasoning.text', index: 0, format: 'anthropic-claude-v1', ...over }]
    const reply = gathered([
      chunk({ reasoning: 'H', reasoning_details: detail({ text: 'H' }) }),
      chunk({ reasoning: 'm.', reasoning_details: detail({ text: 'm.' }) }),
      chunk({ content: '', reasoning_details: detail({ signature: 'c2ln' }) }),
      chunk({ content: 'Hello' }, 'stop'),
      done,
    ])
    expect(bare(reply?.parts)).toEqual([
      {
        type: 'reasoning',
        text: 'Hm.',
        signed: {
          form: 'openai-chat',
          by: 'openrouter',
          value: { reasoning_details: detail({ text: 'Hm.', signature: 'c2ln' }) },
        },
      },
      text('Hello'),
    ])
  })

  test('the last chunk may hold the whole message once more', () => {
    const whole = replyWith({ content: 'Hello', reasoning_content: 'Hm.' })
    const reply = gathered([chunk({ reasoning_content: 'Hm.' }), chunk({ content: 'Hel' }), whole, done])
    expect(bare(reply?.parts)).toEqual([{ type: 'reasoning', text: 'Hm.' }, text('Hello')])
    expect(bare(gathered([whole]))).toEqual(bare(replyOf(whole)) as never)
  })

  test('thoughts in a list, pictures and unheard-of parts keep their order', () => {
    const reply = gathered([
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }),
      chunk({
        content: [
          { type: 'text', text: 'See' },
          { type: 'reference', reference_ids: [1] },
        ],
      }),
      chunk({ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] }, 'stop'),
      done,
    ])
    expect(bare(reply?.parts)).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      text('See'),
      { type: 'foreign', dialect: 'openai-chat', name: 'reference', value: { type: 'reference', reference_ids: [1] } },
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } },
    ])
  })

  test('what else the chunks said is carried', () => {
    const events = eventsIn([
      chunk({ content: 'a', x_mood: 'fine' }, null, { system_fingerprint: 'fp', obfuscation: 'zz' }),
      chunk({}, 'stop'),
      done,
    ])
    expect(events.at(-1)).toMatchObject({
      carried: { dialect: 'openai-chat', fields: { system_fingerprint: 'fp', 'choices[0].message.x_mood': 'fine' } },
    })
  })

  test('a stream that is cut off has no end; one that gave its reason has one without [DONE]', () => {
    expect(gathered([chunk({ content: 'Hel' })])).toBeNull()
    expect(gathered([chunk({ content: 'Hel' }, 'length')])?.finish).toEqual({ kind: 'length' })
    expect(eventsIn([])).toEqual([])
  })

  test('an error is the last event', () => {
    const events = eventsIn([
      chunk({ content: 'Hel' }),
      { error: { message: 'Slow down.', code: 429 } },
      chunk({ content: 'lo' }, 'stop'),
      done,
    ])
    expect(events.at(-1)).toEqual({ type: 'error', error: new AppError('rate-limited', 'Slow down.', { status: 429 }) })
    expect(events.filter(({ type }) => type === 'error' || type === 'message-end')).toHaveLength(1)
  })

  test('of several choices the others are named as lost, as they are of a whole answer', () => {
    const other = { ...chunk({}), choices: [{ index: 1, delta: { content: 'B' }, finish_reason: 'stop' }] }
    const both = eventsIn([chunk({ content: 'A' }), other, chunk({}, 'stop'), done])
    const lost = (events: readonly StreamEvent[]) => events.flatMap((event) => [...lostInEvents('anthropic')(event)])
    expect(lost(both)).toEqual(['choices[]'])
    expect(lost(eventsIn([chunk({ content: 'A' }), chunk({}, 'stop'), done]))).toEqual([])
  })

  test('of several choices the first one is followed', () => {
    const other = { ...chunk({}), choices: [{ index: 1, delta: { content: 'B' }, finish_reason: 'stop' }] }
    const filters = { id: '', model: '', choices: [], prompt_filter_results: [] }
    const reply = gathered([filters, chunk({ content: 'A' }), other, chunk({}, 'stop'), done])
    expect(bare(reply)).toEqual({
      id: 'chatcmpl-1',
      model: 'm',
      parts: [text('A')],
      finish: { kind: 'stop' },
      usage: null,
    })
  })
})

describe('written', () => {
  const start: StreamEvent = { type: 'message-start', id: 'msg_1', model: 'claude', usage: null }
  const end: StreamEvent = { type: 'message-end', finish: { kind: 'stop' }, usage: usage({ in: 8, out: 2 }) }
  const grown = (
    index: number,
    part: 'text' | 'reasoning' | 'refusal',
    ...deltas: readonly string[]
  ): StreamEvent[] => [
    { type: 'part-start', index, part: { type: part } },
    ...deltas.map((delta) => ({ type: 'part-delta', index, delta }) as const),
    { type: 'part-end', index },
  ]

  test('a plain answer, chunk by chunk', () => {
    const frames = framesOf([start, ...grown(0, 'text', 'Hel', 'lo'), end])
    const head =
      '{"id":"msg_1","object":"chat.completion.chunk","created":1767225600,"model":"claude","choices":[{"index":0,"delta":'
    expect(frames).toEqual([
      `${head}{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}`,
      `${head}{"content":"Hel"},"logprobs":null,"finish_reason":null}]}`,
      `${head}{"content":"lo"},"logprobs":null,"finish_reason":null}]}`,
      `${head}{},"logprobs":null,"finish_reason":"stop"}]}`,
      '[DONE]',
    ])
  })

  test('usage comes where it was asked for, in a chunk of its own', () => {
    const frames = framesOf([start, end], { stream_options: { include_usage: true } })
    expect(frames).toHaveLength(4)
    expect(JSON.parse(frames[1] ?? '')).toMatchObject({ usage: null, choices: [{ finish_reason: 'stop' }] })
    expect(JSON.parse(frames[2] ?? '')).toEqual({
      id: 'msg_1',
      object: 'chat.completion.chunk',
      created: 1_767_225_600,
      model: 'claude',
      choices: [],
      usage: {
        prompt_tokens: 8,
        completion_tokens: 2,
        total_tokens: 10,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
      },
    })
  })

  const signed: Signed = { form: 'gemini', by: 'google', value: { thoughtSignature: 'Z2Vt' } }
  const called = (index: number, ...events: readonly object[]): StreamEvent[] => [
    { type: 'part-start', index, part: { type: 'tool-call', id: 'c1', name: 'f', kind: 'function' } },
    ...events.map((event) => ({ index, ...event }) as StreamEvent),
    { type: 'part-end', index },
  ]

  test('a call is named first, then its arguments grow', () => {
    const events = called(1, { type: 'part-delta', delta: '{"a"' }, { type: 'part-delta', delta: ':1}' })
    expect(deltasOf([start, ...grown(0, 'text', 'Hi'), ...events]).slice(2)).toEqual([
      { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] },
      { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
    ])
  })

  test.each([
    ['no arguments', []],
    ['empty ones, as Claude streams them', [{ type: 'part-delta', delta: '' }]],
  ])('a call with %s ends in an empty object, since clients parse what they got', (_, deltas) => {
    const said = deltasOf([start, ...called(0, ...deltas)]) as {
      tool_calls?: { function: { arguments: string } }[]
    }[]
    const heard = said.flatMap(({ tool_calls }) => tool_calls ?? []).map((one) => one.function.arguments)
    expect(JSON.parse(heard.join(''))).toEqual({})
  })

  test('a call of free text may be empty', () => {
    const part = { type: 'tool-call', id: 'c1', name: 'f', kind: 'custom' } as const
    const events: StreamEvent[] = [
      { type: 'part-start', index: 0, part },
      { type: 'part-end', index: 0 },
    ]
    expect(deltasOf([start, ...events]).slice(1)).toEqual([
      { tool_calls: [{ index: 0, id: 'c1', type: 'custom', custom: { name: 'f', input: '' } }] },
    ])
  })

  test('a signature that follows at once stands in the call’s first chunk', () => {
    const [, first] = deltasOf([
      start,
      ...called(0, { type: 'part-signed', signed }, { type: 'part-delta', delta: '{}' }),
    ])
    expect(first).toMatchObject({
      tool_calls: [
        { index: 0, id: 'c1', extra_content: { google: { thought_signature: expect.stringMatching(/^rp1_/) } } },
      ],
      reasoning_details: [{ type: 'reasoning.encrypted', id: 'c1', index: 0, data: expect.stringMatching(/^rp1_/) }],
    })
  })

  test('a later one stands in a chunk that clients take for one of a call', () => {
    const late = called(0, { type: 'part-delta', delta: '{}' }, { type: 'part-signed', signed })
    expect(deltasOf([start, ...late])[3]).toMatchObject({
      tool_calls: [
        {
          index: 0,
          function: { arguments: '' },
          extra_content: { google: { thought_signature: expect.stringMatching(/^rp1_/) } },
        },
      ],
    })
  })

  test('a tool of free text gets its text when it is whole', () => {
    const tools = [{ type: 'custom', custom: { name: 'f' } }]
    const events = called(0, { type: 'part-delta', delta: '{"input":"*** ' }, { type: 'part-delta', delta: 'Begin"}' })
    expect(deltasOf([start, ...events], { tools }).slice(1)).toEqual([
      { tool_calls: [{ index: 0, id: 'c1', type: 'custom', custom: { name: 'f', input: '' } }] },
      { tool_calls: [{ index: 0, custom: { input: '*** Begin' } }] },
    ])
  })

  test('whatever an answer holds is read back the same', () => {
    const citation = { url: 'https://a.example', title: 'A', quote: 'q', start: 0, end: 2 }
    const parts: readonly Part[] = [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Hi', citations: [citation] },
      { type: 'refusal', text: 'No.' },
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } },
      call('c1', 'f', '{}'),
      call('c2', 'g', '{"a":1}'),
    ]
    const reply = { id: 'msg_1', model: 'claude', parts, finish: { kind: 'tool-calls' }, usage: null } as const
    expect(bare(gathered(framesOf(eventsOf(reply))))).toEqual(reply as never)
  })

  test('thoughts of two parts are kept apart, and each has its signature', () => {
    const thought = (index: number, words: string): StreamEvent[] => {
      const signature: StreamEvent = { type: 'part-signed', index, signed }
      return grown(index, 'reasoning', words).toSpliced(2, 0, signature)
    }
    const deltas = deltasOf([start, ...thought(0, 'First.'), ...thought(1, 'Then.')])
    expect(deltas.slice(1)).toMatchObject([
      { reasoning_content: 'First.' },
      { reasoning_details: [{ id: 'reasoning-0-6', index: 0 }] },
      { reasoning_content: '\n\n' },
      { reasoning_content: 'Then.' },
      { reasoning_details: [{ id: 'reasoning-8-13', index: 1 }] },
    ])
  })

  test('an error ends the stream in the dialect’s words', () => {
    const error = new AppError('context-exceeded', 'The prompt is too long.')
    expect(framesOf([start, { type: 'error', error }])[1]).toBe(
      '{"error":{"message":"The prompt is too long.","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}',
    )
  })
})
