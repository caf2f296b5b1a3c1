import { describe, expect, test } from 'bun:test'
import type { ResponseErrorEvent, ResponseUsage } from 'openai/resources/responses/responses'
import { AppError, type ErrorCode } from '../../src/neutral/error.ts'
import { openAiResponses } from '../../src/wire/openai-responses/index.ts'
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
  recordedJson,
  usage,
  type Row,
} from './recorded.ts'

/** Typed by hand from the files: input is `input_tokens` less the cached ones. */
const recordedUsage: readonly (readonly [file: string, row: Row | null])[] = [
  ['azure/azure-code-interpreter-tool.1.chunks.txt', { in: 863, read: 1280, out: 919, think: 576 }],
  ['azure/azure-code-interpreter-tool.1.json', { in: 1750, out: 400, think: 192 }],
  // A chat completion that lies among the Responses: see the chat dialect's tests.
  ['azure/azure-deepseek-reasoning.1.json', null],
  ['azure/azure-image-generation-tool.1.chunks.txt', { in: 1979, out: 67 }],
  ['azure/azure-image-generation-tool.1.json', { in: 1977, out: 65 }],
  // Four responses in one file: 137+237+276+315 in, 28+26+26+12 out.
  ['azure/azure-reasoning-encrypted-content.1.chunks.txt', { in: 965, out: 92 }],
  ['azure/azure-reasoning-encrypted-content.1.json', { in: 564, out: 101, think: 64 }],
  ['azure/azure-text.1.chunks.txt', { in: 11, out: 11 }],
  ['azure/azure-text.1.json', { in: 11, out: 11 }],
  ['azure/azure-tool-call.1.chunks.txt', { in: 45, out: 24 }],
  ['azure/azure-tool-call.1.json', { in: 45, out: 24 }],
  ['azure/azure-web-search-preview-tool.1.chunks.txt', { in: 5093, out: 369, searches: 1 }],
  ['azure/azure-web-search-preview-tool.1.json', { in: 10188, out: 405, searches: 2 }],
  ['azure/openai-file-search-tool.1.chunks.txt', { in: 1433, read: 2304, out: 621, think: 512 }],
  ['azure/openai-file-search-tool.1.json', { in: 1140, read: 2560, out: 741, think: 640 }],
  ['openai-responses/github-copilot-id-rotation.1.chunks.txt', { in: 19, out: 105, think: 44 }],
  ['openai-responses/openai-apply-patch-tool-delete.1.chunks.txt', { in: 24 }],
  ['openai-responses/openai-code-interpreter-tool.1.chunks.txt', { in: 3103, read: 2944, out: 1623, think: 1408 }],
  ['openai-responses/openai-code-interpreter-tool.1.json', { in: 2283, out: 1928, think: 1792 }],
  ['openai-responses/openai-custom-tool.1.chunks.txt', { in: 50, out: 20 }],
  ['openai-responses/openai-custom-tool.1.json', { in: 50, out: 20 }],
  ['openai-responses/openai-file-search-tool.1.chunks.txt', { in: 1433, read: 2304, out: 621, think: 512 }],
  ['openai-responses/openai-file-search-tool.1.json', { in: 1140, read: 2560, out: 741, think: 640 }],
  ['openai-responses/openai-file-search-tool.2.chunks.txt', { in: 1444, read: 2304, out: 543, think: 448 }],
  ['openai-responses/openai-file-search-tool.2.json', { in: 1374, read: 2304, out: 536, think: 448 }],
  ['openai-responses/openai-image-generation-tool.1.chunks.txt', { in: 1021, read: 1920, out: 1249, think: 1024 }],
  ['openai-responses/openai-image-generation-tool.1.json', { in: 3151, out: 1970, think: 1920 }],
  ['openai-responses/openai-local-shell-tool.1.chunks.txt', { in: 407, out: 151, think: 128 }],
  ['openai-responses/openai-local-shell-tool.1.json', { in: 407, out: 24 }],
  ['openai-responses/openai-mcp-tool-approval.1.chunks.txt', { in: 422, out: 48 }],
  ['openai-responses/openai-mcp-tool-approval.1.json', { in: 422, out: 104, think: 64 }],
  ['openai-responses/openai-mcp-tool-approval.4.chunks.txt', { in: 779, out: 69 }],
  ['openai-responses/openai-mcp-tool-approval.4.json', { in: 765, out: 74 }],
  // Four responses in one file: 134+221+260+299 in, 28+26+26+12 out.
  ['openai-responses/openai-reasoning-encrypted-content.1.chunks.txt', { in: 914, out: 92 }],
  ['openai-responses/openai-reasoning-encrypted-content.1.json', { in: 865, out: 163, think: 128 }],
  ['openai-responses/openai-shell-container-multiturn.1.chunks.txt', { in: 802, out: 20 }],
  ['openai-responses/openai-shell-container-multiturn.1.json', { in: 800, out: 19 }],
  ['openai-responses/openai-shell-container.1.chunks.txt', { in: 200, out: 120 }],
  ['openai-responses/openai-shell-container.1.json', { in: 200, out: 120 }],
  ['openai-responses/openai-shell-local-multiturn.1.chunks.txt', { in: 444, out: 12 }],
  ['openai-responses/openai-shell-local-multiturn.1.json', { in: 444, out: 12 }],
  ['openai-responses/openai-shell-skills.1.chunks.txt', { in: 477, read: 1024, out: 314, think: 100 }],
  ['openai-responses/openai-shell-skills.1.json', { in: 475, read: 1024, out: 331, think: 100 }],
  // Two responses in one file: 145+331 in, 41+166 out.
  ['openai-responses/openai-shell-tool.1.chunks.txt', { in: 476, out: 207 }],
  ['openai-responses/openai-shell-tool.1.json', { in: 157, out: 73 }],
  ['openai-responses/openai-tool-search.1.chunks.txt', { in: 640, out: 46, think: 20 }],
  ['openai-responses/openai-tool-search.1.json', { in: 640, out: 46, think: 20 }],
  // Six calls in the stream and three in the reply, of which two and one search; the others open a page or look in it.
  [
    'openai-responses/openai-web-search-tool.1.chunks.txt',
    { in: 27361, read: 3712, out: 4416, think: 3712, searches: 2 },
  ],
  ['openai-responses/openai-web-search-tool.1.json', { in: 15969, read: 3712, out: 3773, think: 3136, searches: 1 }],
  // Its first and last line lack a closing brace: no JSON, no facts.
  ['openai-responses/parallel-tool-call-wrapper.1.chunks.txt', null],
  ['openai-responses/parallel-tool-call-wrapper.1.json', { in: 34, out: 28 }],
  ['openai-responses/programmatic-tool-calling.1.chunks.txt', { in: 631, out: 87, think: 37 }],
  ['openai-responses/programmatic-tool-calling.1.json', { in: 631, out: 139, think: 55 }],
  ['openai-responses/reasoning-model-temperature-error.json', null],
  ['xai-responses/xai-file-search-tool.1.json', { in: 500, out: 150 }],
  // xAI counts reasoning inside the output here (100 + 50 = 150), unlike in its chat completions.
  ['xai-responses/xai-image-generation-tool.1.chunks.txt', { in: 80, read: 20, out: 50, think: 30 }],
  ['xai-responses/xai-image-generation-tool.1.json', { in: 80, read: 20, out: 50, think: 30 }],
]

const folders = ['azure', 'openai-responses', 'xai-responses']
const broken = 'openai-responses/parallel-tool-call-wrapper.1.chunks.txt'

describe.skipIf(!areRecordingsHere)('recorded replies', () => {
  test.each(recordedUsage)('%s is read as the file says', (file, row) => {
    expect(factsOf(openAiResponses, file).usage).toEqual(row === null ? null : usage(row))
  })

  test('every recorded file is in the table', () => {
    expect(recordedUsage.map(([file]) => file).toSorted()).toEqual(recordedFiles(...folders))
  })

  test('every stream ends with the frame that clients take as the end, and holds no error', () => {
    const streams = recordedFiles(...folders).filter((path) => path.endsWith('.chunks.txt') && path !== broken)
    for (const file of streams) {
      const { facts, kinds } = playRecorded(openAiResponses, file)
      expect([file, kinds.at(-1), facts.finishReason]).toEqual([file, 'terminal', 'completed'])
      expect(kinds).not.toContain('error')
    }
  })

  test('a frame that is no JSON is plain even where its event is an end', () => {
    const frames = payloads(broken).map((data) => ({ event: 'response.completed', data }))
    const { facts, kinds } = play(openAiResponses, frames.slice(-1))
    expect(kinds).toEqual(['plain'])
    expect(facts.usage).toBeNull()
  })

  test.each(['openai-custom-tool.1', 'openai-shell-container.1'])('%s says the same whole and streamed', (name) => {
    const streamed = factsOf(openAiResponses, `openai-responses/${name}.chunks.txt`)
    expect(streamed).toEqual(factsOf(openAiResponses, `openai-responses/${name}.json`))
  })

  test('text deltas are passed on unread', () => {
    const { kinds } = playRecorded(openAiResponses, 'openai-responses/openai-shell-skills.1.chunks.txt')
    expect(kinds.length).toBe(308)
    // created and in_progress, which hold `"error":null`, and completed.
    expect(kinds.filter((kind) => kind !== 'unread')).toEqual(['plain', 'plain', 'terminal'])
  })

  test('the tier that served is the last frame’s, the model is there from the first', () => {
    const frames = payloads('azure/azure-text.1.chunks.txt')
    const whole = play(openAiResponses, frames).facts
    expect([whole.model, whole.terms.serviceTier]).toEqual(['gpt-5.1', 'default'])
    const cut = play(openAiResponses, frames.slice(0, 3)).facts
    expect([cut.model, cut.usage, cut.finishReason]).toEqual(['gpt-5.1', null, null])
    const silent = [frames[0] ?? '', '{"type":"response.completed","response":{"status":"completed"}}']
    expect(play(openAiResponses, silent).facts.terms.serviceTier).toBe('auto')
  })

  test('the text of an aborted stream is counted, what tools put out is not', () => {
    const reader = openAiResponses.readStream()
    const lengthOf = (file: string) => payloads(file).reduce((sum, data) => sum + reader.countText(data), 0)
    // One custom tool input of three pieces; one call's arguments in one piece of 172 characters.
    expect(lengthOf('openai-responses/openai-custom-tool.1.chunks.txt')).toBeGreaterThan(10)
    expect(lengthOf(broken)).toBe(172)
    const head = payloads('azure/azure-web-search-preview-tool.1.chunks.txt').slice(0, 40)
    expect(head.reduce((sum, data) => sum + reader.countText(data), 0)).toBeGreaterThan(20)
    expect(reader.countText('{"type":"response.shell_call_output_content.delta","delta":{"stdout":"aaa"}}')).toBe(0)
    expect(reader.countText('{"type":"response.audio.delta","delta":"UklGRg=="}')).toBe(0)
  })
})

const reply = (reported: object, more: object = {}) =>
  openAiResponses.readReply({ model: 'm', usage: reported, ...more })

describe('usage', () => {
  test('the official type is read in full', () => {
    const reported: ResponseUsage = {
      input_tokens: 18014,
      input_tokens_details: { cached_tokens: 3, cache_write_tokens: 18000 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 18023,
    }
    expect(reply(reported).usage).toEqual(usage({ in: 11, read: 3, write5m: 18000, out: 9, think: 4 }))
  })

  test('more cached tokens than input never make anything negative or count twice', () => {
    const reported = { input_tokens: 5136, input_tokens_details: { cached_tokens: 10192 }, output_tokens: 130 }
    expect(reply(reported).usage).toEqual(usage({ read: 5136, out: 130 }))
  })

  test('a search without an action is one, and xAI’s own count wins', () => {
    const output = [
      { type: 'web_search_call', status: 'completed' },
      { type: 'web_search_call', action: { type: 'open_page' } },
    ]
    expect(reply({ input_tokens: 1 }, { output }).usage?.webSearches).toBe(1)
    const counted = { input_tokens: 1, server_side_tool_usage_details: { web_search_calls: 5 } }
    expect(reply(counted, { output }).usage?.webSearches).toBe(5)
  })

  test('a compacted conversation is billed like a response', () => {
    const compacted = { object: 'response.compaction', output: [], usage: { input_tokens: 139, output_tokens: 438 } }
    expect(openAiResponses.readReply(compacted).usage).toEqual(usage({ in: 139, out: 438 }))
  })

  test('an unfinished response says why, a running one has no usage', () => {
    const cut = {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 5 },
    }
    expect(openAiResponses.readReply(cut).finishReason).toBe('max_output_tokens')
    const queued = openAiResponses.readReply({ status: 'queued', usage: null })
    expect([queued.usage, queued.finishReason]).toEqual([null, 'queued'])
  })

  test('an end by event name counts although the data names no type, and a repeated one counts once', () => {
    const data =
      '{"response": {"id": "resp_1", "status": "completed", "usage": {"input_tokens": 4, "output_tokens": 2}}}'
    const { facts, kinds } = play(openAiResponses, [
      { event: 'response.completed', data },
      { event: 'response.completed', data },
    ])
    expect(kinds).toEqual(['terminal', 'terminal'])
    expect(facts.usage).toEqual(usage({ in: 4, out: 2 }))
  })
})

describe('requests', () => {
  test('a request of Codex is read', () => {
    expect(openAiResponses.readRequest(JSON.parse(ownFixture('openai-responses/codex-request.json')))).toEqual({
      model: 'gpt-5.4',
      isStream: true,
      asksStreamUsage: false,
      maxOutputTokens: null,
      session: { id: '0199a213-81c0-7800-8aa1-bbab2a035a53', source: 'prompt_cache_key' },
      opening: { system: 'You are a coding agent in a terminal.', user: 'Fix the test.' },
      terms: { serviceTier: 'priority', speed: null, region: null },
      messageCount: 4,
      toolCount: 1,
      ending: expect.stringMatching(/^[0-9a-z]{8,13}$/) as string,
      repeated: null,
      answers: 1,
    })
  })

  test('input may be one string, and a developer message stands in for instructions', () => {
    const short = openAiResponses.readRequest({ input: 'Hi', max_output_tokens: 64 })
    expect([short.opening.user, short.messageCount, short.maxOutputTokens]).toEqual(['Hi', 1, 64])
    const { opening } = openAiResponses.readRequest({ input: [{ role: 'developer', content: 'Be brief.' }] })
    expect(opening.system).toBe('Be brief.')
  })
})

describe('errors', () => {
  const codes: readonly (readonly [ErrorCode, string, string | null])[] = [
    ['invalid-request', 'invalid_request_error', null],
    ['unauthorized', 'invalid_request_error', 'invalid_api_key'],
    ['forbidden', 'invalid_request_error', 'forbidden'],
    ['not-found', 'invalid_request_error', 'not_found'],
    ['method-not-allowed', 'invalid_request_error', 'method_not_supported'],
    ['too-large', 'invalid_request_error', 'request_too_large'],
    ['unsupported', 'invalid_request_error', 'unsupported'],
    ['provider-failed', 'server_error', 'provider_failed'],
    ['provider-unreachable', 'server_error', 'provider_unreachable'],
    ['timed-out', 'server_error', 'timeout'],
    ['unavailable', 'service_unavailable_error', 'service_unavailable'],
    ['internal', 'server_error', 'internal_error'],
  ]

  test.each(codes)('%s is said as %s, %s', (errorCode, type, code) => {
    const error = { message: 'No.', type, param: null, code }
    expect(openAiResponses.writeError(new AppError(errorCode, 'No.'))).toEqual({ error })
  })

  test('inside a stream an error is the API’s own event', () => {
    const event: ResponseErrorEvent = {
      type: 'error',
      code: 'provider_failed',
      message: 'The provider closed the stream.',
      param: null,
      sequence_number: 0,
    }
    const frame = openAiResponses.writeErrorFrame(new AppError('provider-failed', 'The provider closed the stream.'))
    expect(frame).toBe(`event: error\ndata: ${JSON.stringify(event)}\n\n`)
    const { facts, kinds } = play(openAiResponses, framesIn(frame))
    expect(kinds).toEqual(['error'])
    expect(facts.errorCode).toBe('provider_failed')
    const uncoded = openAiResponses.writeErrorFrame(new AppError('invalid-request', 'No.'))
    expect(uncoded).toContain('"code":"invalid_request_error"')
  })

  test.skipIf(!areRecordingsHere)('a recorded error body gives its type', () => {
    const body = recordedJson('openai-responses/reasoning-model-temperature-error.json')
    expect(openAiResponses.readReply(body).errorCode).toBe('invalid_request_error')
  })

  test('a failed response ends the stream and gives its code', () => {
    const failed =
      '{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"x"}}}'
    const { facts, kinds } = play(openAiResponses, [failed])
    expect(kinds).toEqual(['terminal'])
    expect([facts.errorCode, facts.finishReason]).toEqual(['rate_limit_exceeded', 'failed'])
  })

  test('error events are read flat and nested', () => {
    const nested = play(openAiResponses, ['{"type":"error","error":{"type":"server_error","code":"x","message":"m"}}'])
    expect([nested.kinds[0], nested.facts.errorCode]).toEqual(['error', 'server_error'])
    const bare = play(openAiResponses, ['{"error":{"message":"only a sentence"}}'])
    expect([bare.kinds[0], bare.facts.errorCode]).toEqual(['error', 'error'])
  })
})

describe('oddities', () => {
  test('odd bodies are read as far as they go', () => {
    for (const body of oddBodies) {
      expect(openAiResponses.readRequest(body).session).toBeNull()
      expectSound(openAiResponses.readReply(body))
    }
  })

  test('odd frames are plain and have no text', () => {
    const reader = openAiResponses.readStream()
    for (const data of oddFrames) expect([reader.read('', data), reader.countText(data)]).toEqual(['plain', 0])
    expect(reader.facts().usage).toBeNull()
  })

  test('counts that are no counts are left out', () => {
    expect(reply({ input_tokens: -1, output_tokens: 1e308 }).usage).toBeNull()
    const reasoning = { output_tokens: 3, output_tokens_details: { reasoning_tokens: 50 } }
    expect(reply(reasoning).usage).toEqual(usage({ out: 3, think: 3 }))
  })

  test('random values are read without an exception', () => readRandomValues(openAiResponses, 3))
})
