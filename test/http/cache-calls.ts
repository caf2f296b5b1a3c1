/** Calls of each dialect that may be answered from the cache, and a provider that answers them and counts. */
import type { DialectId } from '../../src/neutral/model.ts'
import { fakeKeys } from '../support/fake-keys.ts'
import { json, scriptedProvider, sse, type Script, type ScriptedProvider } from '../support/provider.ts'
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

export type Json = Readonly<Record<string, unknown>>

export interface Ask {
  /** What the caller says: the same text, the same request. */
  readonly text: string
  readonly isStream?: boolean
  /** Members laid over the body. */
  readonly more?: Json
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

interface Speaker {
  readonly dialect: DialectId
  readonly path: (isStream: boolean) => string
  readonly headers: Readonly<Record<string, string>>
  readonly body: (text: string) => Json
  readonly reply: unknown
  readonly frames: readonly string[]
}

const turn = (content: string) => [{ role: 'user', content }]

const itemAdded = {
  type: 'response.output_item.added',
  sequence_number: 1,
  output_index: 0,
  item: { type: 'message', id: 'msg_1', role: 'assistant', status: 'in_progress', content: [] },
}

export const speakers: Readonly<Record<DialectId, Speaker>> = {
  anthropic: {
    dialect: 'anthropic',
    path: () => '/v1/messages',
    headers: { 'x-api-key': fakeKeys.anthropic, 'anthropic-version': '2023-06-01' },
    body: (text) => ({ model: 'claude-sonnet-4-5', max_tokens: 100, temperature: 0, messages: turn(text) }),
    reply: anthropicReply,
    frames: anthropicFrames,
  },
  'openai-chat': {
    dialect: 'openai-chat',
    path: () => '/v1/chat/completions',
    headers: { authorization: `Bearer ${fakeKeys.openai}` },
    body: (text) => ({ model: 'gpt-4o-mini', temperature: 0, messages: turn(text) }),
    reply: chatReply,
    frames: chatFrames,
  },
  'openai-responses': {
    dialect: 'openai-responses',
    path: () => '/v1/responses',
    headers: { authorization: `Bearer ${fakeKeys.openai}` },
    body: (text) => ({ model: 'gpt-5', temperature: 0, store: false, input: text }),
    reply: responsesReply,
    frames: [
      responsesFrames[0] ?? '',
      `event: ${itemAdded.type}\ndata: ${JSON.stringify(itemAdded)}\n\n`,
      ...responsesFrames.slice(1),
    ],
  },
  gemini: {
    dialect: 'gemini',
    path: (isStream) =>
      `/v1beta/models/gemini-2.5-flash:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: { 'x-goog-api-key': fakeKeys.google },
    body: (text) => ({ contents: [{ role: 'user', parts: [{ text }] }], generationConfig: { temperature: 0 } }),
    reply: geminiReply,
    frames: geminiFrames,
  },
}

export const everyDialect: readonly DialectId[] = ['anthropic', 'openai-chat', 'openai-responses', 'gemini']

export function callOf(dialect: DialectId, { text, isStream = false, more = {}, headers = {}, signal }: Ask) {
  const speaker = speakers[dialect]
  const stream = isStream && dialect !== 'gemini' ? { stream: true } : {}
  const init: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...speaker.headers, ...headers },
    body: JSON.stringify({ ...speaker.body(text), ...stream, ...more }),
    ...(signal && { signal }),
  }
  return { path: speaker.path(isStream), init }
}

export function ask(url: string, dialect: DialectId, one: Ask): Promise<Response> {
  const { path, init } = callOf(dialect, one)
  return fetch(url + path, init)
}

/** What it answers unless a test says otherwise: the dialect's reply, whole or streamed as it is asked. */
export const usual: Script = ({ target, text }) => {
  const { reply, frames } = speakers[dialectOf(target)]
  const isStream = target.includes(':stream') || (JSON.parse(text) as Json)['stream'] === true
  return isStream ? sse(frames) : json(reply)
}

const dialectOf = (target: string): DialectId =>
  everyDialect.find((dialect) => target.startsWith(speakers[dialect].path(false).split(':')[0] ?? '')) ?? 'anthropic'

export interface CountingProvider extends ScriptedProvider {
  /** Requests whose body holds the text. */
  asked(text: string): number
}

export function countingProvider(script: Script = usual): CountingProvider {
  const provider = scriptedProvider(script)
  return { ...provider, asked: (text) => provider.seen.filter((seen) => seen.text.includes(text)).length }
}
