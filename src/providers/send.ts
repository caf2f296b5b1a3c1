/** The one fetch to a provider: which headers go, which come back, no redirects followed, encodings undone. */
import { HeaderTable } from '../lib/header-table.ts'
import { sessionCookie, withoutSession } from '../neutral/session-cookie.ts'

/** Headers about one connection, not about the request (RFC 9110 section 7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** The content encodings that fetch decodes; it hands others on as they came. */
const undone = /^(?:identity|gzip|x-gzip|deflate|br|zstd)$/i

/** What a header may be called (RFC 9110 section 5.6.2). */
const headerName = /^[!#$%&'*+.^`|~\w-]+$/

export interface UpstreamRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  /** null for none. */
  readonly body: Uint8Array | null
  readonly signal: AbortSignal
}

/**
 * Sends, and resolves with the head of the answer; its body is still open and without content encoding.
 * @throws What fetch throws: the signal's reason, or the network's error.
 */
export function sendUpstream(request: UpstreamRequest): Promise<Response> {
  return fetch(request.url, {
    method: request.method,
    headers: request.headers,
    body: request.body,
    signal: request.signal,
    redirect: 'manual',
    // Bun gives up on a silent connection after five minutes; how long silence may last is ours to say.
    timeout: false,
  } as RequestInit)
}

/** Ours, in either direction; no provider is to see them, and none is to speak in our name. */
const ours = 'x-relayplane-'

const notForwarded = new Set([...hopByHop, 'host', 'content-length', 'expect', 'accept-encoding'])
const notReturned = new Set([...hopByHop, 'content-length'])

/** The caller's headers without those that are ours, the connection's, or about an encoding we may have changed. */
export function forwardableHeaders(from: HeaderTable): Headers {
  const headers = without(from, notForwarded)
  headers.append('accept-encoding', 'identity')
  leaveSessionOut(headers, from)
  return headers
}

/** Who is logged in to our dashboard is nobody else's business, also where the path names a provider. */
function leaveSessionOut(headers: Headers, from: HeaderTable): void {
  const cookie = from.get('cookie')
  if (cookie === null || !cookie.includes(sessionCookie)) return
  const kept = withoutSession(cookie)
  if (kept === null) headers.delete('cookie')
  else headers.set('cookie', kept)
}

/** The provider's headers for the client: all but the connection's, the length and the encoding that fetch has undone. */
export function returnableHeaders(from: Headers): Headers {
  const headers = without(new HeaderTable(from), notReturned)
  const encoding = headers.get('content-encoding')
  if (encoding !== null && undone.test(encoding)) headers.delete('content-encoding')
  return headers
}

function without(from: HeaderTable, names: ReadonlySet<string>): Headers {
  const headers = from.copyWithout((name) => names.has(name) || name.startsWith(ours))
  for (const name of namedBy(from.get('connection'))) headers.delete(name)
  return headers
}

/** Headers that a `Connection` header declares to be about the connection. */
function namedBy(connection: string | null): readonly string[] {
  if (connection === null) return []
  return connection
    .split(',')
    .map((text) => text.trim())
    .filter((name) => headerName.test(name))
}
