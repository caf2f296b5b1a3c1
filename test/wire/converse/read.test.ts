/** Answers of Bedrock's Converse, whole and streamed: the same parts, the same usage, the same end. */
import { expect, test } from 'bun:test'
import { gather, type StreamEvent } from '../../../src/neutral/event.ts'
import { noUsage } from '../../../src/neutral/usage.ts'
import { converseFacts } from '../../../src/wire/converse/facts.ts'
import { converseTranslator } from '../../../src/wire/converse/translator.ts'
import { readRandomFrames } from './random-frames.ts'

const signer = { provider: 'bedrock', id: 'r-1' }
const readReply = (body: unknown) => converseTranslator.readReply(body, signer)

type Frame = readonly [event: string, data: unknown]

const delta = (contentBlockIndex: number, inner: unknown): Frame => [
  'contentBlockDelta',
  { contentBlockIndex, delta: inner },
]
const stop = (contentBlockIndex: number): Frame => ['contentBlockStop', { contentBlockIndex }]

function readEvents(frames: readonly Frame[]): StreamEvent[] {
  const reader = converseTranslator.readEvents(signer)
  return [...frames.flatMap(([event, data]) => reader.read(event, JSON.stringify(data))), ...reader.end()]
}

const signed = (value: Readonly<Record<string, string>>) => ({ form: 'converse', by: 'bedrock', value }) as const

const usage = {
  inputTokens: 10,
  outputTokens: 7,
  totalTokens: 122,
  cacheReadInputTokens: 100,
  cacheWriteInputTokens: 5,
}
const usageRead = { ...noUsage, inputTokens: 10, outputTokens: 7, cacheReadTokens: 100, cacheWrite5mTokens: 5 }

const wholeReply = {
  metrics: { latencyMs: 412 },
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Let me see.', signature: 'c2ln' } } },
        { reasoningContent: { redactedContent: 'cmVk' } },
        { text: 'It rains.' },
        {
          citationsContent: {
            content: [{ text: 'In Ulm.' }],
            citations: [
              {
                title: 'document-1',
                sourceContent: [{ text: 'Rain in Ulm' }],
                location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
              },
            ],
          },
        },
        { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Ulm' } } },
      ],
    },
  },
  stopReason: 'tool_use',
  usage,
}

const citation = {
  url: null,
  title: 'document-1',
  quote: 'Rain in Ulm',
  start: null,
  end: null,
  carried: { dialect: 'converse', fields: { location: { documentPage: { documentIndex: 0, start: 1, end: 2 } } } },
} as const

const textParts = [
  { type: 'reasoning', text: 'Let me see.', signed: signed({ signature: 'c2ln' }) },
  { type: 'reasoning', text: '', signed: signed({ redactedContent: 'cmVk' }) },
  { type: 'text', text: 'It rains.' },
  { type: 'text', text: 'In Ulm.', citations: [citation] },
] as const

const call = { type: 'tool-call', id: 'tooluse_1', name: 'weather', kind: 'function' } as const

test('a whole answer is read: reasoning with its signature, text, citations, calls, usage with its cache', () => {
  expect(readReply(wholeReply)).toEqual({
    id: null,
    model: null,
    parts: [...textParts, { ...call, arguments: { value: { city: 'Ulm' } } }],
    finish: { kind: 'tool-calls' },
    usage: usageRead,
  })
})

const frames: readonly Frame[] = [
  ['messageStart', { role: 'assistant' }],
  delta(0, { reasoningContent: { text: 'Let me' } }),
  delta(0, { reasoningContent: { text: ' see.' } }),
  delta(0, { reasoningContent: { signature: 'c2' } }),
  delta(0, { reasoningContent: { signature: 'ln' } }),
  stop(0),
  delta(1, { reasoningContent: { redactedContent: 'cmVk' } }),
  stop(1),
  delta(2, { text: 'It ' }),
  delta(2, { text: 'rains.' }),
  stop(2),
  delta(3, {
    citation: {
      title: 'document-1',
      sourceContent: [{ text: 'Rain in Ulm' }],
      location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
    },
  }),
  delta(3, { text: 'In Ulm.' }),
  stop(3),
  ['contentBlockStart', { contentBlockIndex: 4, start: { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } } }],
  delta(4, { toolUse: { input: '{"city":' } }),
  delta(4, { toolUse: { input: '"Ulm"}' } }),
  stop(4),
  ['messageStop', { stopReason: 'tool_use' }],
  ['metadata', { usage, metrics: { latencyMs: 9 }, p: 'abc' }],
]

test('the same answer streamed amounts to the same', () => {
  expect(gather(readEvents(frames))).toEqual({
    id: null,
    model: null,
    parts: [...textParts, { ...call, arguments: { text: '{"city":"Ulm"}' } }],
    finish: { kind: 'tool-calls' },
    usage: usageRead,
  })
})

test('its events come one by one: a part begins with its first word and ends before the message does', () => {
  expect(readEvents([...frames.slice(0, 1), ...frames.slice(8, 10), ...frames.slice(14)])).toEqual([
    { type: 'message-start', id: null, model: null, usage: null },
    { type: 'part-start', index: 0, part: { type: 'text' } },
    { type: 'part-delta', index: 0, delta: 'It ' },
    { type: 'part-delta', index: 0, delta: 'rains.' },
    { type: 'part-start', index: 1, part: call },
    { type: 'part-delta', index: 1, delta: '{"city":' },
    { type: 'part-delta', index: 1, delta: '"Ulm"}' },
    { type: 'part-end', index: 1 },
    { type: 'part-end', index: 0 },
    { type: 'message-end', finish: { kind: 'tool-calls' }, usage: usageRead },
  ])
})

test('blocks that hold nothing make no parts, and the numbers have no gaps', () => {
  const events = readEvents([
    ['messageStart', {}],
    delta(0, { text: '' }),
    stop(0),
    delta(1, { reasoningContent: { text: ' Hm' } }),
    stop(1),
    delta(2, { text: '' }),
    stop(2),
    ['contentBlockStart', { contentBlockIndex: 3, start: { toolUse: { toolUseId: 'functions.f:0', name: 'f' } } }],
    stop(3),
    ['messageStop', { stopReason: 'tool_use' }],
    ['metadata', {}],
  ])
  expect(gather(events)?.parts).toEqual([
    { type: 'reasoning', text: ' Hm' },
    { type: 'tool-call', id: 'functions.f:0', name: 'f', kind: 'function', arguments: { text: '' } },
  ])
  expect(events.flatMap((event) => (event.type === 'part-start' ? [event.index] : []))).toEqual([0, 1])
})

test('a stream without usage ends where it said why; one that was cut off has no end', () => {
  const start: readonly Frame[] = [['messageStart', {}], delta(0, { text: 'Hi' })]
  const ended = readEvents([...start, ['messageStop', { stopReason: 'end_turn' }]])
  expect(ended.at(-1)).toEqual({ type: 'message-end', finish: { kind: 'stop' }, usage: null })
  expect(readEvents(start).some(({ type }) => type === 'message-end')).toBe(false)
  expect(gather(readEvents(start))).toBeNull()
})

test('a line of a recording, where the name stands around the data, is read like a frame', () => {
  const reader = converseTranslator.readEvents(signer)
  expect(reader.read('', '{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hi"}}}')).toEqual([
    { type: 'message-start', id: null, model: null, usage: null },
    { type: 'part-start', index: 0, part: { type: 'text' } },
    { type: 'part-delta', index: 0, delta: 'Hi' },
  ])
})

test('why it stopped', () => {
  const kinds = [
    'end_turn',
    'stop_sequence',
    'max_tokens',
    'tool_use',
    'guardrail_intervened',
    'content_filtered',
    'model_context_window_exceeded',
    'malformed_tool_use',
    'something_new',
  ].map((stopReason) => readReply({ stopReason }).finish.kind)
  expect(kinds).toEqual([
    'stop',
    'stop-sequence',
    'length',
    'tool-calls',
    'content-filter',
    'content-filter',
    'context',
    'error',
    'other',
  ])
})

test('cache writes are told apart by how long they live', () => {
  const read = readReply({
    usage: {
      inputTokens: 1,
      outputTokens: 2,
      cacheWriteInputTokens: 30,
      cacheDetails: [
        { ttl: '1h', inputTokens: 20 },
        { ttl: '5m', inputTokens: 10 },
      ],
    },
  }).usage
  expect(read).toEqual({ ...noUsage, inputTokens: 1, outputTokens: 2, cacheWrite5mTokens: 10, cacheWrite1hTokens: 20 })
})

test('what has no neutral word is foreign or carried, and nothing is thrown away', () => {
  const reply = readReply({
    output: {
      message: {
        content: [
          { guardContent: { text: { text: 'x' } } },
          { toolUse: { toolUseId: 's', name: 'nova_grounding', type: 'server_tool_use', input: {} } },
          { image: { format: 'png', source: { bytes: 'AAEC' } } },
          'odd',
        ],
      },
    },
    stopReason: 'guardrail_intervened',
    trace: { guardrail: { actionReason: 'blocked' } },
  })
  expect(reply.parts).toEqual([
    { type: 'foreign', dialect: 'converse', name: 'guardContent', value: { text: { text: 'x' } } },
    {
      type: 'foreign',
      dialect: 'converse',
      name: 'toolUse',
      value: { toolUseId: 's', name: 'nova_grounding', type: 'server_tool_use', input: {} },
    },
    { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AAEC' } },
  ])
  expect(reply.carried).toEqual({
    dialect: 'converse',
    fields: { trace: { guardrail: { actionReason: 'blocked' } } },
  })
  const events = readEvents([
    ['contentBlockStart', { contentBlockIndex: 0, start: { toolResult: { toolUseId: 's' } } }],
    delta(0, { toolResult: [{ text: 'found' }] }),
    stop(0),
    ['messageStop', { stopReason: 'end_turn' }],
    ['metadata', { trace: { guardrail: {} } }],
  ])
  expect(gather(events)).toMatchObject({
    parts: [
      {
        type: 'foreign',
        dialect: 'converse',
        name: 'toolResult',
        value: { start: { toolResult: { toolUseId: 's' } }, deltas: [{ toolResult: [{ text: 'found' }] }] },
      },
    ],
    carried: { dialect: 'converse', fields: { trace: { guardrail: {} } } },
  })
})

test('an exception inside the stream is an error with its sentence, and the last thing said', () => {
  const events = readEvents([
    ['messageStart', {}],
    ['throttlingException', { message: 'Too many requests' }],
    delta(0, { text: 'late' }),
    ['messageStop', { stopReason: 'end_turn' }],
  ])
  expect(events.length).toBe(2)
  const last = events[1]
  if (last?.type !== 'error') throw new Error('no error')
  expect([last.error.code, last.error.status, last.error.message]).toEqual(['rate-limited', 429, 'Too many requests'])
})

test('errors keep their sentence and status, and have a code by what they mean', () => {
  const read = (status: number, body: unknown) => {
    const { code, status: kept, message } = converseTranslator.readError(status, body)
    return [code, kept, message]
  }
  expect(read(400, { message: 'Input is too long for requested model.' })).toEqual([
    'context-exceeded',
    400,
    'Input is too long for requested model.',
  ])
  expect(read(400, { message: 'The maximum tokens you requested exceeds the model limit of 8192' })[0]).toBe(
    'context-exceeded',
  )
  expect(read(400, { message: 'Malformed input request' })[0]).toBe('invalid-request')
  expect(read(403, { Message: 'No access' })).toEqual(['forbidden', 403, 'No access'])
  expect(read(404, {})).toEqual(['not-found', 404, 'The provider answered with status 404.'])
  expect(read(424, { message: 'x' })).toEqual(['provider-failed', 424, 'x'])
  expect(read(429, { message: 'x' })[0]).toBe('rate-limited')
  expect(read(503, 'no json')[0]).toBe('overloaded')
  expect(read(500, null)[0]).toBe('provider-failed')
})

test('the facts beside the stream say the same usage, end and error', () => {
  const reader = converseFacts.readStream()
  const kinds = frames.map(([event, data]) => reader.read(event, JSON.stringify(data)))
  expect(new Set(kinds.slice(0, -1))).toEqual(new Set(['plain']))
  expect(kinds.at(-1)).toBe('terminal')
  expect(reader.facts()).toMatchObject({ usage: usageRead, finishReason: 'tool_use', errorCode: null })
  // "Let me see.", "It rains.", "In Ulm." and the arguments.
  const length = frames.reduce((sum, [, data]) => sum + reader.countText(JSON.stringify(data)), 0)
  expect(length).toBe(11 + 9 + 7 + 14)
  const failed = converseFacts.readStream()
  expect(failed.read('modelStreamErrorException', '{"message":"x"}')).toBe('error')
  expect(failed.facts().errorCode).toBe('modelStreamErrorException')
  expect(converseFacts.readReply(wholeReply)).toMatchObject({ usage: usageRead, finishReason: 'tool_use' })
  expect(converseFacts.readReply({ ...wholeReply, serviceTier: { type: 'flex' } }).terms.serviceTier).toBe('flex')
  expect(converseFacts.readReply({ message: 'no' }).errorCode).toBe('error')
})

test('random answers and frames are read without a throw, and every stream of events is well formed', () => {
  expect(readRandomFrames(4000)).toEqual([])
})
