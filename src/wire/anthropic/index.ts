/** Anthropic's Messages API as a dialect, and its errors. */
import type { AppError, ErrorCode } from '../../neutral/error.ts'
import type { Dialect } from '../dialect.ts'
import { readRequest } from './request.ts'
import { readReply } from './response.ts'
import { marks, readStream } from './stream.ts'

/** The types its clients know (platform.claude.com/docs/en/api/errors). */
const errorTypes: Readonly<Record<ErrorCode, string>> = {
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
  'provider-failed': 'api_error',
  'provider-unreachable': 'api_error',
  'timed-out': 'timeout_error',
  unavailable: 'overloaded_error',
  internal: 'api_error',
}

const writeError = (error: AppError) => ({
  type: 'error',
  error: { type: errorTypes[error.code], message: error.message },
})

export const anthropic: Dialect = {
  id: 'anthropic',
  marks,
  isTerminalLast: true,
  readRequest,
  readReply,
  readStream,
  writeError,
  writeErrorFrame: (error) => `event: error\ndata: ${JSON.stringify(writeError(error))}\n\n`,
}
