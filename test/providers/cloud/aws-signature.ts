/** AWS Signature Version 4 computed a second time, from the specification alone, with node:crypto. */
import { createHash, createHmac } from 'node:crypto'

export interface Received {
  readonly method: string
  /** As it stood in the request line. */
  readonly path: string
  readonly query: string
  readonly header: (name: string) => string | null
  readonly body: Uint8Array
}

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: Uint8Array | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Each segment of the path is encoded once more than it was sent (all services but S3). */
const canonicalPath = (path: string): string =>
  path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/')

/** The `Authorization` header that AWS would expect of this request. */
export function expectedAuthorization(
  received: Received,
  keys: { readonly id: string; readonly secret: string },
  scope: { readonly region: string; readonly service: string },
): string {
  const said = received.header('authorization') ?? ''
  const signedHeaders = /SignedHeaders=([^,]+)/.exec(said)?.[1] ?? ''
  const time = received.header('x-amz-date') ?? ''
  const canonical = [
    received.method,
    canonicalPath(received.path),
    received.query,
    ...signedHeaders.split(';').map((name) => `${name}:${(received.header(name) ?? '').trim()}`),
    '',
    signedHeaders,
    sha256(received.body),
  ].join('\n')
  const credentialScope = `${time.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, credentialScope, sha256(canonical)].join('\n')
  const key = [scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
    (derived, part) => hmac(derived, part),
    hmac(`AWS4${keys.secret}`, time.slice(0, 8)),
  )
  const signature = hmac(key, toSign).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${keys.id}/${credentialScope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
}
