/** A client that writes the very bytes it is given to a socket, and keeps the very bytes that come back. */
import { connect, type Socket } from 'node:net'

export interface RawReply {
  readonly status: number
  /** As written, in order, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** All values of a header, in order. */
  all(name: string): string[]
  /** The first value, or null. */
  get(name: string): string | null
  /** Without chunked framing. */
  readonly body: Buffer
  /** The body as text. */
  readonly text: string
}

export interface RawRequest {
  readonly method?: string
  readonly target: string
  /** Written as they are; `host` and the length are added where they are missing. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | string
  /** Pieces of a chunked body, in place of `body`. */
  readonly chunks?: readonly (Uint8Array | string)[]
}

/** @param port On 127.0.0.1. Fails after five seconds. */
export function rawRequest(port: number, request: RawRequest): Promise<RawReply> {
  return rawExchange(port, [requestBytes(port, request)], request.method === 'HEAD')
}

/** Writes the pieces one by one and reads one reply. */
export async function rawExchange(port: number, pieces: readonly Uint8Array[], isHead = false): Promise<RawReply> {
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    for (const piece of pieces) socket.write(piece)
    return await readReply(socket, isHead)
  } finally {
    socket.destroy()
  }
}

export function requestBytes(port: number, request: RawRequest): Buffer {
  const { method = 'POST', target, headers = [], chunks } = request
  const body = bytesOf(request.body ?? '')
  const has = (name: string) => headers.some(([given]) => given.toLowerCase() === name)
  const lines = [...headers]
  if (!has('host')) lines.unshift(['host', `127.0.0.1:${port}`])
  if (chunks !== undefined) lines.push(['transfer-encoding', 'chunked'])
  else if (!has('content-length') && (body.length > 0 || method === 'POST'))
    lines.push(['content-length', String(body.length)])
  const head = `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), chunks === undefined ? body : chunked(chunks)])
}

const bytesOf = (body: Uint8Array | string): Buffer => Buffer.from(body as Uint8Array)

/** A body in chunked framing, one chunk a piece. */
export const chunked = (pieces: readonly (Uint8Array | string)[]): Buffer =>
  Buffer.concat([
    ...pieces.flatMap((piece) => {
      const bytes = bytesOf(piece)
      return [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]
    }),
    Buffer.from('0\r\n\r\n'),
  ])

function readReply(socket: Socket, isHead: boolean): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const arrived: Buffer[] = []
    const giveUp = setTimeout(() => reject(new Error(`no whole reply within 5 s: ${text()}`)), 5000)
    const text = () => Buffer.concat(arrived).toString('latin1').slice(0, 500)
    const look = (isClosed: boolean) => {
      const reply = parseReply(Buffer.concat(arrived), isHead, isClosed)
      if (reply === null && !isClosed) return
      clearTimeout(giveUp)
      if (reply === null) reject(new Error(`the connection ended in the middle of a reply: ${text()}`))
      else resolve(reply)
    }
    socket.on('data', (chunk: Buffer) => {
      arrived.push(chunk)
      look(false)
    })
    socket.on('close', () => look(true))
    socket.on('error', reject)
  })
}

/** @returns null while the reply is not whole. */
export function parseReply(bytes: Buffer, isHead: boolean, isClosed: boolean): RawReply | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const all = (name: string) => headers.filter(([given]) => given === name).map(([, value]) => value)
  const get = (name: string) => all(name)[0] ?? null
  const status = Number(statusLine.split(' ')[1])
  const body = bodyOf(bytes.subarray(end + 4), {
    isBodiless: isHead || status === 204 || status === 304,
    isClosed,
    get,
  })
  return body === null ? null : { status, headers, all, get, body, text: body.toString('utf8') }
}

interface Framing {
  readonly isBodiless: boolean
  readonly isClosed: boolean
  readonly get: (name: string) => string | null
}

function bodyOf(bytes: Buffer, { isBodiless, isClosed, get }: Framing): Buffer | null {
  if (isBodiless) return Buffer.alloc(0)
  if (get('transfer-encoding') !== null) return unchunked(bytes)
  const length = get('content-length')
  if (length === null) return isClosed ? bytes : null
  return bytes.length < Number(length) ? null : bytes.subarray(0, Number(length))
}

function unchunked(bytes: Buffer): Buffer | null {
  const pieces: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    if (size === 0) return Buffer.concat(pieces)
    const start = lineEnd + 2
    if (bytes.length < start + size + 2) return null
    pieces.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}
