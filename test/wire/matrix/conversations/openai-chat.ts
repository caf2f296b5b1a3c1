/** Requests of Chat Completions that its own tests do not have. */
import { eitherOr, shipping } from './schemas.ts'

const png = 'iVBORw0KGgoAAAANSUhEUg=='
const pdf = 'JVBERi0xLjQK'

export const chat: Readonly<Record<string, Record<string, unknown>>> = {
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
