import { describe, expect, test } from 'bun:test'
import { formatPath, parsePath, valueAt, withoutValueAt, withValueAt } from '../../src/config/setting-path.ts'

describe('names of settings', () => {
  const names: readonly (readonly [string, readonly string[]])[] = [
    ['enabled', ['enabled']],
    ['server.port', ['server', 'port']],
    ['providers.my-own.models[2]', ['providers', 'my-own', 'models', '2']],
    ['prices["openai/gpt-4.1"].inputUsd', ['prices', 'openai/gpt-4.1', 'inputUsd']],
    ['prices.openai/gpt-5.inputUsd', ['prices', 'openai/gpt-5', 'inputUsd']],
    ['prices["a\\"b"]', ['prices', 'a"b']],
  ]
  for (const [text, path] of names) {
    test(`${text} is read and written back the same`, () => {
      expect(parsePath(text)).toEqual(path)
      expect(formatPath(path)).toBe(text)
    })
  }

  for (const text of ['', '.', 'a..b', 'a.', 'a[', 'a["x]', 'a b', '.a.b c']) {
    test(`${JSON.stringify(text)} is not a name`, () => expect(parsePath(text)).toBeUndefined())
  }
})

test('a value is found in objects and lists, and inherited properties are not', () => {
  expect(valueAt({ a: { b: ['x', 'y'] } }, ['a', 'b', '1'])).toBe('y')
  expect(valueAt({ a: 1 }, ['a', 'b'])).toBeUndefined()
  expect(valueAt({}, ['constructor'])).toBeUndefined()
})

test('setting makes the objects on the way and leaves the original alone', () => {
  const original = Object.freeze({ a: 1 })
  expect(withValueAt(original, ['b', 'c'], 2)).toEqual({ a: 1, b: { c: 2 } })
  expect(original).toEqual({ a: 1 })
})

test('setting inside a list replaces one item or appends the next', () => {
  expect(withValueAt({ a: ['x', 'y'] }, ['a', '0'], 'z')).toEqual({ a: ['z', 'y'] })
  expect(withValueAt({ a: ['x'] }, ['a', '7'], 'z')).toEqual({ a: ['x', 'z'] })
})

test('setting a member keeps the order of the others', () => {
  expect(Object.keys(withValueAt({ a: 1, b: 2, c: 3 }, ['b'], 9) as object)).toEqual(['a', 'b', 'c'])
})

test('removing takes objects along that are empty afterwards, and no others', () => {
  expect(withoutValueAt({ a: { b: { c: 1 } }, d: {} }, ['a', 'b', 'c'])).toEqual({ d: {} })
  expect(withoutValueAt({ a: { b: 1, c: 2 } }, ['a', 'b'])).toEqual({ a: { c: 2 } })
  expect(withoutValueAt({ a: 1 }, ['x', 'y'])).toEqual({ a: 1 })
})
