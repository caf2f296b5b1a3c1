/** Errors as OpenAI's APIs write and mean them; both of its dialects share them. */
import type { AppError, ErrorCode } from '../neutral/error.ts'
import { asRecord, asWord, type JsonRecord } from './fields.ts'

/** OpenAI's own words where it has one (platform.openai.com/docs/guides/error-codes), ours where it has none. */
const words: Readonly<Record<ErrorCode, { readonly type: string; readonly code: string | null }>> = {
  'invalid-request': { type: 'invalid_request_error', code: null },
  unauthorized: { type: 'invalid_request_error', code: 'invalid_api_key' },
  forbidden: { type: 'invalid_request_error', code: 'forbidden' },
  'not-found': { type: 'invalid_request_error', code: 'not_found' },
  'method-not-allowed': { type: 'invalid_request_error', code: 'method_not_supported' },
  'too-large': { type: 'invalid_request_error', code: 'request_too_large' },
  unsupported: { type: 'invalid_request_error', code: 'unsupported' },
  'context-exceeded': { type: 'invalid_request_error', code: 'context_length_exceeded' },
  'rate-limited': { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  overloaded: { type: 'service_unavailable_error', code: 'server_is_overloaded' },
  // Not `insufficient_quota`: the money on the provider's account is not what has run out.
  'budget-exceeded': { type: 'billing_error', code: 'budget_exceeded' },
  'anomaly-blocked': { type: 'invalid_request_error', code: 'anomaly_blocked' },
  'provider-failed': { type: 'server_error', code: 'provider_failed' },
  'provider-unreachable': { type: 'server_error', code: 'provider_unreachable' },
  'timed-out': { type: 'server_error', code: 'timeout' },
  unavailable: { type: 'service_unavailable_error', code: 'service_unavailable' },
  internal: { type: 'server_error', code: 'internal_error' },
}

export const openAiWords = (error: AppError) => words[error.code]

/** `{"error":{message,type,param,code}}`, the body of every failed request. */
export const writeOpenAiError = (error: AppError) => {
  const { type, code } = words[error.code]
  return { error: { message: error.message, type, param: null, code } }
}

/**
 * The short word of an error body, null when the body is none. Compatible servers spell it as an `error` object, as an
 * `error` sentence beside a code, or flat with `"object":"error"`.
 */
export function readOpenAiError(body: JsonRecord): string | null {
  const { error } = body
  if (error !== undefined && error !== null && error !== false && error !== '') {
    const fields = asRecord(error) ?? body
    return wordOf(fields) ?? 'error'
  }
  return body.object === 'error' ? (wordOf(body) ?? 'error') : null
}

const wordOf = (fields: JsonRecord): string | null => asWord(fields.type) ?? asWord(fields.code)
