import type { Usage as SdkUsage } from '@anthropic-ai/sdk/resources/messages/messages'
import { describe, expect, test } from 'bun:test'
import { AppError, type ErrorCode } from '../../src/neutral/error.ts'
import { anthropic } from '../../src/wire/anthropic/index.ts'
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

/** Typed by hand from the files; where a stream has several reports, from the last one that gives the number. */
const recordedUsage: readonly (readonly [file: string, row: Row, finishReason: string])[] = [
  // Top level 4727/3391 is the sum of the two executor iterations (1051+3676, 35+3356); the advisor's stands beside it.
  ['anthropic-advisor-20250301.1.chunks.txt', { in: 4727, out: 3391 }, 'end_turn'],
  ['anthropic-advisor-20260301.1.json', { in: 2414, out: 3200 }, 'end_turn'],
  ['anthropic-claude-opus-5-reasoning-high.1.json', { in: 51, out: 1699, think: 139 }, 'end_turn'],
  ['anthropic-clear-thinking.1.chunks.txt', { in: 69, out: 53 }, 'end_turn'],
  ['anthropic-clear-thinking.1.json', { in: 69, out: 33 }, 'end_turn'],
  ['anthropic-clear-tool-uses.1.chunks.txt', { in: 859, out: 122 }, 'end_turn'],
  ['anthropic-clear-tool-uses.1.json', { in: 859, out: 132 }, 'end_turn'],
  ['anthropic-code-execution-file-upload.1.chunks.txt', { in: 11505, out: 1103 }, 'end_turn'],
  ['anthropic-code-execution-file-upload.1.json', { in: 7451, out: 521 }, 'end_turn'],
  ['anthropic-fallback.chunks.txt', { in: 412, out: 264 }, 'end_turn'],
  ['anthropic-fallback.json', { in: 412, out: 264 }, 'end_turn'],
  ['anthropic-json-output-format.1.chunks.txt', { in: 313, out: 305 }, 'end_turn'],
  ['anthropic-json-output-format.1.json', { in: 371, out: 629 }, 'end_turn'],
  ['anthropic-json-tool.1.chunks.txt', { in: 849, out: 47 }, 'tool_use'],
  ['anthropic-json-tool.1.json', { in: 1151, out: 87 }, 'tool_use'],
  ['anthropic-json-tool.2.chunks.txt', { in: 849, out: 47 }, 'tool_use'],
  ['anthropic-mcp.1.chunks.txt', { in: 1250, out: 83 }, 'end_turn'],
  ['anthropic-mcp.1.json', { in: 1250, out: 88 }, 'end_turn'],
  ['anthropic-memory-20250818.1.json', { in: 1614, out: 69 }, 'tool_use'],
  // Fifteen replies in one file: 3369+4551 in, 725+197 out, the thirteen between them count nothing.
  ['anthropic-programmatic-tool-calling.1.chunks.txt', { in: 7920, out: 922 }, 'end_turn'],
  ['anthropic-programmatic-tool-calling.1.json', { in: 4243, out: 229 }, 'end_turn'],
  ['anthropic-refusal.chunks.txt', { in: 18, out: 5 }, 'refusal'],
  ['anthropic-refusal.json', { in: 18, out: 5 }, 'refusal'],
  ['anthropic-text.chunks.txt', { in: 12, out: 30 }, 'end_turn'],
  ['anthropic-text.json', { in: 12, out: 29 }, 'end_turn'],
  ['anthropic-tool-no-args.chunks.txt', { in: 565, out: 48 }, 'tool_use'],
  ['anthropic-tool-no-args.json', { in: 602, out: 93 }, 'tool_use'],
  // Three replies in one file: 879+1398+1639 in, 177+213+95 out.
  ['anthropic-tool-search-deferred-bm25.chunks.txt', { in: 3916, out: 485 }, 'end_turn'],
  ['anthropic-web-fetch-tool-20260209.1.chunks.txt', { in: 7172, out: 144 }, 'end_turn'],
  ['anthropic-web-fetch-tool-20260209.1.json', { in: 7204, out: 162 }, 'end_turn'],
  ['anthropic-web-fetch-tool.1.chunks.txt', { in: 4230, out: 446 }, 'end_turn'],
  ['anthropic-web-fetch-tool.1.json', { in: 4234, out: 462 }, 'end_turn'],
  ['anthropic-web-fetch-tool.error.json', { in: 1902, out: 214 }, 'end_turn'],
  ['duplicate-message-start.chunks.txt', { in: 17, out: 227 }, 'end_turn'],
  ['spliced-message-start.chunks.txt', { in: 17, out: 65 }, 'tool_use'],
]

describe.skipIf(!areRecordingsHere)('recorded replies', () => {
  test.each(recordedUsage)('%s is read as the file says', (file, row, finishReason) => {
    const facts = factsOf(anthropic, `anthropic/${file}`)
    expect(facts.usage).toEqual(usage(row))
    expect(facts.finishReason).toBe(finishReason)
    expect(facts.errorCode).toBeNull()
  })

  test('every recorded file is in the table', () => {
    expect(recordedUsage.map(([file]) => `anthropic/${file}`).toSorted()).toEqual(recordedFiles('anthropic'))
  })

  test('every stream ends with the frame that clients take as the end, and holds no error', () => {
    for (const file of recordedFiles('anthropic').filter((path) => path.endsWith('.chunks.txt'))) {
      const { kinds } = playRecorded(anthropic, file)
      expect([file, kinds.at(-1)]).toEqual([file, 'terminal'])
      expect(kinds).not.toContain('error')
    }
  })

  test('a text delta is passed on unread', () => {
    const { kinds } = playRecorded(anthropic, 'anthropic/anthropic-json-output-format.1.chunks.txt')
    expect(kinds.length).toBe(120)
    expect(kinds.filter((kind) => kind === 'unread').length).toBe(117)
  })

  test('the advisor is billed at its own model, beside the reply', () => {
    const { alsoBilled, model } = factsOf(anthropic, 'anthropic/anthropic-advisor-20260301.1.json')
    expect(model).toBe('claude-sonnet-4-6')
    expect(alsoBilled).toEqual([{ model: 'claude-opus-4-7', usage: usage({ in: 2728, out: 874 }) }])
    const streamed = factsOf(anthropic, 'anthropic/anthropic-advisor-20250301.1.chunks.txt')
    expect(streamed.alsoBilled).toEqual([{ model: 'claude-opus-4-7', usage: usage({ in: 2728, out: 3880 }) }])
  })

  test('a fallback is booked on the model that answered, and the one that declined before any output is free', () => {
    const whole = factsOf(anthropic, 'anthropic/anthropic-fallback.json')
    const streamed = factsOf(anthropic, 'anthropic/anthropic-fallback.chunks.txt')
    expect(whole.model).toBe('claude-opus-4-8')
    expect(streamed.model).toBe('claude-opus-4-8')
    expect(whole.alsoBilled).toBeUndefined()
    expect(streamed.alsoBilled).toBeUndefined()
  })

  test('the served model and the terms are the reply’s', () => {
    const { model, terms } = factsOf(anthropic, 'anthropic/anthropic-text.chunks.txt')
    expect(model).toBe('claude-sonnet-4-5-20250929')
    expect(terms).toEqual({ serviceTier: 'standard', speed: null, region: 'not_available' })
  })

  test('the text of an aborted stream is counted', () => {
    const frames = payloads('anthropic/anthropic-text.chunks.txt')
    const reader = anthropic.readStream()
    const lengths = frames.map((data) => reader.countText(data))
    // message_start, the block's start and a ping have none; "Hello" is the first delta.
    expect(lengths.slice(0, 4)).toEqual([0, 0, 0, 5])
    expect(lengths.slice(0, 6).reduce((sum, length) => sum + length, 0)).toBeGreaterThan(5)
  })
})

const reply = (fields: object, more: object = {}) =>
  anthropic.readReply({ type: 'message', model: 'claude-opus-4-6', usage: fields, ...more })

describe('usage', () => {
  test('cache writes are split by their lifetime, and what has none counts as five minutes', () => {
    const lifetimes = { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 500 }
    const split = reply({ input_tokens: 3, cache_creation_input_tokens: 700, cache_creation: lifetimes })
    expect(split.usage).toEqual(usage({ in: 3, write5m: 200, write1h: 500 }))
    const unsplit = reply({ input_tokens: 3, cache_creation_input_tokens: 700, cache_creation: null })
    expect(unsplit.usage).toEqual(usage({ in: 3, write5m: 700 }))
  })

  test('iterations stand in for a top level that counts the first one only', () => {
    const message = (input: number, read: number, output: number) => ({
      type: 'message',
      input_tokens: input,
      cache_read_input_tokens: read,
      output_tokens: output,
    })
    const advisor = { type: 'advisor_message', model: 'claude-opus-4-7', input_tokens: 823, output_tokens: 1612 }
    const iterations = [message(412, 0, 89), advisor, message(1348, 412, 442)]
    const facts = reply({ input_tokens: 412, cache_read_input_tokens: 0, output_tokens: 531, iterations })
    expect(facts.usage).toEqual(usage({ in: 1760, read: 412, out: 531 }))
    expect(facts.alsoBilled).toEqual([{ model: 'claude-opus-4-7', usage: usage({ in: 823, out: 1612 }) }])
  })

  test('compaction is billed with the reply although the top level leaves it out', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
      { type: 'message', input_tokens: 23_000, output_tokens: 1000 },
    ]
    const facts = reply({ input_tokens: 23_000, output_tokens: 1000, iterations })
    expect(facts.usage).toEqual(usage({ in: 203_000, out: 4500 }))
    expect(facts.alsoBilled).toBeUndefined()
  })

  const decline = (category: string, output: number) =>
    reply(
      {
        input_tokens: 412,
        output_tokens: 264,
        iterations: [
          { type: 'message', model: 'claude-fable-5', input_tokens: 535, output_tokens: output },
          { type: 'fallback_message', model: 'claude-opus-4-6', input_tokens: 412, output_tokens: 264 },
        ],
      },
      { content: [{ type: 'fallback', from: {}, to: {}, trigger: { type: 'refusal', category } }] },
    )

  test('a model that declined halfway is billed, one that declined at once only in the billed categories', () => {
    expect(decline('cyber', 0).alsoBilled).toBeUndefined()
    expect(decline('bio', 0).alsoBilled).toEqual([{ model: 'claude-fable-5', usage: usage({ in: 535 }) }])
    expect(decline('cyber', 20).alsoBilled).toEqual([{ model: 'claude-fable-5', usage: usage({ in: 535, out: 20 }) }])
    expect(decline('cyber', 20).usage).toEqual(usage({ in: 412, out: 264 }))
  })

  test('a stream merges its reports, whatever white space and nulls they hold', () => {
    const played = play(anthropic, framesIn(ownFixture('anthropic/cached-with-spaces.sse')))
    const expected = usage({ in: 4, read: 1000, write5m: 400, write1h: 500, out: 42, think: 30, searches: 3 })
    expect(played.facts.usage).toEqual(expected)
    expect(played.facts.terms).toEqual({ serviceTier: 'standard', speed: 'fast', region: 'us' })
    expect(played.facts.finishReason).toBe('max_tokens')
    expect(played.kinds.at(-1)).toBe('terminal')
    // The delta whose text looks like a usage report and names the end is neither.
    expect(played.kinds[2]).toBe('plain')
  })

  test('a stream that starts again after a fallback names the model that took over even when it is cut off', () => {
    const frames = [
      { type: 'message_start', message: { model: 'claude-fable-5', usage: { input_tokens: 9, output_tokens: 1 } } },
      { type: 'content_block_start', content_block: { type: 'fallback', to: { model: 'claude-opus-4-8' } } },
    ].map((frame) => JSON.stringify(frame))
    expect(play(anthropic, frames).facts.model).toBe('claude-opus-4-8')
  })

  test('a count_tokens reply bills nothing', () => {
    expect(anthropic.readReply({ input_tokens: 2095 }).usage).toBeNull()
  })

  test('the official types are read in full', () => {
    const reported: SdkUsage = {
      cache_creation: { ephemeral_1h_input_tokens: 3, ephemeral_5m_input_tokens: 5 },
      cache_creation_input_tokens: 8,
      cache_read_input_tokens: 13,
      inference_geo: 'us',
      input_tokens: 21,
      output_tokens: 34,
      output_tokens_details: { thinking_tokens: 2 },
      server_tool_use: { web_fetch_requests: 9, web_search_requests: 4 },
      service_tier: 'batch',
      speed: 'fast',
    }
    const facts = reply(reported)
    const row = { in: 21, read: 13, write5m: 5, write1h: 3, out: 34, think: 2, searches: 4 }
    expect(facts.usage).toEqual(usage(row))
    expect(facts.terms).toEqual({ serviceTier: 'batch', speed: 'fast', region: 'us' })
  })
})

describe('requests', () => {
  const request = JSON.parse(ownFixture('anthropic/claude-code-request.json')) as Record<string, unknown>
  const sessionOf = (userId: unknown) => anthropic.readRequest({ metadata: { user_id: userId } }).session

  test('a request of Claude Code is read without the line that changes each time', () => {
    expect(anthropic.readRequest(request)).toEqual({
      model: 'claude-sonnet-4-5-20250929',
      isStream: true,
      asksStreamUsage: false,
      maxOutputTokens: 32000,
      session: { id: '54c1eb09-bc4c-4d2f-98eb-6d2ab2d5e2fe', source: 'metadata' },
      opening: { system: 'You are a coding agent.\nWork in small steps.', user: 'List the files.' },
      terms: { serviceTier: 'auto', speed: 'fast', region: 'us' },
      messageCount: 3,
      toolCount: 2,
      ending: expect.stringMatching(/^[0-9a-z]{8,13}$/) as string,
      repeated: null,
      answers: 1,
    })
  })

  test('the older user id gives its session part, with and without an account', () => {
    const session = '57a121ec-f78c-48c3-a745-e3036a3ecc33'
    expect(sessionOf(`user_0f0f_account_9c9c_session_${session}`)).toEqual({ id: session, source: 'metadata' })
    expect(sessionOf(`user_0f0f_account__session_${session}`)).toEqual({ id: session, source: 'metadata' })
  })

  test('a user id without a session part is no session', () => {
    for (const userId of [
      'alice',
      'user_0f0f_account_9c9c',
      '{"device_id":"d"}',
      '{"session_id":5}',
      '{broken',
      7,
      null,
    ]) {
      expect(sessionOf(userId)).toBeNull()
    }
  })

  test('openings are cut, and a system prompt may be one string', () => {
    const { opening } = anthropic.readRequest({
      system: 'x'.repeat(5000),
      messages: [{ role: 'user', content: 'y'.repeat(5000) }],
    })
    expect(opening).toEqual({ system: 'x'.repeat(2000), user: 'y'.repeat(2000) })
    expect(anthropic.readRequest({ stream: 'true' }).isStream).toBe(false)
  })
})

describe('errors', () => {
  const types: Record<ErrorCode, string> = {
    'invalid-request': 'invalid_request_error',
    unauthorized: 'authentication_error',
    forbidden: 'permission_error',
    'not-found': 'not_found_error',
    'method-not-allowed': 'invalid_request_error',
    'too-large': 'request_too_large',
    unsupported: 'invalid_request_error',
    'context-exceeded': 'invalid_request_error',
    'rate-limited': 'rate_limit_error',
    overloaded: 'overloaded_error',
    'budget-exceeded': 'billing_error',
    'anomaly-blocked': 'permission_error',
    'provider-failed': 'api_error',
    'provider-unreachable': 'api_error',
    'timed-out': 'timeout_error',
    unavailable: 'overloaded_error',
    internal: 'api_error',
  }

  test.each(Object.entries(types) as [ErrorCode, string][])('%s is said as %s', (code, type) => {
    // Clients know a conversation that is too long by these words alone.
    const message = code === 'context-exceeded' ? 'prompt is too long: No.' : 'No.'
    expect(anthropic.writeError(new AppError(code, 'No.'))).toEqual({ type: 'error', error: { type, message } })
  })

  test('inside a stream an error is an event of that name', () => {
    expect(anthropic.writeErrorFrame(new AppError('timed-out', 'The "provider" went silent.'))).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"timeout_error","message":"The \\"provider\\" went silent."}}\n\n',
    )
  })

  test('our own frame is read back as an error', () => {
    const { facts, kinds } = play(anthropic, framesIn(anthropic.writeErrorFrame(new AppError('unavailable', 'Busy.'))))
    expect(kinds).toEqual(['error'])
    expect(facts.errorCode).toBe('overloaded_error')
  })

  test('a provider’s error body gives its type, never its message', () => {
    const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_1' }
    expect(anthropic.readReply(body).errorCode).toBe('overloaded_error')
    expect(anthropic.readReply({ type: 'error', error: 'a sentence with words' }).errorCode).toBe('error')
    const frames = ['{"type":"error","error":{"type":"overloaded_error"}}', '{"error":{"message":"no type"}}']
    expect(play(anthropic, frames).kinds).toEqual(['error', 'error'])
  })
})

describe('oddities', () => {
  test('odd bodies are read as far as they go', () => {
    for (const body of oddBodies) {
      expect(anthropic.readRequest(body).session).toBeNull()
      expectSound(anthropic.readReply(body))
    }
  })

  test('odd frames are plain and have no text', () => {
    const reader = anthropic.readStream()
    for (const data of oddFrames) expect([reader.read('', data), reader.countText(data)]).toEqual(['plain', 0])
    expect(reader.facts().usage).toBeNull()
  })

  test('counts that are no counts are left out', () => {
    const odd = reply({ input_tokens: -5, output_tokens: 1.5, cache_read_input_tokens: 1e308, cache_creation: 'x' })
    expect(odd.usage).toBeNull()
    expect(reply({ input_tokens: '12', output_tokens: 7 }).usage).toEqual(usage({ out: 7 }))
    const thinking = reply({ output_tokens: 7, output_tokens_details: { thinking_tokens: 99 } })
    expect(thinking.usage).toEqual(usage({ out: 7, think: 7 }))
  })

  test('random values are read without an exception', () => readRandomValues(anthropic, 1))
})
