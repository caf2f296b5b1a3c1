/** OpenAI Responses as the scripted model speaks it. */
import { openaiError } from './openai-chat.ts'
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

function read(body: Json): Ask {
  const { input } = body
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : list(input)
  const result = items.findLast((item) => 'output' in item && word(item.type).endsWith('_output'))
  return {
    model: word(body['model']),
    isStream: body['stream'] === true,
    wantsStreamUsage: true,
    prompt: items
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    // Codex brings its tools as an item of the input, in namespaces.
    tools: [...list(body['tools']), ...items.flatMap((item) => list((item as Json)['tools']))].flatMap(toolNames),
    toolResult: result === undefined ? null : textOf((result as Json)['output']),
    schema: schemaIn(record(record(body['text'])['format'])),
  }
}

const toolNames = (tool: Json): readonly string[] =>
  tool['type'] === 'namespace' ? list(tool['tools']).flatMap(toolNames) : [word(tool['name'])]

const usageOf = ({ usage }: Answer) => ({
  input_tokens: usage.promptTokens,
  input_tokens_details: { cached_tokens: usage.cachedTokens },
  output_tokens: usage.outputTokens,
  output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  total_tokens: usage.promptTokens + usage.outputTokens,
})

const messageItem = (text: string, status: string): Json => ({
  id: 'msg_mock',
  type: 'message',
  status,
  role: 'assistant',
  content: status === 'completed' ? [textPart(text)] : [],
})

const textPart = (text: string): Json => ({ type: 'output_text', text, annotations: [], logprobs: [] })

/** A tool that takes text as it is, such as Codex's program, where others take JSON. */
const isFreeform = ({ call }: Answer) => call !== null && 'input' in call.args

function callItems(answer: Answer, args: string, status: string): readonly Json[] {
  const { call } = answer
  if (call === null) return []
  const item = { id: 'fc_mock', status, call_id: call.id, name: call.name }
  return isFreeform(answer)
    ? [{ ...item, type: 'custom_tool_call', input: args }]
    : [{ ...item, type: 'function_call', arguments: args }]
}

function argsOf(answer: Answer): string {
  if (answer.call === null) return ''
  return isFreeform(answer) ? word(answer.call.args['input']) : JSON.stringify(answer.call.args)
}

const outputOf = (answer: Answer): readonly Json[] => [
  messageItem(answer.text, 'completed'),
  ...callItems(answer, argsOf(answer), 'completed'),
]

const response = (answer: Answer, over: Json): Json => ({
  id: 'resp_mock',
  object: 'response',
  created_at: 1767225600,
  status: 'completed',
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  model: answer.model,
  output: outputOf(answer),
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  service_tier: 'default',
  store: false,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  usage: usageOf(answer),
  ...over,
})

function frames(answer: Answer): readonly string[] {
  let sequence = 0
  const event = (type: string, data: Json) => named(type, { sequence_number: sequence++, ...data })
  const begun = response(answer, { status: 'in_progress', output: [], usage: null })
  const text = { item_id: 'msg_mock', output_index: 0, content_index: 0 }
  const call = { item_id: 'fc_mock', output_index: 1 }
  const args = argsOf(answer)
  const [kind, said] = isFreeform(answer)
    ? ['response.custom_tool_call_input', { input: args }]
    : ['response.function_call_arguments', { arguments: args, name: answer.call?.name }]
  return [
    event('response.created', { response: begun }),
    event('response.in_progress', { response: begun }),
    event('response.output_item.added', { output_index: 0, item: messageItem('', 'in_progress') }),
    event('response.content_part.added', { ...text, part: textPart('') }),
    ...pieces(answer.text).map((delta) => event('response.output_text.delta', { ...text, delta, logprobs: [] })),
    event('response.output_text.done', { ...text, text: answer.text, logprobs: [] }),
    event('response.content_part.done', { ...text, part: textPart(answer.text) }),
    event('response.output_item.done', { output_index: 0, item: messageItem(answer.text, 'completed') }),
    ...callItems(answer, '', 'in_progress').map((item) =>
      event('response.output_item.added', { output_index: 1, item }),
    ),
    ...pieces(args).map((delta) => event(`${kind}.delta`, { ...call, delta })),
    ...callItems(answer, args, 'completed').flatMap((item) => [
      event(`${kind}.done`, { ...call, ...said }),
      event('response.output_item.done', { output_index: 1, item }),
    ]),
    event('response.completed', { response: response(answer, {}) }),
  ]
}

export const openaiResponses: MockDialect = {
  read,
  reply: (answer) => response(answer, {}),
  frames,
  error: openaiError,
}
