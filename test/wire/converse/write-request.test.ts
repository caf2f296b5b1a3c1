/** Requests for Bedrock's Converse: what is written, and what is named as dropped. */
import { expect, test } from 'bun:test'
import { noOptions, noSampling } from '../../../src/neutral/request.ts'
import type { Thinking } from '../../../src/neutral/thinking.ts'
import { assistant, hi, llama, nova, text, user, write } from './support.ts'

test('the least request has its conversation and nothing else', () => {
  expect(write({})).toEqual({ body: { messages: [hi] }, dropped: [] })
})

test('system prompts, limits and stop sequences have their places', () => {
  const { body, dropped } = write({
    system: [
      { type: 'text', text: 'Be brief.' },
      { type: 'text', text: 'Be kind.' },
    ],
    maxOutputTokens: 100,
    sampling: { ...noSampling, temperature: 0.5, topP: 0.9, topK: 40 },
    stop: ['END'],
  })
  expect(body).toEqual({
    system: [{ text: 'Be brief.' }, { text: 'Be kind.' }],
    messages: [hi],
    inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
    additionalModelRequestFields: { inferenceConfig: { topK: 40 } },
  })
  expect(dropped).toEqual([])
})

test('speakers alternate, blank texts are left out, and a late system prompt is said by the user', () => {
  const { body, dropped } = write({
    messages: [
      user(text('One')),
      user(text(' \n'), text('Two')),
      { role: 'system', parts: [{ type: 'text', text: 'Now in French.' }] },
      assistant(text('')),
      user(text('Three')),
      assistant(text('Four'), { type: 'refusal', text: 'Not five.' }),
    ],
  })
  expect(body).toEqual({
    messages: [
      { role: 'user', content: [{ text: 'One' }, { text: 'Two' }, { text: 'Now in French.' }, { text: 'Three' }] },
      { role: 'assistant', content: [{ text: 'Four' }, { text: 'Not five.' }] },
    ],
  })
  expect(dropped).toEqual(['system mid-conversation'])
})

test('calls and their results: arguments as values, an error as a status or, where there is none, as a word', () => {
  const messages = [
    user(text('Weather?')),
    assistant(
      { type: 'tool-call', id: 'call_1', name: 'weather', kind: 'function', arguments: { text: '{"city":"Ulm"}' } },
      { type: 'tool-call', id: 'call_2', name: 'patch', kind: 'custom', arguments: { text: '{"a":1}' } },
      { type: 'tool-call', id: 'call_3', name: 'now', kind: 'function', arguments: { text: '' } },
    ),
    user(
      {
        type: 'tool-result',
        id: 'call_1',
        name: null,
        output: [{ type: 'text', text: 'no such city' }],
        isError: true,
        kind: 'function',
      },
      { type: 'tool-result', id: 'call_2', name: null, output: [], isError: null, kind: 'custom' },
    ),
  ]
  const weather = {
    type: 'function',
    name: 'weather',
    description: 'Weather',
    schema: { type: 'object', properties: { city: { type: 'string' } } },
    isStrict: null,
  } as const
  const calls = {
    role: 'assistant',
    content: [
      { toolUse: { toolUseId: 'call_1', name: 'weather', input: { city: 'Ulm' } } },
      { toolUse: { toolUseId: 'call_2', name: 'patch', input: { input: '{"a":1}' } } },
      { toolUse: { toolUseId: 'call_3', name: 'now', input: {} } },
    ],
  }
  const asked = { role: 'user', content: [{ text: 'Weather?' }] }
  const empty = { toolResult: { toolUseId: 'call_2', content: [{ json: {} }] } }
  expect(write({ messages, tools: [weather] }).body).toEqual({
    messages: [
      asked,
      calls,
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: 'no such city' }], status: 'error' } }, empty],
      },
    ],
    toolConfig: {
      tools: [
        {
          toolSpec: {
            name: 'weather',
            description: 'Weather',
            inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } } } },
          },
        },
      ],
    },
  })
  const atLlama = write({ messages, tools: [weather] }, llama).body as { messages: unknown[] }
  expect(atLlama.messages[2]).toEqual({
    role: 'user',
    content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: 'Error:' }, { text: 'no such city' }] } }, empty],
  })
})

test('ids that AWS would refuse are spelled otherwise, the same in call and result, and stay apart', () => {
  const long = `call|${'x'.repeat(80)}`
  const messages = [
    assistant(
      { type: 'tool-call', id: long, name: 'f', kind: 'function', arguments: { value: {} } },
      { type: 'tool-call', id: `${long}y`, name: 'f', kind: 'function', arguments: { value: {} } },
      { type: 'tool-call', id: 'functions.f:0', name: 'f', kind: 'function', arguments: { value: {} } },
    ),
    user({ type: 'tool-result', id: long, name: null, output: [text('ok')], isError: null, kind: 'function' }),
  ]
  const { messages: written } = write({ messages }).body as {
    messages: { content: { toolUse?: { toolUseId: string }; toolResult?: { toolUseId: string } }[] }[]
  }
  const ids = written[0]?.content.map((block) => block.toolUse?.toolUseId ?? '') ?? []
  expect(written[1]?.content[0]?.toolResult?.toolUseId).toBe(ids[0] ?? 'none')
  expect(new Set(ids).size).toBe(3)
  expect(ids[2]).toBe('functions.f:0')
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_.:-]{1,64}$/)
})

const tool = (name: string) => ({ type: 'function', name, description: '', schema: null, isStrict: null }) as const
const spec = (name: string) => ({ toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } } } })

test('tool choice: free, forced, named; none leaves the tools out', () => {
  const choice = (toolChoice: Parameters<typeof write>[0]['toolChoice']) => {
    const { body, dropped } = write({ tools: [tool('f')], toolChoice: toolChoice ?? null })
    return [(body as { toolConfig?: unknown }).toolConfig, dropped]
  }
  expect(choice({ kind: 'auto' })).toEqual([{ tools: [spec('f')], toolChoice: { auto: {} } }, []])
  expect(choice({ kind: 'required' })).toEqual([{ tools: [spec('f')], toolChoice: { any: {} } }, []])
  expect(choice({ kind: 'named', name: 'f' })).toEqual([
    { tools: [spec('f')], toolChoice: { tool: { name: 'f' } } },
    [],
  ])
  expect(choice({ kind: 'none' })).toEqual([undefined, []])
})

test('a conversation with calls keeps its tools, whatever the choice, since AWS refuses it without', () => {
  const messages = [
    user(text('Hi')),
    assistant({ type: 'tool-call', id: 'c', name: 'gone', kind: 'function', arguments: { value: {} } }),
  ]
  const off = write({ messages, tools: [tool('f')], toolChoice: { kind: 'none' } })
  expect((off.body as { toolConfig: unknown }).toolConfig).toEqual({ tools: [spec('f')] })
  expect(off.dropped).toEqual(['tool_choice'])
  const bare = write({ messages, toolChoice: { kind: 'auto' } })
  expect((bare.body as { toolConfig: unknown }).toolConfig).toEqual({ tools: [spec('gone')] })
})

test('what other dialects have in tools is mapped or named', () => {
  const { body, dropped } = write({
    tools: [
      { ...tool('f'), isStrict: true },
      { type: 'custom', name: 'patch', description: 'Apply', format: { type: 'grammar' } },
      { type: 'web-search', maxUses: null, allowedDomains: null, blockedDomains: null, location: null },
      { type: 'foreign', dialect: 'anthropic', name: 'computer_20250124', value: {} },
    ],
    parallelTools: false,
  })
  expect((body as { toolConfig: unknown }).toolConfig).toEqual({
    tools: [
      spec('f'),
      {
        toolSpec: {
          name: 'patch',
          description: 'Apply',
          inputSchema: { json: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] } },
        },
      },
    ],
  })
  expect(dropped).toEqual(['strict', 'custom tool format', 'web_search', 'parallel_tool_calls'])
})

const base64 = { kind: 'base64', data: 'AAEC' } as const

test('media are a format and bytes, documents have names that AWS takes and none twice', () => {
  const { body, dropped } = write({
    messages: [
      user(
        text('Look'),
        { type: 'media', media: 'image', mediaType: 'image/png', source: base64 },
        { type: 'media', media: 'image', mediaType: 'image/jpg', source: base64 },
        { type: 'media', media: 'document', mediaType: 'application/pdf', source: base64, name: 'Q3_report.v2.pdf' },
        { type: 'media', media: 'document', mediaType: 'application/pdf', source: base64, name: 'Q3 report v2 pdf' },
        { type: 'media', media: 'document', mediaType: null, source: { kind: 'text', text: 'Hello' } },
        { type: 'media', media: 'video', mediaType: 'video/mp4', source: { kind: 'url', url: 's3://bucket/film.mp4' } },
      ),
    ],
  })
  expect((body as { messages: unknown }).messages).toEqual([
    {
      role: 'user',
      content: [
        { text: 'Look' },
        { image: { format: 'png', source: { bytes: 'AAEC' } } },
        { image: { format: 'jpeg', source: { bytes: 'AAEC' } } },
        { document: { format: 'pdf', name: 'Q3 report v2 pdf', source: { bytes: 'AAEC' } } },
        { document: { format: 'pdf', name: 'Q3 report v2 pdf 2', source: { bytes: 'AAEC' } } },
        { document: { format: 'txt', name: 'document', source: { bytes: 'SGVsbG8=' } } },
        { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/film.mp4' } } } },
      ],
    },
  ])
  expect(dropped).toEqual([])
})

test('media that Converse has no way for are named', () => {
  const { body, dropped } = write({
    messages: [
      user(
        text('Hi'),
        { type: 'media', media: 'image', mediaType: null, source: { kind: 'url', url: 'https://x.example/a.png' } },
        { type: 'media', media: 'image', mediaType: 'image/tiff', source: base64 },
        { type: 'media', media: 'document', mediaType: null, source: { kind: 'file', id: 'file-1' } },
        { type: 'media', media: 'audio', mediaType: 'audio/midi', source: base64 },
      ),
      assistant({ type: 'media', media: 'image', mediaType: 'image/png', source: base64 }),
    ],
  })
  expect(body).toEqual({ messages: [hi] })
  expect(dropped).toEqual(['image url', 'image', 'file id', 'audio'])
})

test('images stand in tool results too', () => {
  const result = {
    type: 'tool-result',
    id: 'c',
    name: null,
    output: [{ type: 'media', media: 'image', mediaType: 'image/webp', source: base64 }],
    isError: false,
    kind: 'function',
  } as const
  expect((write({ messages: [user(result)] }).body as { messages: unknown }).messages).toEqual([
    {
      role: 'user',
      content: [
        { toolResult: { toolUseId: 'c', content: [{ image: { format: 'webp', source: { bytes: 'AAEC' } } }] } },
      ],
    },
  ])
})

test('cache marks become cache points where the model has them, and are named where not', () => {
  const cache = { ttl: '1h' } as const
  const asked = {
    system: [{ type: 'text', text: 'Long', cache }],
    messages: [user({ type: 'text', text: 'Hi', cache: { ttl: null } })],
    tools: [{ ...tool('f'), cache }],
  } as const
  const point = { cachePoint: { type: 'default' } }
  expect(write(asked)).toEqual({
    body: {
      system: [{ text: 'Long' }, point],
      messages: [{ role: 'user', content: [{ text: 'Hi' }, point] }],
      toolConfig: { tools: [spec('f'), point] },
    },
    dropped: [],
  })
  const claude = write(asked, { ...nova, model: 'anthropic.claude-x' }).body as { system: unknown }
  expect(claude.system).toEqual([{ text: 'Long' }, { cachePoint: { type: 'default', ttl: '1h' } }])
  expect(write(asked, llama).dropped).toEqual(['cache_control'])
})

test('reasoning goes back to who signed it and to nobody else; unsigned, where the model wants it', () => {
  const reasoning = (by: string, value: Record<string, string>) =>
    assistant({ type: 'reasoning', text: 'Hm', signed: { form: 'converse', by, value } }, text('So'))
  const content = (message: ReturnType<typeof assistant>, target = nova) => {
    const { body, dropped } = write({ messages: [message] }, target)
    return [(body as { messages: { content: unknown }[] }).messages[0]?.content, dropped]
  }
  const so = { text: 'So' }
  expect(content(reasoning('bedrock', { signature: 'c2ln' }))).toEqual([
    [{ reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } }, so],
    [],
  ])
  expect(content(reasoning('bedrock', { redactedContent: 'cmVk' }))).toEqual([
    [{ reasoningContent: { redactedContent: 'cmVk' } }, so],
    [],
  ])
  expect(content(reasoning('elsewhere', { signature: 'c2ln' }))).toEqual([[so], ['reasoning']])
  const plain = assistant({ type: 'reasoning', text: 'Hm' }, text('So'))
  expect(content(plain)).toEqual([[so], ['reasoning']])
  expect(content(plain, { ...llama, echoesReasoning: true })).toEqual([
    [{ reasoningContent: { reasoningText: { text: 'Hm' } } }, so],
    [],
  ])
})

test('each maker is told to think in its own words', () => {
  const thinking: Thinking = { isOn: true, effort: null, budgetTokens: 4096, shows: null }
  const told = (model: string, over: Partial<Thinking> = {}) => {
    const { body, dropped } = write({ thinking: { ...thinking, ...over }, maxOutputTokens: 50 }, { ...nova, model })
    const { inferenceConfig, additionalModelRequestFields } = body as Record<string, unknown>
    return [additionalModelRequestFields, inferenceConfig, dropped]
  }
  const limits = { maxTokens: 50 }
  expect(told('amazon.nova-2-lite-v1:0')).toEqual([
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } },
    limits,
    [],
  ])
  expect(told('amazon.nova-2-lite-v1:0', { effort: 'high' })).toEqual([
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
    undefined,
    ['max_tokens'],
  ])
  expect(told('amazon.nova-2-lite-v1:0', { isOn: false })).toEqual([
    { reasoningConfig: { type: 'disabled' } },
    limits,
    [],
  ])
  expect(told('openai.gpt-oss-120b-1:0')).toEqual([{ reasoning_effort: 'low' }, limits, []])
  expect(told('us.openai.gpt-5.6-sol', { effort: 'high' })).toEqual([{ reasoning: { effort: 'high' } }, limits, []])
  expect(told('us.deepseek.r1-v1:0')).toEqual([undefined, limits, ['thinking']])
  expect(told('us.deepseek.r1-v1:0', { isOn: false })).toEqual([undefined, limits, []])
})

test('structured output goes as a schema in text, the tier as a word', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } } }
  const { body, dropped } = write({
    format: { kind: 'schema', schema, name: 'out', description: null, isStrict: true },
    options: { ...noOptions, serviceTier: 'priority' },
  })
  expect(body).toEqual({
    messages: [hi],
    outputConfig: {
      textFormat: {
        type: 'json_schema',
        structure: {
          jsonSchema: { schema: '{"type":"object","properties":{"n":{"type":"integer"}}}', name: 'out' },
        },
      },
    },
    serviceTier: { type: 'priority' },
  })
  expect(dropped).toEqual([])
})

test('every wish that Converse has no word for is named once', () => {
  const { body, dropped } = write(
    {
      format: { kind: 'json' },
      sampling: { ...noSampling, topK: 5, seed: 7, presencePenalty: 0.1, frequencyPenalty: 0.2 },
      options: {
        verbosity: 'low',
        serviceTier: 'scale',
        cacheKey: 'k',
        userId: 'u',
        metadata: { a: 'b' },
        store: true,
        logprobs: 3,
        answers: 2,
      },
    },
    llama,
  )
  expect(body).toEqual({ messages: [hi] })
  expect([...dropped].sort()).toEqual([
    'cache_key',
    'frequency_penalty',
    'logprobs',
    'metadata',
    'n',
    'presence_penalty',
    'response_format',
    'seed',
    'service_tier',
    'store',
    'top_k',
    'user',
    'verbosity',
  ])
})
