/** Requests read into the neutral form, and back into the same body. */
import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import type { Part } from '../../../src/neutral/message.ts'
import { seal } from '../../../src/wire/seal.ts'
import { conversations } from './conversations.ts'
import { asked, bare, read, written } from './support.ts'

describe('read and written again', () => {
  test.each(Object.entries(conversations))('%s: the body is the same, and nothing is dropped', (_name, body) => {
    const { body: again, dropped } = written(read(structuredClone(body)))
    expect(JSON.parse(JSON.stringify(again))).toEqual(body)
    expect(dropped).toEqual([])
  })

  test('a body is read without being changed', () => {
    for (const body of Object.values(conversations)) {
      const before = structuredClone(body)
      written(read(body))
      expect(body).toEqual(before)
    }
  })
})

const partsOf = (name: string): unknown =>
  bare(read(conversations[name]).messages.map(({ role, parts }) => ({ role, parts })))

describe('what the neutral form says', () => {
  test('prompts before the conversation are the system’s, later ones stand where they are', () => {
    const request = read(conversations['several system prompts'])
    expect(request.system.map(({ text }) => text)).toEqual(['Be brief.', 'Be kind.', 'Be true.', ''])
    expect(request.messages.map(({ role }) => role)).toEqual(['user', 'system'])
  })

  test('results of parallel calls are one user’s message', () => {
    expect(partsOf('parallel calls and their results')).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
      {
        role: 'assistant',
        parts: [
          {
            type: 'tool-call',
            id: 'call_1',
            name: 'weather',
            arguments: { text: '{"city":"Paris"}' },
            kind: 'function',
          },
          { type: 'tool-call', id: 'call_2', name: 'weather', arguments: { text: '' }, kind: 'function' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            type: 'tool-result',
            id: 'call_1',
            name: null,
            output: [{ type: 'text', text: 'Rain' }],
            isError: null,
            kind: 'function',
          },
          {
            type: 'tool-result',
            id: 'call_2',
            name: 'weather',
            output: [{ type: 'text', text: 'Sun' }],
            isError: null,
            kind: 'function',
          },
        ],
      },
      { role: 'assistant', parts: [{ type: 'text', text: 'Rain, then sun.' }] },
    ])
  })

  test('every call has an id of its own, and its result has the same', () => {
    const ids = read(conversations['ids that repeat, and none'])
      .messages.flatMap(({ parts }) => parts)
      .map((part: Part) => (part.type === 'tool-call' || part.type === 'tool-result' ? part.id : ''))
    expect(ids).toEqual(['call_0', 'call_0', 'call_0_2', 'call_0_2', 'call_2', 'call_2', 'never-called'])
  })

  test('a result of a custom tool is known as one', () => {
    const [, , result] = read(conversations['custom tools']).messages
    expect(result?.parts[0]).toMatchObject({ type: 'tool-result', id: 'c1', kind: 'custom' })
  })

  test('an older client’s function call is a call with an id', () => {
    const [, call, result] = read(conversations['functions of older clients']).messages
    expect(call?.parts[0]).toMatchObject({ type: 'tool-call', id: 'call_0', name: 'weather' })
    expect(result?.parts[0]).toMatchObject({ type: 'tool-result', id: 'call_0', name: 'weather' })
    expect(read(conversations['functions of older clients']).toolChoice).toEqual({ kind: 'named', name: 'weather' })
  })

  test('media are told by kind and source', () => {
    const [message] = read(conversations['media']).messages
    expect(bare(message?.parts)).toEqual([
      { type: 'text', text: 'Look' },
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'iVBORw==' } },
      { type: 'media', media: 'image', mediaType: null, source: { kind: 'url', url: 'https://a.example/i.png' } },
      { type: 'media', media: 'image', mediaType: null, source: { kind: 'url', url: 'https://a.example/bare.png' } },
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } },
      { type: 'media', media: 'image', mediaType: null, source: { kind: 'url', url: 'data:image/svg+xml,%3Csvg/%3E' } },
      { type: 'media', media: 'audio', mediaType: 'audio/wav', source: { kind: 'base64', data: 'UklGRg==' } },
      {
        type: 'media',
        media: 'document',
        mediaType: 'application/pdf',
        source: { kind: 'base64', data: 'JVBERg==' },
        name: 'a.pdf',
      },
      { type: 'media', media: 'document', mediaType: null, source: { kind: 'base64', data: 'JVBERg==' } },
      { type: 'media', media: 'document', mediaType: null, source: { kind: 'file', id: 'file-1' } },
      { type: 'media', media: 'video', mediaType: null, source: { kind: 'url', url: 'https://a.example/v.mp4' } },
      { type: 'media', media: 'document', mediaType: null, source: { kind: 'url', url: 'https://a.example/d.pdf' } },
    ])
  })

  test('only what it has no word for is carried by name', () => {
    const { carried, options, sampling, ...request } = read(conversations['all options'])
    expect(Object.keys(carried?.fields ?? {}).toSorted()).toEqual([
      'audio',
      'logit_bias',
      'max_tokens',
      'min_p',
      'modalities',
      'moderation',
      'prediction',
      'safety_identifier',
      'stream_options.include_obfuscation',
    ])
    expect(options).toEqual({
      verbosity: 'low',
      serviceTier: 'flex',
      cacheKey: 'k-1',
      userId: 'u-1',
      metadata: { team: 'a' },
      store: false,
      logprobs: 3,
      answers: 2,
    })
    expect(sampling).toEqual({
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      presencePenalty: 0.1,
      frequencyPenalty: -0.1,
      seed: 0,
    })
    expect(request.maxOutputTokens).toBe(100)
    expect(request.isStream && request.wantsStreamUsage).toBe(true)
    expect(bare(request.tools)).toEqual([
      {
        type: 'web-search',
        maxUses: null,
        allowedDomains: null,
        blockedDomains: null,
        location: { city: 'Oslo', country: 'NO' },
      },
    ])
  })

  const thinking: readonly (readonly [object, unknown])[] = [
    [{ reasoning_effort: 'high' }, { isOn: true, effort: 'high', budgetTokens: null, shows: null }],
    [{ reasoning_effort: 'none' }, { isOn: false, effort: 'none', budgetTokens: null, shows: null }],
    [
      { reasoning: { max_tokens: 2000, exclude: true } },
      { isOn: true, effort: null, budgetTokens: 2000, shows: 'omitted' },
    ],
    [{ thinking: { type: 'disabled' } }, { isOn: false, effort: null, budgetTokens: null, shows: null }],
    [
      { thinking: { type: 'enabled' }, reasoning_effort: 'max' },
      { isOn: true, effort: 'max', budgetTokens: null, shows: null },
    ],
    [{ reasoning_effort: 'very' }, null],
  ]
  test.each(thinking)('%j says how hard to think', (over, expected) => {
    expect(asked(over).thinking).toEqual(expected as never)
  })

  test('a changed limit is written in the field that the client used', () => {
    const changed = { ...asked({ max_tokens: 50 }), maxOutputTokens: 20 }
    expect(written(changed).body).toMatchObject({ max_tokens: 20 })
  })
})

describe('signatures that went through a client', () => {
  const anthropic = { form: 'anthropic', by: 'anthropic', value: { signature: 'c2ln' } } as const
  const gemini = { form: 'gemini', by: 'google', value: { thoughtSignature: 'Z2Vt' } } as const
  const entry = (id: string, signed: typeof anthropic | typeof gemini) => ({
    type: 'reasoning.encrypted',
    data: seal(signed),
    id,
  })

  test('each finds the thought, the text and the call that it signs', () => {
    const message = {
      role: 'assistant',
      content: 'Hello',
      reasoning_content: 'First.\n\nThen.',
      reasoning_details: [
        entry('reasoning-0-6', anthropic),
        entry('reasoning-8-13', anthropic),
        entry('text', gemini),
        entry('c1', gemini),
      ],
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
    }
    const [first] = asked({ messages: [message] }).messages
    expect(bare(first?.parts)).toEqual([
      { type: 'reasoning', text: 'First.', signed: anthropic },
      { type: 'reasoning', text: 'Then.', signed: anthropic },
      { type: 'text', text: 'Hello', signed: gemini },
      { type: 'tool-call', id: 'c1', name: 'f', arguments: { text: '{}' }, kind: 'function', signed: gemini },
    ])
  })

  test('a client that keeps only what stands on the call brings that back', () => {
    const extra = { google: { thought_signature: seal(gemini) } }
    const calls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: extra }]
    const [first] = asked({ messages: [{ role: 'assistant', tool_calls: calls }] }).messages
    expect(first?.parts[0]).toMatchObject({ type: 'tool-call', signed: gemini })
  })
})

test('a request without a conversation is refused by the name of the field', () => {
  for (const body of [{}, { messages: 'hello' }, { messages: {} }, { messages: null }])
    expect(() => read(body)).toThrow(new AppError('invalid-request', '"messages" must be a list of messages.'))
  for (const body of [null, [], 'text', 5, undefined])
    expect(() => read(body)).toThrow(new AppError('invalid-request', 'The request body must be a JSON object.'))
})
