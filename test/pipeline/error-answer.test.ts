import { expect, test } from 'bun:test'
import { AppError } from '../../src/neutral/error.ts'
import { errorAnswer } from '../../src/pipeline/error-answer.ts'
import { call } from '../support/calls.ts'

const tooLong = new AppError('context-exceeded', 'prompt is too long: 300000 tokens > 200000 maximum of m')

test('an error is a plain answer with its status, to a caller of a stream too', () => {
  expect(errorAnswer(call({ isStream: true }), new AppError('unauthorized', 'Set a key.'))).toEqual({
    status: 401,
    contentType: 'application/json',
    body: '{"type":"error","error":{"type":"authentication_error","message":"Set a key."}}',
  })
})

test('a conversation that is too long is said in a stream to a client of Responses, which looks for it nowhere else', () => {
  const { status, contentType, body } = errorAnswer(
    call({ dialect: 'openai-responses', endpoint: 'responses', isStream: true, id: 'x-1' }),
    tooLong,
  )
  expect([status, contentType]).toEqual([200, 'text/event-stream; charset=utf-8'])
  const failed = body.split('\n\n')[1] ?? ''
  expect(failed).toStartWith('event: response.failed\ndata: ')
  expect(JSON.parse(failed.slice(failed.indexOf('{')))).toMatchObject({
    type: 'response.failed',
    response: { id: 'resp_x-1', status: 'failed', error: { code: 'context_length_exceeded' } },
  })
})

test('who asked for no stream gets a 400', () => {
  const { status, body } = errorAnswer(call({ dialect: 'openai-responses', endpoint: 'responses' }), tooLong)
  expect(status).toBe(400)
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'context_length_exceeded' } })
})
