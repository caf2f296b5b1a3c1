/** Conversations that have what no dialect's own list of them has: features side by side, and what clients leave unfinished. */
import type { DialectId } from '../../../src/neutral/model.ts'
import { seal } from '../../../src/wire/seal.ts'

export interface Conversation {
  readonly dialect: DialectId
  readonly body: Record<string, unknown>
}

const png = 'iVBORw0KGgoAAAANSUhEUg=='
const pdf = 'JVBERi0xLjQK'

/** References, unions, formats, constants and a nullable type. */
const shipping = {
  type: 'object',
  $defs: {
    address: {
      type: 'object',
      properties: { street: { type: 'string' }, since: { type: 'string', format: 'date-time' } },
      required: ['street'],
    },
  },
  properties: {
    to: { $ref: '#/$defs/address' },
    weight: { anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }] },
    speed: { type: 'string', enum: ['slow', 'fast'] },
    mode: { const: 'air' },
    note: { type: ['string', 'null'] },
    tags: { type: 'array', items: { type: 'string', pattern: '^[a-z]+$' }, minItems: 1 },
  },
  required: ['to', 'speed'],
  additionalProperties: false,
}

/** Alternatives at the top, which no dialect takes as they are. */
const eitherOr = {
  oneOf: [
    { type: 'object', properties: { left: { type: 'string' } }, required: ['left'] },
    { type: 'object', properties: { right: { type: 'integer' } }, required: ['right'] },
  ],
}

const longName = 'mcp__a_server_with_a_very_long_name_indeed__and_a_tool_with_a_name_that_never_seems_to_end'

const anthropic: Readonly<Record<string, Record<string, unknown>>> = {
  'schemas of every sort, and a name beyond all limits': {
    model: 'm',
    max_tokens: 500,
    messages: [
      { role: 'user', content: 'Ship it.' },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: longName, input: { to: { street: 'A' } } }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Shipped' }] },
    ],
    tools: [
      { name: 'ship', description: 'Ships', input_schema: shipping },
      { name: 'choose', description: 'Chooses', input_schema: eitherOr },
      { name: 'ping', input_schema: { type: 'object' } },
      { name: longName, description: 'Far', input_schema: { type: 'object', properties: {} } },
    ],
    tool_choice: { type: 'tool', name: longName },
  },
  'calls that were broken off, results that came late, and results of nothing': {
    model: 'm',
    max_tokens: 500,
    messages: [
      { role: 'user', content: 'Go.' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'toolu_1', name: 'a', input: {} },
          { type: 'tool_use', id: 'toolu_2', name: 'b', input: { x: 1 } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_2', content: 'Second' }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_3', name: 'a', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_9', content: 'Orphaned' }] },
      { role: 'user', content: 'And now?' },
    ],
    tools: [
      { name: 'a', input_schema: { type: 'object' } },
      { name: 'b', input_schema: { type: 'object' } },
    ],
  },
  'an answer that is to be continued': {
    model: 'm',
    max_tokens: 500,
    messages: [
      { role: 'user', content: 'A poem.' },
      { role: 'assistant', content: 'Roses are ' },
    ],
  },
  'texts of nothing among others': {
    model: 'm',
    max_tokens: 500,
    system: [{ type: 'text', text: ' ' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: '' },
          { type: 'text', text: 'Hello' },
          { type: 'text', text: '\n' },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: '' }] },
      { role: 'user', content: 'Still there?' },
    ],
  },
  'thoughts that other providers signed': {
    model: 'm',
    max_tokens: 5000,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    messages: [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: [
          {
            type: 'thinking',
            thinking: 'Of OpenAI.',
            signature: seal({
              form: 'openai-responses',
              by: 'openai',
              value: { encrypted_content: 'gAAA', id: 'rs_1' },
            }),
          },
          {
            type: 'thinking',
            thinking: 'Of Google.',
            signature: seal({ form: 'gemini', by: 'google', value: { thoughtSignature: 'c2ln' } }),
          },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } },
          {
            type: 'redacted_thinking',
            data: seal({ form: 'gemini', by: 'google', value: { thoughtSignature: 'Y2FsbA==' } }),
          },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Rain' }] },
    ],
    tools: [{ name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }],
  },
  'every character there is': {
    model: 'm',
    max_tokens: 500,
    system: 'Ünïcödé \u{1F600} "quotes" \\ back\u0000slash \u2028',
    messages: [{ role: 'user', content: 'data: {"a":1}\n\nevent: x\r\n\u{1F469}\u200D\u{1F680}' }],
  },
}

const chat: Readonly<Record<string, Record<string, unknown>>> = {
  'schemas of every sort, strict and not': {
    model: 'm',
    messages: [{ role: 'user', content: 'Ship it.' }],
    tools: [
      { type: 'function', function: { name: 'ship', description: 'Ships', parameters: shipping } },
      { type: 'function', function: { name: 'choose', parameters: eitherOr } },
      { type: 'function', function: { name: 'bare' } },
      {
        type: 'function',
        function: {
          name: 'sure',
          strict: true,
          parameters: {
            type: 'object',
            properties: { a: { type: 'string' } },
            required: ['a'],
            additionalProperties: false,
          },
        },
      },
    ],
    tool_choice: 'none',
  },
  'calls without results, results without calls, and one that comes after a word': {
    model: 'm',
    messages: [
      { role: 'user', content: 'Go.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'a', arguments: '{}' } },
          { id: 'call_2', type: 'function', function: { name: 'b', arguments: '{"x":1}' } },
        ],
      },
      { role: 'user', content: 'Hurry.' },
      { role: 'tool', tool_call_id: 'call_2', content: 'Second' },
      { role: 'tool', tool_call_id: 'call_9', content: 'Orphaned' },
      { role: 'assistant', tool_calls: [{ id: 'call_3', type: 'function', function: { name: 'a', arguments: '' } }] },
    ],
    tools: [
      { type: 'function', function: { name: 'a' } },
      { type: 'function', function: { name: 'b' } },
    ],
  },
  'a picture and a file in the result of a tool': {
    model: 'm',
    messages: [
      { role: 'user', content: 'Look.' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'shoot', arguments: '{}' } }],
      },
      {
        role: 'tool',
        tool_call_id: 'call_1',
        content: [
          { type: 'text', text: 'Taken:' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
          { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } },
        ],
      },
    ],
    tools: [{ type: 'function', function: { name: 'shoot' } }],
  },
  'arguments that broke off in the middle': {
    model: 'm',
    messages: [
      { role: 'user', content: 'Go.' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'a', arguments: '{"x":' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'That was no JSON.' },
    ],
    tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'object' } } }],
  },
  'no thinking at all': {
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    reasoning_effort: 'none',
    stop: 'END',
    max_completion_tokens: 5,
  },
  'the model speaks first': {
    model: 'm',
    messages: [
      { role: 'assistant', content: 'How can I help?' },
      { role: 'user', content: 'Hello' },
      { role: 'user', content: 'Anybody?' },
    ],
  },
  'a schema for the answer, and tools': {
    model: 'm',
    messages: [{ role: 'user', content: 'Ship it.' }],
    tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'object', properties: {} } } }],
    parallel_tool_calls: false,
    response_format: { type: 'json_schema', json_schema: { name: 'order', schema: shipping } },
  },
}

const responses: Readonly<Record<string, Record<string, unknown>>> = {
  'calls and results that do not match': {
    model: 'm',
    input: [
      { role: 'user', content: 'Go.' },
      { type: 'function_call', call_id: 'call_1', name: 'a', arguments: '{}' },
      { type: 'function_call', call_id: 'call_2', name: 'b', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_2', output: 'Second' },
      { type: 'function_call_output', call_id: 'call_9', output: 'Orphaned' },
      { role: 'user', content: 'And now?' },
    ],
    tools: [
      { type: 'function', name: 'a', parameters: { type: 'object', properties: {} }, strict: false },
      { type: 'function', name: 'b', parameters: eitherOr, strict: false },
    ],
    tool_choice: 'required',
  },
  'sound, and a strict schema for the answer': {
    model: 'm',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Listen.' },
          { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
        ],
      },
    ],
    text: {
      format: {
        type: 'json_schema',
        name: 'heard',
        strict: true,
        schema: {
          type: 'object',
          properties: { what: { type: 'string' } },
          required: ['what'],
          additionalProperties: false,
        },
      },
    },
    reasoning: { effort: 'minimal' },
  },
  'thoughts that another provider signed': {
    model: 'm',
    input: [
      { role: 'user', content: 'Weather?' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Of Anthropic.' }],
        encrypted_content: seal({ form: 'anthropic', by: 'anthropic', value: { signature: 'Eq' } }),
      },
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Rain' },
    ],
    tools: [{ type: 'function', name: 'weather', parameters: shipping, strict: false }],
    reasoning: { effort: 'medium', summary: 'detailed' },
  },
}

const gemini: Readonly<Record<string, Record<string, unknown>>> = {
  'calls and results that do not match': {
    contents: [
      { role: 'user', parts: [{ text: 'Go.' }] },
      {
        role: 'model',
        parts: [{ functionCall: { name: 'a', args: {} } }, { functionCall: { name: 'b', args: { x: 1 } } }],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'b', response: { output: 'Second' } } }] },
      { role: 'model', parts: [{ text: 'Well.' }, { functionCall: { name: 'a', args: {} } }] },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'c', response: { output: 'Orphaned' } } }, { text: 'Go on.' }],
      },
    ],
    tools: [{ functionDeclarations: [{ name: 'a' }, { name: 'b', parametersJsonSchema: shipping }] }],
    toolConfig: { functionCallingConfig: { mode: 'NONE' } },
  },
  'a level of thinking, a service tier and a JSON Schema': {
    contents: [{ role: 'user', parts: [{ text: 'Ship it.' }] }],
    generationConfig: {
      thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true },
      responseMimeType: 'application/json',
      responseJsonSchema: shipping,
    },
    serviceTier: 'priority',
  },
  'the model speaks first, in two turns': {
    contents: [
      { role: 'model', parts: [{ text: 'How can ' }] },
      { role: 'model', parts: [{ text: 'I help?' }, { text: '' }] },
      { role: 'user', parts: [{ text: 'Hello' }] },
    ],
  },
}

const under = (dialect: DialectId, bodies: Readonly<Record<string, Record<string, unknown>>>) =>
  Object.entries(bodies).map(([name, body]) => [name, { dialect, body }] as const)

export const newConversations: readonly (readonly [string, Conversation])[] = [
  ...under('anthropic', anthropic),
  ...under('openai-chat', chat),
  ...under('openai-responses', responses),
  ...under('gemini', gemini),
]
