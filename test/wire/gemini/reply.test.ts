import { describe, expect, test } from 'bun:test'
import { eventsOf, gather } from '../../../src/neutral/event.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { noUsage } from '../../../src/neutral/usage.ts'
import { geminiTranslator } from '../../../src/wire/gemini/translator.ts'
import { areRecordingsHere, recordedFiles, recordedJson, usage } from '../recorded.ts'
import { foreign, gemini3, play, readRequest, record, signer, stamp, write } from './support.ts'

const readReply = (body: unknown) => geminiTranslator.readReply(body, signer)
const writeReply = (reply: NeutralReply) => {
  const { body, dropped } = geminiTranslator.writeReply(reply, foreign(), stamp)
  return { body: JSON.parse(JSON.stringify(body)) as unknown, dropped }
}
const candidate = (parts: readonly object[], more: object = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0, ...more }],
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  modelVersion: 'gemini-2.5-pro',
  responseId: 'abc',
})

/** A search with two sources, of which the second stands behind the words after the umlaut. */
const grounded = candidate([{ text: 'Schön. Rain falls.' }], {
  groundingMetadata: {
    webSearchQueries: ['weather', 'rain'],
    searchEntryPoint: { renderedContent: '<b>' },
    groundingChunks: [
      { web: { uri: 'https://a.com', title: 'A' } },
      { retrievedContext: { title: 'B', text: 'It rains.' } },
    ],
    groundingSupports: [
      { segment: { endIndex: 7, text: 'Schön.' }, groundingChunkIndices: [0] },
      { segment: { startIndex: 8, endIndex: 19, text: 'Rain falls.' }, groundingChunkIndices: [0, 1] },
    ],
  },
  citationMetadata: { citations: [{ startIndex: 0, endIndex: 7, uri: 'https://c.com', license: 'mit' }] },
})

const replies: Readonly<Record<string, object>> = {
  'a text': candidate([{ text: 'Hi.' }]),
  'two texts': candidate([{ text: 'Hi.' }, { text: '' }]),
  'thoughts, a text and calls': candidate([
    { text: 'Hm.', thought: true },
    { text: 'So.', thoughtSignature: 'c2ln' },
    { functionCall: { name: 'a', args: { b: [1, 'x'] } }, thoughtSignature: 'c2ln' },
    { functionCall: { id: 'own', name: 'a' } },
  ]),
  'code and pictures': candidate([
    { executableCode: { language: 'PYTHON', code: '1' } },
    { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    { inlineData: { mimeType: 'image/png', data: 'AAAA' }, thoughtSignature: 'c2ln' },
  ]),
  'sources and citations': grounded,
  'a filtered answer': candidate([], { finishReason: 'SAFETY', safetyRatings: [{ category: 'x' }], avgLogprobs: -0.1 }),
  'an answer of no content': {
    candidates: [{ finishReason: 'RECITATION', index: 0, finishMessage: 'Recited.' }],
    usageMetadata: { promptTokenCount: 10, trafficType: 'ON_DEMAND' },
  },
  'an answer that thought until there was no room': candidate([], {
    content: { role: 'model' },
    finishReason: 'MAX_TOKENS',
  }),
  'a blocked prompt': { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } },
  'several candidates': {
    candidates: [
      { content: { parts: [{ text: 'a' }], role: 'model' }, finishReason: 'STOP', index: 0 },
      { content: { parts: [{ text: 'b' }], role: 'model' }, finishReason: 'STOP', index: 1 },
    ],
    createTime: '2026-01-01T00:00:00Z',
  },
}

describe('an answer of this dialect comes back as it was', () => {
  test.each(Object.entries(replies))('%s', (_, body) => {
    expect(writeReply(readReply(body))).toEqual({ body, dropped: [] })
  })

  test.skipIf(!areRecordingsHere)('each recorded one', () => {
    for (const file of recordedFiles('google').filter((path) => path.endsWith('.json')))
      expect(writeReply(readReply(recordedJson(file))).body).toEqual(recordedJson(file))
  })
})

describe('what an answer says', () => {
  test('texts, thoughts, calls and signatures are neutral', () => {
    const { parts, finish, id, model } = readReply(replies['thoughts, a text and calls'])
    const signed = { form: 'gemini', by: 'google', value: { thoughtSignature: 'c2ln' } } as const
    expect(parts).toMatchObject([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'So.', signed },
      { type: 'tool-call', id: 'call_r1_0', name: 'a', arguments: { text: '{"b":[1,"x"]}' }, kind: 'function', signed },
      { type: 'tool-call', id: 'own', name: 'a', arguments: { text: '{}' } },
    ])
    expect([finish, id, model]).toEqual([{ kind: 'tool-calls' }, 'abc', 'gemini-2.5-pro'])
  })

  test('each search is one, the first with the sources, and citations stand where the words are', () => {
    const { parts } = readReply(grounded)
    expect(parts).toMatchObject([
      {
        type: 'text',
        text: 'Schön. Rain falls.',
        citations: [
          { url: 'https://a.com', title: 'A', quote: null, start: 0, end: 6 },
          { url: 'https://a.com', title: 'A', quote: null, start: 7, end: 18 },
          { url: null, title: 'B', quote: 'It rains.', start: 7, end: 18 },
          { url: 'https://c.com', title: null, quote: null, start: 0, end: 6 },
        ],
      },
      { type: 'web-search', query: 'weather', sources: [{ url: 'https://a.com', title: 'A' }] },
      { type: 'web-search', query: 'rain', sources: [] },
    ])
  })

  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['MALFORMED_FUNCTION_CALL', 'error'],
    ['CONTINUATION', 'pause'],
    ['OTHER', 'other'],
    ['SOMETHING_NEW', 'other'],
    ['constructor', 'other'],
  ] as const)('%s is %s', (finishReason, kind) => {
    expect(readReply(candidate([{ text: 'x' }], { finishReason })).finish).toEqual({ kind })
  })

  test('a blocked prompt is a filtered answer, and candidates beside the first are foreign', () => {
    expect(readReply(replies['a blocked prompt'])).toMatchObject({ parts: [], finish: { kind: 'content-filter' } })
    expect(readReply(replies['several candidates']).parts).toMatchObject([
      { type: 'text', text: 'a' },
      { type: 'foreign', name: 'candidate', value: { index: 1 } },
    ])
  })

  test('usage is what the passed-through answer counts', () => {
    const metadata = {
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 3,
      totalTokenCount: 110,
    }
    expect(readReply({ ...candidate([]), usageMetadata: metadata }).usage).toEqual(
      usage({ in: 60, read: 40, out: 10, think: 3 }),
    )
  })

  test('a stream that came as one list is one answer', () => {
    const chunk = (text: string, more: object = {}) => ({ candidates: [{ content: { parts: [{ text }] }, ...more }] })
    expect(readReply([chunk('a'), chunk('b', { finishReason: 'STOP' })])).toMatchObject({
      parts: [{ type: 'text', text: 'ab' }],
      finish: { kind: 'stop' },
    })
    expect(readReply([chunk('a')])).toMatchObject({ parts: [{ text: 'a' }], finish: { kind: 'other' } })
    expect(readReply([])).toMatchObject({ parts: [], finish: { kind: 'other' } })
  })
})

/** What a model of another vendor answered. */
const foreignReply: NeutralReply = {
  id: null,
  model: null,
  parts: [
    {
      type: 'reasoning',
      text: 'Hm.',
      signed: { form: 'anthropic', by: 'anthropic', value: { signature: 'abc' } },
    },
    { type: 'text', text: 'I look.' },
    { type: 'tool-call', id: 't1', name: 'a', arguments: { text: '{"b":1}' }, kind: 'function' },
    { type: 'tool-call', id: 't2', name: 'c', arguments: { text: '' }, kind: 'function' },
  ],
  finish: { kind: 'tool-calls' },
  usage: {
    ...noUsage,
    inputTokens: 5,
    cacheReadTokens: 10,
    cacheWrite5mTokens: 2,
    outputTokens: 9,
    reasoningTokens: 4,
  },
}

describe('an answer from elsewhere', () => {
  const written = writeReply(foreignReply).body as {
    candidates: { content: { parts: { thoughtSignature?: string }[]; role: string } }[]
  }

  test('is one of this API', () => {
    expect(written).toEqual({
      candidates: [
        {
          content: {
            parts: [
              { text: 'Hm.', thought: true },
              { text: 'I look.' },
              {
                functionCall: { id: 't1', name: 'a', args: { b: 1 } },
                thoughtSignature: expect.stringMatching(/^rp1_/) as never,
              },
              { functionCall: { id: 't2', name: 'c', args: {} } },
            ],
            role: 'model',
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: 17,
        cachedContentTokenCount: 10,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 4,
        totalTokenCount: 26,
      },
      modelVersion: 'gemini-2.5-pro',
      responseId: '0190-aa',
    } as never)
  })

  const contentOf = (keeps: (part: object) => boolean) => [
    { ...written.candidates[0]?.content, parts: written.candidates[0]?.content.parts.filter(keeps) },
  ]

  test.each([
    ['keeps thoughts', () => true],
    ['throws thoughts away', (part: object) => !('thought' in part)],
  ])('brings its reasoning back through a client that %s', (_, keeps) => {
    const [message] = readRequest({ contents: contentOf(keeps) }).messages
    expect(message?.parts).toMatchObject([
      {
        type: 'reasoning',
        text: 'Hm.',
        signed: foreignReply.parts[0]?.type === 'reasoning' && foreignReply.parts[0].signed,
      },
      { type: 'text', text: 'I look.' },
      { type: 'tool-call', id: 't1' },
      { type: 'tool-call', id: 't2' },
    ])
    expect(message?.parts).toHaveLength(4)
  })

  test('whose reasoning comes back gets the placeholder when Gemini 3 takes over', () => {
    const { body, dropped } = write(readRequest({ contents: contentOf(() => true) }), gemini3)
    expect(body['contents']).toEqual([
      {
        role: 'model',
        parts: [
          { text: 'I look.' },
          {
            functionCall: { id: 't1', name: 'a', args: { b: 1 } },
            thoughtSignature: 'skip_thought_signature_validator',
          },
          { functionCall: { id: 't2', name: 'c', args: {} } },
        ],
      },
    ])
    expect(dropped).toEqual(['reasoning'])
  })

  test('that calls nothing seals what was signed at its end', () => {
    const { body } = writeReply({ ...foreignReply, parts: foreignReply.parts.slice(0, 2), finish: { kind: 'stop' } })
    const content = structuredClone((body as { candidates: { content: object }[] }).candidates[0]?.content)
    expect(body).toMatchObject({
      candidates: [
        {
          content: {
            parts: [
              { text: 'Hm.', thought: true },
              { text: 'I look.' },
              { text: '', thoughtSignature: expect.stringMatching(/^rp1_/) as never },
            ],
          },
        },
      ],
    })
    const [message] = readRequest({ contents: [content] }).messages
    expect(message?.parts).toMatchObject([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'I look.' },
    ])
  })

  test('with sources has them as Google has, counted in bytes', () => {
    const reply: NeutralReply = {
      ...foreignReply,
      parts: [
        { type: 'web-search', id: 's', query: 'rain', sources: [{ url: 'https://a.com', title: 'A' }] },
        {
          type: 'text',
          text: 'Schön. Rain.',
          citations: [
            { url: 'https://a.com', title: 'A', quote: null, start: 7, end: 12 },
            { url: null, title: 'B', quote: 'It rains.', start: null, end: null },
          ],
        },
      ],
      finish: { kind: 'stop-sequence', stopSequence: 'x' },
    }
    const { body, dropped } = writeReply(reply)
    expect(body).toMatchObject({
      candidates: [
        {
          finishReason: 'STOP',
          groundingMetadata: {
            webSearchQueries: ['rain'],
            groundingChunks: [
              { web: { uri: 'https://a.com', title: 'A' } },
              { retrievedContext: { title: 'B', text: 'It rains.' } },
            ],
            groundingSupports: [
              { segment: { startIndex: 8, endIndex: 13, text: 'Rain.' }, groundingChunkIndices: [0] },
              { segment: {}, groundingChunkIndices: [1] },
            ],
          },
        },
      ],
    })
    expect(dropped).toEqual(['stop_sequence'])
  })
})

test.each(Object.entries(replies))('as a stream and back, it is the same answer: %s', (name, body) => {
  const reply = readReply(body)
  const back = gather(play(record(eventsOf(reply))))
  // Two texts in a row are one in a stream, which has no seam between them.
  const expected = name === 'two texts' ? { ...reply, parts: reply.parts.slice(0, 1) } : reply
  expect(back).toEqual({ ...expected, id: reply.id ?? '0190-aa', model: reply.model ?? 'gemini-2.5-pro' })
})
