/** Google's Gemini API as a dialect, and its errors. */
import type { AppError, ErrorCode } from '../../neutral/error.ts'
import type { Dialect } from '../dialect.ts'
import { readRequest } from './request.ts'
import { readReply } from './response.ts'
import { marks, readStream } from './stream.ts'

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
  'provider-failed': 'INTERNAL',
  'provider-unreachable': 'UNAVAILABLE',
  'timed-out': 'DEADLINE_EXCEEDED',
  unavailable: 'UNAVAILABLE',
  internal: 'INTERNAL',
}

const writeError = (error: AppError) => ({
  error: { code: error.status, message: error.message, status: statuses[error.code] },
})

export const gemini: Dialect = {
  id: 'gemini',
  marks,
  isTerminalLast: false,
  readRequest,
  readReply,
  readStream,
  writeError,
  writeErrorFrame: (error) => `data: ${JSON.stringify(writeError(error))}\n\n`,
}
