/** A provider's error as ours: its own sentence and status, and what kind of error it is. */
import { AppError, type ErrorCode } from '../../neutral/error.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'

/** @param status The HTTP status; inside a stream, where there is none, what the error says of it. */
export function readError(status: number, body: unknown): AppError {
  const record = asRecord(Array.isArray(body) ? body[0] : body) ?? {}
  const error = asRecord(record.error) ?? record
  const message = sentenceOf(record, error) ?? `The provider answered with status ${status}.`
  return new AppError(codeOf(status, error, message), message, { status })
}

/** The error that a stream's frame holds. */
export function readErrorFrame(chunk: JsonRecord): AppError {
  const error = asRecord(chunk.error) ?? chunk
  const code = Number(error.code ?? error.status ?? error.http_code)
  return readError(Number.isInteger(code) && code >= 400 && code < 600 ? code : statusOfType(error), chunk)
}

/** Where an error stands and how it is called differ: OpenAI's object, a bare text, FastAPI's `detail`, Mistral's flat one. */
function sentenceOf(record: JsonRecord, error: JsonRecord): string | null {
  const raw = asString(asRecord(error.metadata)?.raw)
  const said = asString(error.message) ?? asString(record.error) ?? asString(record.message) ?? detailOf(record.detail)
  // OpenRouter says only that the provider failed, and what it said beside that.
  return raw !== null && said === 'Provider returned error' ? `${said}: ${raw.slice(0, 500)}` : said
}

function detailOf(detail: unknown): string | null {
  const text = asString(detail) ?? asString(asRecord(detail)?.message)
  if (text !== null) return text
  const lines = asList(detail).map((entry) => asString(asRecord(entry)?.msg))
  const said = lines.filter((line) => line !== null)
  return said.length === 0 ? null : said.join(' ')
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  402: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'timed-out',
  413: 'too-large',
  429: 'rate-limited',
  503: 'overloaded',
  504: 'timed-out',
  529: 'overloaded',
}

function codeOf(status: number, error: JsonRecord, message: string): ErrorCode {
  if (status !== 429 && isTooLong(error, message)) return 'context-exceeded'
  return byStatus[status] ?? (status >= 500 ? 'provider-failed' : 'invalid-request')
}

const statuses: Readonly<Record<string, number>> = {
  authentication_error: 401,
  invalid_request_error: 400,
  insufficient_quota: 429,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  context_length_exceeded: 400,
  overloaded_error: 503,
  service_unavailable_error: 503,
}

const statusOfType = ({ type, code }: JsonRecord): number =>
  statuses[asString(code) ?? ''] ?? statuses[asString(type) ?? ''] ?? 502

/** The sentences of OpenAI, vLLM, llama.cpp, DeepSeek, Groq, Mistral, xAI, Together and OpenRouter for a prompt that is too long. */
const tooLong =
  /context[ _-]?(length|window|size)|maximum context|max(imum)? (prompt|input|model) (length|tokens)|(prompt|input|messages?) (is|are|was) too (long|large)|too (many tokens|large for model)|reduce (the|your) (length|input|prompt|message)|input (length|tokens?).{0,40}exceed/i

const isTooLong = ({ code, type }: JsonRecord, message: string): boolean =>
  code === 'context_length_exceeded' ||
  type === 'exceed_context_size_error' ||
  type === 'context_length_exceeded' ||
  tooLong.test(message)
