import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import type { Part } from '../../../src/neutral/message.ts'
import { seal } from '../../../src/wire/seal.ts'
import { geminiTranslator } from '../../../src/wire/gemini/translator.ts'
import { conversations } from './conversations.ts'
import { gemini3, readRequest, target, write } from './support.ts'

describe('a request of this dialect comes back as it was', () => {
  test.each(Object.entries(conversations))('%s', (_, body) => {
    for (const to of [target(), gemini3]) {
      const { body: back, dropped } = write(readRequest(body), to)
      expect(back).toEqual(body as Record<string, unknown>)
      expect(dropped).toEqual([])
    }
  })
})

const partsOf = (...parts: readonly object[]): readonly Part[] =>
  readRequest({ contents: [{ role: 'user', parts }] }).messages[0]?.parts ?? []

describe('what a request says', () => {
  test('the model and the stream stand in the URL', () => {
    const request = geminiTranslator.readRequest({ contents: [] }, { model: 'gemini-3-flash', isStream: true })
    expect([request.model, request.isStream, request.wantsStreamUsage]).toEqual(['gemini-3-flash', true, true])
    expect(readRequest(conversations['a request inside a question for its tokens']).model).toBe('gemini-2.5-pro')
  })

  test('a conversation, its system prompts and its wishes are neutral', () => {
    const request = readRequest({
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hello.' }] },
        { role: 'model', parts: [{ text: 'Hi.' }] },
      ],
      generationConfig: { temperature: 0.5, topK: 3, maxOutputTokens: 9, stopSequences: ['x'], candidateCount: 2 },
      serviceTier: 'flex',
    })
    expect(request).toMatchObject({
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.' },
      ],
      messages: [
        { role: 'user', parts: [{ type: 'text', text: 'Hello.' }] },
        { role: 'assistant', parts: [{ type: 'text', text: 'Hi.' }] },
      ],
      sampling: { temperature: 0.5, topP: null, topK: 3, presencePenalty: null, frequencyPenalty: null, seed: null },
      maxOutputTokens: 9,
      stop: ['x'],
      options: { serviceTier: 'flex', answers: 2 },
      toolChoice: null,
      thinking: null,
    })
    expect(request.messages).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'Hello.' }] },
      { role: 'assistant', parts: [{ type: 'text', text: 'Hi.' }] },
    ])
  })

  test('media are images, documents, sound or film, as bytes, URLs or files of Google’s', () => {
    const read = partsOf(
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { inlineData: { mimeType: 'application/pdf', data: 'AAAA' } },
      { fileData: { mimeType: 'audio/mp3', fileUri: 'https://example.com/a.mp3' } },
      { fileData: { fileUri: 'https://youtu.be/x' } },
      { fileData: { mimeType: 'image/png', fileUri: 'gs://b/a.png' } },
    )
    expect(read).toEqual([
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AAAA' } },
      { type: 'media', media: 'document', mediaType: 'application/pdf', source: { kind: 'base64', data: 'AAAA' } },
      {
        type: 'media',
        media: 'audio',
        mediaType: 'audio/mp3',
        source: { kind: 'url', url: 'https://example.com/a.mp3' },
      },
      { type: 'media', media: 'video', mediaType: null, source: { kind: 'url', url: 'https://youtu.be/x' } },
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'file', id: 'gs://b/a.png' } },
    ])
  })

  test('what only this API has is foreign, by its own name', () => {
    const read = partsOf(
      { executableCode: { language: 'PYTHON', code: '1' } },
      { tool_call: { id: 'a' }, thought_signature: 's' },
    )
    expect(read).toEqual([
      {
        type: 'foreign',
        dialect: 'gemini',
        name: 'executableCode',
        value: { executableCode: { language: 'PYTHON', code: '1' } },
      },
      {
        type: 'foreign',
        dialect: 'gemini',
        name: 'tool_call',
        value: { tool_call: { id: 'a' }, thought_signature: 's' },
      },
    ])
  })

  test.each([
    ['AUTO', undefined, { kind: 'auto' }],
    ['VALIDATED', undefined, { kind: 'auto' }],
    ['NONE', undefined, { kind: 'none' }],
    ['ANY', undefined, { kind: 'required' }],
    ['any', ['a'], { kind: 'named', name: 'a' }],
    ['ANY', ['a', 'b'], { kind: 'required' }],
    ['MODE_UNSPECIFIED', undefined, null],
  ])('the mode %s with %j', (mode, allowedFunctionNames, choice) => {
    const toolConfig = { functionCallingConfig: { mode, ...(allowedFunctionNames && { allowedFunctionNames }) } }
    expect(readRequest({ contents: [], toolConfig }).toolChoice).toEqual(choice as never)
  })

  test('functions take JSON Schema in either spelling, and Google Search is a web search', () => {
    const { tools } = readRequest(conversations['tools of every kind'])
    expect(tools.map(({ type }) => type)).toEqual([
      'function',
      'function',
      'function',
      'web-search',
      'foreign',
      'foreign',
      'foreign',
    ])
    expect(tools[0]).toMatchObject({
      name: 'get_weather',
      description: 'The weather.',
      schema: {
        type: 'object',
        properties: {
          city: { type: ['string', 'null'], enum: ['Oslo', 'Rome', null], minLength: 1 },
          days: { type: 'integer', minimum: 1, maximum: 9 },
          places: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] } },
        },
        required: ['city'],
      },
    })
    expect(tools[1]).toMatchObject({ schema: { type: 'object', properties: { a: { const: 1 } } } })
    expect(tools[2]).toMatchObject({ name: 'stop', description: null, schema: null })
    expect(tools[3]).toMatchObject({ blockedDomains: ['a.com'], allowedDomains: null })
    expect(tools[4]).toEqual({ type: 'foreign', dialect: 'gemini', name: 'codeExecution', value: {} })
  })

  test.each([
    [
      { thinkingBudget: 8192, includeThoughts: true },
      { isOn: true, effort: null, budgetTokens: 8192, shows: 'auto' },
    ],
    [{ thinkingBudget: -1 }, { isOn: true, effort: null, budgetTokens: null, shows: null }],
    [{ thinkingBudget: 0 }, { isOn: false, effort: null, budgetTokens: 0, shows: null }],
    [
      { thinkingLevel: 'HIGH', includeThoughts: false },
      { isOn: null, effort: 'high', budgetTokens: null, shows: 'omitted' },
    ],
  ])('thinking as %j', (thinkingConfig, thinking) => {
    expect(readRequest({ contents: [], generationConfig: { thinkingConfig } }).thinking).toEqual(thinking as never)
  })

  test('a schema for the answer is one in either spelling', () => {
    const format = (generationConfig: object) => readRequest({ contents: [], generationConfig }).format
    const named = { name: null, description: null, isStrict: null }
    const mime = { responseMimeType: 'application/json' }
    expect(format({ ...mime, responseSchema: { type: 'OBJECT' } })).toEqual({
      kind: 'schema',
      schema: { type: 'object' },
      ...named,
    })
    expect(format({ ...mime, responseJsonSchema: { type: 'object' } })).toEqual({
      kind: 'schema',
      schema: { type: 'object' },
      ...named,
    })
    expect(format(mime)).toEqual({ kind: 'json' })
    expect(format({ responseMimeType: 'text/plain' })).toBeNull()
  })
})

describe('tool calls', () => {
  const model = (...parts: readonly object[]) => ({ role: 'model', parts })
  const user = (...parts: readonly object[]) => ({ role: 'user', parts })
  const call = (name: string, id?: string) => ({ functionCall: { name, args: {}, ...(id && { id }) } })
  const result = (name: string, output: string, id?: string) => ({
    functionResponse: { name, response: { output }, ...(id && { id }) },
  })
  const idsOf = (...contents: readonly object[]) =>
    readRequest({ contents }).messages.map(({ parts }) => parts.map((part) => ('id' in part ? part.id : null)))

  test('without ids get them from where they stand, and results find theirs by name and order', () => {
    const ids = idsOf(
      user({ text: 'Go.' }),
      model(call('a'), call('b'), call('a')),
      user(result('a', '1'), result('b', '2'), result('a', '3')),
    )
    expect(ids.slice(1)).toEqual([
      ['call_1_0', 'call_1_1', 'call_1_2'],
      ['call_1_0', 'call_1_1', 'call_1_2'],
    ])
  })

  test('the same start of a conversation gets the same ids', () => {
    const start = [user({ text: 'Go.' }), model(call('a')), user(result('a', '1'))]
    const more = [...start, model(call('a')), user(result('a', '2'))]
    expect(idsOf(...more).slice(0, 3)).toEqual(idsOf(...start))
    expect(idsOf(...more).slice(3)).toEqual([['call_3_0'], ['call_3_0']])
  })

  test('with ids keep them, and a result without one takes the call that is left', () => {
    expect(
      idsOf(model(call('a', 'x'), call('a', 'y')), user(result('a', '1', 'x'), result('a', '2'), result('z', '3'))),
    ).toEqual([
      ['x', 'y'],
      ['x', 'y', 'call_1_2'],
    ])
  })

  test('results are text, an error, or another object’s JSON', () => {
    const [output, error, result_, whole] = [
      { output: 'Rain' },
      { error: 'No' },
      { result: { ok: true } },
      { output: '', n: 2 },
    ].map((response) => partsOf({ functionResponse: { name: 'a', response } })[0])
    expect(output).toMatchObject({ output: [{ type: 'text', text: 'Rain' }], isError: null, name: 'a' })
    expect(error).toMatchObject({ output: [{ type: 'text', text: 'No' }], isError: true })
    expect(result_).toMatchObject({ output: [{ type: 'text', text: '{"ok":true}' }], isError: null })
    expect(whole).toMatchObject({ output: [{ type: 'text', text: '{"output":"","n":2}' }] })
  })

  test('media inside a result stand after its text', () => {
    const [part] = partsOf({
      functionResponse: {
        name: 'shoot',
        response: { output: 'Here.' },
        parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }],
      },
    })
    expect(part).toMatchObject({
      output: [
        { type: 'text', text: 'Here.' },
        { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AAAA' } },
      ],
    })
  })
})

describe('signatures', () => {
  test('of Gemini’s own came straight from the client', () => {
    expect(partsOf({ text: 'So.', thought: true, thoughtSignature: 'c2ln' })).toMatchObject([
      { type: 'reasoning', text: 'So.', signed: { form: 'gemini', by: null, value: { thoughtSignature: 'c2ln' } } },
    ])
  })

  test('of others come back out of their seal', () => {
    const signed = { form: 'anthropic', by: 'anthropic', value: { signature: 'abc' } } as const
    expect(partsOf({ text: 'So.', thought: true, thoughtSignature: seal(signed) })).toMatchObject([
      { type: 'reasoning', text: 'So.', signed },
    ])
  })
})

describe('what can’t be understood', () => {
  test.each([
    [null, 'The request body must be a JSON object.'],
    [{}, '`contents` must be a list of turns, each with `role` and `parts`.'],
    [{ contents: 'Hello.' }, '`contents` must be a list of turns, each with `role` and `parts`.'],
  ])('%j is refused', (body, sentence) => {
    expect(() => readRequest(body)).toThrow(new AppError('invalid-request', sentence))
  })

  test('odd fields are carried to whoever judges them', () => {
    const body = {
      contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }],
      tools: { functionDeclarations: [] },
      toolConfig: 'AUTO',
      generationConfig: { temperature: 'warm', stopSequences: 'END', thinkingConfig: true },
      systemInstruction: 7,
    }
    expect(write(readRequest(body)).body).toEqual(body)
  })
})
