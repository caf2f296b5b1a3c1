import { describe, expect, test } from 'bun:test'
import type { Message, Part } from '../../../src/neutral/message.ts'
import { noOptions, noSampling, type FunctionTool, type NeutralRequest } from '../../../src/neutral/request.ts'
import type { Thinking } from '../../../src/neutral/thinking.ts'
import { foreign, gemini3, target, write } from './support.ts'

const text = (words: string): Part => ({ type: 'text', text: words })
const said = (role: Message['role'], ...parts: Part[]): Message => ({ role, parts })
const call = (id: string, name: string, args = '{}'): Part => ({
  type: 'tool-call',
  id,
  name,
  arguments: { text: args },
  kind: 'function',
})
const result = (id: string, ...output: Part[]): Part => ({
  type: 'tool-result',
  id,
  name: null,
  output,
  isError: null,
  kind: 'function',
})
const read: FunctionTool = {
  type: 'function',
  name: 'read',
  description: 'Reads.',
  schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'], additionalProperties: false },
  isStrict: null,
}
const written = (over: Partial<NeutralRequest>, to = target()) => write(foreign(over), to)
const contentsOf = (messages: Message[], to = target()) => written({ messages }, to).body['contents']
const lost = (over: Partial<NeutralRequest>, to = target()) => written(over, to).dropped

test('an agent’s request is a whole request of this API', () => {
  const { body, dropped } = written({
    system: [
      { type: 'text', text: 'Be brief.', cache: { ttl: null } },
      { type: 'text', text: 'Be kind.' },
    ],
    messages: [
      said('user', text('Read a.')),
      said('assistant', text('I read.'), call('t1', 'read', '{"path":"a"}'), call('t2', 'read', '{"path":"b"}')),
      said('user', text('And then?'), result('t1', text('A')), result('t2', text('B'), text('C'))),
    ],
    tools: [read],
    toolChoice: { kind: 'auto' },
    sampling: { ...noSampling, temperature: 0.2, topK: 5 },
    maxOutputTokens: 100,
    stop: ['END'],
  })
  expect(body).toEqual({
    systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
    tools: [
      {
        functionDeclarations: [
          {
            name: 'read',
            description: 'Reads.',
            parameters: { type: 'OBJECT', properties: { path: { type: 'STRING' } }, required: ['path'] },
          },
        ],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
    contents: [
      { role: 'user', parts: [{ text: 'Read a.' }] },
      {
        role: 'model',
        parts: [
          { text: 'I read.' },
          { functionCall: { id: 't1', name: 'read', args: { path: 'a' } } },
          { functionCall: { id: 't2', name: 'read', args: { path: 'b' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 't1', name: 'read', response: { output: 'A' } } },
          { functionResponse: { id: 't2', name: 'read', response: { output: 'B\nC' } } },
          { text: 'And then?' },
        ],
      },
    ],
    generationConfig: { temperature: 0.2, topK: 5, maxOutputTokens: 100, stopSequences: ['END'] },
  })
  expect(dropped).toEqual(['cache_control'])
})

describe('turns', () => {
  test('neighbours of one role are one turn, and results of parallel calls stand together', () => {
    const contents = contentsOf([
      said('user', text('Go.')),
      said('assistant', call('1', 'a')),
      said('assistant', call('2', 'b')),
      said('user', result('1', text('A'))),
      said('user', result('2', text('B'))),
      said('system', text('Hurry.')),
    ])
    expect(contents).toEqual([
      { role: 'user', parts: [{ text: 'Go.' }] },
      {
        role: 'model',
        parts: [{ functionCall: { id: '1', name: 'a', args: {} } }, { functionCall: { id: '2', name: 'b', args: {} } }],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: '1', name: 'a', response: { output: 'A' } } },
          { functionResponse: { id: '2', name: 'b', response: { output: 'B' } } },
          { text: 'Hurry.' },
        ],
      },
    ])
  })

  test('a turn without words is none', () => {
    expect(contentsOf([said('user', text('Go.')), said('assistant', text('')), said('user', text('On.'))])).toEqual([
      { role: 'user', parts: [{ text: 'Go.' }, { text: 'On.' }] },
    ])
  })

  test('of a conversation that the model begins, or that holds nothing, begin with the user', () => {
    const begun = { role: 'user', parts: [{ text: '(The conversation goes on.)' }] }
    expect(contentsOf([])).toEqual([begun])
    expect(contentsOf([said('assistant', text('Hello.'))])).toEqual([
      begun,
      { role: 'model', parts: [{ text: 'Hello.' }] },
    ])
  })

  test('a failed call says so in its result, and a custom tool’s text is its one argument', () => {
    const contents = contentsOf([
      said('user', text('Go.')),
      said('assistant', {
        type: 'tool-call',
        id: '1',
        name: 'patch',
        arguments: { text: '*** Begin' },
        kind: 'custom',
      }),
      said('user', { ...(result('1', text('No.')) as Extract<Part, { type: 'tool-result' }>), isError: true }),
    ])
    expect(contents).toEqual([
      { role: 'user', parts: [{ text: 'Go.' }] },
      { role: 'model', parts: [{ functionCall: { id: '1', name: 'patch', args: { input: '*** Begin' } } }] },
      { role: 'user', parts: [{ functionResponse: { id: '1', name: 'patch', response: { error: 'No.' } } }] },
    ])
  })
})

describe('media', () => {
  const image = (source: Extract<Part, { type: 'media' }>['source'], mediaType: string | null = 'image/png'): Part => ({
    type: 'media',
    media: 'image',
    mediaType,
    source,
  })

  test('inside a result go with it from Gemini 3 on, and beside it before', () => {
    const messages = [
      said('user', text('Go.')),
      said('assistant', call('1', 'shoot')),
      said('user', result('1', text('Here.'), image({ kind: 'base64', data: 'AAAA' }))),
    ]
    const inline = { inlineData: { mimeType: 'image/png', data: 'AAAA' } }
    const response = { id: '1', name: 'shoot', response: { output: 'Here.' } }
    expect(contentsOf(messages, gemini3)).toMatchObject([
      {},
      {},
      { parts: [{ functionResponse: { ...response, parts: [inline] } }] },
    ])
    expect(contentsOf(messages)).toMatchObject([{}, {}, { parts: [{ functionResponse: response }, inline] }])
  })

  test('of a public URL are fetched by Google, where the model can', () => {
    const messages = [said('user', text('See.'), image({ kind: 'url', url: 'https://example.com/a.webp?x=1' }, null))]
    expect(contentsOf(messages)).toMatchObject([
      {
        parts: [{ text: 'See.' }, { fileData: { mimeType: 'image/webp', fileUri: 'https://example.com/a.webp?x=1' } }],
      },
    ])
    expect(lost({ messages }, target({ model: 'gemini-2.0-flash' }))).toEqual(['image url'])
    expect(lost({ messages: [said('user', image({ kind: 'url', url: 'http://localhost/a.png' }))] })).toEqual([
      'image url',
    ])
  })

  test('that another vendor holds are named, and a plain document is text', () => {
    const file: Part = { type: 'media', media: 'document', mediaType: null, source: { kind: 'file', id: 'file-abc' } }
    const plain: Part = {
      type: 'media',
      media: 'document',
      mediaType: 'text/plain',
      source: { kind: 'text', text: 'Words.' },
      name: 'a.txt',
    }
    const { body, dropped } = written({ messages: [said('user', file, plain)] })
    expect(body['contents']).toEqual([{ role: 'user', parts: [{ text: 'a.txt\n\nWords.' }] }])
    expect(dropped).toEqual(['file id'])
  })
})

describe('reasoning and signatures', () => {
  const signedBy = (by: string | null, signature = 'c2ln') =>
    ({ form: 'gemini', by, value: { thoughtSignature: signature } }) as const

  test('go back to the provider that signed, and to no other', () => {
    const begun = { role: 'user', parts: [{ text: 'Go.' }] }
    const messages = [
      said('user', text('Go.')),
      said(
        'assistant',
        { type: 'reasoning', text: 'Hm.', signed: signedBy('google') },
        {
          ...(call('1', 'a') as Extract<Part, { type: 'tool-call' }>),
          signed: signedBy('google', 'Y2FsbA=='),
        },
      ),
    ]
    expect(contentsOf(messages)).toEqual([
      begun,
      {
        role: 'model',
        parts: [
          { text: 'Hm.', thought: true, thoughtSignature: 'c2ln' },
          { functionCall: { id: '1', name: 'a', args: {} }, thoughtSignature: 'Y2FsbA==' },
        ],
      },
    ])
    const elsewhere = written({ messages }, target({ provider: 'vertex' }))
    expect(elsewhere.body['contents']).toEqual([
      begun,
      { role: 'model', parts: [{ functionCall: { id: '1', name: 'a', args: {} } }] },
    ])
    expect(elsewhere.dropped).toEqual(['reasoning', 'signature'])
  })

  test('of another vendor stay out', () => {
    const signed = { form: 'anthropic', by: 'anthropic', value: { signature: 'x' } } as const
    expect(lost({ messages: [said('assistant', { type: 'reasoning', text: 'Hm.', signed }, text('So.'))] })).toEqual([
      'reasoning',
    ])
  })

  test('Gemini 3 gets a placeholder at the first call of each step of the running turn, and only there', () => {
    const messages = [
      said('user', text('One.')),
      said('assistant', call('0', 'a')),
      said('user', result('0', text('x'))),
      said('user', text('Two.')),
      said('assistant', call('1', 'a'), call('2', 'a')),
      said('user', result('1', text('x')), result('2', text('x'))),
      said('assistant', call('3', 'a')),
      said('user', result('3', text('x'))),
    ]
    const signatures = (to: typeof gemini3) =>
      (contentsOf(messages, to) as { parts: { functionCall?: { id: string }; thoughtSignature?: string }[] }[]).flatMap(
        ({ parts }) =>
          parts.flatMap(({ functionCall, thoughtSignature }) =>
            functionCall ? [[functionCall.id, thoughtSignature ?? null]] : [],
          ),
      )
    const placeholder = 'skip_thought_signature_validator'
    expect(signatures(gemini3)).toEqual([
      ['0', null],
      ['1', placeholder],
      ['2', null],
      ['3', placeholder],
    ])
    expect(signatures(target()).map(([, signature]) => signature)).toEqual([null, null, null, null])
  })
})

describe('thinking', () => {
  const thinking = (over: Partial<Thinking>): Thinking => ({
    isOn: null,
    effort: null,
    budgetTokens: null,
    shows: null,
    ...over,
  })
  const config = (wish: Partial<Thinking>, to = target()) =>
    (written({ thinking: thinking(wish) }, to).body['generationConfig'] as Record<string, unknown> | undefined)?.[
      'thinkingConfig'
    ]
  const flash = target({ model: 'gemini-2.5-flash' })
  const flash3 = target({ model: 'gemini-3-flash-preview', thinking: 'effort' })

  test.each([
    ['a budget', { isOn: true, budgetTokens: 4000 }, target(), { thinkingBudget: 4000, includeThoughts: true }],
    ['a budget above the most', { budgetTokens: 60_000 }, flash, { thinkingBudget: 24_576 }],
    ['an effort', { effort: 'medium' }, target(), { thinkingBudget: 10_240 }],
    ['off, which Pro can’t be', { isOn: false }, target(), { thinkingBudget: 128 }],
    ['off', { isOn: false }, flash, { thinkingBudget: 0 }],
    ['on, no matter how much', { isOn: true }, target(), { thinkingBudget: -1, includeThoughts: true }],
    [
      'an effort to be shown',
      { effort: 'low', shows: 'detailed' },
      gemini3,
      { thinkingLevel: 'LOW', includeThoughts: true },
    ],
    ['a budget as a level', { budgetTokens: 20_000, shows: 'omitted' }, gemini3, { thinkingLevel: 'HIGH' }],
    ['off as the least level', { isOn: false }, gemini3, { thinkingLevel: 'LOW' }],
    ['off as the least level of Flash', { isOn: false }, flash3, { thinkingLevel: 'MINIMAL' }],
    ['more than there is', { effort: 'max' }, flash3, { thinkingLevel: 'HIGH' }],
    [
      'between, on the first Pro',
      { effort: 'medium' },
      target({ model: 'gemini-3-pro-preview', thinking: 'effort' }),
      { thinkingLevel: 'HIGH' },
    ],
  ] as const)('%s', (_, wish, to, expected) => {
    expect(config(wish, to)).toEqual(expected)
  })

  test('a model that does not think is not told to, and that is named', () => {
    const to = target({ model: 'gemini-2.0-flash', thinking: 'none' })
    expect(written({ thinking: thinking({ effort: 'high' }) }, to)).toMatchObject({ dropped: ['thinking'] })
    expect(config({ isOn: false }, to)).toBeUndefined()
  })
})

describe('tools', () => {
  const search = {
    type: 'web-search',
    maxUses: 3,
    allowedDomains: ['a.com'],
    blockedDomains: ['b.com'],
    location: { city: 'Oslo' },
  } as const

  test('a function without parameters has none, and a custom one takes a text', () => {
    const custom = { type: 'custom', name: 'patch', description: 'Patches.', format: { type: 'grammar' } } as const
    const { body, dropped } = written({
      tools: [{ ...read, schema: { type: 'object', properties: {} }, isStrict: true, cache: { ttl: null } }, custom],
    })
    expect(body['tools']).toEqual([
      {
        functionDeclarations: [
          { name: 'read', description: 'Reads.' },
          {
            name: 'patch',
            description: 'Patches.',
            parameters: { type: 'OBJECT', properties: { input: { type: 'STRING' } }, required: ['input'] },
          },
        ],
      },
    ])
    expect(dropped).toEqual(['cache_control', 'custom tool format', 'strict'])
  })

  test.each([
    [{ kind: 'required' }, { mode: 'ANY' }],
    [{ kind: 'none' }, { mode: 'NONE' }],
    [
      { kind: 'named', name: 'read' },
      { mode: 'ANY', allowedFunctionNames: ['read'] },
    ],
  ] as const)('the choice %j', (toolChoice, functionCallingConfig) => {
    expect(written({ tools: [read], toolChoice, parallelTools: false })).toMatchObject({
      body: { toolConfig: { functionCallingConfig } },
      dropped: ['parallel_tool_calls'],
    })
  })

  test('a choice without functions is not said, for the API refuses it', () => {
    expect(written({ toolChoice: { kind: 'auto' } }).body['toolConfig']).toBeUndefined()
  })

  test('a web search is Google’s, without the limits that it does not know', () => {
    const { body, dropped } = written({ tools: [search] })
    expect(body['tools']).toEqual([{ googleSearch: {} }])
    expect(dropped).toEqual(['allowed_domains', 'blocked_domains', 'max_uses', 'user_location'])
  })

  test('beside functions it gives way before Gemini 3, and is said to be mixed from there on', () => {
    const plain = { ...search, maxUses: null, allowedDomains: null, blockedDomains: null, location: null }
    expect(lost({ tools: [read, plain] })).toEqual(['web_search'])
    expect(written({ tools: [read, plain] }, gemini3).body).toMatchObject({
      tools: [{ functionDeclarations: [{ name: 'read' }] }, { googleSearch: {} }],
      toolConfig: { includeServerSideToolInvocations: true },
    })
  })

  test('a schema that is more than the API takes is named', () => {
    const schema = { type: 'object', properties: { a: { type: 'object', patternProperties: { '^x': {} } } } }
    expect(lost({ tools: [{ ...read, schema }] })).toEqual(['tools[].schema'])
  })
})

describe('the form of the answer', () => {
  const format = {
    kind: 'schema',
    schema: { $schema: 'x', type: 'object', properties: { n: { type: 'number' } }, additionalProperties: false },
    name: 'sum',
    description: 'A sum.',
    isStrict: true,
  } as const

  test('is a schema of the API’s own, which says its name and description', () => {
    expect(written({ format }).body['generationConfig']).toEqual({
      responseMimeType: 'application/json',
      responseSchema: {
        title: 'sum',
        description: 'A sum.',
        type: 'OBJECT',
        properties: { n: { type: 'NUMBER' } },
      },
    })
    expect(written({ format: { kind: 'json' } }).body['generationConfig']).toEqual({
      responseMimeType: 'application/json',
    })
  })

  test('can’t be asked for beside functions before Gemini 3', () => {
    expect(lost({ format, tools: [read] })).toEqual(['response_format'])
    expect(lost({ format, tools: [read] }, gemini3)).toEqual([])
  })
})

test('wishes that the API has no word for are named, each once', () => {
  const options = {
    verbosity: 'low',
    serviceTier: 'scale',
    cacheKey: 'k',
    userId: 'u',
    metadata: { a: 'b' },
    store: true,
    logprobs: 2,
    answers: 3,
  }
  const { body, dropped } = written({ options, stop: ['1', '2', '3', '4', '5', '6'] })
  expect(dropped).toEqual(['cache_key', 'metadata', 'n', 'service_tier', 'stop', 'store', 'user', 'verbosity'])
  expect(body['generationConfig']).toEqual({
    stopSequences: ['1', '2', '3', '4', '5'],
    responseLogprobs: true,
    logprobs: 2,
  })
  expect(written({ options: { ...noOptions, serviceTier: 'default', answers: 1 } })).toMatchObject({
    body: { serviceTier: 'standard' },
    dropped: [],
  })
})

test('searches and citations of earlier answers are named where they stay behind', () => {
  const cited: Part = {
    type: 'text',
    text: 'Rain.',
    citations: [{ url: 'https://a.com', title: null, quote: null, start: null, end: null }],
  }
  const searched: Part = { type: 'web-search', id: null, query: 'rain', sources: [] }
  expect(lost({ messages: [said('assistant', searched, cited)] })).toEqual(['citations', 'web_search'])
})
