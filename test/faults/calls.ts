/** One call per dialect, the bytes that providers answer with, and a client that hangs up when it likes. */
import type { Socket } from 'bun'
import { requestBytes } from '../support/raw-client.ts'
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

/** Fake, and nowhere to be seen afterwards. */
export const keys = {
  anthropic: 'sk-ant-api03-not-a-real-key-000000',
  openai: 'sk-proj-not-a-real-key-0000000000000000',
  google: 'AIzaNotARealKeyNotARealKeyNotARealKey00',
} as const

export interface DialectCall {
  readonly name: string
  readonly provider: keyof typeof keys
  readonly path: (isStream: boolean) => string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: (isStream: boolean) => string
  readonly frames: readonly string[]
  readonly reply: string
  /** What a dialect's error looks like: a part of its body, `code` and `sentence` left out. */
  readonly error: (body: unknown) => unknown
}

const turn = [{ role: 'user', content: 'Say hello, at some length.' }]
const field = (body: unknown, name: string): unknown => (body as Record<string, unknown>)[name]

export const calls: readonly [DialectCall, DialectCall, DialectCall, DialectCall] = [
  {
    name: 'Anthropic Messages',
    provider: 'anthropic',
    path: () => '/v1/messages',
    headers: [
      ['x-api-key', keys.anthropic],
      ['anthropic-version', '2023-06-01'],
    ],
    body: (stream) => JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 10, stream, messages: turn }),
    frames: anthropicFrames,
    reply: JSON.stringify(anthropicReply),
    error: (body) => field(field(body, 'error'), 'type'),
  },
  {
    name: 'OpenAI Chat Completions',
    provider: 'openai',
    path: () => '/v1/chat/completions',
    headers: [['authorization', `Bearer ${keys.openai}`]],
    body: (stream) =>
      JSON.stringify({ model: 'gpt-4o-mini', stream, messages: turn, stream_options: { include_usage: true } }),
    frames: chatFrames,
    reply: JSON.stringify(chatReply),
    error: (body) => field(field(body, 'error'), 'code'),
  },
  {
    name: 'OpenAI Responses',
    provider: 'openai',
    path: () => '/v1/responses',
    headers: [['authorization', `Bearer ${keys.openai}`]],
    body: (stream) => JSON.stringify({ model: 'gpt-5', stream, input: 'Say hello, at some length.' }),
    frames: responsesFrames,
    reply: JSON.stringify(responsesReply),
    error: (body) => field(field(body, 'error'), 'code'),
  },
  {
    name: 'Gemini',
    provider: 'google',
    path: (stream) => `/v1beta/models/gemini-2.5-flash:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: [['x-goog-api-key', keys.google]],
    body: () => JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Say hello, at some length.' }] }] }),
    frames: geminiFrames,
    reply: JSON.stringify(geminiReply),
    error: (body) => field(field(body, 'error'), 'status'),
  },
]

export const [messages, chat] = calls

export function send(url: string, call: DialectCall, isStream: boolean, init: RequestInit = {}): Promise<Response> {
  return fetch(url + call.path(isStream), {
    method: 'POST',
    body: call.body(isStream),
    headers: { 'content-type': 'application/json', ...Object.fromEntries(call.headers) },
    redirect: 'manual',
    ...init,
  })
}

export const callBytes = (port: number, call: DialectCall, isStream: boolean): Buffer =>
  requestBytes(port, {
    target: call.path(isStream),
    headers: [['content-type', 'application/json'], ...call.headers],
    body: call.body(isStream),
  })

/** A provider's status line and headers. */
export const head = (type: string, ...lines: readonly string[]): string =>
  ['HTTP/1.1 200 OK', `content-type: ${type}`, ...lines, '', ''].join('\r\n')

export const streamHead = head('text/event-stream', 'transfer-encoding: chunked')

/** A piece of a chunked body. */
export const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
export const lastChunk = '0\r\n\r\n'

/** Writes all of it, however much the socket takes at once. */
export function write(socket: Socket<unknown>, text: string): void {
  let rest = Buffer.from(text)
  const go = () => {
    const written = socket.write(rest)
    rest = rest.subarray(Math.max(0, written))
    socket.flush()
    if (rest.length > 0 && written >= 0) setTimeout(go, 1)
  }
  go()
}

/** Writes one byte after the other, each in a packet of its own. */
export async function drip(socket: Socket<unknown>, text: string, everyMs: number): Promise<void> {
  for (const byte of Buffer.from(text)) {
    socket.write(Uint8Array.of(byte))
    socket.flush()
    await Bun.sleep(everyMs)
  }
}

export interface Caller {
  readonly got: () => string
  /** Resolves with all that came once the mark is among it, or the connection has ended. */
  saw(mark: string): Promise<string>
  /** Resets the connection. */
  hangUp(): void
  /** Reads no more. */
  pause(): void
}

/** A client on a socket of its own that has sent these bytes. */
export async function caller(port: number, bytes: Uint8Array): Promise<Caller> {
  let text = ''
  let isOver = false
  let look = () => {}
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data(_, data) {
        text += data.toString('latin1')
        look()
      },
      close() {
        isOver = true
        look()
      },
      error() {
        // The proxy ended the connection; `close` follows.
      },
    },
  })
  write(socket, Buffer.from(bytes).toString('latin1'))
  return {
    got: () => text,
    saw: (mark) =>
      new Promise((resolve) => {
        look = () => {
          if (isOver || text.includes(mark)) resolve(text)
        }
        look()
      }),
    hangUp: () => {
      socket.terminate()
    },
    pause: () => {
      socket.pause()
    },
  }
}
