/** The provider's errors as ours: of a failed request, of an `error` event, of a response that failed midway. */
import { AppError, type ErrorCode } from '../../neutral/error.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'

/** By the provider's own word, which says more than the status. */
const byWord: ReadonlyMap<string, ErrorCode> = new Map([
  ['context_length_exceeded', 'context-exceeded'],
  ['string_above_max_length', 'too-large'],
  ['invalid_api_key', 'unauthorized'],
  ['authentication_error', 'unauthorized'],
  ['permission_error', 'forbidden'],
  ['model_not_found', 'not-found'],
  ['rate_limit_exceeded', 'rate-limited'],
  ['rate_limit_error', 'rate-limited'],
  ['usage_limit_reached', 'rate-limited'],
  ['insufficient_quota', 'rate-limited'],
  ['server_is_overloaded', 'overloaded'],
  ['slow_down', 'overloaded'],
  ['service_unavailable_error', 'overloaded'],
  ['server_error', 'provider-failed'],
  ['invalid_prompt', 'invalid-request'],
  ['image_content_policy_violation', 'invalid-request'],
  ['misalignment_policy_violation', 'invalid-request'],
  ['bio_policy', 'invalid-request'],
  ['data_residency_mismatch', 'invalid-request'],
  ['vector_store_timeout', 'timed-out'],
  ['invalid_request_error', 'invalid-request'],
])

const byStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [408, 'timed-out'],
  [413, 'too-large'],
  [429, 'rate-limited'],
  [503, 'overloaded'],
  [504, 'timed-out'],
  [529, 'overloaded'],
])

/** How servers that have no word for it say that a conversation is too long. */
const tooLong =
  /context (length|window)|maximum (context|prompt) length|prompt is too long|input (is too long|exceeds|tokens exceed)|too many (input )?tokens/i

export function readError(status: number, body: unknown): AppError {
  // A whole response that failed came with a good status, so that only its words tell.
  if (asRecord(body)?.['object'] === 'response') return readStreamError(body)
  const { words, message } = errorIn(body)
  const said = message ?? `The provider answered with status ${status}.`
  const isRefusal = status >= 400 && status < 500 && status !== 429
  if (words.includes('context_length_exceeded') || (isRefusal && tooLong.test(said)))
    return new AppError('context-exceeded', said, { status })
  const code = byStatus.get(status) ?? (isRefusal ? 'invalid-request' : 'provider-failed')
  return new AppError(code, said, { status })
}

/** Inside a stream, and of a response that failed, there is no status, and the words must do. */
export function readStreamError(body: unknown): AppError {
  const { words, message } = errorIn(body)
  const said = message ?? 'The provider ended its answer with an error.'
  const known = words.map((word) => byWord.get(word) ?? ofImages(word)).find((code) => code !== undefined)
  return new AppError(tooLong.test(said) ? 'context-exceeded' : (known ?? 'provider-failed'), said)
}

/** A score of words for pictures that could not be had or read, all of them the caller's. */
const ofImages = (word: string): ErrorCode | undefined => (/image/.test(word) ? 'invalid-request' : undefined)

/** An error is an object under `error`, a sentence there, or lies flat. */
function errorIn(body: unknown): { readonly words: readonly string[]; readonly message: string | null } {
  const record: JsonRecord = asRecord(body) ?? {}
  const fields = asRecord(record['error']) ?? record
  const words = [fields['code'], fields['type'], record['code']].flatMap((word) => asString(word) ?? [])
  const message = asString(fields['message']) ?? asString(record['error']) ?? asString(record['detail'])
  return { words, message }
}
