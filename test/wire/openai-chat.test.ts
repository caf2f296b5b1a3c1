import { describe, expect, test } from 'bun:test'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { CompletionUsage } from 'openai/resources/completions'
import { AppError, type ErrorCode } from '../../src/neutral/error.ts'
import { openAiChat } from '../../src/wire/openai-chat/index.ts'
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

const folders = [
  'deepseek-chat',
  'groq',
  'mistral',
  'openai-chat',
  'openai-compatible-chat',
  'openai-completion',
  'openai-embedding',
  'perplexity',
  'xai',
]

/** Typed by hand from the files: input is the prompt less its cached part. */
const recordedUsage: readonly (readonly [file: string, row: Row | null, finishReason: string | null])[] = [
  // 495 in the prompt, 320 of them cached.
  ['deepseek-chat/deepseek-json.json', { in: 175, read: 320, out: 144, think: 118 }, 'stop'],
  ['deepseek-chat/deepseek-text.chunks.txt', { in: 13, out: 400 }, 'length'],
  ['deepseek-chat/deepseek-text.json', { in: 13, out: 300 }, 'length'],
  ['groq/groq-reasoning.json', { in: 17, out: 649, think: 570 }, 'stop'],
  ['groq/groq-text.json', { in: 45, out: 607 }, 'stop'],
  ['groq/groq-tool-call.chunks.txt', { in: 210, out: 15 }, 'tool_calls'],
  ['groq/groq-tool-call.json', { in: 218, out: 15 }, 'tool_calls'],
  ['mistral/mistral-text.chunks.txt', { in: 13, out: 8 }, 'stop'],
  ['mistral/mistral-text.json', { in: 13, out: 434 }, 'stop'],
  ['mistral/mistral-tool-call.chunks.txt', { in: 124, out: 22 }, 'tool_calls'],
  ['mistral/mistral-tool-call.json', { in: 124, out: 22 }, 'tool_calls'],
  ['openai-chat/openai-text.chunks.txt', { in: 16, out: 300 }, 'stop'],
  ['openai-chat/openai-text.json', { in: 16, out: 363 }, 'stop'],
  ['openai-compatible-chat/anthropic-fallback-tool-call.sse', null, 'tool_calls'],
  // xAI: completion 26, reasoning 227 outside it, total 560 = 307 + 26 + 227.
  ['openai-compatible-chat/xai-tool-call.chunks.txt', { in: 1, read: 306, out: 253, think: 227 }, 'tool_calls'],
  ['openai-compatible-chat/xai-tool-call.json', { in: 63, read: 244, out: 281, think: 255 }, 'tool_calls'],
  ['openai-completion/openai-completion-text.chunks.txt', { in: 14, out: 16 }, 'length'],
  ['openai-completion/openai-completion-text.json', { in: 14, out: 16 }, 'length'],
  ['openai-embedding/openai-embedding.json', { in: 12 }, null],
  ['perplexity/perplexity-citations.chunks.txt', { in: 10, out: 336 }, 'stop'],
  ['perplexity/perplexity-citations.json', { in: 10, out: 251 }, 'stop'],
  ['perplexity/perplexity-text.chunks.txt', { in: 11, out: 434 }, 'stop'],
  ['perplexity/perplexity-text.json', { in: 11, out: 392 }, 'stop'],
  // 303 = 12 + 1 + 290; at $0.30, $0.075 cached and $0.50 that is the 1466250 ticks of 0.1 nano-dollars that xAI names.
  ['xai/xai-text.chunks.txt', { in: 1, read: 11, out: 291, think: 290 }, 'stop'],
  ['xai/xai-text.json', { in: 10, read: 2, out: 229, think: 228 }, 'stop'],
]

/** What the last payload of each recording is; all but the `.sse` were recorded without the `[DONE]` that follows. */
const lastKinds: Readonly<Record<string, string>> = {
  'deepseek-chat/deepseek-text.chunks.txt': 'plain',
  'groq/groq-tool-call.chunks.txt': 'plain',
  'mistral/mistral-text.chunks.txt': 'plain',
  'mistral/mistral-tool-call.chunks.txt': 'plain',
  'openai-chat/openai-text.chunks.txt': 'usage-only',
  'openai-compatible-chat/anthropic-fallback-tool-call.sse': 'terminal',
  'openai-compatible-chat/xai-tool-call.chunks.txt': 'usage-only',
  'openai-completion/openai-completion-text.chunks.txt': 'usage-only',
  'perplexity/perplexity-citations.chunks.txt': 'plain',
  'perplexity/perplexity-text.chunks.txt': 'plain',
  'xai/xai-text.chunks.txt': 'usage-only',
}

describe.skipIf(!areRecordingsHere)('recorded replies', () => {
  test.each(recordedUsage)('%s is read as the file says', (file, row, finishReason) => {
    const facts = factsOf(openAiChat, file)
    expect(facts.usage).toEqual(row === null ? null : usage(row))
    expect(facts.finishReason).toBe(finishReason)
    expect(facts.errorCode).toBeNull()
  })

  test('every recorded file is in the table', () => {
    expect(recordedUsage.map(([file]) => file).toSorted()).toEqual(recordedFiles(...folders))
  })

  test('Azure’s chat reply of another maker’s model is read, though its folder holds Responses', () => {
    const facts = factsOf(openAiChat, 'azure/azure-deepseek-reasoning.1.json')
    expect(facts.usage).toEqual(usage({ in: 19, out: 1969 }))
    expect(facts.model).toBe('deepseek-v4-pro')
  })

  test('each stream ends with what its API ends with, and then with [DONE]', () => {
    const streams = recordedFiles(...folders).filter((path) => !path.endsWith('.json'))
    const last = streams.map((file) => [file, playRecorded(openAiChat, file).kinds.at(-1) ?? 'none'])
    expect(Object.fromEntries(last)).toEqual(lastKinds)
    for (const file of streams) {
      const { kinds } = play(openAiChat, [...payloads(file), '[DONE]'])
      expect([file, kinds.at(-1)]).toEqual([file, 'terminal'])
    }
  })

  test('a stream and the whole reply of the same exchange say the same', () => {
    const streamed = factsOf(openAiChat, 'mistral/mistral-tool-call.chunks.txt')
    expect(streamed).toEqual(factsOf(openAiChat, 'mistral/mistral-tool-call.json'))
  })

  test('chunks with `"usage":null` are passed on unread', () => {
    const { kinds } = playRecorded(openAiChat, 'openai-chat/openai-text.chunks.txt')
    expect(kinds.length).toBe(303)
    // The chunk with the finish reason and the one with the usage.
    expect(kinds.filter((kind) => kind !== 'unread')).toEqual(['plain', 'usage-only'])
  })

  test('model and tier come from the reply', () => {
    const facts = factsOf(openAiChat, 'openai-chat/openai-text.chunks.txt')
    expect(facts.model).toBe('gpt-4.1-nano-2025-04-14')
    expect(facts.terms).toEqual({ serviceTier: 'default', speed: null, region: null })
    expect(factsOf(openAiChat, 'groq/groq-text.json').terms.serviceTier).toBe('on_demand')
  })

  test('the text of an aborted stream is counted: content, reasoning, tool arguments, completions', () => {
    const lengthOf = (file: string, count: number) => {
      const reader = openAiChat.readStream()
      return payloads(file)
        .slice(0, count)
        .reduce((sum, data) => sum + reader.countText(data), 0)
    }
    // "Reading", " it.", then the arguments `{"pa` and `th": "a.txt"}`.
    expect(lengthOf('openai-compatible-chat/anthropic-fallback-tool-call.sse', 3)).toBe(11)
    expect(lengthOf('openai-compatible-chat/anthropic-fallback-tool-call.sse', 9)).toBe(28)
    expect(lengthOf('openai-compatible-chat/xai-tool-call.chunks.txt', 20)).toBeGreaterThan(20)
    expect(lengthOf('openai-completion/openai-completion-text.chunks.txt', 5)).toBeGreaterThan(5)
  })
})

const reply = (fields: object) => openAiChat.readReply({ model: 'm', choices: [], usage: fields }).usage

describe('usage', () => {
  test('the official type is read in full', () => {
    const reported: CompletionUsage = {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: {
        cached_tokens: 30,
        cache_write_tokens: 20,
        audio_tokens: 10,
        image_tokens: 4,
        text_tokens: 5,
      },
      completion_tokens_details: { reasoning_tokens: 12, audio_tokens: 6, rejected_prediction_tokens: 3 },
    }
    const row = { in: 50, read: 30, write5m: 20, audioIn: 10, out: 50, think: 12, audioOut: 6 }
    expect(reply(reported)).toEqual(usage(row))
  })

  test('cached tokens are found under the names that others use', () => {
    const expected = usage({ in: 70, read: 30, out: 5 })
    const base = { prompt_tokens: 100, completion_tokens: 5 }
    expect(reply({ ...base, cached_tokens: 30 })).toEqual(expected)
    expect(reply({ ...base, prompt_cache_hit_tokens: 30, prompt_cache_miss_tokens: 70 })).toEqual(expected)
    expect(reply({ ...base, num_cached_tokens: 30 })).toEqual(expected)
  })

  test('more cached tokens than prompt never make anything negative or count twice', () => {
    const details = { cached_tokens: 10192, cache_write_tokens: 7 }
    const reported = { prompt_tokens: 5136, completion_tokens: 130, total_tokens: 5266, prompt_tokens_details: details }
    expect(reply(reported)).toEqual(usage({ read: 5136, out: 130 }))
  })

  test('a prompt count that leaves its cached part out does not turn it into output', () => {
    const details = { cached_tokens: 1000 }
    const reported = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 1015, prompt_tokens_details: details }
    expect(reply(reported)).toEqual(usage({ read: 10, out: 5 }))
  })

  test('reasoning is added where the total counts it apart, and only there', () => {
    const details = { completion_tokens_details: { reasoning_tokens: 100 } }
    const counts = { prompt_tokens: 12, completion_tokens: 500 }
    expect(reply({ ...counts, ...details, total_tokens: 612 })).toEqual(usage({ in: 12, out: 600, think: 100 }))
    expect(reply({ ...counts, ...details, total_tokens: 512 })).toEqual(usage({ in: 12, out: 500, think: 100 }))
    expect(reply({ ...counts, ...details })).toEqual(usage({ in: 12, out: 500, think: 100 }))
  })

  test('Perplexity’s deep research bills citations as input and reasoning beside the completion', () => {
    const facts = openAiChat.readReply(JSON.parse(ownFixture('openai-chat/deep-research.json')))
    expect(facts.usage).toEqual(usage({ in: 10194, out: 95803, think: 95305, searches: 48 }))
  })

  test('thinking that only the total counts is output', () => {
    expect(reply({ prompt_tokens: 10, completion_tokens: 9, total_tokens: 1103 })).toEqual(
      usage({ in: 10, out: 1093, think: 1084 }),
    )
  })

  test('usage is found where Groq and Moonshot put it in streams', () => {
    const counts = '{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10}'
    const groq = play(openAiChat, [`{"choices":[{"delta":{}}],"x_groq":{"id":"r","usage":${counts}}}`])
    const moonshot = play(openAiChat, [`{"choices":[{"delta":{},"finish_reason":"stop","usage":${counts}}]}`])
    expect(groq.facts.usage).toEqual(usage({ in: 8, out: 2 }))
    expect(moonshot.facts.usage).toEqual(usage({ in: 8, out: 2 }))
    expect([...groq.kinds, ...moonshot.kinds]).toEqual(['plain', 'plain'])
  })

  test('images and searches of OpenRouter are counted, a total alone is input', () => {
    const details = { image_tokens: 1290, reasoning_tokens: 0 }
    const reported = { prompt_tokens: 6, completion_tokens: 1300, completion_tokens_details: details }
    expect(reply({ ...reported, server_tool_use: { web_search_requests: 2 } })).toEqual(
      usage({ in: 6, out: 1300, imageOut: 1290, searches: 2 }),
    )
    expect(reply({ total_tokens: 12 })).toEqual(usage({ in: 12 }))
    expect(reply({})).toBeNull()
  })

  test('the usage chunk is told from chunks that look like it', () => {
    const chunk = (fields: Partial<Record<keyof ChatCompletionChunk, unknown>>) => JSON.stringify(fields)
    const counts = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
    const frames = [
      chunk({ choices: [], usage: null }),
      chunk({ choices: [{ delta: { content: '[DONE] {"usage": {"prompt_tokens": 9}}' }, finish_reason: null }] }),
      chunk({ choices: [{ delta: {}, finish_reason: 'stop' }], usage: counts }),
      '{ "choices" : [ ] , "usage" : { "prompt_tokens" : 1 , "completion_tokens" : 2 } }',
      ' [DONE] ',
    ]
    const { facts, kinds } = play(openAiChat, frames)
    expect(kinds).toEqual(['unread', 'plain', 'plain', 'usage-only', 'terminal'])
    expect(facts.usage).toEqual(usage({ in: 1, out: 2 }))
    const filters = '{"choices":[],"prompt_filter_results":[{"prompt_index":0}],"usage":null}'
    expect(openAiChat.readStream().read('', filters)).toBe('plain')
  })
})

describe('requests', () => {
  test('a request’s facts are read', () => {
    const request = {
      model: 'gpt-5.4',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 10,
      max_completion_tokens: 4096,
      service_tier: 'flex',
      prompt_cache_key: 'thread-7',
      messages: [
        { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'system', content: 'Never read.' },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] },
        { role: 'user', content: 'Hello' },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
    }
    expect(openAiChat.readRequest(request)).toEqual({
      model: 'gpt-5.4',
      isStream: true,
      asksStreamUsage: true,
      maxOutputTokens: 4096,
      session: { id: 'thread-7', source: 'prompt_cache_key' },
      opening: { system: 'Be brief.', user: 'Hello' },
      terms: { serviceTier: 'flex', speed: null, region: null },
      messageCount: 4,
      toolCount: 1,
      ending: expect.stringMatching(/^[0-9a-z]{8,13}$/) as string,
      repeated: null,
      answers: 1,
    })
  })

  test('usage is asked for by `true` alone', () => {
    expect(openAiChat.readRequest({ stream_options: { include_usage: 'true' } }).asksStreamUsage).toBe(false)
    expect(openAiChat.readRequest({ stream: true }).asksStreamUsage).toBe(false)
    expect(openAiChat.readRequest({ max_tokens: 7 }).maxOutputTokens).toBe(7)
  })

  test('an embeddings request has a model and no conversation', () => {
    const facts = openAiChat.readRequest({ model: 'text-embedding-3-small', input: ['a', 'b'] })
    expect([facts.model, facts.opening.user, facts.messageCount]).toEqual(['text-embedding-3-small', '', 0])
  })
})

describe('errors', () => {
  const bodies: readonly (readonly [ErrorCode, string, string | null])[] = [
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

  test.each(bodies)('%s is said as %s, %s', (errorCode, type, code) => {
    const error = { message: 'No.', type, param: null, code }
    expect(openAiChat.writeError(new AppError(errorCode, 'No.'))).toEqual({ error })
  })

  test('inside a stream an error is a chunk of its own, and read back as one', () => {
    const frame = openAiChat.writeErrorFrame(new AppError('timed-out', 'The provider went silent.'))
    expect(frame).toBe(
      'data: {"error":{"message":"The provider went silent.","type":"server_error","param":null,"code":"timeout"}}\n\n',
    )
    const { facts, kinds } = play(openAiChat, framesIn(frame))
    expect(kinds).toEqual(['error'])
    expect(facts.errorCode).toBe('server_error')
  })

  test('a provider’s error is named by its type, else by its code, never by its message', () => {
    const codeOf = (body: unknown) => openAiChat.readReply(body).errorCode
    expect(codeOf({ error: { type: 'insufficient_quota', code: 'insufficient_quota' } })).toBe('insufficient_quota')
    expect(codeOf({ error: { message: 'No credits left', code: 402 } })).toBe('402')
    expect(codeOf({ code: 'Client specified an invalid argument', error: 'Incorrect API key sk-x' })).toBe('error')
    expect(codeOf({ object: 'error', message: 'Bad', type: 'BadRequestError', code: 400 })).toBe('BadRequestError')
    expect(codeOf({ error: null, choices: [] })).toBeNull()
  })

  test('a provider’s error inside a stream is seen', () => {
    const chunk =
      '{"id":"g","error":{"code":"server_error","message":"x"},"choices":[{"delta":{},"finish_reason":"error"}]}'
    const { facts, kinds } = play(openAiChat, [chunk])
    expect(kinds).toEqual(['error'])
    expect([facts.errorCode, facts.finishReason]).toEqual(['server_error', 'error'])
  })
})

describe('oddities', () => {
  test('odd bodies are read as far as they go', () => {
    for (const body of oddBodies) {
      expect(openAiChat.readRequest(body).session).toBeNull()
      expectSound(openAiChat.readReply(body))
    }
  })

  test('odd frames are plain and have no text', () => {
    const reader = openAiChat.readStream()
    for (const data of oddFrames) expect([reader.read('', data), reader.countText(data)]).toEqual(['plain', 0])
    expect(reader.facts().usage).toBeNull()
  })

  test('counts that are no counts are left out', () => {
    expect(reply({ prompt_tokens: -1, completion_tokens: 1e308 })).toBeNull()
    expect(reply({ prompt_tokens: '9', completion_tokens: 3 })).toEqual(usage({ out: 3 }))
  })

  test('random values are read without an exception', () => readRandomValues(openAiChat, 2))
})
