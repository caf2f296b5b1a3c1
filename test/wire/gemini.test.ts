import type { GenerateContentResponseUsageMetadata } from '@google/genai'
import { describe, expect, test } from 'bun:test'
import { AppError, type ErrorCode } from '../../src/neutral/error.ts'
import { gemini } from '../../src/wire/gemini/index.ts'
import { expectSound, oddBodies, oddFrames, readRandomValues } from './oddities.ts'
import {
  areRecordingsHere,
  factsOf,
  framesIn,
  ownFixture,
  payloads,
  play,
  playRecorded,
  recordedFiles,
  usage,
  type Row,
} from './recorded.ts'

/** Typed by hand from the files: output is candidates plus thoughts. */
const recordedUsage: readonly (readonly [file: string, row: Row, model: string])[] = [
  ['google-reasoning-gemini3.chunks.txt', { in: 9, out: 325, think: 302 }, 'gemini-3-pro-preview'],
  ['google-reasoning-gemini3.json', { in: 9, out: 287, think: 258 }, 'gemini-3-pro-preview'],
  ['google-reasoning.chunks.txt', { in: 9, out: 285, think: 256 }, 'gemini-3-pro-preview'],
  ['google-reasoning.json', { in: 9, out: 311, think: 282 }, 'gemini-3-pro-preview'],
  ['google-stream-tool-call-arguments.chunks.txt', { in: 26, out: 155, think: 132 }, 'gemini-3.1-pro-preview'],
  [
    'google-stream-tool-call-array-arguments-missing-terminal-function-call.chunks.txt',
    { in: 54, out: 195, think: 121 },
    'gemini-3-flash-preview',
  ],
  ['google-tool-call.chunks.txt', { in: 29, out: 60, think: 45 }, 'gemini-3-pro-preview'],
  ['google-tool-call.json', { in: 29, out: 908, think: 893 }, 'gemini-3-pro-preview'],
  [
    'google-vertex-stream-tool-call-arguments-nested.1.chunks.txt',
    { in: 31, out: 1710, think: 1026 },
    'gemini-3.1-pro-preview',
  ],
]

describe.skipIf(!areRecordingsHere)('recorded replies', () => {
  test.each(recordedUsage)('%s is read as the file says', (file, row, model) => {
    const facts = factsOf(gemini, `google/${file}`)
    expect(facts.usage).toEqual(usage(row))
    expect([facts.model, facts.finishReason, facts.errorCode]).toEqual([model, 'STOP', null])
  })

  test('every recorded file is in the table', () => {
    expect(recordedUsage.map(([file]) => `google/${file}`).toSorted()).toEqual(recordedFiles('google'))
  })

  test('every stream ends with the chunk that clients take as the end, and with no other before it', () => {
    for (const file of recordedFiles('google').filter((path) => path.endsWith('.chunks.txt'))) {
      const { kinds } = playRecorded(gemini, file)
      expect([file, kinds.at(-1)]).toEqual([file, 'terminal'])
      expect(kinds.filter((kind) => kind !== 'plain')).toEqual(['terminal'])
    }
  })

  test.each(recordedUsage.filter(([file]) => file.endsWith('.chunks.txt')))(
    '%s says the same as one array, the form without alt=sse',
    (file) => {
      const chunks = payloads(`google/${file}`).map((data) => JSON.parse(data) as unknown)
      expect(gemini.readReply(chunks)).toEqual(factsOf(gemini, `google/${file}`))
    },
  )

  test('a stream that is cut off keeps the counts that came so far', () => {
    const frames = payloads('google/google-reasoning-gemini3.chunks.txt').slice(0, 1)
    const { facts } = play(gemini, frames)
    expect([facts.usage, facts.finishReason]).toEqual([usage({ in: 9, out: 315, think: 302 }), null])
  })

  test('a traffic type alone is no usage', () => {
    const { facts } = play(gemini, payloads('google/google-stream-tool-call-arguments.chunks.txt').slice(0, 3))
    expect([facts.usage, facts.terms.serviceTier]).toEqual([null, 'ON_DEMAND'])
  })

  test('Google’s other API is passed by without an exception and without made-up counts', () => {
    for (const file of recordedFiles('google-interactions')) {
      const { usage: read, errorCode } = factsOf(gemini, file)
      expect([file, read, errorCode]).toEqual([file, null, null])
    }
  })

  test('the text of an aborted stream is counted: answers, thoughts, arguments in pieces', () => {
    const reader = gemini.readStream()
    const lengths = (file: string) => payloads(file).map((data) => reader.countText(data))
    // The second chunk's only text, `" strawberry.\n\nHere is the breakdown: st**r**awbe**rr**y."`.
    expect(lengths('google/google-reasoning.chunks.txt')[1]).toBe(56)
    // The first chunk names the call, the second has `Boston`.
    expect(lengths('google/google-stream-tool-call-arguments.chunks.txt').slice(0, 2)).toEqual([0, 6])
    expect(lengths('google/google-tool-call.chunks.txt')[0]).toBe('{"location":"San Francisco"}'.length)
  })
})

const reply = (metadata: object, more: object = {}) => gemini.readReply({ usageMetadata: metadata, ...more })

describe('usage', () => {
  test('the official type is read in full', () => {
    const reported: GenerateContentResponseUsageMetadata = {
      promptTokenCount: 1000,
      cachedContentTokenCount: 400,
      toolUsePromptTokenCount: 50,
      candidatesTokenCount: 300,
      thoughtsTokenCount: 70,
      totalTokenCount: 1420,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 400 },
        { modality: 'AUDIO', tokenCount: 600 },
      ] as never,
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 250 }] as never,
      candidatesTokensDetails: [
        { modality: 'IMAGE', tokenCount: 258 },
        { modality: 'AUDIO', tokenCount: 12 },
      ] as never,
    }
    const row = { in: 650, read: 400, out: 370, think: 70, audioIn: 350, audioRead: 250, audioOut: 12, imageOut: 258 }
    expect(reply(reported).usage).toEqual(usage(row))
  })

  test('what Google Search brought in is not charged, and each different query is', () => {
    const facts = gemini.readReply(JSON.parse(ownFixture('gemini/grounded-array.json')))
    expect(facts.usage).toEqual(usage({ in: 51, read: 100, out: 60, think: 20, searches: 2 }))
    expect(facts.terms.serviceTier).toBe('flex')
  })

  test('before Gemini 3 a grounded prompt is billed once, however many queries it took', () => {
    const candidates = [{ groundingMetadata: { webSearchQueries: ['a', 'b', 'c'] } }]
    const searches = (modelVersion: string) =>
      reply({ promptTokenCount: 1 }, { candidates, modelVersion }).usage?.webSearches
    expect([searches('gemini-2.5-flash'), searches('gemini-3.1-pro-preview')]).toEqual([1, 3])
  })

  test('the total tells what a chunk leaves out', () => {
    const uncounted = { promptTokenCount: 10, thoughtsTokenCount: 5, totalTokenCount: 40 }
    expect(reply(uncounted).usage).toEqual(usage({ in: 10, out: 30, think: 5 }))
    const inside = { promptTokenCount: 10, candidatesTokenCount: 30, thoughtsTokenCount: 5, totalTokenCount: 40 }
    expect(reply(inside).usage).toEqual(usage({ in: 10, out: 30, think: 5 }))
  })

  test('more cached tokens than prompt never make anything negative', () => {
    expect(reply({ promptTokenCount: 10, cachedContentTokenCount: 90 }).usage).toEqual(usage({ read: 10 }))
  })

  test('a blocked prompt ends a stream, and a counting reply bills nothing', () => {
    const blocked = '{"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 4}}'
    const { facts, kinds } = play(gemini, [blocked])
    expect([kinds[0], facts.finishReason, facts.usage]).toEqual(['terminal', 'SAFETY', usage({ in: 4 })])
    expect(play(gemini, ['{"promptFeedback": {"blockReason": "OTHER"}}']).kinds).toEqual(['terminal'])
    expect(gemini.readReply({ totalTokens: 31 }).usage).toBeNull()
  })
})

describe('requests', () => {
  test('a request’s facts are read', () => {
    const request = {
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
      contents: [{ parts: [{ text: 'Hello' }] }, { role: 'model', parts: [{ text: 'Hi' }] }],
      generationConfig: { maxOutputTokens: 1024 },
      tools: [{ functionDeclarations: [{ name: 'a' }, { name: 'b' }] }, { googleSearch: {} }],
      serviceTier: 'priority',
      stream: true,
    }
    expect(gemini.readRequest(request)).toEqual({
      model: null,
      isStream: false,
      asksStreamUsage: false,
      maxOutputTokens: 1024,
      session: null,
      opening: { system: 'Be brief.\nBe kind.', user: 'Hello' },
      terms: { serviceTier: 'priority', speed: null, region: null },
      messageCount: 2,
      toolCount: 3,
      ending: expect.stringMatching(/^[0-9a-z]{8,13}$/) as string,
      repeated: null,
      answers: 1,
    })
  })

  test('snake case and the request inside a countTokens are read', () => {
    const inner = { system_instruction: 'Be brief.', contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }
    const { opening, messageCount } = gemini.readRequest({ generateContentRequest: inner })
    expect([opening, messageCount]).toEqual([{ system: 'Be brief.', user: 'Hello' }, 1])
    expect(gemini.readRequest({ generation_config: { max_output_tokens: 9 } }).maxOutputTokens).toBe(9)
  })

  test('an opening tells apart prompts that stand behind the same long preface', () => {
    const openingOf = (prompt: string) =>
      gemini.readRequest({
        contents: [{ role: 'user', parts: [{ text: 'a listing '.repeat(500) }, { text: prompt }] }],
      }).opening.user
    expect(openingOf('Fix the tests')).toEndWith('\nFix the tests')
    expect(openingOf('Fix the tests')).not.toBe(openingOf('Write a poem'))
  })
})

describe('errors', () => {
  const statuses: readonly (readonly [ErrorCode, number, string])[] = [
    ['invalid-request', 400, 'INVALID_ARGUMENT'],
    ['unauthorized', 401, 'UNAUTHENTICATED'],
    ['forbidden', 403, 'PERMISSION_DENIED'],
    ['not-found', 404, 'NOT_FOUND'],
    ['method-not-allowed', 405, 'INVALID_ARGUMENT'],
    ['too-large', 413, 'INVALID_ARGUMENT'],
    ['unsupported', 400, 'FAILED_PRECONDITION'],
    ['provider-failed', 502, 'INTERNAL'],
    ['provider-unreachable', 502, 'UNAVAILABLE'],
    ['timed-out', 504, 'DEADLINE_EXCEEDED'],
    ['unavailable', 503, 'UNAVAILABLE'],
    ['internal', 500, 'INTERNAL'],
  ]

  test.each(statuses)('%s is said as %i %s', (errorCode, code, status) => {
    expect(gemini.writeError(new AppError(errorCode, 'No.'))).toEqual({ error: { code, message: 'No.', status } })
  })

  test('inside a stream an error is a chunk of its own, and read back as one', () => {
    const frame = gemini.writeErrorFrame(new AppError('timed-out', 'Silence.'))
    expect(frame).toBe('data: {"error":{"code":504,"message":"Silence.","status":"DEADLINE_EXCEEDED"}}\n\n')
    const { facts, kinds } = play(gemini, framesIn(frame))
    expect([kinds[0], facts.errorCode]).toEqual(['error', 'DEADLINE_EXCEEDED'])
  })

  test('a provider’s error is named by its status, alone or in an array', () => {
    const body = { error: { code: 429, message: 'Quota.', status: 'RESOURCE_EXHAUSTED' } }
    expect(gemini.readReply(body).errorCode).toBe('RESOURCE_EXHAUSTED')
    expect(gemini.readReply([body]).errorCode).toBe('RESOURCE_EXHAUSTED')
    expect(gemini.readReply({ error: { code: 429 } }).errorCode).toBe('429')
  })
})

describe('oddities', () => {
  test('odd bodies are read as far as they go', () => {
    for (const body of oddBodies) {
      expect(gemini.readRequest(body).session).toBeNull()
      expectSound(gemini.readReply(body))
    }
  })

  test('odd frames are plain and have no text', () => {
    const reader = gemini.readStream()
    for (const data of oddFrames) expect([reader.read('', data), reader.countText(data)]).toEqual(['plain', 0])
    expect(reader.facts().usage).toBeNull()
  })

  test('counts that are no counts are left out', () => {
    expect(reply({ promptTokenCount: -1, candidatesTokenCount: 2.5, totalTokenCount: 'x' }).usage).toBeNull()
    expect(reply({ promptTokenCount: 3, promptTokensDetails: 'AUDIO', candidatesTokenCount: null }).usage).toEqual(
      usage({ in: 3 }),
    )
  })

  test('random values are read without an exception', () => readRandomValues(gemini, 4))
})
