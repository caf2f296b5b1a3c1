/** Scripted providers on loopback: one that answers with Responses, one that writes raw bytes to the socket. */
import type { Socket } from 'bun'

export interface Seen {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Headers
  readonly body: Uint8Array
  readonly text: string
}

export interface ScriptedProvider {
  readonly url: string
  readonly seen: readonly Seen[]
  /** Requests whose client (the proxy) went away before the answer was whole. */
  readonly aborted: () => number
  stop(): Promise<void>
}

export type Script = (request: Seen, signal: AbortSignal) => Response | Promise<Response>

export function scriptedProvider(script: Script): ScriptedProvider {
  const seen: Seen[] = []
  let aborted = 0
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    maxRequestBodySize: 512 * 1024 * 1024,
    async fetch(request) {
      const body = new Uint8Array(await request.arrayBuffer())
      const one: Seen = {
        method: request.method,
        target: request.url.slice(request.url.indexOf('/', 8)),
        headers: request.headers,
        body,
        text: new TextDecoder().decode(body),
      }
      seen.push(one)
      request.signal.addEventListener('abort', () => aborted++)
      return script(one, request.signal)
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, seen, aborted: () => aborted, stop: () => server.stop(true) }
}

export interface RawProvider {
  readonly url: string
  /** What arrived, whole, one entry a request. */
  readonly seen: readonly string[]
  /** Resolves when the proxy has closed a connection. */
  readonly closed: () => number
  stop(): void
}

/** @param answer Called once a request has arrived whole; writes what it likes to the socket. */
export function rawProvider(
  answer: (socket: Socket<{ text: string }>, request: string) => void | Promise<void>,
): RawProvider {
  const seen: string[] = []
  let closed = 0
  const server = Bun.listen<{ text: string }>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(socket) {
        socket.data = { text: '' }
      },
      async data(socket, chunk) {
        socket.data.text += chunk.toString('latin1')
        const request = wholeRequest(socket.data.text)
        if (request === null) return
        socket.data.text = ''
        seen.push(request)
        await answer(socket, request)
      },
      close() {
        closed++
      },
      error() {
        // The other side reset the connection; `close` counts it.
      },
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, seen, closed: () => closed, stop: () => server.stop(true) }
}

function wholeRequest(text: string): string | null {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return null
  const length = /content-length: *(\d+)/i.exec(text.slice(0, head))?.[1]
  if (length !== undefined) return text.length >= head + 4 + Number(length) ? text : null
  return /transfer-encoding: *chunked/i.test(text.slice(0, head)) && !text.endsWith('0\r\n\r\n') ? null : text
}

export const json = (value: unknown, init?: ResponseInit): Response => Response.json(value, init)

/** A stream of server-sent events from pieces, each sent on its own. */
export function sse(pieces: readonly string[], headers: Record<string, string> = {}): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async start(out) {
      for (const piece of pieces) {
        out.enqueue(encoder.encode(piece))
        await Promise.resolve()
      }
      out.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream', ...headers } })
}
