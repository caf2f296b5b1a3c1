/** Requests of the Responses API that its own tests do not have. */
import { seal } from '../../../../src/wire/seal.ts'
import { eitherOr, shipping } from './schemas.ts'

export const responses: Readonly<Record<string, Record<string, unknown>>> = {
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
