import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import { seal } from '../../../src/wire/seal.ts'
import { conversations, withUnknownFields } from './conversations.ts'
import { read, written } from './support.ts'

describe('a request comes out of the neutral form as it went in:', () => {
  test.each(Object.entries(conversations))('%s', (_name, body) => {
    const before = structuredClone(body)
    const request = read(body)
    for (const thinking of ['adaptive', 'budget', 'none'] as const)
      expect(written(request, { model: body.model, thinking })).toEqual({ body: { ...body }, dropped: [] })
    expect(body).toEqual(before)
  })

  test('fields that nobody knows, at every level', () => {
    expect(written(read(withUnknownFields)).body).toEqual(withUnknownFields)
  })

  test('a request without a limit of its answer gets one', () => {
    expect(written(read({ model: 'm', messages: [] })).body).toMatchObject({ max_tokens: 8192 })
  })
})

test('a coding agent’s request says in neutral words what it wants', () => {
  const { carried, messages, system, tools, ...rest } = read(conversations['a coding agent in the middle of its work'])
  expect(rest).toEqual({
    model: 'claude-sonnet-4-6',
    toolChoice: null,
    parallelTools: null,
    sampling: {
      temperature: null,
      topP: null,
      topK: null,
      presencePenalty: null,
      frequencyPenalty: null,
      seed: null,
    },
    maxOutputTokens: 32_000,
    stop: [],
    thinking: { isOn: true, budgetTokens: null, shows: 'summarized', effort: 'high' },
    format: null,
    options: {
      verbosity: null,
      serviceTier: null,
      cacheKey: null,
      userId: null,
      metadata: null,
      store: null,
      logprobs: null,
      answers: null,
    },
    isStream: true,
    wantsStreamUsage: true,
  })
  expect(Object.keys(carried?.fields ?? {}).toSorted()).toEqual(['context_management', 'metadata'])
  expect(system.map(({ cache }) => cache)).toEqual([undefined, { ttl: null }, { ttl: '1h' }])
  expect(tools.map((tool) => tool.type)).toEqual(['function', 'function'])
  expect(messages[1]?.parts).toEqual([
    {
      type: 'reasoning',
      text: 'Two cities.',
      signed: { form: 'anthropic', by: null, value: { signature: 'EqQBCkgIARABGAIiQ' } },
    },
    { type: 'reasoning', text: '', signed: { form: 'anthropic', by: null, value: { data: 'EmwKAhgBEgy3va3pzix' } } },
    { type: 'text', text: 'I look.' },
    {
      type: 'tool-call',
      id: 'toolu_01',
      name: 'get_weather',
      arguments: { value: { city: 'Oslo' } },
      kind: 'function',
      carried: { dialect: 'anthropic', fields: { caller: { type: 'direct' } } },
    },
    { type: 'tool-call', id: 'toolu_02', name: 'get_weather', arguments: { value: {} }, kind: 'function' },
  ])
  expect(messages[2]?.parts[1]).toMatchObject({
    type: 'tool-result',
    id: 'toolu_02',
    isError: true,
    cache: { ttl: null },
    output: [
      { type: 'text', text: 'A city is missing.' },
      {
        type: 'media',
        media: 'image',
        mediaType: 'image/png',
        source: { kind: 'base64', data: 'iVBORw0KGgoAAAANSUhEUg==' },
      },
    ],
  })
})

test('a web search is one part, its words kept for the provider that wrote them', () => {
  const parts = read(conversations['what tools of the provider said']).messages[1]?.parts ?? []
  expect(parts[0]).toEqual({
    type: 'web-search',
    id: 'srvtoolu_01',
    query: 'weather Oslo',
    sources: [
      { url: 'https://a.example', title: 'A' },
      { url: 'https://b.example', title: 'B' },
    ],
    carried: {
      dialect: 'anthropic',
      fields: { encrypted_content: [{ encrypted_content: 'Eq1', page_age: '1 day' }, { encrypted_content: 'Eq2' }] },
      spelling: { blocks: 'both' },
    },
  })
  expect(parts[1]).toMatchObject({
    citations: [
      { url: 'https://a.example', title: 'A', quote: 'rain all day', start: null, end: null },
      { url: null, title: null, quote: 'rain' },
      { url: 'https://example.com/docs', title: 'Docs', quote: 'Press' },
    ],
  })
  expect(parts.map((part) => (part.type === 'foreign' ? part.name : part.type))).toEqual([
    'web-search',
    'text',
    'web-search',
    'web_fetch',
    'web-search',
    'web_fetch_tool_result',
    'mcp_tool_use',
    'mcp_tool_result',
    'compaction',
  ])
})

test('documents that are text, and search results, are documents', () => {
  const parts = read(conversations['images and documents']).messages[0]?.parts ?? []
  expect(parts.map((part) => (part.type === 'media' ? [part.media, part.source] : part.type))).toEqual([
    ['image', { kind: 'url', url: 'https://example.com/cat.png' }],
    ['image', { kind: 'file', id: 'file_011' }],
    ['document', { kind: 'base64', data: 'JVBERi0x' }],
    ['document', { kind: 'url', url: 'https://example.com/a.pdf' }],
    ['document', { kind: 'text', text: 'Plain.' }],
    ['document', { kind: 'text', text: 'In one piece.' }],
    ['document', { kind: 'text', text: 'One\n\nTwo' }],
    ['document', { kind: 'file', id: 'file_012' }],
    'foreign',
    ['document', { kind: 'text', text: 'Press the button.' }],
    'foreign',
  ])
})

describe('signatures', () => {
  const geminis = { form: 'gemini', by: 'google', value: { thoughtSignature: 'CgQ' } } as const
  const body = {
    model: 'm',
    max_tokens: 9,
    messages: [
      {
        role: 'assistant',
        content: [
          {
            type: 'thinking',
            thinking: 'Hm.',
            signature: seal({ form: 'openai-responses', by: 'openai', value: { id: 'rs_1' } }),
          },
          { type: 'tool_use', id: 't', name: 'f', input: {} },
          { type: 'redacted_thinking', data: seal(geminis) },
          { type: 'redacted_thinking', data: seal(geminis) },
        ],
      },
    ],
  }

  test('that came back sealed belong to the part they stood in, or behind', () => {
    expect(read(body).messages[0]?.parts).toEqual([
      { type: 'reasoning', text: 'Hm.', signed: { form: 'openai-responses', by: 'openai', value: { id: 'rs_1' } } },
      { type: 'tool-call', id: 't', name: 'f', arguments: { value: {} }, kind: 'function', signed: geminis },
    ])
  })

  test('of a call find it by its name, wherever the client has put the call', () => {
    const content = [
      { type: 'text', text: 'Let me look.' },
      { type: 'redacted_thinking', data: `${seal(geminis)}.call.1` },
      { type: 'tool_use', id: 'call.1', name: 'f', input: {} },
    ]
    expect(read({ ...body, messages: [{ role: 'assistant', content }] }).messages[0]?.parts).toEqual([
      { type: 'text', text: 'Let me look.' },
      { type: 'tool-call', id: 'call.1', name: 'f', arguments: { value: {} }, kind: 'function', signed: geminis },
    ])
  })

  test('of others do not go to this provider', () => {
    const { body: sent, dropped } = written(read(body))
    expect(sent['messages']).toEqual([
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
    ])
    expect(dropped).toEqual(['reasoning', 'signature'])
  })
})

describe('odd requests', () => {
  test('without a list of messages there is no request', () => {
    for (const body of [null, [], 'x', 5, {}, { messages: 'hi' }, { messages: {} }])
      expect(() => read(body)).toThrow(AppError)
  })

  test('the refusal names the field', () => {
    expect(() => read({ model: 'm' })).toThrow('`messages` must be a list of messages.')
  })

  test('odd entries are kept, and what is not understood is carried', () => {
    const request = read({
      messages: ['hi', { role: 'developer', content: 'D' }, { role: 'critic', content: ['C', 5] }, { content: null }],
      temperature: 'hot',
      tools: [7, { type: 'custom' }],
      tool_choice: 'auto',
    })
    expect(request.model).toBe('')
    expect(request.sampling.temperature).toBeNull()
    expect(request.carried?.fields).toEqual({ temperature: 'hot', tool_choice: 'auto' })
    expect(request.tools).toEqual([
      { type: 'foreign', dialect: 'anthropic', name: 'tool', value: 7 },
      { type: 'foreign', dialect: 'anthropic', name: 'custom', value: { type: 'custom' } },
    ])
    expect(request.messages.map(({ role }) => role)).toEqual(['user', 'system', 'user', 'user'])
    expect(request.messages[2]?.parts).toMatchObject([
      { type: 'text', text: 'C' },
      { type: 'foreign', name: 'content', value: 5 },
    ])
  })

  test('a tool call without an id gets the same one every time', () => {
    const body = { messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'f', input: '{"a":1}' }] }] }
    const [part] = read(body).messages[0]?.parts ?? []
    expect(part).toEqual({
      type: 'tool-call',
      id: 'toolu_0_0',
      name: 'f',
      arguments: { text: '{"a":1}' },
      kind: 'function',
    })
    expect(read(body)).toEqual(read(body))
  })
})
