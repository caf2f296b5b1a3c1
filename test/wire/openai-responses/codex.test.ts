/** Requests in the shapes of Codex 0.169, answered by models of other dialects: there, and back again. */
import { describe, expect, test } from 'bun:test'
import type { DialectId } from '../../../src/neutral/model.ts'
import { anthropicTranslator } from '../../../src/wire/anthropic/translator.ts'
import { geminiTranslator } from '../../../src/wire/gemini/translator.ts'
import { openAiResponsesTranslator } from '../../../src/wire/openai-responses/translator.ts'
import { openExchange } from '../../../src/wire/translate.ts'
import type { Translator } from '../../../src/wire/translator.ts'
import { payloadsIn, stamp, url } from './support.ts'

const schema = { type: 'object', properties: { target: { type: 'string' } }, required: ['target'] }
const fn = (name: string) => ({
  type: 'function',
  name,
  description: `Does ${name}.`,
  strict: false,
  parameters: schema,
})
const message = (role: string, text: string) => ({ type: 'message', role, content: [{ type: 'input_text', text }] })

/** For any model: a list of tools, some in a namespace. */
const listed = {
  model: 'any',
  stream: true,
  tools: [
    fn('exec_command'),
    {
      type: 'namespace',
      name: 'multi_agent_v1',
      description: 'Tools for sub-agents.',
      tools: [fn('close_agent'), fn('spawn_agent')],
    },
    { type: 'web_search', external_web_access: true },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { summary: 'auto' },
  store: false,
  include: ['reasoning.encrypted_content'],
  input: [
    message('developer', 'You code.'),
    message('user', 'Go on.'),
    { type: 'reasoning', id: 'rs_1', summary: [] },
    {
      type: 'function_call',
      id: 'fc_1',
      call_id: 'call_1',
      name: 'spawn_agent',
      namespace: 'multi_agent_v1',
      arguments: '{"target":"a"}',
    },
    { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
  ],
}

/** For its own models: the input brings all tools, and most work is done by one that takes a program. */
const brought = {
  model: 'any',
  stream: true,
  tool_choice: 'auto',
  parallel_tool_calls: false,
  reasoning: { effort: 'low', context: 'all_turns' },
  store: false,
  include: ['reasoning.encrypted_content'],
  text: { verbosity: 'low' },
  input: [
    {
      type: 'additional_tools',
      id: 'at_1',
      role: 'developer',
      tools: [
        {
          type: 'namespace',
          name: 'functions',
          description: '',
          tools: [
            {
              type: 'custom',
              name: 'exec',
              description: 'Runs it.',
              format: { type: 'grammar', syntax: 'lark', definition: 'start: SOURCE' },
            },
            fn('wait'),
          ],
        },
        { type: 'namespace', name: 'clock', description: 'Time.', tools: [fn('sleep')] },
      ],
    },
    message('developer', 'You code.'),
    message('user', 'Go on.'),
    {
      type: 'custom_tool_call',
      id: 'ctc_1',
      call_id: 'call_1',
      name: 'exec',
      namespace: 'functions',
      input: 'text(1)',
    },
    {
      type: 'custom_tool_call_output',
      call_id: 'call_1',
      output: [
        { type: 'input_text', text: 'Output:\n' },
        { type: 'input_text', text: '1' },
      ],
    },
  ],
}

function exchangeWith(upstreamDialect: DialectId, upstream: Translator, provider: string, body: object) {
  const asked = openAiResponsesTranslator.readRequest(body, url)
  const sides = {
    client: openAiResponsesTranslator,
    clientDialect: 'openai-responses',
    upstream,
    upstreamDialect,
  } as const
  const target = {
    provider,
    model: 'some-model',
    echoesReasoning: false,
    maxOutputTokens: 4096,
    thinking: 'none',
  } as const
  return openExchange(sides, asked, asked, target)
}

const toClaude = (body: object) => exchangeWith('anthropic', anthropicTranslator, 'anthropic', body)
const toGemini = (body: object) => exchangeWith('gemini', geminiTranslator, 'google', body)

/** What Claude answers with when it calls these. */
const claudeFrames = (calls: readonly (readonly [name: string, input: string])[]) => [
  { type: 'message_start', message: { id: 'msg_1', model: 'claude', content: [], usage: { input_tokens: 5 } } },
  ...calls.flatMap(([name, input], index) => [
    { type: 'content_block_start', index, content_block: { type: 'tool_use', id: `toolu_${index}`, name, input: {} } },
    { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: input.slice(0, 3) } },
    { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: input.slice(3) } },
    { type: 'content_block_stop', index },
  ]),
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
]

/** The items that Codex reads out of the stream. */
function itemsFrom(exchange: ReturnType<typeof toClaude>, frames: readonly object[], provider: string): unknown[] {
  const stream = exchange.stream(stamp, { provider, id: '0197-1' })
  const turned = [...frames.map((frame) => stream.read('', JSON.stringify(frame))), stream.end()]
  return payloadsIn(turned.map(({ frames: text, last }) => text + last).join(''))
    .filter(({ type }) => type === 'response.output_item.done')
    .map(({ item }) => item)
}

describe('Claude', () => {
  test('gets tools of a namespace by joined names, in the list and in the conversation', () => {
    const { body, dropped } = toClaude(listed)
    expect(body).toMatchObject({
      system: [{ text: 'You code.' }],
      tools: [
        { name: 'exec_command', input_schema: schema },
        {
          name: 'multi_agent_v1__close_agent',
          description: 'About multi_agent_v1: Tools for sub-agents.\n\nDoes close_agent.',
        },
        { name: 'multi_agent_v1__spawn_agent', description: 'Does spawn_agent.' },
        { type: 'web_search_20250305', name: 'web_search' },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Go on.' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'call_1', name: 'multi_agent_v1__spawn_agent', input: { target: 'a' } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1' }] },
      ],
    })
    expect([...dropped]).toEqual(['tools[].external_web_access'])
  })

  test('gets the tools that the input brings, free text as a function of one text', () => {
    const { body, dropped } = toClaude(brought)
    expect(body).toMatchObject({
      system: [{ text: 'You code.' }],
      tools: [
        { name: 'functions__exec', input_schema: { properties: { input: { type: 'string' } }, required: ['input'] } },
        { name: 'functions__wait' },
        { name: 'clock__sleep', description: 'About clock: Time.\n\nDoes sleep.' },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Go on.' }] },
        { role: 'assistant', content: [{ type: 'tool_use', name: 'functions__exec', input: { input: 'text(1)' } }] },
        { role: 'user', content: [{ type: 'tool_result', content: [{ text: 'Output:\n' }, { text: '1' }] }] },
      ],
    })
    expect([...dropped].toSorted()).toEqual(['custom tool format', 'reasoning.context', 'thinking', 'verbosity'])
  })

  test('calls them, and Codex sees its own items', () => {
    const calls = [
      ['functions__exec', '{"input":"text(\\"one\\")"}'],
      ['clock__sleep', '{"target":"b"}'],
    ] as const
    expect(itemsFrom(toClaude(brought), claudeFrames(calls), 'anthropic')).toEqual([
      {
        id: 'ctc_0197-2_0',
        type: 'custom_tool_call',
        status: 'completed',
        call_id: 'toolu_0',
        name: 'exec',
        namespace: 'functions',
        input: 'text("one")',
      },
      {
        id: 'fc_0197-2_1',
        type: 'function_call',
        status: 'completed',
        call_id: 'toolu_1',
        name: 'sleep',
        namespace: 'clock',
        arguments: '{"target":"b"}',
      },
    ])
  })

  test('may know a tool by a shorter name than the joined one', () => {
    const long = 'a'.repeat(60)
    const body = { ...listed, input: 'Go on.', tools: [{ type: 'namespace', name: long, tools: [fn('spawn_agent')] }] }
    const exchange = toClaude(body)
    const { tools } = exchange.body as { tools: { name: string }[] }
    const name = tools[0]?.name ?? ''
    expect(name.length).toBeLessThanOrEqual(64)
    expect(itemsFrom(exchange, claudeFrames([[name, '{}']]), 'anthropic')).toMatchObject([
      { type: 'function_call', name: 'spawn_agent', namespace: long },
    ])
  })
})

describe('Gemini', () => {
  const chunk = (name: string, args: object) => ({
    responseId: 'r1',
    modelVersion: 'gemini',
    candidates: [
      { content: { role: 'model', parts: [{ functionCall: { name, args } }] }, finishReason: 'STOP', index: 0 },
    ],
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 },
  })
  const namesIn = (body: unknown) =>
    (body as { tools: { functionDeclarations?: { name: string }[] }[] }).tools.flatMap(({ functionDeclarations }) =>
      (functionDeclarations ?? []).map(({ name }) => name),
    )

  test('gets the same names', () => {
    expect(namesIn(toGemini(listed).body)).toEqual([
      'exec_command',
      'multi_agent_v1__close_agent',
      'multi_agent_v1__spawn_agent',
    ])
    const { body } = toGemini(brought)
    expect(namesIn(body)).toEqual(['functions__exec', 'functions__wait', 'clock__sleep'])
    expect(body).toMatchObject({
      contents: [
        { role: 'user', parts: [{ text: 'Go on.' }] },
        { role: 'model', parts: [{ functionCall: { name: 'functions__exec', args: { input: 'text(1)' } } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'functions__exec' } }] },
      ],
    })
  })

  test('calls them, and Codex sees its own items', () => {
    expect(itemsFrom(toGemini(brought), [chunk('functions__exec', { input: 'text(2)' })], 'google')).toMatchObject([
      { type: 'custom_tool_call', name: 'exec', namespace: 'functions', input: 'text(2)' },
    ])
    expect(itemsFrom(toGemini(listed), [chunk('exec_command', { target: 'c' })], 'google')).toMatchObject([
      { type: 'function_call', name: 'exec_command', arguments: '{"target":"c"}' },
    ])
  })
})

test.each(Object.entries({ claude: anthropicTranslator, gemini: geminiTranslator }))(
  'reasoning that says nothing is not missed by %s',
  (_, { writeRequest }) => {
    const asked = openAiResponsesTranslator.readRequest(listed, url)
    const target = {
      provider: 'other',
      model: 'some-model',
      echoesReasoning: false,
      maxOutputTokens: 9,
      thinking: 'none',
    } as const
    expect(writeRequest(asked, target).dropped).not.toContain('reasoning')
  },
)

test.each(Object.entries({ listed, brought }))('written for its own API the request is what it was: %s', (_, body) => {
  const asked = openAiResponsesTranslator.readRequest(body, url)
  const target = {
    provider: 'openai',
    model: 'any',
    echoesReasoning: false,
    maxOutputTokens: 9,
    thinking: 'effort',
  } as const
  expect(openAiResponsesTranslator.writeRequest(asked, target)).toEqual({ body, dropped: [] })
})
