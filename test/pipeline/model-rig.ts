/**
 * One scripted server as every provider, speaking all dialects, in which each model does as the test says; and a client of each
 * dialect before it. 1000 tokens in and 200 out whatever is asked, so that costs can be worked out by heart.
 */
import { merge } from '../../src/config/merge.ts'
import type { DialectId } from '../../src/neutral/model.ts'
import { anthropic } from '../support/mock-dialects/anthropic.ts'
import { gemini } from '../support/mock-dialects/gemini.ts'
import { openaiChat } from '../support/mock-dialects/openai-chat.ts'
import { openaiResponses } from '../support/mock-dialects/openai-responses.ts'
import type { Answer, MockDialect, ToolCall } from '../support/mock-dialects/turn.ts'
import { json, scriptedProvider, sse, type ScriptedProvider, type Seen } from '../support/provider.ts'
import { openPipeline, type Pipeline, type PipelineParts } from '../support/services.ts'

/** What a model does. A text is said; a number is an error's status. */
export type Act =
  | string
  | number
  | { readonly call: ToolCall; readonly text?: string }
  /** The words, and then its own limit. */
  | { readonly cutAfter: string }
  /** The server's own way; asked with what came. */
  | ((seen: Seen, signal: AbortSignal) => Response)

export const mocks: Readonly<Record<DialectId, MockDialect>> = {
  anthropic,
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  gemini,
}

export const allDialects: readonly DialectId[] = ['anthropic', 'openai-chat', 'openai-responses', 'gemini']

const usage = { promptTokens: 1000, cachedTokens: 0, outputTokens: 200, reasoningTokens: 0 }

export const answerOf = (model: string, act: Extract<Act, string | { readonly call: ToolCall }>): Answer => ({
  model,
  turn: 1,
  thought: null,
  text: typeof act === 'string' ? act : (act.text ?? ''),
  call: typeof act === 'string' ? null : act.call,
  usage,
})

/** Each dialect's word for an answer that its model's own limit ended. */
const cut: Readonly<Record<DialectId, readonly [end: string, limit: string]>> = {
  anthropic: ['"end_turn"', '"max_tokens"'],
  'openai-chat': ['"finish_reason":"stop"', '"finish_reason":"length"'],
  'openai-responses': [
    '"status":"completed","error":null,"incomplete_details":null',
    '"status":"incomplete","error":null,"incomplete_details":{"reason":"max_output_tokens"}',
  ],
  gemini: ['"STOP"', '"MAX_TOKENS"'],
}

const cutText = (dialect: DialectId, text: string): string => {
  const [end, limit] = cut[dialect]
  const changed = text.replace(end, limit)
  return dialect === 'openai-responses' ? changed.replace('response.completed', 'response.incomplete') : changed
}

export const dialectOf = (target: string): DialectId => {
  if (target.includes('enerateContent')) return 'gemini'
  if (target.includes('/responses')) return 'openai-responses'
  return target.includes('/messages') ? 'anthropic' : 'openai-chat'
}

/** What the provider sends, whole or as the pieces of a stream. */
export function written(dialect: DialectId, model: string, act: Exclude<Act, number | Function>, isStream: boolean) {
  const isCut = typeof act === 'object' && 'cutAfter' in act
  const answer = answerOf(model, isCut ? act.cutAfter : act)
  const mock = mocks[dialect]
  const asked = { ...mock.read({}, ''), isStream, wantsStreamUsage: true }
  const texts = isStream ? mock.frames(answer, asked) : [JSON.stringify(mock.reply(answer))]
  return isCut ? texts.map((text) => cutText(dialect, text)) : texts
}

export function modelOf({ target, text }: Seen): string {
  const inPath = /\/models\/([^/]+):/.exec(target)?.[1]
  return inPath === undefined ? (JSON.parse(text) as { model: string }).model : decodeURIComponent(inPath)
}

export interface Rig extends Pipeline {
  readonly provider: ScriptedProvider
  /** Models that were asked, in order. */
  asked(): readonly string[]
  post(asking: Asking): Promise<Response>
  stop(): Promise<void>
}

export interface Asking {
  readonly dialect?: DialectId
  readonly model?: string
  readonly isStream?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly mount?: string
  /** Members beside the usual ones. */
  readonly more?: object
  readonly prompt?: string
  readonly signal?: AbortSignal
}

const keys = {
  ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE-000000000000',
  OPENAI_API_KEY: 'sk-proj-FAKE-openai-0000000000',
  GEMINI_API_KEY: 'AIzaFAKE-configured',
}

/** Dear ones at $15 in and $75 out of a million, cheap ones at $1 and $5. */
const prices = Object.fromEntries(
  ['anthropic/claude', 'openai/gpt', 'google/gemini'].flatMap((name) => [
    [`${name}-cheap`, { inputUsd: 1, outputUsd: 5 }],
    [`${name}-dear`, { inputUsd: 15, outputUsd: 75 }],
  ]),
)

/** 1000 in and 200 out. */
export const cheapNanoUsd = 2_000_000
export const dearNanoUsd = 30_000_000

export function openRig(
  acts: Readonly<Record<string, Act>>,
  config: object = {},
  parts: Omit<PipelineParts, 'config'> = {},
): Rig {
  const provider = scriptedProvider((seen, signal) => play(seen, acts[modelOf(seen)] ?? 'Fine.', signal))
  const pipeline = openPipeline({
    ...parts,
    variables: { ...variablesFor(provider.url), ...parts.variables },
    config: merge({ prices, reliability: { retries: 0 } }, config),
  })
  return {
    ...pipeline,
    provider,
    asked: () => provider.seen.map(modelOf),
    post: (asking) => pipeline.ask(...requestOf(asking)),
    stop: () => provider.stop(),
  }
}

export const variablesFor = (url: string): Record<string, string> => ({
  ...keys,
  RELAYPLANE_ANTHROPIC_BASE_URL: url,
  RELAYPLANE_OPENAI_BASE_URL: `${url}/v1`,
  RELAYPLANE_GOOGLE_BASE_URL: `${url}/v1beta`,
})

function play(seen: Seen, act: Act, signal: AbortSignal): Response {
  const dialect = dialectOf(seen.target)
  if (typeof act === 'function') return act(seen, signal)
  if (typeof act === 'number') return json(mocks[dialect].error(act, 'The mock fails.'), { status: act })
  const isStream = seen.text.includes('"stream":true') || seen.target.includes(':stream')
  const texts = written(dialect, modelOf(seen), act, isStream)
  return isStream ? sse(texts) : new Response(texts[0], { headers: { 'content-type': 'application/json' } })
}

/** A tool in each dialect's words: `look` takes a city. */
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
export const tools: Readonly<Record<DialectId, object>> = {
  anthropic: { tools: [{ name: 'look', input_schema: parameters }] },
  'openai-chat': { tools: [{ type: 'function', function: { name: 'look', parameters } }] },
  'openai-responses': { tools: [{ type: 'function', name: 'look', parameters }] },
  gemini: { tools: [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: parameters }] }] },
}

export function requestOf({
  dialect = 'anthropic',
  model = 'claude-dear',
  isStream = false,
  headers = {},
  mount = '',
  more = {},
  prompt = 'Hi',
  signal,
}: Asking): [target: string, init: RequestInit] {
  const [path, body] = bodies[dialect](model, prompt, isStream)
  return [
    mount + path,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...body, ...more }),
      ...(signal && { signal }),
    },
  ]
}

const bodies: Readonly<
  Record<DialectId, (model: string, prompt: string, isStream: boolean) => [path: string, body: object]>
> = {
  anthropic: (model, content, stream) => [
    '/v1/messages',
    { model, max_tokens: 2000, ...(stream && { stream }), messages: [{ role: 'user', content }] },
  ],
  'openai-chat': (model, content, stream) => [
    '/v1/chat/completions',
    {
      model,
      ...(stream && { stream, stream_options: { include_usage: true } }),
      messages: [{ role: 'user', content }],
    },
  ],
  'openai-responses': (model, input, stream) => ['/v1/responses', { model, ...(stream && { stream }), input }],
  gemini: (model, text, isStream) => [
    `/v1beta/models/${model}:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    { contents: [{ role: 'user', parts: [{ text }] }] },
  ],
}
