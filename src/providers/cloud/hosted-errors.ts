/** A platform's own errors in the words of the Messages API, so that clients of that dialect can read them. */
import { turnResponse, type Turner } from './turned-body.ts'

type JsonRecord = Readonly<Record<string, unknown>>

const recordOf = (value: unknown): JsonRecord | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonRecord) : null

/** platform.claude.com/docs/en/api/errors */
const typesByStatus: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [529, 'overloaded_error'],
])

/** What AWS calls them, without `Exception`; case differs between headers and event names. */
const typesByName: ReadonlyMap<string, string> = new Map([
  ['validation', 'invalid_request_error'],
  ['servicequotaexceeded', 'rate_limit_error'],
  ['throttling', 'rate_limit_error'],
  ['modelnotready', 'overloaded_error'],
  ['serviceunavailable', 'overloaded_error'],
  ['modeltimeout', 'timeout_error'],
  ['accessdenied', 'permission_error'],
  ['resourcenotfound', 'not_found_error'],
])

const typeOfName = (name: string): string | undefined =>
  typesByName.get(name.replace(/Exception.*$/i, '').toLowerCase())

const messagesError = (type: string, message: string): string =>
  JSON.stringify({ type: 'error', error: { type, message } })

/** One exception inside an AWS stream, as the body of an error. */
export function exceptionText(name: string, payload: string): string {
  const message = messageIn(parse(payload)) ?? name
  return messagesError(typeOfName(name) ?? 'api_error', message)
}

/** An error of the platform's own is told anew; the model's own, and everything that is no error, stays as it is. */
export function hostedError(response: Response): Response {
  if (response.status < 400 || !/\bjson\b/i.test(response.headers.get('content-type') ?? '')) return response
  const name = response.headers.get('x-amzn-errortype') ?? ''
  const fallback = typesByStatus.get(response.status) ?? 'api_error'
  return turnResponse(
    response,
    'application/json',
    rewriter((text) => retold(text, typeOfName(name) ?? fallback)),
  )
}

function retold(text: string, type: string): string {
  const value = parse(text)
  // Google's streams answer errors as a list of one.
  const body = recordOf(Array.isArray(value) ? value[0] : value)
  if (body === null || body['type'] === 'error') return text
  const message = messageIn(body) ?? messageIn(body['error'])
  return message === null ? text : messagesError(type, message)
}

/** AWS writes `message`, and in some places `Message`. */
function messageIn(value: unknown): string | null {
  const fields = recordOf(value)
  const message = fields?.['message'] ?? fields?.['Message']
  return typeof message === 'string' && message !== '' ? message : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON, so nothing of it can be told in other words.
    return undefined
  }
}

/** No error is longer; what is goes on as it is. */
const maxErrorBytes = 256 * 1024

function rewriter(rewrite: (text: string) => string): Turner {
  let kept: Uint8Array[] = []
  let keptBytes = 0
  let isTooLong = false
  return {
    read(chunk) {
      if (isTooLong) return [chunk]
      kept.push(chunk)
      keptBytes += chunk.length
      if (keptBytes <= maxErrorBytes) return []
      isTooLong = true
      const all = kept
      kept = []
      return all
    },
    end: () => (isTooLong || keptBytes === 0 ? [] : [Buffer.from(rewrite(Buffer.concat(kept).toString()))]),
  }
}
