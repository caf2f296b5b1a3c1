/** An error as the caller's dialect answers with it. */
import type { AppError } from '../neutral/error.ts'
import { dialects } from '../wire/dialects.ts'
import type { Call } from './call.ts'

export interface ErrorAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export function errorAnswer(call: Call, error: AppError): ErrorAnswer {
  const dialect = dialects[call.dialect]
  const stream = call.isStream ? (dialect.writeErrorStream?.(error, call.id) ?? null) : null
  return stream === null
    ? { status: error.status, contentType: 'application/json', body: JSON.stringify(dialect.writeError(error)) }
    : { status: 200, contentType: 'text/event-stream; charset=utf-8', body: stream }
}
