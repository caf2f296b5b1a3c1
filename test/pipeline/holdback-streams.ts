/** Streams of each dialect, written by hand: texts, a tool call, an end, an error. */
import type { DialectId } from '../../src/neutral/model.ts'

export interface Speaker {
  readonly form: DialectId
  /** The beginning of an answer, and its text in these pieces. */
  text(...pieces: readonly string[]): readonly string[]
  /** A whole call without arguments that follows the text, or begins the answer. */
  call(name: string): readonly string[]
  /** @param reason In the dialect's words. */
  end(reason: string): readonly string[]
  readonly reasons: { readonly stop: string; readonly calls: string; readonly length: string }
  readonly error: string
}

const named = (event: string, data: object): string =>
  `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`

const anthropic: Speaker = {
  form: 'anthropic',
  text: (...pieces) => [
    named('message_start', {
      message: {
        id: 'msg_1',
        role: 'assistant',
        model: 'm',
        content: [],
        usage: { input_tokens: 9, output_tokens: 1 },
      },
    }),
    ...(pieces.length === 0
      ? []
      : [
          named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
          ...pieces.map((text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
          named('content_block_stop', { index: 0 }),
        ]),
  ],
  call: (name) => [
    named('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 'toolu_1', name, input: {} } }),
    named('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } }),
    named('content_block_stop', { index: 1 }),
  ],
  end: (reason) => [
    named('message_delta', { delta: { stop_reason: reason }, usage: { output_tokens: 7 } }),
    named('message_stop', {}),
  ],
  reasons: { stop: 'end_turn', calls: 'tool_use', length: 'max_tokens' },
  error: named('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
}

const chunk = (delta: object, reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`

const chat: Speaker = {
  form: 'openai-chat',
  text: (...pieces) => [chunk({ role: 'assistant', content: '' }), ...pieces.map((content) => chunk({ content }))],
  call: (name) => [
    chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }),
  ],
  end: (reason) => [
    chunk({}, reason),
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', model: 'm', choices: [], usage: { prompt_tokens: 9, completion_tokens: 7, total_tokens: 16 } })}\n\n`,
    'data: [DONE]\n\n',
  ],
  reasons: { stop: 'stop', calls: 'tool_calls', length: 'length' },
  error: 'data: {"error":{"message":"Overloaded","type":"server_error","code":null}}\n\n',
}

const responses: Speaker = {
  form: 'openai-responses',
  text: (...pieces) => [
    named('response.created', { response: { id: 'resp_1', status: 'in_progress', model: 'm', output: [] } }),
    ...(pieces.length === 0
      ? []
      : [
          named('response.output_item.added', {
            output_index: 0,
            item: { type: 'message', id: 'msg_1', role: 'assistant', status: 'in_progress', content: [] },
          }),
          ...pieces.map((delta) =>
            named('response.output_text.delta', { item_id: 'msg_1', output_index: 0, content_index: 0, delta }),
          ),
          named('response.output_item.done', {
            output_index: 0,
            item: {
              type: 'message',
              id: 'msg_1',
              role: 'assistant',
              status: 'completed',
              content: [{ type: 'output_text', text: pieces.join(''), annotations: [] }],
            },
          }),
        ]),
  ],
  call: (name) => {
    const item = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name }
    return [
      named('response.output_item.added', { output_index: 1, item: { ...item, status: 'in_progress', arguments: '' } }),
      named('response.function_call_arguments.delta', { item_id: 'fc_1', output_index: 1, delta: '{}' }),
      named('response.output_item.done', { output_index: 1, item: { ...item, status: 'completed', arguments: '{}' } }),
    ]
  },
  end: (reason) => {
    const response = {
      id: 'resp_1',
      status: reason === 'completed' ? 'completed' : 'incomplete',
      incomplete_details: reason === 'completed' ? null : { reason },
      model: 'm',
      output: [],
      usage: { input_tokens: 9, output_tokens: 7, total_tokens: 16 },
    }
    return [named(`response.${response.status}`, { response })]
  },
  reasons: { stop: 'completed', calls: 'completed', length: 'max_output_tokens' },
  error: named('error', { code: 'server_error', message: 'Overloaded', param: null, sequence_number: 3 }),
}

const candidate = (parts: readonly object[], finishReason?: string): string =>
  `data: ${JSON.stringify({ candidates: [{ index: 0, content: { role: 'model', parts }, finishReason }], usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 7, totalTokenCount: 16 }, modelVersion: 'm' })}\r\n\r\n`

const gemini: Speaker = {
  form: 'gemini',
  text: (...pieces) => pieces.map((text) => candidate([{ text }])),
  call: (name) => [candidate([{ functionCall: { name, args: {} } }])],
  end: (reason) => [candidate([], reason)],
  reasons: { stop: 'STOP', calls: 'STOP', length: 'MAX_TOKENS' },
  error: 'data: {"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}\r\n\r\n',
}

export const speakers: readonly Speaker[] = [anthropic, chat, responses, gemini]
