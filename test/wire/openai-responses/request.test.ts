import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import type { MediaPart } from '../../../src/neutral/message.ts'
import type { NeutralRequest, Tool } from '../../../src/neutral/request.ts'
import type { Thinking } from '../../../src/neutral/thinking.ts'
import { openAiResponsesTranslator as translator } from '../../../src/wire/openai-responses/translator.ts'
import { seal } from '../../../src/wire/seal.ts'
import type { Target } from '../../../src/wire/translator.ts'
import { oddBodies } from '../oddities.ts'
import { officialRequests, oddRequests } from './requests.ts'
import { carries, foreignRequest, said, target, url } from './support.ts'

const read = (body: unknown) => translator.readRequest(body, url)
const write = (request: NeutralRequest, to: Partial<Target> = {}) => {
  const { body, dropped } = translator.writeRequest(request, { ...target, ...to })
  return { body: body as Record<string, unknown>, dropped }
}
const inputOf = (request: Partial<NeutralRequest>, to: Partial<Target> = {}) => {
  const { body, dropped } = write(foreignRequest(request), to)
  return { input: body['input'], dropped }
}

describe('a request comes out as it went in:', () => {
  test.each([...Object.entries(officialRequests), ...Object.entries(oddRequests)])('%s', (_, body) => {
    const { model } = body as { model?: unknown }
    const { body: written, dropped } = write(read(body), { model: typeof model === 'string' ? model : '' })
    expect(written).toEqual(body as Record<string, unknown>)
    expect(dropped).toEqual([])
  })

  test('what was changed on the way is what comes out different', () => {
    const request = read(officialRequests['a turn of Codex'])
    const fitted = { ...request, thinking: null, options: { ...request.options, verbosity: null, serviceTier: null } }
    const { reasoning: _, text: __, service_tier: ___, ...others } = officialRequests['a turn of Codex'] ?? {}
    expect(write(fitted, { model: 'gpt-5.4' }).body).toEqual({ ...others })
  })

  test('the model that it is sent to is the target\u2019s, whatever was asked for', () => {
    expect(write(read({ model: 7, input: 'Hi' })).body).toEqual({ model: 'gpt-5', input: 'Hi' })
  })
})

describe('a request of Codex is read:', () => {
  const request = read(officialRequests['a turn of Codex'])

  test('instructions and developer messages are the system prompt', () => {
    expect(request.system.map(({ text }) => text)).toEqual([
      'You are a coding agent in a terminal.',
      '<permissions>read-only</permissions>',
    ])
  })

  test('what the model said between two results is one message, and so are results that follow each other', () => {
    expect(request.messages.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)])).toEqual([
      ['user', 'text'],
      ['user', 'text', 'text'],
      ['assistant', 'reasoning', 'tool-call', 'tool-call'],
      ['user', 'tool-result', 'tool-result'],
      ['assistant', 'reasoning', 'tool-call'],
      ['user', 'tool-result'],
      ['assistant', 'text'],
      ['user', 'text'],
    ])
  })

  test('calls, results and encrypted reasoning keep what they say', () => {
    const [, , turn, results, patch] = request.messages
    expect(turn?.parts[0]).toEqual({
      type: 'reasoning',
      text: '**Looking**\n\nat the test\n\n\n\n**Running it**',
      signed: { form: 'openai-responses', by: null, value: { id: 'rs_1', encrypted_content: 'gAAAAABo_one' } },
      ...carries({}, { id: 'rs_1', words: 'summary', lengths: '24 0 14' }),
    })
    expect(turn?.parts[1]).toMatchObject({ id: 'call_1', name: 'shell', arguments: { text: '{"command":["ls"]}' } })
    expect(results?.parts[0]).toMatchObject({
      id: 'call_1',
      output: [{ type: 'text', text: '{"output":"a.ts\\n"}' }],
      isError: null,
    })
    expect(results?.parts[1]).toMatchObject({ id: 'call_2', output: [] })
    expect(patch?.parts[1]).toMatchObject({
      kind: 'custom',
      name: 'apply_patch',
      arguments: { text: '*** Begin Patch\n*** End Patch' },
    })
  })

  test('its tools are functions by name, but for those that only the provider can run', () => {
    expect(request.tools.map((tool) => [tool.type, 'name' in tool ? tool.name : null])).toEqual([
      ['function', 'shell'],
      ['custom', 'apply_patch'],
      ['function', 'local_shell'],
      ['web-search', null],
      ['function', 'mcp__github__list_issues'],
      ['foreign', 'tool_search'],
    ])
  })

  test('its wishes are neutral', () => {
    expect(request).toMatchObject({
      model: 'gpt-5.4',
      toolChoice: { kind: 'auto' },
      parallelTools: false,
      thinking: { isOn: null, effort: 'high', budgetTokens: null, shows: 'auto' },
      format: null,
      options: {
        verbosity: 'low',
        serviceTier: 'priority',
        cacheKey: '0199a213-81c0-7800-8aa1-bbab2a035a53',
        store: false,
      },
      isStream: true,
      wantsStreamUsage: true,
    })
    // Nothing but how it was written: no other dialect misses any of it.
    expect(request.carried?.fields).toEqual({})
  })
})

describe('reading', () => {
  test('images and files are media, whatever their spelling', () => {
    const [message, results] = read(officialRequests['images, files and their spellings']).messages
    const media = message?.parts
      .slice(1)
      .map((part) => (part.type === 'media' ? [part.media, part.mediaType, part.source] : part))
    const png = expect.stringMatching(/^iVBOR/)
    expect(media).toEqual([
      ['image', 'image/png', { kind: 'base64', data: png }],
      ['image', null, { kind: 'url', url: 'https://example.com/a.png' }],
      ['image', null, { kind: 'file', id: 'file_2' }],
      ['document', 'application/pdf', { kind: 'base64', data: 'JVBERi0=' }],
      ['document', 'application/pdf', { kind: 'base64', data: 'JVBERi0=' }],
      ['document', null, { kind: 'url', url: 'https://example.com/c.pdf' }],
      ['document', null, { kind: 'file', id: 'file_3' }],
    ])
    expect(message?.parts[0]).toMatchObject({ text: 'What is this?', cache: { ttl: '1h' } })
    expect(results?.parts[0]).toMatchObject({ output: [{ type: 'text' }, { type: 'media' }, { type: 'media' }] })
  })

  test('a developer message within the conversation stays where it is', () => {
    const { system, messages } = read(officialRequests['system and developer messages before and within'])
    expect(system.map(({ text }) => text)).toEqual(['Be kind.', 'Be brief.', 'Be right.'])
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'system',
      'assistant',
      'user',
      'assistant',
      'user',
    ])
  })

  test('effort none switches thinking off', () => {
    const { thinking } = read({ model: 'm', input: '', reasoning: { effort: 'none' } })
    expect(thinking).toEqual({ isOn: false, effort: 'none', budgetTokens: null, shows: null })
  })

  test('a sealed signature of another provider is unpacked, also the one for the call before it', () => {
    const claude = { form: 'anthropic', by: 'anthropic', value: { signature: 'EqQB' } } as const
    const gemini = { form: 'gemini', by: 'google', value: { thoughtSignature: 'CiQB' } } as const
    const { messages } = read({
      model: 'm',
      input: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: seal(claude) },
        { type: 'function_call', call_id: 'a', name: 'n', arguments: '{}' },
        { type: 'reasoning', summary: [], encrypted_content: `prev.${seal(gemini)}` },
        { type: 'function_call', call_id: 'b', name: 'n', arguments: '{}' },
      ],
    })
    const parts = messages[0]?.parts.map((part) => [part.type, 'signed' in part ? part.signed : null])
    expect(parts).toEqual([
      ['reasoning', claude],
      ['tool-call', gemini],
      ['tool-call', null],
    ])
  })

  test.each([
    ['no object', 'text', 'The request body must be a JSON object.'],
    ['an input that is neither text nor list', { input: 7 }, 'The field "input" must be a text or a list of items.'],
  ])('%s is refused by name', (_, body, message) => {
    expect(() => read(body)).toThrow(new AppError('invalid-request', message))
  })

  test('odd bodies are read as far as they go, or refused by name', () => {
    for (const body of oddBodies) {
      try {
        write(read(body))
      } catch (fault) {
        expect(fault).toBeInstanceOf(AppError)
      }
    }
  })
})

describe('a conversation of another dialect', () => {
  const text = (words: string) => ({ type: 'text', text: words }) as const
  const answer = { form: 'openai-responses', by: 'openai', value: { id: 'rs_7', encrypted_content: 'gA' } } as const

  test('becomes items, with instructions and the defaults of a stateless client', () => {
    const { body, dropped } = write(
      foreignRequest({
        system: [text('Be kind.'), text('Be brief.')],
        messages: [
          said('user', text('Weather?')),
          said(
            'assistant',
            { type: 'reasoning', text: 'Look it up.', signed: answer },
            text('One moment.'),
            {
              type: 'tool-call',
              id: 'toolu_1',
              name: 'weather',
              arguments: { value: { city: 'Paris' } },
              kind: 'function',
            },
            { type: 'tool-call', id: 'toolu_2', name: 'now', arguments: { text: '' }, kind: 'function' },
          ),
          said(
            'user',
            { type: 'tool-result', id: 'toolu_1', name: null, output: [text('17')], isError: null, kind: 'function' },
            { type: 'tool-result', id: 'toolu_2', name: null, output: [], isError: true, kind: 'function' },
            text('And?'),
          ),
          said('system', text('In French.')),
        ],
        maxOutputTokens: 1,
        isStream: true,
      }),
    )
    expect(body).toEqual({
      model: 'gpt-5',
      instructions: 'Be kind.\n\nBe brief.',
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
        {
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: 'Look it up.' }],
          id: 'rs_7',
          encrypted_content: 'gA',
        },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'One moment.', annotations: [] }],
        },
        { type: 'function_call', call_id: 'toolu_1', name: 'weather', arguments: '{"city":"Paris"}' },
        { type: 'function_call', call_id: 'toolu_2', name: 'now', arguments: '{}' },
        { type: 'function_call_output', call_id: 'toolu_1', output: '17' },
        { type: 'function_call_output', call_id: 'toolu_2', output: 'Error' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'In French.' }] },
      ],
      max_output_tokens: 16,
      store: false,
      include: ['reasoning.encrypted_content'],
      stream: true,
    })
    expect(dropped).toEqual([])
  })

  test('loses what this API has no word for, by name', () => {
    const { dropped } = write(
      foreignRequest({
        system: [{ ...text('Be kind.'), cache: { ttl: null } }],
        sampling: { temperature: 0.5, topP: 0.9, topK: 40, presencePenalty: 1, frequencyPenalty: 1, seed: 7 },
        stop: ['END'],
        options: {
          verbosity: null,
          serviceTier: 'batch',
          cacheKey: null,
          userId: 'u1',
          metadata: { a: { b: 1 } },
          store: null,
          logprobs: 2,
          answers: 3,
        },
      }),
    )
    expect(dropped.toSorted()).toEqual(
      [
        'cache_control',
        'frequency_penalty',
        'logprobs',
        'metadata',
        'n',
        'presence_penalty',
        'seed',
        'service_tier',
        'stop',
        'top_k',
        'user',
      ].toSorted(),
    )
  })

  test('keeps the wishes that this API has too', () => {
    const { body } = write(
      foreignRequest({
        sampling: {
          temperature: 0.5,
          topP: 0.9,
          topK: null,
          presencePenalty: null,
          frequencyPenalty: null,
          seed: null,
        },
        options: {
          verbosity: 'low',
          serviceTier: 'standard_only',
          cacheKey: 'k',
          userId: null,
          metadata: { run: 'a' },
          store: true,
          logprobs: null,
          answers: 1,
        },
        tools: [{ type: 'function', name: 'f', description: null, schema: null, isStrict: null }],
        parallelTools: false,
      }),
    )
    expect(body).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      text: { verbosity: 'low' },
      service_tier: 'default',
      prompt_cache_key: 'k',
      metadata: { run: 'a' },
      store: true,
      parallel_tool_calls: false,
    })
  })

  test('chooses nothing among no tools', () => {
    const { body, dropped } = write(foreignRequest({ toolChoice: { kind: 'required' }, parallelTools: false }))
    expect([body['tool_choice'], body['parallel_tool_calls']]).toEqual([undefined, undefined])
    expect(dropped).toEqual(['tool_choice'])
  })

  test('media go where this API takes them', () => {
    const media = (over: Partial<MediaPart> & Pick<MediaPart, 'source'>): MediaPart => ({
      type: 'media',
      media: 'image',
      mediaType: null,
      ...over,
    })
    const { input, dropped } = inputOf({
      messages: [
        said(
          'user',
          media({ mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } }),
          media({ source: { kind: 'url', url: 'https://e.com/a.png' } }),
          media({ media: 'document', mediaType: 'application/pdf', source: { kind: 'base64', data: 'JV' } }),
          media({ media: 'document', source: { kind: 'url', url: 'https://e.com/a.pdf' }, name: 'a.pdf' }),
          media({ media: 'document', source: { kind: 'text', text: 'Words.' }, name: 'a.txt' }),
          media({ media: 'audio', mediaType: 'audio/wav', source: { kind: 'base64', data: 'AA' } }),
          media({ media: 'video', source: { kind: 'url', url: 'https://e.com/v' } }),
          media({ source: { kind: 'file', id: 'f' } }),
        ),
        said('assistant', text('Here:'), media({ mediaType: 'image/png', source: { kind: 'base64', data: 'BB' } })),
      ],
    })
    expect(input).toEqual([
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'auto' },
          { type: 'input_image', image_url: 'https://e.com/a.png', detail: 'auto' },
          { type: 'input_file', file_data: 'data:application/pdf;base64,JV', filename: 'document.pdf' },
          { type: 'input_file', file_url: 'https://e.com/a.pdf' },
          { type: 'input_text', text: 'a.txt\n\nWords.' },
        ],
      },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Here:', annotations: [] }] },
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_image', image_url: 'data:image/png;base64,BB', detail: 'auto' }],
      },
    ])
    expect(dropped).toEqual(['audio', 'video', 'file id'])
  })

  test('a result with a picture is a list, and a failed one says so', () => {
    const output = [
      text('Not found'),
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA' } },
    ] as const
    const { input } = inputOf({
      messages: [said('user', { type: 'tool-result', id: 'c', name: 'n', output, isError: true, kind: 'custom' })],
    })
    expect(input).toEqual([
      {
        type: 'custom_tool_call_output',
        call_id: 'c',
        output: [
          { type: 'input_text', text: 'Error: Not found' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'auto' },
        ],
      },
    ])
  })

  test('reasoning goes back to the provider that signed it, and to no other', () => {
    const messages = [said('assistant', { type: 'reasoning', text: 'Hm.', signed: answer })]
    expect(inputOf({ messages })).toEqual({
      input: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], id: 'rs_7', encrypted_content: 'gA' },
      ],
      dropped: [],
    })
    expect(inputOf({ messages }, { provider: 'xai' })).toEqual({ input: [], dropped: ['reasoning'] })
    const unsigned = [said('assistant', { type: 'reasoning', text: 'Hm.' })]
    expect(inputOf({ messages: unsigned })).toEqual({ input: [], dropped: ['reasoning'] })
    expect(inputOf({ messages: unsigned }, { echoesReasoning: true }).input).toEqual([
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Hm.' }] },
    ])
  })

  test('a search that another provider ran is left out by name', () => {
    const messages = [said('assistant', { type: 'web-search', id: 'srvtoolu_1', query: 'q', sources: [] })]
    expect(inputOf({ messages })).toEqual({ input: [], dropped: ['web_search'] })
  })

  const thinking = (over: Partial<Thinking>): Thinking => ({
    isOn: true,
    effort: null,
    budgetTokens: null,
    shows: null,
    ...over,
  })
  const encrypted = ['reasoning.encrypted_content']
  test.each([
    [
      'a budget',
      thinking({ budgetTokens: 8000 }),
      { reasoning: { effort: 'medium', summary: 'auto' }, include: encrypted },
    ],
    [
      'an effort',
      thinking({ effort: 'xhigh' }),
      { reasoning: { effort: 'xhigh', summary: 'auto' }, include: encrypted },
    ],
    ['a bare switch', thinking({}), { reasoning: { summary: 'auto' }, include: encrypted }],
    [
      'thoughts nobody wants to see',
      thinking({ effort: 'low', shows: 'omitted' }),
      { reasoning: { effort: 'low' }, include: encrypted },
    ],
    ['off', thinking({ isOn: false }), { reasoning: { effort: 'none' } }],
    ['no word of it', null, { include: encrypted }],
  ])('thinking: %s', (_, wish, expected) => {
    const { body } = write(foreignRequest({ thinking: wish }))
    const { model: _model, input: _input, store: _store, ...others } = body
    expect(others).toEqual(expected)
  })

  test('a model that does not think is not asked to, nor for what it would have thought', () => {
    const { body, dropped } = write(foreignRequest({ thinking: thinking({ effort: 'high' }) }), { thinking: 'none' })
    expect(body).toEqual({ model: 'gpt-5', input: [], store: false })
    expect(dropped).toEqual(['thinking'])
  })

  test('structured output is strict only where the schema keeps the rules', () => {
    const format = (schema: Record<string, unknown>) =>
      write(
        foreignRequest({ format: { kind: 'schema', schema, name: 'my answer', description: null, isStrict: true } }),
      )
    const closed = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    expect(format(closed)).toMatchObject({
      body: { text: { format: { type: 'json_schema', name: 'my_answer', schema: closed, strict: true } } },
      dropped: [],
    })
    expect(format({ type: 'object' })).toMatchObject({
      body: { text: { format: { strict: false } } },
      dropped: ['strict'],
    })
    expect(write(foreignRequest({ format: { kind: 'json' } })).body['text']).toEqual({
      format: { type: 'json_object' },
    })
  })

  test('tools get the shape that this API asks for', () => {
    const tools: readonly Tool[] = [
      { type: 'function', name: 'now', description: null, schema: null, isStrict: null, cache: { ttl: null } },
      {
        type: 'function',
        name: 'open',
        description: 'Opens.',
        schema: { type: 'object', properties: {} },
        isStrict: true,
      },
      {
        type: 'custom',
        name: 'patch',
        description: 'Edits.',
        format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } },
      },
      {
        type: 'web-search',
        maxUses: 3,
        allowedDomains: ['bun.sh'],
        blockedDomains: ['e.com'],
        location: { city: 'Paris' },
      },
      { type: 'foreign', dialect: 'anthropic', name: 'bash_20250124', value: {} },
    ]
    const { body, dropped } = write(foreignRequest({ tools, toolChoice: { kind: 'named', name: 'patch' } }))
    expect(body['tools']).toEqual([
      { type: 'function', name: 'now', parameters: { type: 'object', properties: {} }, strict: false },
      {
        type: 'function',
        name: 'open',
        description: 'Opens.',
        parameters: { type: 'object', properties: {} },
        strict: false,
      },
      {
        type: 'custom',
        name: 'patch',
        description: 'Edits.',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' },
      },
      {
        type: 'web_search',
        filters: { allowed_domains: ['bun.sh'] },
        user_location: { type: 'approximate', city: 'Paris' },
      },
    ])
    expect(body['tool_choice']).toEqual({ type: 'custom', name: 'patch' })
    expect(dropped).toEqual(['cache_control', 'strict', 'max_uses', 'blocked_domains'])
  })
})
