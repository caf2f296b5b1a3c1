/** A model with two fallbacks, each at a provider of its own that does as the test says, on raw sockets; and what they billed. */
import type { Socket } from 'bun'
import { merge } from '../../src/config/merge.ts'
import { chunk, head, lastChunk, write } from '../faults/calls.ts'
import { rawProvider, type RawProvider } from './provider.ts'
import { freePort } from './relay.ts'
import { anthropicFrames, anthropicReply } from './replies.ts'
import { openPipeline, type Pipeline, type PipelineParts } from './services.ts'

/** What a provider does with one request. */
export type Act =
  | 'answer'
  | 'stream'
  /** The connection goes before there is a byte. */
  | 'reset'
  /** It goes after a part of the stream. */
  | 'reset-later'
  | 'silence'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

/** Done once that has come. */
export interface HeldAct {
  readonly held: Promise<unknown>
  readonly act: Act
}

/** `off`: nobody listens there. A list is done one after the other, its last for all that come later. */
export type Acts = 'off' | readonly (Act | HeldAct)[]

export type Who = 'first' | 'second' | 'third'

export interface Chain extends Pipeline {
  /** Who was asked, in order. */
  readonly asked: readonly Who[]
  /** What arrived, whole, one entry a request. */
  readonly seen: readonly string[]
  /** By the providers' own books, integer nano-USD. */
  billedNanoUsd(): number
  /** Connections that were closed, from either side. */
  closed(): number
  post(init?: { readonly stream?: boolean; readonly headers?: Readonly<Record<string, string>> }): Promise<Response>
  stop(): void
}

export const errorOf = (who: Who): string =>
  JSON.stringify({ type: 'error', error: { type: 'api_error', message: `the ${who} fails` } })

/** 1000 tokens in at $3, 200 out at $15, of a million. */
export const answerNanoUsd = 6_000_000

const price = { inputUsd: 3, outputUsd: 15 }
const settings = {
  prices: { 'anthropic/claude-one': price, 'second/claude-two': price, 'third/claude-three': price },
  fallbacks: { 'claude-one': ['second/claude-two', 'third/claude-three'] },
}

export const chainKeys = {
  first: 'sk-ant-api03-FAKE-first-0000000000',
  second: 'FAKE-second-0000000000',
  third: 'FAKE-third-0000000000',
} as const

/** @param config Laid over: no limits, the chain, prices. */
export function openChain(
  acts: Partial<Readonly<Record<Who, Acts>>>,
  parts: PipelineParts & { readonly config?: object } = {},
): Chain {
  const asked: Who[] = []
  const seen: string[] = []
  let billed = 0
  const servers: RawProvider[] = []
  const urlOf = (who: Who): string => {
    const list = acts[who] ?? ['answer']
    if (list === 'off') return `http://127.0.0.1:${freePort()}`
    let turn = 0
    const server = rawProvider((socket, request) => {
      asked.push(who)
      seen.push(request)
      const act = list[Math.min(turn++, list.length - 1)] ?? 'answer'
      if (act === 'answer' || act === 'stream') billed += answerNanoUsd
      return typeof act === 'object' && 'held' in act
        ? act.held.then(() => play(socket, who, act.act))
        : play(socket, who, act)
    })
    servers.push(server)
    return server.url
  }
  const mine = (who: 'second' | 'third') => ({ dialect: 'anthropic', baseUrl: urlOf(who), apiKey: chainKeys[who] })
  const providers = { second: mine('second'), third: mine('third') }
  const pipeline = openPipeline({
    ...parts,
    variables: {
      RELAYPLANE_ANTHROPIC_BASE_URL: urlOf('first'),
      ANTHROPIC_API_KEY: chainKeys.first,
      ...parts.variables,
    },
    config: merge({ ...settings, providers }, parts.config ?? {}),
  })
  return {
    ...pipeline,
    asked,
    seen,
    billedNanoUsd: () => billed,
    closed: () => servers.reduce((sum, server) => sum + server.closed(), 0),
    post: ({ stream = false, headers = {} } = {}) =>
      pipeline.ask('/v1/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: question(stream),
      }),
    stop: () => {
      for (const server of servers) server.stop()
    },
  }
}

export const question = (stream: boolean): string =>
  JSON.stringify({ model: 'claude-one', max_tokens: 300, stream, messages: [{ role: 'user', content: 'a secret' }] })

const reply = JSON.stringify(anthropicReply)

async function play(socket: Socket<unknown>, who: Who, act: Act): Promise<void> {
  switch (act) {
    case 'answer':
      return write(socket, head('application/json', `content-length: ${reply.length}`) + reply)
    case 'stream':
      return write(
        socket,
        head('text/event-stream', 'transfer-encoding: chunked') + chunk(anthropicFrames.join('')) + lastChunk,
      )
    case 'reset':
      socket.terminate()
      return
    case 'reset-later':
      write(
        socket,
        head('text/event-stream', 'transfer-encoding: chunked') + chunk(anthropicFrames.slice(0, 4).join('')),
      )
      await Bun.sleep(20)
      socket.terminate()
      return
    case 'silence':
      return
    default: {
      const { status, headers = {}, body = errorOf(who) } = act
      const length = `${Buffer.byteLength(body)}`
      const lines = Object.entries({ 'content-type': 'application/json', 'content-length': length, ...headers })
      return write(
        socket,
        `HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
      )
    }
  }
}
