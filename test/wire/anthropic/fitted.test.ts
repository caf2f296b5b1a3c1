/** Requests of other dialects, written for the Messages API: what its rules make of them. */
import { describe, expect, test } from 'bun:test'
import type { Part, Signed } from '../../../src/neutral/message.ts'
import { noOptions, noSampling, type NeutralRequest } from '../../../src/neutral/request.ts'
import type { Thinking } from '../../../src/neutral/thinking.ts'
import { assistant, call, neutral, result, text, user, written } from './support.ts'

const marked = { cache_control: { type: 'ephemeral' } }

describe('a conversation', () => {
  const messagesOf = (request: NeutralRequest) => written(request).body['messages']

  test('is written whole, with marks for the prompt cache where the caller has none', () => {
    const { body, dropped } = written(
      neutral([user(text('Hello'))], {
        system: [
          { type: 'text', text: 'You help.' },
          { type: 'text', text: 'Be brief.' },
        ],
        isStream: true,
        maxOutputTokens: null,
      }),
    )
    expect(body).toEqual({
      model: 'claude-sonnet-4-6',
      max_tokens: 8192,
      stream: true,
      system: [
        { type: 'text', text: 'You help.' },
        { type: 'text', text: 'Be brief.', ...marked },
      ],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello', ...marked }] }],
    })
    expect(dropped).toEqual([])
  })

  test('that has more than the four marks that the API takes keeps the last, which cover the most', () => {
    const cache = { ttl: null }
    const { body, dropped } = written(
      neutral(
        [1, 2, 3, 4].map((n) => user({ type: 'text', text: `Part ${n}`, cache })),
        {
          system: [{ type: 'text', text: 'S', cache }],
        },
      ),
    )
    expect(body['system']).toEqual([{ type: 'text', text: 'S' }])
    expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4)
    expect(dropped).toEqual(['cache_control'])
  })

  test('that has marks keeps those and gets no others', () => {
    const { body } = written(
      neutral([user({ type: 'text', text: 'Hello', cache: { ttl: '1h' } })], { system: [{ type: 'text', text: 'S' }] }),
    )
    expect(body).toMatchObject({
      system: [{ type: 'text', text: 'S' }],
      messages: [{ content: [{ type: 'text', text: 'Hello', cache_control: { type: 'ephemeral', ttl: '1h' } }] }],
    })
  })

  test('alternates, begins with the user, and holds no empty text', () => {
    const request = neutral([
      assistant(text('I am here.')),
      assistant(text(' '), text('Ask.')),
      user(text('')),
      user(text('One.')),
      user(text('Two.')),
      assistant(text('Three  \n')),
    ])
    expect(messagesOf(request)).toEqual([
      { role: 'user', content: [{ type: 'text', text: '(The conversation goes on.)' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I am here.' },
          { type: 'text', text: 'Ask.' },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'One.' },
          { type: 'text', text: 'Two.' },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'Three', ...marked }] },
    ])
  })

  test('gives ids that the API refuses others, the same for call and result', () => {
    const request = neutral([assistant(call('call|1.x', 'f', '{}')), user(result('call|1.x', 'R'))])
    const [, called, answered] = messagesOf(request) as { content: { id?: string; tool_use_id?: string }[] }[]
    expect(called?.content[0]?.id).toMatch(/^call_1_x_[0-9a-z]+$/)
    expect(answered?.content[0]?.tool_use_id).toBe(called?.content[0]?.id)
    const other = neutral([assistant(call('call.1|x', 'f', '{}'))])
    expect(messagesOf(other)).not.toMatchObject([{}, { content: [{ id: called?.content[0]?.id }] }, {}])
  })

  test('says instructions in its middle as a user’s text with a mark', () => {
    const request = neutral([user(text('Hi.')), { role: 'system', parts: [text('In French.')] }])
    expect(messagesOf(request)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi.' },
          { type: 'text', text: '<system>\nIn French.\n</system>', ...marked },
        ],
      },
    ])
  })

  test('carries what the API reads of media and names the rest', () => {
    const media = (over: object): Part =>
      ({ type: 'media', media: 'image', mediaType: null, source: { kind: 'text', text: '' }, ...over }) as Part
    const { body, dropped } = written(
      neutral([
        user(
          media({ source: { kind: 'url', url: 'https://x.example/a.png' } }),
          media({ mediaType: 'image/jpg', source: { kind: 'base64', data: 'AAAA' } }),
          media({ source: { kind: 'base64', data: '/9j/4AAQ' } }),
          media({ mediaType: 'image/tiff', source: { kind: 'base64', data: 'SUkq' } }),
          media({ media: 'document', mediaType: 'text/csv', source: { kind: 'base64', data: 'YSxi' }, name: 'a.csv' }),
          media({ media: 'document', mediaType: 'application/pdf', source: { kind: 'base64', data: 'JVBERi0' } }),
          media({ source: { kind: 'file', id: 'file-abc' } }),
          media({ media: 'audio', mediaType: 'audio/wav', source: { kind: 'base64', data: 'UklG' } }),
        ),
        assistant(media({ mediaType: 'image/png', source: { kind: 'base64', data: 'iVBORw' } })),
      ]),
    )
    expect(body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/4AAQ' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' }, title: 'a.csv' },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0' }, ...marked },
        ],
      },
    ])
    expect(dropped).toEqual(['image', 'file id', 'audio'])
  })
})

describe('thinking', () => {
  const thinking = (over: Partial<Thinking>): Thinking => ({
    isOn: true,
    effort: null,
    budgetTokens: null,
    shows: null,
    ...over,
  })
  const of = (
    over: Partial<Thinking>,
    style: 'budget' | 'adaptive' | 'effort' | 'always' | 'none',
    maxOutputTokens = 50_000,
  ) => {
    const { body, dropped } = written(neutral([user(text('Hi'))], { thinking: thinking(over), maxOutputTokens }), {
      thinking: style,
    })
    return [body['thinking'], body['output_config'], body['max_tokens'], dropped]
  }

  test('is told in the model’s own style', () => {
    expect(of({ effort: 'high' }, 'adaptive')).toEqual([{ type: 'adaptive' }, { effort: 'high' }, 50_000, []])
    expect(of({ effort: 'minimal', isOn: null }, 'adaptive')).toEqual([
      { type: 'adaptive' },
      { effort: 'low' },
      50_000,
      [],
    ])
    expect(of({ budgetTokens: 20_000, shows: 'detailed' }, 'adaptive')).toEqual([
      { type: 'adaptive', display: 'summarized' },
      { effort: 'high' },
      50_000,
      [],
    ])
    expect(of({ effort: 'medium' }, 'budget')).toEqual([
      { type: 'enabled', budget_tokens: 10_240 },
      undefined,
      50_000,
      [],
    ])
    expect(of({ budgetTokens: 5000 }, 'budget')).toEqual([
      { type: 'enabled', budget_tokens: 5000 },
      undefined,
      50_000,
      [],
    ])
    expect(of({ effort: 'high' }, 'effort')).toEqual([undefined, { effort: 'high' }, 50_000, []])
    expect(of({ effort: 'high' }, 'always')).toEqual([undefined, undefined, 50_000, ['thinking']])
    expect(of({ effort: 'high' }, 'none')).toEqual([undefined, undefined, 50_000, ['thinking']])
  })

  test('is switched off where the caller wants none', () => {
    for (const style of ['adaptive', 'budget', 'effort'] as const)
      expect(of({ isOn: null, effort: 'none' }, style)).toEqual([{ type: 'disabled' }, undefined, 50_000, []])
    expect(of({ isOn: false }, 'none')).toEqual([undefined, undefined, 50_000, []])
  })

  test('keeps its budget below the caller’s limit, which is not raised for it', () => {
    const least = { type: 'enabled', budget_tokens: 1024 }
    expect(of({ budgetTokens: 9000 }, 'budget', 4000)[0]).toEqual({ type: 'enabled', budget_tokens: 2976 })
    expect(of({ budgetTokens: 9000 }, 'budget', 1025)).toEqual([least, undefined, 1025, []])
    expect(of({ budgetTokens: 100 }, 'budget', 1024)).toEqual([undefined, undefined, 1024, ['thinking']])
  })

  const signed: Signed = { form: 'anthropic', by: 'anthropic', value: { signature: 'S' } }
  const toolTurn = (thought: Part) => [
    user(text('Hi')),
    assistant(thought, call('a', 'f', '{}')),
    user(result('a', 'R')),
  ]

  test('with a budget stops in the middle of a turn that did not begin with it', () => {
    const request = neutral(toolTurn({ type: 'reasoning', text: 'Hm.' }), {
      maxOutputTokens: 8000,
      thinking: thinking({ effort: 'low' }),
    })
    const inBudget = written(request, { thinking: 'budget' })
    expect(inBudget.body['thinking']).toBeUndefined()
    expect(inBudget.dropped).toEqual(['reasoning', 'thinking'])
    // Adaptive thinking asks for no such thing.
    expect(written(request).body['thinking']).toEqual({ type: 'adaptive' })
  })

  test('goes back to the provider that signed it, and to no other', () => {
    const request = neutral(toolTurn({ type: 'reasoning', text: 'Hm.', signed }), {
      maxOutputTokens: 9000,
      thinking: thinking({ effort: 'low' }),
    })
    const home = written(request, { thinking: 'budget' })
    expect(home.body['thinking']).toEqual({ type: 'enabled', budget_tokens: 4096 })
    expect(home.body['messages']).toMatchObject([
      {},
      { content: [{ type: 'thinking', thinking: 'Hm.', signature: 'S' }, { type: 'tool_use' }] },
      {},
    ])
    const away = written(request, { provider: 'bedrock', thinking: 'budget' })
    expect(away.body['messages']).toMatchObject([{}, { content: [{ type: 'tool_use' }] }, {}])
    expect(away.dropped).toEqual(['reasoning', 'thinking'])
  })

  test('in plain text goes to a model that wants its own back', () => {
    const request = neutral([
      user(text('Hi')),
      assistant({ type: 'reasoning', text: 'Hm.' }, text('Yes.')),
      user(text('?')),
    ])
    expect(written(request, { echoesReasoning: true }).body['messages']).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: '' },
          { type: 'text', text: 'Yes.' },
        ],
      },
      {},
    ])
    expect(written(request).dropped).toEqual(['reasoning'])
  })

  test('leaves little room for sampling', () => {
    const sampling = { ...noSampling, temperature: 0.3, topP: 0.5, topK: 5 }
    const request = neutral([user(text('Hi'))], { sampling, thinking: thinking({ effort: 'low' }) })
    const { body, dropped } = written(request)
    expect([body['temperature'], body['top_p'], body['top_k']]).toEqual([undefined, undefined, undefined])
    expect(dropped).toEqual(['temperature', 'top_k', 'top_p'])
    expect(written({ ...request, thinking: null }).body).toMatchObject({ temperature: 0.3, top_p: 0.5, top_k: 5 })
  })

  test('with a budget goes with no forced tool; adaptive thinking does', () => {
    const request = neutral([user(text('Hi'))], {
      maxOutputTokens: 8000,
      tools: [{ type: 'function', name: 'f', description: null, schema: null, isStrict: null }],
      toolChoice: { kind: 'named', name: 'f' },
      thinking: thinking({ effort: 'low' }),
    })
    const inBudget = written(request, { thinking: 'budget' })
    expect(inBudget.body['tool_choice']).toEqual({ type: 'auto' })
    expect(inBudget.dropped).toEqual(['tool_choice'])
    expect(written(request).body['tool_choice']).toEqual({ type: 'tool', name: 'f' })
  })
})

describe('tools', () => {
  const tools: NeutralRequest['tools'] = [
    { type: 'function', name: 'f', description: 'Does.', schema: { type: 'object', properties: {} }, isStrict: false },
    {
      type: 'function',
      name: 'g',
      description: null,
      schema: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'] },
      isStrict: true,
    },
    {
      type: 'custom',
      name: 'patch',
      description: 'Patches.',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
    },
    {
      type: 'web-search',
      maxUses: 2,
      allowedDomains: ['a.example'],
      blockedDomains: ['b.example'],
      location: { city: 'Graz' },
    },
    { type: 'foreign', dialect: 'openai-responses', name: 'code_interpreter', value: {} },
  ]

  test('of every kind', () => {
    const { body, dropped } = written(
      neutral([user(text('Hi'))], { tools, toolChoice: { kind: 'required' }, parallelTools: false }),
    )
    expect(body['tools']).toEqual([
      { name: 'f', description: 'Does.', input_schema: { type: 'object', properties: {} } },
      {
        name: 'g',
        input_schema: {
          type: 'object',
          properties: { n: { type: 'integer', description: '(minimum: 1)' } },
          required: ['n'],
          additionalProperties: false,
        },
        strict: true,
      },
      {
        name: 'patch',
        description: 'Patches.\n\n`input` follows this grammar:\nstart: "x"',
        input_schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
      },
      {
        type: 'web_search_20250305',
        name: 'web_search',
        max_uses: 2,
        allowed_domains: ['a.example'],
        user_location: { type: 'approximate', city: 'Graz' },
        ...marked,
      },
    ])
    expect(body['tool_choice']).toEqual({ type: 'any', disable_parallel_tool_use: true })
    expect(dropped).toEqual(['custom tool format'])
  })

  test('a call of a custom tool is one of its function', () => {
    const custom: Part = { type: 'tool-call', id: 'a', name: 'patch', arguments: { text: 'x "y"' }, kind: 'custom' }
    const { body } = written(neutral([user(text('Hi')), assistant(custom)]))
    expect(body['messages']).toMatchObject([{}, { content: [{ type: 'tool_use', input: { input: 'x "y"' } }] }])
  })

  test('without tools nothing is chosen', () => {
    const { body } = written(neutral([user(text('Hi'))], { toolChoice: { kind: 'none' }, parallelTools: false }))
    expect(body['tool_choice']).toBeUndefined()
  })
})

test('an answer by a schema is asked for as the API takes it, and one in JSON in words', () => {
  const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^x' } } }
  const bySchema = neutral([user(text('Hi'))], {
    format: { kind: 'schema', schema, name: 'answer', description: 'The answer.', isStrict: true },
  })
  expect(written(bySchema).body['output_config']).toEqual({
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { a: { type: 'string', description: '(pattern: "^x")' } },
        description: 'The answer.',
        additionalProperties: false,
      },
    },
  })
  const json = written(neutral([user(text('Hi'))], { format: { kind: 'json' } }))
  expect(json.body['system']).toEqual([
    { type: 'text', text: 'Answer with one JSON object and nothing else.', ...marked },
  ])
})

test('wishes that the API does not know are named', () => {
  const { body, dropped } = written(
    neutral([user(text('Hi'))], {
      sampling: { temperature: 1.7, topP: null, topK: null, presencePenalty: 0.5, frequencyPenalty: 0, seed: 7 },
      stop: ['END', '\n'],
      options: {
        ...noOptions,
        verbosity: 'low',
        serviceTier: 'flex',
        cacheKey: 'k',
        userId: 'u',
        metadata: { a: 'b' },
        store: true,
        logprobs: 2,
        answers: 3,
      },
    }),
  )
  expect(body).toMatchObject({ temperature: 1, stop_sequences: ['END'] })
  expect(JSON.stringify(body)).not.toContain('"u"')
  expect(dropped.toSorted()).toEqual(
    'cache_key logprobs metadata n presence_penalty seed service_tier stop store user verbosity'.split(' '),
  )
  const quiet = { ...noOptions, store: false, answers: 1, serviceTier: 'default' }
  expect(written(neutral([user(text('Hi'))], { options: quiet }))).toMatchObject({
    body: { service_tier: 'standard_only' },
    dropped: [],
  })
})

test('what other dialects’ models found on the web does not go back as this provider’s', () => {
  const search: Part = {
    type: 'web-search',
    id: 'ws_1',
    query: 'q',
    sources: [{ url: 'https://a.example', title: null }],
  }
  const cited: Part = {
    type: 'text',
    text: 'Rain.',
    citations: [{ url: 'https://a.example', title: 'A', quote: null, start: 0, end: 5 }],
  }
  const { body, dropped } = written(neutral([user(text('Hi')), assistant(search, cited), user(text('?'))]))
  expect(body['messages']).toMatchObject([{}, { content: [{ type: 'text', text: 'Rain.' }] }, {}])
  expect(JSON.stringify(body)).not.toContain('a.example')
  expect(dropped).toEqual(['web_search', 'citations'])
})
