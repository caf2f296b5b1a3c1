/** Anthropic Messages as the scripted model speaks it. */
import { sign, thoughtsOf, type Thoughts } from './signing.ts'
import {
  list,
  named,
  pieces,
  record,
  schemaIn,
  sinceModel,
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
  const isModels = ({ role }: Json) => role === 'assistant'
  const latest = sinceModel(messages, isModels).flatMap(({ content }) => list(content))
  const result = latest.findLast(({ type }) => type === 'tool_result')
  const style = word(record(body['thinking'])['type'])
  return {
    model: word(body['model']),
    isStream: body['stream'] === true,
    wantsStreamUsage: true,
    prompt: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    turns: messages.filter(isModels).length,
    wantsThoughts: style === 'enabled' || style === 'adaptive',
    thoughts: thoughtsIn(messages, style === 'enabled' && result !== undefined),
    tools: list(body['tools']).map(({ name }) => word(name)),
    toolResult: result === undefined ? null : textOf(result['content']),
    schema: schemaIn(record(record(body['output_config'])['format'])),
  }
}

const maker = 'anthropic'

/** @param mustThink The last turn called a tool: with a budget the API lets nobody go on without the thoughts before. */
function thoughtsIn(messages: readonly Json[], mustThink: boolean): Thoughts {
  const last = messages.findLastIndex(({ role }) => role === 'assistant')
  return thoughtsOf(
    messages.flatMap(({ content }, at) => {
      const blocks = list(content)
      const first = blocks[0]?.['type']
      const isBare = mustThink && at === last && first !== 'thinking' && first !== 'redacted_thinking'
      return [
        ...blocks.map((block, index) => judge(block, `messages.${at}.content.${index}`)),
        isBare ? bareTurn(at, first) : null,
      ]
    }),
  )
}

function judge({ type, thinking, signature }: Json, place: string): true | string | null {
  if (type === 'redacted_thinking') return `${place}: Invalid \`data\` in \`redacted_thinking\` block`
  if (type !== 'thinking') return null
  return signature === sign(maker, word(thinking)) || `${place}: Invalid \`signature\` in \`thinking\` block`
}

const bareTurn = (at: number, found: unknown): string =>
  `messages.${at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${String(found)}\`. When ` +
  '`thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of ' +
  '`tool_use` and `tool_result` blocks).'

const usageOf = ({ usage }: Answer) => ({
  input_tokens: usage.promptTokens - usage.cachedTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage.cachedTokens,
  output_tokens: usage.outputTokens,
  service_tier: 'standard',
})

const stopReason = ({ call }: Answer) => (call === null ? 'end_turn' : 'tool_use')

const message = (answer: Answer, over: Json): Json => ({
  id: `msg_mock_${answer.turn}`,
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

const thinking = ({ thought }: Answer) =>
  thought === null ? [] : [{ type: 'thinking', thinking: thought, signature: sign(maker, thought) }]

function frames(answer: Answer): readonly string[] {
  const { call, thought } = answer
  const text = thought === null ? 0 : 1
  const delta = (index: number, change: Json) => named('content_block_delta', { index, delta: change })
  const input = call === null ? [] : pieces(JSON.stringify(call.args))
  return [
    named('message_start', { message: message(answer, { usage: { ...usageOf(answer), output_tokens: 1 } }) }),
    ...thinking(answer).flatMap(({ type, thinking: words, signature }) => [
      named('content_block_start', { index: 0, content_block: { type, thinking: '', signature: '' } }),
      ...pieces(words).map((piece) => delta(0, { type: 'thinking_delta', thinking: piece })),
      delta(0, { type: 'signature_delta', signature }),
      named('content_block_stop', { index: 0 }),
    ]),
    named('content_block_start', { index: text, content_block: { type: 'text', text: '' } }),
    named('ping', {}),
    ...pieces(answer.text).map((piece) => delta(text, { type: 'text_delta', text: piece })),
    named('content_block_stop', { index: text }),
    ...toolUse(answer, {}).map((block) => named('content_block_start', { index: text + 1, content_block: block })),
    ...input.map((partial_json) => delta(text + 1, { type: 'input_json_delta', partial_json })),
    ...(call === null ? [] : [named('content_block_stop', { index: text + 1 })]),
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
      content: [
        ...thinking(answer),
        { type: 'text', text: answer.text },
        ...toolUse(answer, record(answer.call?.args)),
      ],
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
