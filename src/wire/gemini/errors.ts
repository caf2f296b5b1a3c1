/** Errors of the Gemini API: `{"error": {code, message, status, details}}`, alone or in a list of one. */
import { AppError, type ErrorCode } from '../../neutral/error.ts'
import { asCount, asList, asRecord, asString, type JsonRecord } from '../fields.ts'

export function readError(status: number, body: unknown): AppError {
  const error = asRecord(asRecord(Array.isArray(body) ? asList(body)[0] : body)?.['error'])
  const message = asString(error?.['message'])
  const told = asCount(error?.['code'])
  // Inside a stream the answer began with 200, and the error says its status itself.
  const ownStatus = status >= 400 ? status : told !== null && told >= 400 && told < 600 ? told : 502
  const code = codeOf(ownStatus, message ?? '', error)
  return new AppError(code, message ?? `The provider answered with status ${ownStatus}.`, { status: ownStatus })
}

/** `The input token count (1054016) exceeds the maximum number of tokens allowed (1048576).` */
const isTooLong = (message: string): boolean =>
  /token count.*exceeds|exceeds the maximum number of (input )?tokens|(prompt|input|context).{0,40}too (long|large)|context (length|window)/i.test(
    message,
  )

const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  429: 'rate-limited',
  503: 'overloaded',
  504: 'timed-out',
  529: 'overloaded',
}

function codeOf(status: number, message: string, error: JsonRecord | null): ErrorCode {
  if ((status === 400 || status === 413) && isTooLong(message)) return 'context-exceeded'
  // A wrong key is a 400 here.
  if (status === 400 && (hasReason(error, 'API_KEY_INVALID') || /api key not valid/i.test(message)))
    return 'unauthorized'
  return codes[status] ?? (status < 500 ? 'invalid-request' : 'provider-failed')
}

const hasReason = (error: JsonRecord | null, reason: string): boolean =>
  asList(error?.['details']).some((detail) => asRecord(detail)?.['reason'] === reason)

/** The names of google.rpc.Code (github.com/googleapis/googleapis, google/rpc/code.proto). */
const statuses: Readonly<Record<ErrorCode, string>> = {
  'invalid-request': 'INVALID_ARGUMENT',
  unauthorized: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  'not-found': 'NOT_FOUND',
  'method-not-allowed': 'INVALID_ARGUMENT',
  'too-large': 'INVALID_ARGUMENT',
  unsupported: 'FAILED_PRECONDITION',
  'context-exceeded': 'INVALID_ARGUMENT',
  'rate-limited': 'RESOURCE_EXHAUSTED',
  overloaded: 'UNAVAILABLE',
  // Not RESOURCE_EXHAUSTED: that one is tried again.
  'budget-exceeded': 'FAILED_PRECONDITION',
  'anomaly-blocked': 'PERMISSION_DENIED',
  'provider-failed': 'INTERNAL',
  'provider-unreachable': 'UNAVAILABLE',
  'timed-out': 'DEADLINE_EXCEEDED',
  unavailable: 'UNAVAILABLE',
  internal: 'INTERNAL',
}

export const writeError = (error: AppError) => ({
  error: { code: error.status, message: sentenceOf(error), status: statuses[error.code] },
})

/** Clients know a conversation that has grown too long by Google's own words alone. */
const googlesWords = /token count.*exceeds|exceeds the maximum number of (input )?tokens/i

const sentenceOf = ({ code, message }: AppError): string =>
  code !== 'context-exceeded' || googlesWords.test(message)
    ? message
    : `The input token count exceeds the maximum number of tokens allowed. ${message}`

export const writeErrorFrame = (error: AppError): string => `data: ${JSON.stringify(writeError(error))}\n\n`
