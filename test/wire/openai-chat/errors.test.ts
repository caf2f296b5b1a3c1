/** Errors of OpenAI and of compatible servers, as ours. */
import { expect, test } from 'bun:test'
import type { ErrorCode } from '../../../src/neutral/error.ts'
import { openAiChatTranslator } from '../../../src/wire/openai-chat/translator.ts'

const cases: readonly (readonly [ErrorCode, number, unknown, string])[] = [
  [
    'unauthorized',
    401,
    { error: { message: 'Incorrect API key.', type: 'invalid_request_error' } },
    'Incorrect API key.',
  ],
  ['forbidden', 403, { error: { message: 'Not yours.' } }, 'Not yours.'],
  ['forbidden', 402, { error: { message: 'Insufficient Balance' } }, 'Insufficient Balance'],
  ['not-found', 404, { detail: 'Not Found' }, 'Not Found'],
  ['too-large', 413, 'too large', 'The provider answered with status 413.'],
  [
    'rate-limited',
    429,
    { error: { message: 'Rate limit: reduce your input length.' } },
    'Rate limit: reduce your input length.',
  ],
  ['overloaded', 503, { error: 'Service busy' }, 'Service busy'],
  ['overloaded', 529, {}, 'The provider answered with status 529.'],
  ['timed-out', 504, null, 'The provider answered with status 504.'],
  ['provider-failed', 500, { object: 'error', message: 'Oops' }, 'Oops'],
  [
    'invalid-request',
    422,
    { detail: [{ msg: 'Field required', loc: ['body'] }, { msg: 'Too short' }] },
    'Field required Too short',
  ],
  ['invalid-request', 400, [{ error: { message: 'Invalid value', status: 'INVALID_ARGUMENT' } }], 'Invalid value'],
  ['context-exceeded', 400, { error: { message: 'Too much.', code: 'context_length_exceeded' } }, 'Too much.'],
  [
    'context-exceeded',
    400,
    { object: 'error', message: "This model's maximum context length is 4096 tokens. However, you requested 5000." },
    "This model's maximum context length is 4096 tokens. However, you requested 5000.",
  ],
  [
    'context-exceeded',
    400,
    { error: { type: 'exceed_context_size_error', message: 'the request exceeds the available size' } },
    'the request exceeds the available size',
  ],
  [
    'context-exceeded',
    413,
    { error: { message: 'Provider returned error', metadata: { raw: 'prompt is too long: 9 tokens > 8 maximum' } } },
    'Provider returned error: prompt is too long: 9 tokens > 8 maximum',
  ],
]

test.each(cases)('%s for a %i with %j', (code, status, body, message) => {
  const error = openAiChatTranslator.readError(status, body)
  expect([error.code, error.status, error.message]).toEqual([code, status, message])
})
