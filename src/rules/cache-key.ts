/** What an answer is kept under: a hash of all that can change it. Pure. */
import type { DialectId, Endpoint } from '../neutral/model.ts'
import { telling } from './cache-key-fields.ts'
import { canonical } from './cache-key-json.ts'
import { fold } from './cache-key-noise.ts'

/** `aggressive`: requests that differ only in when, and in which session, they are asked share a key (docs/decisions/0016). */
export type CacheMode = 'exact' | 'aggressive'

export interface KeyParts {
  readonly dialect: DialectId
  readonly endpoint: Endpoint
  /** Mount included, version not. */
  readonly path: string
  /** With or without its question mark. */
  readonly query: string
  /** Parsed JSON. */
  readonly body: unknown
  readonly requestedModel: string | null
  /** Those that can change the answer; their order, and the case of their names, do not matter. */
  readonly headers: readonly (readonly [string, string])[]
  /** A hash of who pays; never a key itself. */
  readonly credentialScope: string
  /** A fingerprint of the settings that can route it elsewhere. */
  readonly routing: string
}

/** Goes into every hash: what was kept under another way of making it is not found any more. */
const version = 1

/** @returns SHA-256, hex. @throws RangeError for a body that is nested deeper than the stack. */
export function cacheKey(parts: KeyParts, mode: CacheMode): string {
  const { dialect, credentialScope, requestedModel, routing } = parts
  const body = telling(parts.body, dialect)
  const hash = new Bun.CryptoHasher('sha256')
  // One list, so that no two parts can be cut in another place and be the same.
  hash.update(
    canonical([version, mode, dialect, ...placeOf(parts), requestedModel, headersOf(parts), credentialScope, routing]),
  )
  hash.update('\n')
  hash.update(canonical(mode === 'exact' ? body : fold(body, dialect).body))
  return hash.digest('hex')
}

/**
 * What a request says about when and by whom it is asked, word for word, as far as the mode takes no notice of it. An answer that
 * repeats one of these is not for whoever else asks.
 */
export const foldedIn = (body: unknown, dialect: DialectId, mode: CacheMode): readonly string[] =>
  mode === 'exact' ? [] : fold(body, dialect).folded

/** Gemini asks for a stream in the path, and for its form in the query. */
function placeOf({ dialect, endpoint, path, query }: KeyParts): readonly [Endpoint, string, string] {
  const parameters = query.replace(/^\?/, '')
  if (dialect !== 'gemini') return [endpoint, path, parameters]
  return [
    endpoint === 'stream_generate' ? 'generate' : endpoint,
    path.replace(/:streamGenerateContent$/, ':generateContent'),
    parameters
      .split('&')
      .filter((parameter) => parameter !== 'alt=sse' && parameter !== 'alt=json')
      .join('&'),
  ]
}

function headersOf({ headers }: KeyParts): readonly (readonly [string, string])[] {
  const named = headers.map(([name, value]) => [name.toLowerCase(), value] as const)
  // Stable: values of one name keep their order, which can matter.
  return named.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
}
