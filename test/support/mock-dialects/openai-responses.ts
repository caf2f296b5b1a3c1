/** OpenAI Responses as the scripted model speaks it. */
import { openaiError } from './openai-chat.ts'
import { sign, signedThought, thoughtsOf, type Thoughts } from './signing.ts'
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

function read(body: Json): Ask {
  const { input } = body
  const items: readonly Json[] = typeof input === 'string' ? [{ role: 'user', content: input }] : list(input)
  const result = sinceModel(items, isModels).findLast(({ type }) => word(type).endsWith('_output'))
  return {
    model: word(body['model']),
    isStream: body['stream'] === true,
    wantsStreamUsage: true,
    prompt: items
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    turns: turnsIn(items),
    wantsThoughts: Array.isArray(body['include']) && body['include'].includes('reasoning.encrypted_content'),
    thoughts: thoughtsIn(items, result !== undefined),
    // Codex brings its tools as an item of the input, in namespaces.
    tools: [...list(body['tools']), ...items.flatMap((item) => list(item['tools']))].flatMap(toolNames),
    toolResult: result === undefined ? null : textOf(result['output']),
    schema: schemaIn(record(record(body['text'])['format'])),
  }
}

/** Items have no role of their own where they are no messages. */
const isModels = ({ type, role }: Json): boolean =>
  role === 'assistant' || type === 'reasoning' || (word(type).endsWith('_call') && role === undefined)

const turnsIn = (items: readonly Json[]): number =>
  items.filter((item, index) => isModels(item) && !isModels(items[index + 1] ?? {})).length

const maker = 'openai-responses'

/** @param mustThink The last turn called a tool, and what it was thought upon must be among what came before the call. */
function thoughtsIn(items: readonly Json[], mustThink: boolean): Thoughts {
  const call = items.findLastIndex(({ type }) => word(type).endsWith('_call'))
  const turn = items.slice(items.slice(0, call).findLastIndex((item) => !isModels(item)) + 1, call)
  const isBare = mustThink && !turn.some(({ encrypted_content }) => encrypted_content !== undefined)
  const { id, type } = items[call] ?? {}
  return thoughtsOf([
    ...items.map(judge),
    isBare ? `Item '${word(id)}' of type '${word(type)}' was provided without its required 'reasoning' item.` : null,
  ])
}

function judge({ type, encrypted_content: packed }: Json): true | string | null {
  if (type !== 'reasoning' || packed === undefined || packed === null) return null
  const isOwn = word(packed).startsWith(cipher) && signedThought(maker, word(packed).slice(cipher.length)) !== null
  const shown = `${word(packed).slice(0, 4)}...${word(packed).slice(-4)}`
  return (
    isOwn ||
    `The encrypted content ${shown} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`
  )
}

/** How encrypted content begins. */
const cipher = 'gAAAA'

const toolNames = (tool: Json): readonly string[] =>
  tool['type'] === 'namespace' ? list(tool['tools']).flatMap(toolNames) : [word(tool['name'])]

const usageOf = ({ usage }: Answer) => ({
  input_tokens: usage.promptTokens,
  input_tokens_details: { cached_tokens: usage.cachedTokens },
  output_tokens: usage.outputTokens,
  output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  total_tokens: usage.promptTokens + usage.outputTokens,
})

const messageItem = ({ turn }: Answer, text: string, status: string): Json => ({
  id: `msg_mock_${turn}`,
  type: 'message',
  status,
  role: 'assistant',
  content: status === 'completed' ? [textPart(text)] : [],
})

const reasoningItems = ({ thought, turn }: Answer, isWhole: boolean): readonly Json[] =>
  thought === null
    ? []
    : [
        {
          id: `rs_mock_${turn}`,
          type: 'reasoning',
          summary: isWhole ? [{ type: 'summary_text', text: thought }] : [],
          encrypted_content: isWhole ? cipher + sign(maker, thought) : '',
        },
      ]

/** How many items stand before the message. */
const before = ({ thought }: Answer): number => (thought === null ? 0 : 1)

const textPart = (text: string): Json => ({ type: 'output_text', text, annotations: [], logprobs: [] })

/** A tool that takes text as it is, such as Codex's program, where others take JSON. */
const isFreeform = ({ call }: Answer) => call !== null && 'input' in call.args

function callItems(answer: Answer, args: string, status: string): readonly Json[] {
  const { call, turn } = answer
  if (call === null) return []
  const item = { id: `fc_mock_${turn}`, status, call_id: call.id, name: call.name }
  return isFreeform(answer)
    ? [{ ...item, type: 'custom_tool_call', input: args }]
    : [{ ...item, type: 'function_call', arguments: args }]
}

function argsOf(answer: Answer): string {
  if (answer.call === null) return ''
  return isFreeform(answer) ? word(answer.call.args['input']) : JSON.stringify(answer.call.args)
}

const outputOf = (answer: Answer): readonly Json[] => [
  ...reasoningItems(answer, true),
  messageItem(answer, answer.text, 'completed'),
  ...callItems(answer, argsOf(answer), 'completed'),
]

const response = (answer: Answer, over: Json): Json => ({
  id: `resp_mock_${answer.turn}`,
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
  const at = before(answer)
  const text = { item_id: `msg_mock_${answer.turn}`, output_index: at, content_index: 0 }
  const call = { item_id: `fc_mock_${answer.turn}`, output_index: at + 1 }
  const args = argsOf(answer)
  const [kind, said] = isFreeform(answer)
    ? ['response.custom_tool_call_input', { input: args }]
    : ['response.function_call_arguments', { arguments: args, name: answer.call?.name }]
  return [
    event('response.created', { response: begun }),
    event('response.in_progress', { response: begun }),
    ...reasoningItems(answer, false).map((item) => event('response.output_item.added', { output_index: 0, item })),
    ...summaryFrames(answer, event),
    ...reasoningItems(answer, true).map((item) => event('response.output_item.done', { output_index: 0, item })),
    event('response.output_item.added', { output_index: at, item: messageItem(answer, '', 'in_progress') }),
    event('response.content_part.added', { ...text, part: textPart('') }),
    ...pieces(answer.text).map((delta) => event('response.output_text.delta', { ...text, delta, logprobs: [] })),
    event('response.output_text.done', { ...text, text: answer.text, logprobs: [] }),
    event('response.content_part.done', { ...text, part: textPart(answer.text) }),
    event('response.output_item.done', { output_index: at, item: messageItem(answer, answer.text, 'completed') }),
    ...callItems(answer, '', 'in_progress').map((item) =>
      event('response.output_item.added', { output_index: at + 1, item }),
    ),
    ...pieces(args).map((delta) => event(`${kind}.delta`, { ...call, delta })),
    ...callItems(answer, args, 'completed').flatMap((item) => [
      event(`${kind}.done`, { ...call, ...said }),
      event('response.output_item.done', { output_index: at + 1, item }),
    ]),
    event('response.completed', { response: response(answer, {}) }),
  ]
}

function summaryFrames({ thought, turn }: Answer, event: (type: string, data: Json) => string): readonly string[] {
  if (thought === null) return []
  const summary = { item_id: `rs_mock_${turn}`, output_index: 0, summary_index: 0 }
  return [
    event('response.reasoning_summary_part.added', { ...summary, part: { type: 'summary_text', text: '' } }),
    ...pieces(thought).map((delta) => event('response.reasoning_summary_text.delta', { ...summary, delta })),
    event('response.reasoning_summary_text.done', { ...summary, text: thought }),
    event('response.reasoning_summary_part.done', { ...summary, part: { type: 'summary_text', text: thought } }),
  ]
}

export const openaiResponses: MockDialect = {
  read,
  reply: (answer) => response(answer, {}),
  frames,
  error: openaiError,
}
