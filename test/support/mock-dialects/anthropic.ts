/** Anthropic Messages as the scripted model speaks it. */
import {
  list,
  named,
  pieces,
  record,
  schemaIn,
  textOf,
  word,
  type Answer,
  type Ask,
  type Json,
  type MockDialect,
} from './turn.ts'

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  529: 'overloaded_error',
}

function read(body: Json): Ask {
  const messages = list(body['messages'])
  const blocks = messages.flatMap(({ content }) => list(content))
  const result = blocks.findLast(({ type }) => type === 'tool_result')
  return {
    model: word(body['model']),
    isStream: body['stream'] === true,
    wantsStreamUsage: true,
    prompt: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    tools: list(body['tools']).map(({ name }) => word(name)),
    toolResult: result === undefined ? null : textOf(result['content']),
    schema: schemaIn(record(record(body['output_config'])['format'])),
  }
}

const usageOf = ({ usage }: Answer) => ({
  input_tokens: usage.promptTokens - usage.cachedTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage.cachedTokens,
  output_tokens: usage.outputTokens,
  service_tier: 'standard',
})

const stopReason = ({ call }: Answer) => (call === null ? 'end_turn' : 'tool_use')

const message = (answer: Answer, over: Json): Json => ({
  id: 'msg_mock',
  type: 'message',
  role: 'assistant',
  model: answer.model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  ...over,
})

const toolUse = (answer: Answer, input: Json) =>
  answer.call === null ? [] : [{ type: 'tool_use', id: answer.call.id, name: answer.call.name, input }]

function frames(answer: Answer): readonly string[] {
  const { call } = answer
  const delta = (index: number, change: Json) => named('content_block_delta', { index, delta: change })
  const input = call === null ? [] : pieces(JSON.stringify(call.args))
  return [
    named('message_start', { message: message(answer, { usage: { ...usageOf(answer), output_tokens: 1 } }) }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    named('ping', {}),
    ...pieces(answer.text).map((text) => delta(0, { type: 'text_delta', text })),
    named('content_block_stop', { index: 0 }),
    ...toolUse(answer, {}).map((block) => named('content_block_start', { index: 1, content_block: block })),
    ...input.map((partial_json) => delta(1, { type: 'input_json_delta', partial_json })),
    ...(call === null ? [] : [named('content_block_stop', { index: 1 })]),
    named('message_delta', {
      delta: { stop_reason: stopReason(answer), stop_sequence: null },
      usage: { output_tokens: answer.usage.outputTokens },
    }),
    named('message_stop', {}),
  ]
}

export const anthropic: MockDialect = {
  read,
  reply: (answer) =>
    message(answer, {
      content: [{ type: 'text', text: answer.text }, ...toolUse(answer, record(answer.call?.args))],
      stop_reason: stopReason(answer),
      usage: usageOf(answer),
    }),
  frames,
  error: (status, text) => ({
    type: 'error',
    error: { type: errorTypes[status] ?? 'api_error', message: text },
    request_id: 'req_mock',
  }),
}
