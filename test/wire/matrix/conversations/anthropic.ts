/** Requests of the Messages API that its own tests do not have. */
import { seal } from '../../../../src/wire/seal.ts'
import { eitherOr, shipping } from './schemas.ts'

const longName = 'mcp__a_server_with_a_very_long_name_indeed__and_a_tool_with_a_name_that_never_seems_to_end'

export const anthropic: Readonly<Record<string, Record<string, unknown>>> = {
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
