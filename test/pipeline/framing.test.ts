import { describe, expect, test } from 'bun:test'
import { framingFor } from '../../src/pipeline/framing.ts'
import { call } from '../support/calls.ts'

const array = () => framingFor(call({ endpoint: 'stream_generate', dialect: 'gemini', search: '' }))

test.each([
  ['messages', '', true],
  ['chat', '?alt=json', true],
  ['stream_generate', '?alt=sse', true],
  ['stream_generate', '?key=1&alt=sse', true],
  ['stream_generate', '?alt=sse&key=1', true],
  ['stream_generate', '', false],
  ['stream_generate', '?alt=json', false],
  ['stream_generate', '?alt=sseX', false],
  ['stream_generate', '?default=sse', false],
] as const)('%s%s takes events: %p', (endpoint, search, takesEvents) => {
  const { contentType } = framingFor(call({ endpoint, search }))
  expect(contentType).toStartWith(takesEvents ? 'text/event-stream' : 'application/json')
})

describe('a JSON array', () => {
  test('is whole whatever came before its end', () => {
    const frames = 'data: {"a":1}\n\ndata: {"b":[2]}\n\n'
    const many = array()
    expect(JSON.parse(many.wrap(frames) + many.wrap('') + many.wrapLast('data: {"c":3}\n\n'))).toEqual([
      { a: 1 },
      { b: [2] },
      { c: 3 },
    ])
    const one = array()
    expect(JSON.parse(one.wrapLast('data: {"c":3}\n\n'))).toEqual([{ c: 3 }])
    const noLast = array()
    expect(JSON.parse(noLast.wrap(frames) + noLast.wrapLast(''))).toEqual([{ a: 1 }, { b: [2] }])
    expect(array().wrapLast('')).toBe('[]')
  })

  test('has no place for a sign of life', () => {
    const framing = array()
    expect(framing.comment).toBe('')
    expect(framing.wrap(': ping\n\n')).toBe('')
  })
})
