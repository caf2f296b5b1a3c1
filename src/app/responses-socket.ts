/**
 * The Responses API over a WebSocket, as Codex likes it: every turn is a request of its own through the same pipeline and in
 * the same books, its events sent as messages. A socket closed in mid-answer is a client that hung up.
 */
import type { ServerWebSocket, WebSocketHandler } from 'bun'
import type { Log } from '../lib/log.ts'
import { newId } from '../lib/uuid.ts'
import { Connection, writeSocketError } from '../wire/openai-responses/connection.ts'
import { FrameCutter, framesOf, readFrame } from '../wire/sse.ts'

export interface SocketData {
  /** Path and query of the upgrade. */
  readonly target: string
  readonly headers: Headers
  readonly serve: (request: Request) => Response | Promise<Response>
  readonly connection: Connection
  /** Of the answer under way. */
  abort: AbortController | null
  /** Turns wait for each other: a connection has one answer at a time. */
  last: Promise<void>
  /** Turns that wait or run. */
  queued: number
  /** Resolves when the client has taken what was sent. */
  drained: PromiseWithResolvers<void> | null
}

type Socket = ServerWebSocket<SocketData>

/** Paths that are served over a socket; any mount or version before them. */
const servedPath = /\/responses\/?$/

export const isSocketRequest = (request: Request): boolean =>
  request.headers.get('upgrade')?.toLowerCase() === 'websocket' && servedPath.test(new URL(request.url).pathname)

export function socketData(request: Request, serve: SocketData['serve']): SocketData {
  const { pathname, search } = new URL(request.url)
  const headers = new Headers(request.headers)
  for (const name of notForwarded) headers.delete(name)
  return {
    target: pathname + search,
    headers,
    serve,
    connection: new Connection(),
    abort: null,
    last: Promise.resolve(),
    queued: 0,
    drained: null,
  }
}

/** Of the handshake, and what the body of a turn says itself. */
const notForwarded = [
  'upgrade',
  'connection',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
  'content-length',
  'content-encoding',
]

/** More than this waiting at the client, and the provider is read no further. */
const maxBufferedBytes = 1024 * 1024
/** A client that sends turns faster than they can be answered. */
const maxQueued = 16

export interface ResponsesSockets {
  readonly handler: WebSocketHandler<SocketData>
  /** Closes those that wait for a turn now, the others after theirs. */
  end(): void
}

/** @param now Unix ms. */
export function openResponsesSockets(log: Log, now: () => number): ResponsesSockets {
  const open = new Set<Socket>()
  let isEnding = false
  const rest = (socket: Socket): void => {
    socket.data.queued--
    if (isEnding && socket.data.queued === 0) socket.close(goingAway, 'RelayPlane is stopping.')
  }
  return {
    handler: {
      // As large as a body may be over HTTP and larger; the pipeline says so in the dialect.
      maxPayloadLength: 128 * 1024 * 1024,
      // A model may think for minutes.
      idleTimeout: 0,
      perMessageDeflate: true,
      open: (socket) => void open.add(socket),
      message(socket, message) {
        const { data } = socket
        if (data.queued >= maxQueued) {
          socket.close(1008, 'Too many requests at once on one connection.')
          return
        }
        data.queued++
        data.last = data.last
          .then(() => turn(socket, message.toString(), now))
          .catch((fault: unknown) => {
            log.error(
              `a WebSocket turn failed: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
            )
            socket.close(1011, 'RelayPlane met a fault of its own.')
          })
          .finally(() => rest(socket))
      },
      drain({ data }) {
        data.drained?.resolve()
        data.drained = null
      },
      close(socket) {
        open.delete(socket)
        socket.data.abort?.abort()
        socket.data.drained?.resolve()
        socket.data.drained = null
      },
    },
    end() {
      isEnding = true
      for (const socket of open) if (socket.data.queued === 0) socket.close(goingAway, 'RelayPlane is stopping.')
    },
  }
}

/** RFC 6455 section 7.4.1. */
const goingAway = 1001

async function turn(socket: Socket, text: string, now: () => number): Promise<void> {
  const { data } = socket
  const asked = data.connection.read(text, () => newId(now()))
  switch (asked.kind) {
    case 'refused':
      socket.send(asked.event)
      return
    case 'prepare':
      for (const event of asked.events) socket.send(event)
      return
    case 'create':
      return answer(socket, JSON.stringify(asked.body), asked.headers)
  }
}

async function answer(socket: Socket, body: string, turnHeaders: Readonly<Record<string, string>>): Promise<void> {
  const { data } = socket
  if (socket.readyState !== WebSocket.OPEN) return
  data.abort = new AbortController()
  const headers = new Headers(data.headers)
  for (const [name, value] of Object.entries(turnHeaders)) headers.set(name, value)
  headers.set('content-type', 'application/json')
  headers.set('accept', 'text/event-stream')
  const host = headers.get('host') ?? 'localhost'
  const request = new Request(`http://${host}${data.target}`, {
    method: 'POST',
    headers,
    body,
    signal: data.abort.signal,
  })
  const response = await data.serve(request)
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!isStream || response.body === null) {
    socket.send(writeSocketError(response.status, await response.json().catch(() => null)))
    return
  }
  await sendEvents(socket, response.body)
}

async function sendEvents(socket: Socket, body: ReadableStream<Uint8Array>): Promise<void> {
  const { connection } = socket.data
  const cutter = new FrameCutter()
  const send = (block: Uint8Array | null): void => {
    if (block === null) return
    for (const bytes of framesOf(block)) {
      const { data } = readFrame(bytes)
      if (data === '' || data === '[DONE]') continue
      connection.see(data)
      socket.send(data)
    }
  }
  for await (const chunk of body) {
    send(cutter.push(chunk))
    await drained(socket)
  }
  send(cutter.rest())
}

/** Waits while the client is behind. */
async function drained(socket: Socket): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN || socket.getBufferedAmount() <= maxBufferedBytes) return
  socket.data.drained ??= Promise.withResolvers()
  await socket.data.drained.promise
}
