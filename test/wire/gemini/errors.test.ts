import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import { gemini } from '../../../src/wire/gemini/index.ts'
import { geminiTranslator } from '../../../src/wire/gemini/translator.ts'

const read = (status: number, body: unknown) => {
  const { code, status: own, message } = geminiTranslator.readError(status, body)
  return [code, own, message]
}
const body = (code: number, message: string, more: object = {}) => ({ error: { code, message, status: 'X', ...more } })

describe('an error of the provider’s keeps its sentence and status, and is', () => {
  test.each([
    [400, 'Unknown name "x".', 'invalid-request'],
    [
      400,
      'The input token count (1054016) exceeds the maximum number of tokens allowed (1048576).',
      'context-exceeded',
    ],
    [400, 'API key not valid. Please pass a valid API key.', 'unauthorized'],
    [401, 'Who?', 'unauthorized'],
    [403, 'No.', 'forbidden'],
    [404, 'models/x is not found.', 'not-found'],
    [413, 'Payload size exceeds the limit.', 'too-large'],
    [429, 'Quota exceeded.', 'rate-limited'],
    [500, 'An internal error has occurred.', 'provider-failed'],
    [503, 'The model is overloaded.', 'overloaded'],
    [504, 'Deadline expired.', 'timed-out'],
    [529, 'Busy.', 'overloaded'],
  ] as const)('%i %s: %s', (status, message, code) => {
    expect(read(status, body(status, message))).toEqual([code, status, message])
    expect(read(status, [body(status, message)])).toEqual([code, status, message])
  })

  test('unauthorized where the details say that the key is wrong', () => {
    const details = [{ '@type': 'x', reason: 'API_KEY_INVALID' }]
    expect(read(400, body(400, 'Bad.', { details }))).toEqual(['unauthorized', 400, 'Bad.'])
  })

  test('told by status alone where it says nothing', () => {
    expect(read(500, '<html>')).toEqual(['provider-failed', 500, 'The provider answered with status 500.'])
    expect(read(200, {})).toEqual(['provider-failed', 502, 'The provider answered with status 502.'])
  })
})

test('a conversation that is too long is told in the words that clients know', () => {
  const sentence = 'The input token count (9) exceeds the maximum number of tokens allowed (8).'
  expect(gemini.writeError(new AppError('context-exceeded', sentence))).toEqual({
    error: { code: 400, message: sentence, status: 'INVALID_ARGUMENT' },
  })
  expect(gemini.writeError(new AppError('context-exceeded', 'prompt: 9 > 8 maximum'))).toEqual({
    error: {
      code: 400,
      message: 'The input token count exceeds the maximum number of tokens allowed. prompt: 9 > 8 maximum',
      status: 'INVALID_ARGUMENT',
    },
  })
})
