/** Kept answers and the calls that ask for them, one of each dialect; every field can be set. */
import type { DialectId, Endpoint } from '../../src/neutral/model.ts'
import type { Kept } from '../../src/pipeline/cache-entry.ts'
import type { Call } from '../../src/pipeline/call.ts'
import { dialects } from '../../src/wire/dialects.ts'
import { call, startedMs, usage } from '../support/calls.ts'
import {
  anthropicFrames,
  anthropicReply,
  chatFrames,
  chatReply,
  geminiFrames,
  geminiReply,
  responsesFrames,
  responsesReply,
} from '../support/replies.ts'

export const kept = (over: Partial<Kept>): Kept => ({
  key: 'a'.repeat(64),
  form: 'json',
  asksUsage: false,
  contentType: 'application/json',
  body: Buffer.from('{}'),
  provider: 'acme',
  model: 'm',
  billing: 'metered',
  servedModel: 'm-2026',
  taskType: 'quick_task',
  costNanoUsd: 6_000_000,
  usage: usage({ inputTokens: 1000, outputTokens: 200 }),
  finishReason: 'stop',
  createdMs: startedMs,
  expiresMs: startedMs + 3_600_000,
  ...over,
})

export const keptJson = (reply: unknown, over: Partial<Kept> = {}): Kept =>
  kept({ body: Buffer.from(JSON.stringify(reply)), ...over })

export const keptStream = (frames: readonly string[], over: Partial<Kept> = {}): Kept =>
  kept({ form: 'sse', contentType: 'text/event-stream', body: Buffer.from(frames.join('')), ...over })

const user = [{ role: 'user', content: 'hello' }]

const bodies: Readonly<Record<DialectId, Readonly<Record<string, unknown>>>> = {
  anthropic: { model: 'm', max_tokens: 100, temperature: 0, messages: user },
  'openai-chat': { model: 'm', temperature: 0, messages: user },
  'openai-responses': { model: 'm', temperature: 0, input: 'hello', store: false },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'hello' }] }], generationConfig: { temperature: 0 } },
}

const endpoints: Readonly<Record<DialectId, Endpoint>> = {
  anthropic: 'messages',
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  gemini: 'generate',
}

export interface Asking {
  readonly isStream?: boolean
  /** Members to add to the body. */
  readonly more?: Readonly<Record<string, unknown>>
  readonly over?: Partial<Call>
}

export function asking(dialect: DialectId, { isStream = false, more = {}, over = {} }: Asking = {}): Call {
  const isGemini = dialect === 'gemini'
  const body = { ...bodies[dialect], ...(isStream && !isGemini ? { stream: true } : {}), ...more }
  return call({
    dialect,
    endpoint: isGemini && isStream ? 'stream_generate' : endpoints[dialect],
    isStream,
    search: isGemini && isStream ? '?alt=sse' : '',
    plainBody: Buffer.from(JSON.stringify(body)),
    facts: dialects[dialect].readRequest(body),
    requestedModel: 'm',
    ...over,
  })
}

export interface Example {
  readonly dialect: DialectId
  readonly reply: unknown
  readonly frames: readonly string[]
}

export const examples: readonly Example[] = [
  { dialect: 'anthropic', reply: anthropicReply, frames: anthropicFrames },
  { dialect: 'openai-chat', reply: chatReply, frames: chatFrames },
  { dialect: 'openai-responses', reply: responsesReply, frames: responsesFrames },
  { dialect: 'gemini', reply: geminiReply, frames: geminiFrames },
]
