import { expect, test } from 'bun:test'
import { ByteObserver } from '../../src/pipeline/observe-bytes.ts'

const text = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces).toString()

/** What goes on at once with each chunk, and what waits for the row at the end. */
function watch(observer: ByteObserver, ...chunks: readonly string[]) {
  const passed = chunks.map((chunk) => text(observer.see(Buffer.from(chunk)).pass))
  return { passed, held: text(observer.end().hold) }
}

test('an array is passed on element by element; only what may close it waits', () => {
  expect(watch(new ByteObserver(100), '[{"a":1}', ',\n{"b":[2]}', '\n]')).toEqual({
    passed: ['[{"a":1}', ',\n{"b":[2]}', ''],
    held: '\n]',
  })
})

test('an object waits with what may be its closing brace', () => {
  expect(watch(new ByteObserver(100), ' {"a":{}', ',"b":', '2}')).toEqual({
    passed: ['', ' {"a":{},"b":', ''],
    held: '2}',
  })
})

test('white space after the end waits with it, and without end it is passed on', () => {
  expect(watch(new ByteObserver(100), '[1', ']', '\r', '\n', ' ')).toEqual({
    passed: ['[1', '', '', '', ''],
    held: ']\r\n ',
  })
  const observer = new ByteObserver(1000)
  observer.see(Buffer.from('[]'))
  let passed = 0
  for (let i = 0; i < 200; i++) passed += text(observer.see(Buffer.from(' ')).pass).length
  expect(passed).toBeGreaterThan(60)
})

test('what is no JSON is passed on at once and any end of it is whole', () => {
  const observer = new ByteObserver(0)
  expect(watch(observer, 'RIFF', '}]')).toEqual({ passed: ['RIFF', '}]'], held: '' })
  expect(observer.isWhole()).toBe(true)
})

test('JSON that stops before its closing bracket was cut short', () => {
  for (const [body, isWhole] of [
    ['[{"a":1}', false],
    ['[{"a":1}]', true],
    ['{"a":[1]', false],
    ['{"a":[1]}\n', true],
    ['', false],
  ] as const) {
    const observer = new ByteObserver(100)
    observer.see(Buffer.from(body))
    expect({ body, isWhole: observer.isWhole() }).toEqual({ body, isWhole })
  }
})

test('what was held back though the upstream died is told', () => {
  const observer = new ByteObserver(100)
  observer.see(Buffer.from('{"a":1}'))
  expect(text(observer.cut())).toBe('{"a":1}')
})

test('the body is kept for reading up to its limit, and counted beyond', () => {
  const observer = new ByteObserver(6)
  observer.see(Buffer.from('{"a":'))
  expect(observer.body()).toEqual(Buffer.from('{"a":'))
  observer.see(Buffer.from('1}'))
  expect(observer.body()).toBeNull()
  expect(observer.keptBytes()).toBe(7)
})
