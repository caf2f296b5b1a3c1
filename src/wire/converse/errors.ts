/** AWS's errors as ours: by status in a whole answer, by name inside a stream. */
import { AppError, type ErrorCode } from '../../neutral/error.ts'
import { asRecord, asString } from '../fields.ts'

const codesByStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [408, 'timed-out'],
  [413, 'too-large'],
  [429, 'rate-limited'],
  [503, 'overloaded'],
])

/** Inside a stream there is no status (API_runtime_ConverseStreamOutput). */
const statusByName: Readonly<Record<string, number>> = {
  validationException: 400,
  throttlingException: 429,
  serviceUnavailableException: 503,
  modelStreamErrorException: 424,
  internalServerException: 500,
  modelTimeoutException: 408,
}

/** What models say when the conversation is longer than their window; the words differ from maker to maker. */
const tooLong = /too long|context (?:length|window)|too many (?:input )?tokens|(?:exceed\w*|maximum)[^.]{0,60}\btokens/i

export function readError(status: number, body: unknown): AppError {
  const fields = asRecord(body)
  const message = asString(fields?.message) ?? asString(fields?.Message)
  return new AppError(codeOf(status, message ?? ''), message ?? `The provider answered with status ${status}.`, {
    status,
  })
}

export const readException = (name: string, body: unknown): AppError => readError(statusByName[name] ?? 500, body)

function codeOf(status: number, message: string): ErrorCode {
  if (status === 400 && tooLong.test(message)) return 'context-exceeded'
  return (
    codesByStatus.get(status) ??
    (status >= 400 && status < 500 && status !== 424 ? 'invalid-request' : 'provider-failed')
  )
}
