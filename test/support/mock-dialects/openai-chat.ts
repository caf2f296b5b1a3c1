/** OpenAI Chat Completions as the scripted model speaks it, and the errors of both OpenAI dialects. */
import { invalidSignature, sign, signedThought, thoughtsOf, unsignedCall, type Thoughts } from './signing.ts'
import {
  bare,
  list,
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

const errorTypes: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ['invalid_request_error', null],
  401: ['invalid_request_error', 'invalid_api_key'],
  404: ['invalid_request_error', 'model_not_found'],
}

export const openaiError = (status: number, message: string): Json => {
  const [type, code] = errorTypes[status] ?? ['server_error', null]
  return { error: { message, type, param: null, code } }
}

function read(body: Json): Ask {
  const messages = list(body['messages'])
  const isModels = ({ role }: Json) => role === 'assistant'
  const result = sinceModel(messages, isModels).findLast(({ role }) => role === 'tool')
  return {
    model: word(body['model']),
    isStream: body['stream'] === true,
    wantsStreamUsage: record(body['stream_options'])['include_usage'] === true,
    prompt: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    turns: messages.filter(isModels).length,
    wantsThoughts: true,
    thoughts: thoughtsIn(messages, result !== undefined),
    tools: list(body['tools']).map((tool) => word(record(tool['function'])['name'])),
    toolResult: result === undefined ? null : textOf(result['content']),
    schema: schemaIn(record(record(body['response_format'])['json_schema'])),
  }
}

const maker = 'openai-chat'

/** Signs its calls as Google's compatible endpoint does. @param mustSign The last turn called a tool. */
function thoughtsIn(messages: readonly Json[], mustSign: boolean): Thoughts {
  const last = messages.findLastIndex(({ role }) => role === 'assistant')
  return thoughtsOf(
    messages.flatMap((message, at) =>
      list(message['tool_calls']).map((call) => {
        const signature = word(record(record(call['extra_content'])['google'])['thought_signature'])
        if (signature !== '') return signedThought(maker, signature) !== null || invalidSignature
        return mustSign && at === last ? unsignedCall(word(record(call['function'])['name']), at + 1) : null
      }),
    ),
  )
}

const usageOf = ({ usage }: Answer) => ({
  prompt_tokens: usage.promptTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.promptTokens + usage.outputTokens,
  prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: usage.reasoningTokens, audio_tokens: 0 },
})

const finish = ({ call }: Answer) => (call === null ? 'stop' : 'tool_calls')

const functionCall = (answer: Answer, args: string) =>
  answer.call === null
    ? []
    : [
        {
          id: answer.call.id,
          type: 'function',
          function: { name: answer.call.name, arguments: args },
          ...(answer.thought === null
            ? {}
            : { extra_content: { google: { thought_signature: sign(maker, answer.thought) } } }),
        },
      ]

function frames(answer: Answer, ask: Ask): readonly string[] {
  const chunk = (choices: readonly Json[], over: Json = {}) =>
    bare({
      id: `chatcmpl-mock-${answer.turn}`,
      object: 'chat.completion.chunk',
      created: 1767225600,
      model: answer.model,
      service_tier: 'default',
      choices,
      ...(ask.wantsStreamUsage ? { usage: null } : {}),
      ...over,
    })
  const delta = (change: Json, reason: string | null = null) =>
    chunk([{ index: 0, delta: change, logprobs: null, finish_reason: reason }])
  const args = answer.call === null ? [] : pieces(JSON.stringify(answer.call.args))
  return [
    delta({ role: 'assistant', content: '', refusal: null }),
    ...pieces(answer.thought ?? '').map((reasoning_content) => delta({ reasoning_content })),
    ...pieces(answer.text).map((content) => delta({ content })),
    ...functionCall(answer, '').map((call) => delta({ tool_calls: [{ index: 0, ...call }] })),
    ...args.map((part) => delta({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
    delta({}, finish(answer)),
    ...(ask.wantsStreamUsage ? [chunk([], { usage: usageOf(answer) })] : []),
    'data: [DONE]\n\n',
  ]
}

export const openaiChat: MockDialect = {
  read,
  reply(answer) {
    const calls = functionCall(answer, JSON.stringify(answer.call?.args))
    const reasoning = answer.thought === null ? {} : { reasoning_content: answer.thought }
    const message = { role: 'assistant', content: answer.text, ...reasoning, refusal: null }
    return {
      id: `chatcmpl-mock-${answer.turn}`,
      object: 'chat.completion',
      created: 1767225600,
      model: answer.model,
      choices: [
        {
          index: 0,
          message: calls.length === 0 ? message : { ...message, tool_calls: calls },
          logprobs: null,
          finish_reason: finish(answer),
        },
      ],
      usage: usageOf(answer),
      service_tier: 'default',
    }
  },
  frames,
  error: openaiError,
}

/** One vector; in base64 where that is asked for, as the official SDK does. */
export function embeddingsOf(body: Json): unknown {
  const vector = [0.25, -0.5, 1]
  const packed = Buffer.from(Float32Array.from(vector).buffer).toString('base64')
  return {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: body['encoding_format'] === 'base64' ? packed : vector }],
    model: body['model'],
    usage: { prompt_tokens: 500, total_tokens: 500 },
  }
}
