/** Requests of other dialects, written for OpenAI and for the servers that copied it. */
import { describe, expect, test } from 'bun:test'
import type { MediaPart, Part, Signed, ToolResultPart } from '../../../src/neutral/message.ts'
import { noOptions, noSampling, type NeutralRequest, type Tool } from '../../../src/neutral/request.ts'
import { assistant, call, messagesOf, neutral, text, user, written } from './support.ts'

const hello = user(text('Hello'))
const bodyOf = (over: Partial<NeutralRequest>, target = {}): unknown => {
  const { body, dropped } = written(neutral([hello], over), target)
  const { model: _model, messages: _messages, ...rest } = body
  return { ...rest, dropped }
}

const image: MediaPart = {
  type: 'media',
  media: 'image',
  mediaType: 'image/png',
  source: { kind: 'base64', data: 'iVBORw==' },
}
const result = (id: string, output: readonly Part[], isError: boolean | null = null): ToolResultPart => ({
  type: 'tool-result',
  id,
  name: 'look',
  output,
  isError,
  kind: 'function',
})

describe('the conversation', () => {
  test('several prompts are one system message, and texts one text', () => {
    const request = neutral([user(text('One.'), text('Two.'))], {
      system: [
        { type: 'text', text: 'Be brief.', cache: { ttl: '1h' } },
        { type: 'text', text: 'Be kind.' },
      ],
    })
    const { body, dropped } = written(request)
    expect(body).toEqual({
      model: 'gpt-5.4',
      messages: [
        { role: 'system', content: 'Be brief.\n\nBe kind.' },
        { role: 'user', content: 'One.\n\nTwo.' },
      ],
    })
    expect(dropped).toEqual(['cache_control'])
  })

  test('a text beside an image makes a list', () => {
    expect(messagesOf([user(text('Look'), image)])).toEqual({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } },
          ],
        },
      ],
      dropped: [],
    })
  })

  const media: readonly (readonly [string, Partial<MediaPart>, unknown])[] = [
    [
      'an image by URL',
      { source: { kind: 'url', url: 'https://a.example/i.png' } },
      { type: 'image_url', image_url: { url: 'https://a.example/i.png' } },
    ],
    [
      'a PDF without a name',
      { media: 'document', mediaType: 'application/pdf', source: { kind: 'base64', data: 'JVBERg==' } },
      { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } },
    ],
    [
      'MP3',
      { media: 'audio', mediaType: 'audio/mpeg', source: { kind: 'base64', data: 'SUQz' } },
      { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
    ],
    [
      'WAV',
      { media: 'audio', mediaType: 'audio/x-wav', source: { kind: 'base64', data: 'UklG' } },
      { type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } },
    ],
  ]
  test.each(media)('%s is shown', (_name, over, expected) => {
    const { messages, dropped } = messagesOf([user({ ...image, ...over }, image)])
    expect(messages).toMatchObject([{ content: [expected, { type: 'image_url' }] }])
    expect(dropped).toEqual([])
  })

  test('a document in plain text is text under its title', () => {
    const document: MediaPart = {
      ...image,
      media: 'document',
      name: 'Notes',
      source: { kind: 'text', text: 'All well.' },
    }
    expect(messagesOf([user(document, text('Sum up'))])).toEqual({
      messages: [{ role: 'user', content: 'Notes\n\nAll well.\n\nSum up' }],
      dropped: [],
    })
  })

  const unsaid: readonly (readonly [string, Partial<MediaPart>])[] = [
    ['document', { media: 'document', source: { kind: 'url', url: 'https://a.example/d.pdf' } }],
    ['audio', { media: 'audio', mediaType: 'audio/flac' }],
    ['video', { media: 'video', mediaType: 'video/mp4' }],
    ['file id', { media: 'document', source: { kind: 'file', id: 'file_1' } }],
  ]
  test.each(unsaid)('what has no place is named: %s', (name, over) => {
    expect(messagesOf([user(text('Look'), { ...image, ...over })])).toEqual({
      messages: [{ role: 'user', content: 'Look' }],
      dropped: [name],
    })
  })

  test('results come first, each a message; what they hold beside text is shown after them', () => {
    const results = [result('c1', [text('A chart'), image]), result('c2', [text('no such file')], true)]
    const { messages, dropped } = messagesOf([
      assistant(call('c1', 'look', ''), call('c2', 'look', '{}')),
      user(text('Well?'), ...results),
    ])
    expect(messages).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } },
          { id: 'c2', type: 'function', function: { name: 'look', arguments: '{}' } },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'c1',
        content: 'A chart\n\nWhat this tool call returned beside text follows in the next user message.',
      },
      { role: 'tool', tool_call_id: 'c2', content: 'Error: no such file' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the result of tool call c1:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } },
          { type: 'text', text: 'Well?' },
        ],
      },
    ])
    expect(dropped).toEqual([])
  })

  test('an id that is too long is the same short one for the call and its result', () => {
    const id = `toolu_${'x'.repeat(60)}`
    const { messages } = messagesOf([assistant(call(id, 'look', '{}')), user(result(id, [text('ok')]))])
    const ids = JSON.stringify(messages).match(/(?<=id":")call_[0-9a-f]{32}(?=")/g) ?? []
    expect(ids).toHaveLength(2)
    expect(ids[0]).toBe(ids[1] ?? '')
  })

  test('a server that checks calls gets ids of nine characters, and a word between results and user', () => {
    const { messages } = messagesOf(
      [
        assistant(call('toolu_1', 'look', '{}'), call('abcdefgh9', 'look', '{}')),
        user(result('toolu_1', [text('ok')]), text('Well?')),
      ],
      { checksCalls: true },
    )
    const id = /(?<=tool_call_id":")[a-z0-9]{9}(?=")/.exec(JSON.stringify(messages))?.[0]
    expect(messages).toMatchObject([
      { role: 'assistant', tool_calls: [{ id }, { id: 'abcdefgh9' }] },
      { role: 'tool', tool_call_id: id, content: 'ok' },
      { role: 'assistant', content: 'Understood.' },
      { role: 'user', content: 'Well?' },
    ])
  })

  test('a refusal and a search of the conversation so far', () => {
    const search: Part = { type: 'web-search', id: null, query: 'x', sources: [] }
    expect(messagesOf([assistant({ type: 'refusal', text: 'No.' }, search)])).toEqual({
      messages: [{ role: 'assistant', content: 'No.' }],
      dropped: ['web_search'],
    })
  })
})

describe('reasoning', () => {
  const foreign: Signed = { form: 'anthropic', by: 'anthropic', value: { signature: 'c2ln' } }
  const own: Signed = {
    form: 'openai-chat',
    by: 'openrouter',
    value: { reasoning_details: [{ type: 'reasoning.encrypted', data: 'ZW5j' }] },
  }
  const thought = (signed?: Signed): Part => ({
    type: 'reasoning',
    text: 'Hm.',
    ...(signed === undefined ? {} : { signed }),
  })

  test('what others signed, or nobody, is left out', () => {
    for (const part of [thought(foreign), thought(own), thought()])
      expect(messagesOf([assistant(part, text('Hi'))])).toEqual({
        messages: [{ role: 'assistant', content: 'Hi' }],
        dropped: ['reasoning'],
      })
  })

  test('who signed it gets it back', () => {
    expect(messagesOf([assistant(thought(own), text('Hi'))], { provider: 'openrouter' })).toEqual({
      messages: [
        {
          role: 'assistant',
          content: 'Hi',
          reasoning_content: 'Hm.',
          reasoning_details: [{ type: 'reasoning.encrypted', data: 'ZW5j' }],
        },
      ],
      dropped: [],
    })
  })

  test('a model that wants its thoughts echoed gets them, and a blank where there are none', () => {
    const { messages, dropped } = messagesOf(
      [assistant(thought(), call('c1', 'f', '{}')), assistant(thought(foreign), text('Hi'))],
      {
        echoesReasoning: true,
      },
    )
    expect(messages).toMatchObject([{ reasoning_content: 'Hm.' }, { reasoning_content: ' ' }])
    expect(dropped).toEqual(['reasoning'])
  })

  test('a call keeps its signature only towards its signer', () => {
    const extra = { google: { thought_signature: 'Z2Vt' } }
    const signed: Signed = { form: 'openai-chat', by: 'google', value: { extra_content: extra } }
    const signedCall = { ...call('c1', 'f', '{}'), signed } as Part
    expect(messagesOf([assistant(signedCall)], { provider: 'google' }).messages).toMatchObject([
      { tool_calls: [{ id: 'c1', extra_content: extra }] },
    ])
    const { messages, dropped } = messagesOf([assistant(signedCall)])
    expect(JSON.stringify(messages)).not.toContain('extra_content')
    expect(dropped).toEqual(['signature'])
  })

  const wishes: readonly (readonly [string, Partial<NeutralRequest>['thinking'], object, object])[] = [
    [
      'a budget is an effort',
      { isOn: true, effort: null, budgetTokens: 8000, shows: null },
      {},
      { reasoning_effort: 'medium', dropped: [] },
    ],
    [
      'an effort is one',
      { isOn: null, effort: 'xhigh', budgetTokens: null, shows: null },
      {},
      { reasoning_effort: 'xhigh', dropped: [] },
    ],
    [
      'off is an effort too',
      { isOn: false, effort: null, budgetTokens: null, shows: null },
      {},
      { reasoning_effort: 'none', dropped: [] },
    ],
    [
      'a switch and an effort',
      { isOn: true, effort: 'low', budgetTokens: null, shows: null },
      { thinking: 'adaptive' },
      { thinking: { type: 'enabled' }, reasoning_effort: 'low', dropped: [] },
    ],
    [
      'off by the switch',
      { isOn: false, effort: null, budgetTokens: null, shows: null },
      { thinking: 'adaptive' },
      { thinking: { type: 'disabled' }, dropped: [] },
    ],
    [
      'a model that can’t',
      { isOn: true, effort: 'low', budgetTokens: null, shows: null },
      { thinking: 'none' },
      { dropped: ['thinking'] },
    ],
    [
      'a model that always does',
      { isOn: true, effort: null, budgetTokens: null, shows: null },
      { thinking: 'always' },
      { dropped: [] },
    ],
  ]
  test.each(wishes)('%s', (_name, thinking, target, expected) => {
    expect(bodyOf({ thinking: thinking ?? null }, target)).toEqual(expected as never)
  })
})

describe('tools', () => {
  const tool = (over: object = {}): Tool => ({
    type: 'function',
    name: 'f',
    description: 'It',
    schema: { type: 'object', properties: { a: { type: 'string' } } },
    isStrict: null,
    ...over,
  })

  test('a function is written as it is, a mark and a strictness it can’t keep are named', () => {
    const tools = [tool({ cache: { ttl: null }, isStrict: true })]
    expect(bodyOf({ tools, toolChoice: { kind: 'named', name: 'f' }, parallelTools: false })).toEqual({
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            description: 'It',
            parameters: { type: 'object', properties: { a: { type: 'string' } } },
          },
        },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      dropped: ['cache_control', 'strict'],
    })
  })

  test('a tool of free text is a function of one text, and so are its calls', () => {
    const custom: Tool = {
      type: 'custom',
      name: 'patch',
      description: null,
      format: { type: 'grammar', syntax: 'lark' },
    }
    const part: Part = {
      type: 'tool-call',
      id: 'c1',
      name: 'patch',
      arguments: { text: '*** "Begin"' },
      kind: 'custom',
    }
    const { body, dropped } = written(neutral([assistant(part)], { tools: [custom] }))
    expect(body).toEqual({
      model: 'gpt-5.4',
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'patch', arguments: '{"input":"*** \\"Begin\\""}' } },
          ],
        },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: 'patch',
            parameters: {
              type: 'object',
              properties: { input: { type: 'string' } },
              required: ['input'],
              additionalProperties: false,
            },
          },
        },
      ],
    })
    expect(dropped).toEqual(['custom tool format'])
  })

  test('a web search goes to models that search, and is named for others', () => {
    const location = { city: 'Oslo' }
    const search: Tool = { type: 'web-search', maxUses: 3, allowedDomains: null, blockedDomains: null, location }
    expect(bodyOf({ tools: [search], toolChoice: { kind: 'auto' } })).toEqual({ dropped: ['web_search'] })
    expect(bodyOf({ tools: [search] }, { searchesWeb: true })).toEqual({
      web_search_options: { user_location: { type: 'approximate', approximate: { city: 'Oslo' } } },
      dropped: [],
    })
  })

  test('a choice among no tools is not written', () => {
    expect(bodyOf({ toolChoice: { kind: 'required' }, parallelTools: true })).toEqual({ dropped: ['tool_choice'] })
    expect(bodyOf({ toolChoice: { kind: 'none' } })).toEqual({ dropped: [] })
  })
})

describe('wishes', () => {
  test('those that the dialect has are written, the others named', () => {
    const body = bodyOf({
      sampling: { temperature: 0, topP: 0.9, topK: 40, presencePenalty: 1, frequencyPenalty: 2, seed: 3 },
      maxOutputTokens: 100,
      stop: ['a', 'b', 'c', 'd', 'e'],
      options: {
        ...noOptions,
        verbosity: 'low',
        serviceTier: 'standard_only',
        cacheKey: 'k',
        userId: 'u',
        metadata: { a: 'b' },
        store: true,
        logprobs: 2,
        answers: 2,
      },
      isStream: true,
    })
    expect(body).toEqual({
      temperature: 0,
      top_p: 0.9,
      presence_penalty: 1,
      frequency_penalty: 2,
      seed: 3,
      max_completion_tokens: 100,
      stop: ['a', 'b', 'c', 'd'],
      verbosity: 'low',
      prompt_cache_key: 'k',
      store: true,
      service_tier: 'default',
      stream: true,
      stream_options: { include_usage: true },
      dropped: ['top_k', 'stop', 'user', 'metadata', 'logprobs', 'n'],
    })
  })

  test('a server that refuses stream options gets none', () => {
    expect(bodyOf({ isStream: true }, { takesStreamOptions: false })).toEqual({ stream: true, dropped: [] })
  })

  test('the limit goes by the name that the server knows', () => {
    expect(bodyOf({ maxOutputTokens: 5, sampling: noSampling }, { maxTokensField: 'max_tokens' })).toEqual({
      max_tokens: 5,
      dropped: [],
    })
  })

  test('a schema for the answer has a name, and is strict where it can be', () => {
    const closed = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    const format = { kind: 'schema', schema: closed, name: null, description: null, isStrict: null } as const
    expect(bodyOf({ format })).toEqual({
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: closed, strict: true } },
      dropped: [],
    })
    const open = { type: 'object', properties: { a: { type: 'string' } } }
    expect(bodyOf({ format: { ...format, schema: open, name: 'my answer', isStrict: true } })).toEqual({
      response_format: { type: 'json_schema', json_schema: { name: 'my_answer', schema: open } },
      dropped: ['strict'],
    })
    expect(bodyOf({ format: { kind: 'json' } })).toEqual({ response_format: { type: 'json_object' }, dropped: [] })
  })
})
