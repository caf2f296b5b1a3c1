import { describe, expect, test } from 'bun:test'
import { resplice } from '../../src/wire/resplice.ts'

const splice = (text: string, before: unknown, after: unknown): string =>
  Buffer.from(resplice(Buffer.from(text), before, after)).toString()

describe('a change to the parsed request, carried over to its text', () => {
  test('touches only the members that came out different', () => {
    const text = '{ "model" : "m",\t"seed":12345678901234567890,"temperature": 0.20 ,"x":"\\u0041"}'
    expect(splice(text, { model: 'm', temperature: 0.2 }, { model: 'n', temperature: 0.2 })).toBe(
      '{ "model" : "n",\t"seed":12345678901234567890,"temperature": 0.20 ,"x":"\\u0041"}',
    )
  })

  test('a member that is gone is taken out with its comma, wherever it stands', () => {
    const before = { a: 1, b: 2, c: 3 }
    expect(splice('{"a":1, "b":2, "c":3}', before, { b: 2, c: 3 })).toBe('{"b":2, "c":3}')
    expect(splice('{"a":1, "b":2, "c":3}', before, { a: 1, c: 3 })).toBe('{"a":1, "c":3}')
    expect(splice('{"a":1, "b":2, "c":3}', before, { a: 1, b: 2 })).toBe('{"a":1, "b":2}')
    expect(splice('{"a":1, "b":2, "c":3 }', before, { a: 1 })).toBe('{"a":1 }')
    expect(splice('{"a":1, "b":2, "c":3}', before, { c: 3 })).toBe('{"c":3}')
    expect(splice('{ "a":1, "b":2, "c":3 }', before, {})).toBe('{  }')
  })

  test('a member that is new is put in front', () => {
    expect(splice('{"a":1}', { a: 1 }, { a: 1, thinking: { type: 'disabled' } })).toBe(
      '{"thinking":{"type":"disabled"},"a":1}',
    )
    expect(splice('{}', {}, { a: 1 })).toBe('{"a":1}')
  })

  test('a key that stands twice is changed twice', () => {
    expect(splice('{"a":1,"b":0,"a":2}', { a: 2 }, { a: 3 })).toBe('{"a":3,"b":0,"a":3}')
    expect(splice('{"a":1,"b":0,"a":2}', { a: 2 }, {})).toBe('{"b":0}')
  })

  test('without a difference the bytes are the same object', () => {
    const text = Buffer.from('{"a":[1,{"b":null}]}')
    expect(resplice(text, { a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(text)
  })

  test('every way of taking members out leaves JSON that says the rest', () => {
    const keys = ['a', 'b', 'c', 'd']
    const whole: Record<string, number> = { a: 1, b: 2, c: 3, d: 4 }
    for (let mask = 0; mask < 16; mask++) {
      const after = Object.fromEntries(keys.flatMap((key, i) => ((mask >> i) & 1 ? [[key, whole[key]]] : [])))
      expect(JSON.parse(splice('{"a":1 ,\n"b":2 , "c":3,"d":4}', whole, after))).toEqual(after)
    }
  })
})
