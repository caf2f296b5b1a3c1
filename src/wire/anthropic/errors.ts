/** Errors: ours in the words of this dialect's clients, the provider's as ours. */
import { AppError, type ErrorCode } from '../../neutral/error.ts'
import { asRecord, asString } from '../fields.ts'

/** The types its clients know (platform.claude.com/docs/en/api/errors). */
const typesByCode: Readonly<Record<ErrorCode, string>> = {
  'invalid-request': 'invalid_request_error',
  unauthorized: 'authentication_error',
  forbidden: 'permission_error',
  'not-found': 'not_found_error',
  'method-not-allowed': 'invalid_request_error',
  'too-large': 'request_too_large',
  unsupported: 'invalid_request_error',
  'context-exceeded': 'invalid_request_error',
  'rate-limited': 'rate_limit_error',
  overloaded: 'overloaded_error',
  'budget-exceeded': 'billing_error',
  'anomaly-blocked': 'permission_error',
  'provider-failed': 'api_error',
  'provider-unreachable': 'api_error',
  'timed-out': 'timeout_error',
  unavailable: 'overloaded_error',
  internal: 'api_error',
}

/** By these words clients know that the conversation must be made shorter; there is no type for it. */
const tooLong = 'prompt is too long'

export const writeError = (error: AppError) => ({
  type: 'error',
  error: { type: typesByCode[error.code], message: messageOf(error) },
})

function messageOf({ code, message }: AppError): string {
  if (code !== 'context-exceeded' || message.toLowerCase().includes(tooLong)) return message
  return `${tooLong}: ${message}`
}

export const writeErrorFrame = (error: AppError): string =>
  `event: error\ndata: ${JSON.stringify(writeError(error))}\n\n`

/** What each type means, and the status it comes with outside of a stream. */
const byType: Readonly<Record<string, { readonly code: ErrorCode; readonly status: number }>> = {
  invalid_request_error: { code: 'invalid-request', status: 400 },
  authentication_error: { code: 'unauthorized', status: 401 },
  billing_error: { code: 'forbidden', status: 402 },
  permission_error: { code: 'forbidden', status: 403 },
  not_found_error: { code: 'not-found', status: 404 },
  request_too_large: { code: 'too-large', status: 413 },
  rate_limit_error: { code: 'rate-limited', status: 429 },
  api_error: { code: 'provider-failed', status: 500 },
  timeout_error: { code: 'timed-out', status: 504 },
  overloaded_error: { code: 'overloaded', status: 529 },
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  402: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  429: 'rate-limited',
  503: 'overloaded',
  504: 'timed-out',
  529: 'overloaded',
}

/** The API's sentences about a prompt that does not fit, and those of servers that speak its dialect. */
const contextWords =
  /prompt is too long|too many tokens|(exceeds?|exceeded|longer than|over) [^.]*context|context[ _](length|window)[^.]*exceed|maximum context length/i

/** @param status Of the answer; null inside a stream, where the type alone tells. */
export function readError(status: number | null, body: unknown): AppError {
  const type = asString(asRecord(asRecord(body)?.error)?.type)
  const known = type === null ? undefined : byType[type]
  const message = sentenceOf(body) ?? `The provider answered with an error${status === null ? '' : ` (${status})`}.`
  const code = codeOf(status, known?.code, message)
  return new AppError(code, message, { status: status ?? known?.status ?? 500 })
}

function codeOf(status: number | null, typed: ErrorCode | undefined, message: string): ErrorCode {
  const code = (status === null ? undefined : byStatus[status]) ?? typed ?? codeOfRange(status ?? 500)
  const mayBeLength = code === 'invalid-request' || code === 'too-large'
  return mayBeLength && contextWords.test(message) ? 'context-exceeded' : code
}

const codeOfRange = (status: number): ErrorCode =>
  status >= 400 && status < 500 ? 'invalid-request' : 'provider-failed'

/** The longest sentence worth passing on. */
const maxSentence = 2000

function sentenceOf(body: unknown): string | null {
  const record = asRecord(body)
  const error = asRecord(record?.error)
  const candidates = [error?.message, record?.error, record?.message, record?.detail, body]
  return (
    candidates
      .map(asString)
      .find((text) => text !== null)
      ?.slice(0, maxSentence) ?? null
  )
}
