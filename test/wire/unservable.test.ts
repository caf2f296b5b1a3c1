import { expect, test } from 'bun:test'
import { translators } from '../../src/wire/translators.ts'
import { unservable } from '../../src/wire/unservable.ts'

const read = (more: object) =>
  translators['openai-responses'].readRequest({ model: 'm', input: 'Hi', ...more }, { model: null, isStream: false })

test.each([
  ['previous_response_id', 'resp_1'],
  ['conversation', 'conv_1'],
  ['conversation', { id: 'conv_1' }],
  ['prompt', { id: 'pmpt_1' }],
  ['background', true],
])('%s is only its own vendor’s to serve', (field, value) => {
  const error = unservable(read({ [field]: value }), 'openai-responses')
  expect(error?.code).toBe('unsupported')
  expect(error?.message).toStartWith(`${field} `)
  expect(error?.message).not.toContain('_1')
})

test.each([
  ['previous_response_id', null],
  ['previous_response_id', ''],
  ['conversation', null],
  ['prompt', null],
  ['background', false],
  ['background', null],
  ['store', true],
  ['metadata', { a: 'b' }],
])('%s: %p asks for nothing of the kind', (field, value) => {
  expect(unservable(read({ [field]: value }), 'openai-responses')).toBeNull()
})

test('the same words of another dialect mean nothing here', () => {
  const chat = translators['openai-chat'].readRequest(
    { model: 'm', messages: [], conversation: 'x', prompt: 'y' },
    { model: null, isStream: false },
  )
  expect(unservable(chat, 'openai-chat')).toBeNull()
})
