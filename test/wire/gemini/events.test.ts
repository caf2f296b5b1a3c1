import { describe, expect, test } from 'bun:test'
import { gather, type StreamEvent } from '../../../src/neutral/event.ts'
import { noUsage } from '../../../src/neutral/usage.ts'
import { gemini } from '../../../src/wire/gemini/index.ts'
import { areRecordingsHere, payloads, playRecorded, recordedFiles } from '../recorded.ts'
import { play, record } from './support.ts'

const chunk = (parts: readonly object[], more: object = {}, around: object = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
  modelVersion: 'gemini-2.5-pro',
  responseId: 'abc',
  ...around,
})
const stop = { finishReason: 'STOP' }
const counts = { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 } }
const kinds = (events: readonly StreamEvent[]) => events.map(({ type }) => type)

describe('a stream read', () => {
  test('is one answer whose pieces of text follow each other', () => {
    const events = play([
      chunk([{ text: 'Hm', thought: true }], {}, { usageMetadata: { promptTokenCount: 10, totalTokenCount: 10 } }),
      chunk([{ text: '.', thought: true }, { text: 'Good' }]),
      chunk([{ text: ' day.' }]),
      chunk([{ text: '', thoughtSignature: 'c2ln' }], stop, counts),
    ])
    const signed = { form: 'gemini', by: 'google', value: { thoughtSignature: 'c2ln' } } as const
    const thought = { dialect: 'gemini', fields: {}, spelling: { thought: 'true' } } as const
    expect(events.slice(0, -1)).toEqual([
      { type: 'message-start', id: 'abc', model: 'gemini-2.5-pro', usage: { ...noUsage, inputTokens: 10 } },
      { type: 'part-start', index: 0, part: { type: 'reasoning' } },
      { type: 'part-delta', index: 0, delta: 'Hm' },
      { type: 'part-delta', index: 0, delta: '.' },
      { type: 'part-end', index: 0, carried: thought },
      { type: 'part-start', index: 1, part: { type: 'text' } },
      { type: 'part-delta', index: 1, delta: 'Good' },
      { type: 'part-delta', index: 1, delta: ' day.' },
      { type: 'part-signed', index: 1, signed },
      { type: 'part-end', index: 1 },
    ])
    expect(events.at(-1)).toMatchObject({
      type: 'message-end',
      finish: { kind: 'stop' },
      usage: { inputTokens: 10, outputTokens: 5 },
    })
  })

  test('keeps sources of a text that has ended before a call', () => {
    const events = play([
      chunk([{ text: 'It rains.' }, { functionCall: { id: 'c', name: 'a', args: {} } }]),
      chunk([{ text: '' }], {
        ...stop,
        groundingMetadata: {
          groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }],
          groundingSupports: [{ segment: { startIndex: 0, endIndex: 9 }, groundingChunkIndices: [0] }],
        },
      }),
    ])
    expect(gather(events)?.parts).toMatchObject([
      { type: 'text', text: 'It rains.' },
      { type: 'tool-call', name: 'a' },
      { type: 'text', text: '', citations: [{ url: 'https://a.example', title: 'A', start: null, end: null }] },
      { type: 'web-search', sources: [{ url: 'https://a.example' }] },
    ])
  })

  test('gives calls without ids one each, in order', () => {
    const events = play([
      chunk([
        { functionCall: { name: 'a', args: { x: 1 } }, thoughtSignature: 'c2ln' },
        { functionCall: { name: 'b' } },
      ]),
      chunk([{ text: '' }], stop),
    ])
    expect(kinds(events).join(' ')).toBe(
      'message-start part-start part-signed part-delta part-end part-start part-delta part-end message-end',
    )
    expect(gather(events)).toMatchObject({
      parts: [
        { id: 'call_r1_0', name: 'a', arguments: { text: '{"x":1}' } },
        { id: 'call_r1_1', name: 'b', arguments: { text: '{}' } },
      ],
      finish: { kind: 'tool-calls' },
    })
  })

  const partial = (pieces: readonly object[], more: object = {}) => ({
    functionCall: { ...(pieces.length > 0 && { partialArgs: pieces }), ...more },
  })
  const on = { willContinue: true }

  test('puts arguments that come in pieces where their paths say', () => {
    const events = play([
      chunk([partial([], { name: 'cook', ...on })]),
      chunk([partial([{ jsonPath: '$.steps[0].text', stringValue: 'Bo', ...on }], on)]),
      chunk([partial([{ jsonPath: '$.steps[0].text', stringValue: 'il' }], on)]),
      chunk([partial([], on)]),
      chunk([
        partial(
          [
            { jsonPath: '$.steps[1].text', stringValue: 'Eat' },
            { jsonPath: '$.n', numberValue: 0 },
          ],
          on,
        ),
      ]),
      chunk([
        partial(
          [
            { jsonPath: "$['a b'].c", boolValue: false },
            { jsonPath: '$.d', nullValue: 'NULL_VALUE' },
          ],
          on,
        ),
      ]),
      chunk([{ functionCall: {} }], stop),
    ])
    expect(events.slice(1, -1)).toMatchObject([
      { type: 'part-start', index: 0, part: { type: 'tool-call', id: 'call_r1_0', name: 'cook' } },
      {
        type: 'part-delta',
        delta: '{"steps":[{"text":"Boil"},{"text":"Eat"}],"n":0,"a b":{"c":false},"d":null}',
      },
      { type: 'part-end', index: 0 },
    ])
  })

  test('takes whole arguments at the end once, and ends a call whose end never comes', () => {
    const whole = play([
      chunk([partial([{ jsonPath: '$.a', stringValue: 'x', ...on }], { name: 'f', id: 'own', ...on })]),
      chunk([{ functionCall: { args: { a: 'xy' } } }], stop),
    ])
    expect(gather(whole)?.parts).toMatchObject([{ id: 'own', arguments: { text: '{"a":"xy"}' } }])
    const endless = play([
      chunk([partial([], { name: 'f', ...on })]),
      chunk([partial([{ jsonPath: '$.a', stringValue: 'x' }], on)]),
      chunk([{ text: 'Well.' }], stop),
    ])
    expect(gather(endless)?.parts).toMatchObject([
      { name: 'f', arguments: { text: '{"a":"x"}' } },
      { type: 'text', text: 'Well.' },
    ])
  })

  test('passes pictures, code and other candidates on whole', () => {
    const events = play([
      chunk([{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }, { executableCode: { code: '1' } }]),
      { candidates: [{ content: { parts: [{ text: 'b' }] }, index: 1 }] },
      { candidates: [{ content: { parts: [{ text: 'c' }] }, index: 1, finishReason: 'STOP' }] },
      chunk([], stop),
    ])
    expect(gather(events)?.parts).toEqual([
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AAAA' } },
      { type: 'foreign', dialect: 'gemini', name: 'executableCode', value: { executableCode: { code: '1' } } },
      {
        type: 'foreign',
        dialect: 'gemini',
        name: 'candidate',
        value: { content: { parts: [{ text: 'b' }, { text: 'c' }] }, index: 1, finishReason: 'STOP' },
      },
    ])
  })

  test('cites at its end what its last chunk rests on', () => {
    const groundingMetadata = {
      webSearchQueries: ['rain'],
      groundingChunks: [{ web: { uri: 'https://a.com', title: 'A' } }],
      groundingSupports: [{ segment: { startIndex: 4, endIndex: 9 }, groundingChunkIndices: [0] }],
    }
    const events = play([chunk([{ text: 'So. ' }]), chunk([{ text: 'Rain.' }], { ...stop, groundingMetadata })])
    expect(events.slice(4)).toMatchObject([
      { type: 'part-cited', index: 0, citation: { url: 'https://a.com', title: 'A', start: 4, end: 9 } },
      { type: 'part-end', index: 0 },
      { type: 'part', index: 1, part: { type: 'web-search', query: 'rain' } },
      { type: 'message-end' },
    ])
  })

  test('has no end where it was cut off, and an error where it holds one', () => {
    expect(kinds(play([chunk([{ text: 'a' }])]))).toEqual(['message-start', 'part-start', 'part-delta'])
    const error = { error: { code: 503, message: 'Busy.', status: 'UNAVAILABLE' } }
    const events = play([chunk([{ text: 'a' }]), error, chunk([{ text: 'b' }], stop)])
    expect(kinds(events)).toEqual(['message-start', 'part-start', 'part-delta', 'error'])
    expect(events.at(-1)).toMatchObject({ error: { code: 'overloaded', status: 503, message: 'Busy.' } })
  })

  test('is over when a prompt was blocked', () => {
    const events = play([{ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } }])
    expect(events).toMatchObject([
      { type: 'message-start' },
      { type: 'message-end', finish: { kind: 'content-filter' }, usage: { inputTokens: 4 } },
    ])
  })
})

describe.skipIf(!areRecordingsHere)('the recorded streams', () => {
  const streams = areRecordingsHere ? recordedFiles('google').filter((path) => path.endsWith('.chunks.txt')) : []
  const answerOf = (file: string) => gather(play(payloads(`google/${file}`)))

  test.each(streams)('%s is well-formed, counts as it does in passing, and is written as itself', (file) => {
    const events = play(payloads(file))
    const open = new Set<number>()
    for (const event of events) {
      if (event.type === 'part-start') open.add(event.index)
      if (event.type === 'part-end') expect(open.delete(event.index)).toBe(true)
    }
    expect(open.size).toBe(0)
    expect(kinds(events).filter((kind) => kind.startsWith('message'))).toEqual(['message-start', 'message-end'])
    const answer = gather(events)
    expect(answer?.usage ?? null).toEqual(playRecorded(gemini, file).facts.usage)
    const back = gather(play(record(events)))
    expect([back?.parts, back?.finish, back?.usage]).toEqual([answer?.parts, answer?.finish, answer?.usage])
  })

  test('the text is whole', () => {
    expect(answerOf('google-reasoning.chunks.txt')?.parts).toMatchObject([
      { type: 'text', text: 'There are **3** "r"s in strawberry.\n\nHere is the breakdown: st**r**awbe**rr**y.' },
    ])
  })

  test('the calls have all their arguments', () => {
    const calls = (file: string) =>
      answerOf(file)?.parts.map((part) =>
        part.type === 'tool-call' && 'text' in part.arguments ? [part.name, JSON.parse(part.arguments.text)] : part,
      )
    expect(calls('google-tool-call.chunks.txt')).toEqual([['weather', { location: 'San Francisco' }]])
    expect(calls('google-stream-tool-call-arguments.chunks.txt')).toEqual([
      ['getWeather', { location: 'Boston' }],
      ['getWeather', { location: 'San Francisco' }],
    ])
    expect(calls('google-stream-tool-call-array-arguments-missing-terminal-function-call.chunks.txt')).toEqual([
      [
        'writeItems',
        {
          operations: [
            { action: 'add', description: 'Fresh red apple', itemid: 'apple_001', price: 0.5 },
            { action: 'add', description: 'Ripe yellow banana', itemid: 'banana_001', price: 0.3 },
          ],
        },
      ],
    ])
    const [[name, args] = []] = (calls('google-vertex-stream-tool-call-arguments-nested.1.chunks.txt') ?? []) as [
      string,
      { recipe: { name: string; ingredients: object[]; steps: string[] } },
    ][]
    expect([name, args?.recipe.name, args?.recipe.ingredients.length, args?.recipe.steps[1]]).toEqual([
      'cookRecipe',
      'Lasagna',
      10,
      'Cook lasagna noodles according to package directions, drain and set aside.',
    ])
  })
})

describe('a stream written', () => {
  const around = { modelVersion: 'gpt-5', responseId: 'resp-1' }
  const piece = (part: object) => ({ candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }], ...around })
  const start: StreamEvent = { type: 'message-start', id: 'resp-1', model: 'gpt-5', usage: null }

  test('has a chunk for each piece of text, one for each call, and a last one with reason and usage', () => {
    const chunks = record([
      start,
      { type: 'ping' },
      { type: 'part-start', index: 0, part: { type: 'reasoning' } },
      { type: 'part-delta', index: 0, delta: 'Hm.' },
      { type: 'part-end', index: 0 },
      { type: 'part-start', index: 1, part: { type: 'text' } },
      { type: 'part-delta', index: 1, delta: 'Good' },
      { type: 'part-delta', index: 1, delta: ' day.' },
      { type: 'part-end', index: 1 },
      { type: 'part-start', index: 2, part: { type: 'refusal' } },
      { type: 'part-delta', index: 2, delta: 'No.' },
      { type: 'part-end', index: 2 },
      { type: 'message-end', finish: { kind: 'length' }, usage: { ...noUsage, inputTokens: 3, outputTokens: 4 } },
    ])
    expect(chunks).toEqual([
      piece({ text: 'Hm.', thought: true }),
      piece({ text: 'Good' }),
      piece({ text: ' day.' }),
      piece({ text: 'No.' }),
      {
        candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'MAX_TOKENS', index: 0 }],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 },
        ...around,
      },
    ])
  })

  test('has parallel calls one after the other, each when it is complete', () => {
    const chunks = record([
      start,
      { type: 'part-start', index: 0, part: { type: 'tool-call', id: 'c1', name: 'a', kind: 'function' } },
      { type: 'part-start', index: 1, part: { type: 'tool-call', id: 'c2', name: 'b', kind: 'function' } },
      { type: 'part-delta', index: 1, delta: '{"y"' },
      { type: 'part-delta', index: 0, delta: '{"x":1' },
      { type: 'part-delta', index: 1, delta: ':2}' },
      { type: 'part-end', index: 1 },
      { type: 'part-delta', index: 0, delta: '}' },
      { type: 'part-end', index: 0 },
      { type: 'message-end', finish: { kind: 'tool-calls' }, usage: null },
    ])
    expect(chunks).toEqual([
      piece({ functionCall: { id: 'c1', name: 'a', args: { x: 1 } } }),
      piece({ functionCall: { id: 'c2', name: 'b', args: { y: 2 } } }),
      {
        candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
        ...around,
      },
    ])
  })

  test('seals signed reasoning into the call that follows', () => {
    const signed = { form: 'openai-responses', by: 'openai', value: { encrypted_content: 'xyz' } } as const
    const chunks = record([
      start,
      { type: 'part-start', index: 0, part: { type: 'reasoning' } },
      { type: 'part-signed', index: 0, signed },
      { type: 'part-end', index: 0 },
      { type: 'part-start', index: 1, part: { type: 'tool-call', id: 'c1', name: 'a', kind: 'function' } },
      { type: 'part-end', index: 1 },
      { type: 'message-end', finish: { kind: 'tool-calls' }, usage: null },
    ])
    expect(chunks).toHaveLength(2)
    expect(chunks[0]).toMatchObject({
      candidates: [
        {
          content: {
            parts: [
              {
                functionCall: { id: 'c1', name: 'a', args: {} },
                thoughtSignature: expect.stringMatching(/^rp1_/) as never,
              },
            ],
          },
        },
      ],
    })
  })

  test('counts what is cited in bytes of all the text', () => {
    const [, , last] = record([
      start,
      { type: 'part-start', index: 0, part: { type: 'text' } },
      { type: 'part-delta', index: 0, delta: 'Schön. ' },
      { type: 'part-end', index: 0 },
      { type: 'part-start', index: 1, part: { type: 'text' } },
      { type: 'part-delta', index: 1, delta: 'Rain.' },
      {
        type: 'part-cited',
        index: 1,
        citation: { url: 'https://a.com', title: null, quote: null, start: 0, end: 5 },
      },
      { type: 'part-end', index: 1 },
      { type: 'message-end', finish: { kind: 'stop' }, usage: null },
    ])
    expect(last).toMatchObject({
      candidates: [
        {
          groundingMetadata: {
            groundingChunks: [{ web: { uri: 'https://a.com' } }],
            groundingSupports: [
              { segment: { startIndex: 8, endIndex: 13, text: 'Rain.' }, groundingChunkIndices: [0] },
            ],
          },
        },
      ],
    })
  })
})
