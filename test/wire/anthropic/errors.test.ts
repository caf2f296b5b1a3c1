import { expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import { anthropic } from '../../../src/wire/anthropic/index.ts'
import { anthropicTranslator } from '../../../src/wire/anthropic/translator.ts'

const read = (status: number, type: string | null, message: string) => {
  const error = anthropicTranslator.readError(status, { type: 'error', error: { type, message }, request_id: 'req_1' })
  return [error.code, error.status, error.message]
}

test.each([
  [400, 'invalid_request_error', 'invalid-request'],
  [401, 'authentication_error', 'unauthorized'],
  [402, 'billing_error', 'forbidden'],
  [403, 'permission_error', 'forbidden'],
  [404, 'not_found_error', 'not-found'],
  [413, 'request_too_large', 'too-large'],
  [422, null, 'invalid-request'],
  [429, 'rate_limit_error', 'rate-limited'],
  [500, 'api_error', 'provider-failed'],
  [502, null, 'provider-failed'],
  [503, null, 'overloaded'],
  [504, 'timeout_error', 'timed-out'],
  [529, 'overloaded_error', 'overloaded'],
] as const)('%i %s is %s, in the provider’s words and with its status', (status, type, code) => {
  expect(read(status, type, 'It says why.')).toEqual([code, status, 'It says why.'])
})

test('a prompt that does not fit is known by its sentence', () => {
  for (const sentence of [
    'prompt is too long: 210000 tokens > 200000 maximum',
    'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
  ])
    expect(read(400, 'invalid_request_error', sentence)).toEqual(['context-exceeded', 400, sentence])
  expect(read(429, 'rate_limit_error', 'Extra usage is required for long context requests.')[0]).toBe('rate-limited')
  expect(read(400, 'invalid_request_error', 'max_tokens: 9 > 8, which is too much')[0]).toBe('invalid-request')
})

test('towards a client it is said in the words that make it shorten the conversation', () => {
  const message = (words: string) => anthropic.writeError(new AppError('context-exceeded', words))
  expect(message('The window is full.')).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: 'prompt is too long: The window is full.' },
  })
  expect(message('Prompt is too long: 3 tokens > 2 maximum')).toMatchObject({
    error: { message: 'Prompt is too long: 3 tokens > 2 maximum' },
  })
})

test('any body is an error with a sentence', () => {
  const sentence = (body: unknown) => anthropicTranslator.readError(500, body).message
  expect(sentence({ error: 'Broken.' })).toBe('Broken.')
  expect(sentence({ detail: 'Not here.' })).toBe('Not here.')
  expect(sentence('<html>')).toBe('<html>')
  for (const body of [null, 5, [], {}, { error: { message: 7 } }])
    expect(sentence(body)).toBe('The provider answered with an error (500).')
})
