import { describe, expect, test } from 'bun:test'
import { isExact, mayHoldExact, numberIn, parseExactly, readNumber } from '../../src/neutral/exact-number.ts'

const again = (text: string): string => JSON.stringify(parseExactly(text))

describe('JSON read and written again', () => {
  test.each([
    '1234567890123456789',
    '-1234567890123456789',
    '9007199254740993',
    '9223372036854775807',
    '18446744073709551615',
    '0.1234567890123456789',
    '-0.69999999999999996',
    '123456789.01234567891',
    '3.14159265358979323846264338327950288',
    '1e400',
    '-1E+400',
    '1e-400',
    '4.9e-324',
    '1.7976931348623159e308',
    '12345678901234567890e2',
    '-0',
    '-0.0',
    '-0e5',
    '-0E-1',
  ])('keeps %s as it was written, wherever it stands', (number) => {
    expect(mayHoldExact(number)).toBe(true)
    expect(again(number)).toBe(number)
    expect(again(`{"a":${number},"b":[1,${number},{"c":${number}}]}`)).toBe(
      `{"a":${number},"b":[1,${number},{"c":${number}}]}`,
    )
    expect(again(`{ "a" :\n ${number}\n, "b": [ ${number} ]\t}`)).toBe(`{"a":${number},"b":[${number}]}`)
    expect(again(`{"__proto__":${number},"a":1,"a":${number}}`)).toBe(`{"__proto__":${number},"a":${number}}`)
  })

  test.each([
    ['1.10', '1.1'],
    ['11e-1', '1.1'],
    ['1E3', '1000'],
    ['100e-2', '1'],
    ['0.000', '0'],
    ['0e999', '0'],
    ['9007199254740992', '9007199254740992'],
    ['9007199254740992.000', '9007199254740992'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['0.1000000000000000000000', '0.1'],
    ['1000000000000000000000', '1e+21'],
    ['1.0e021', '1e+21'],
    ['0.00000000000000000001', '1e-20'],
    ['1.7976931348623157e308', '1.7976931348623157e+308'],
    ['5e-324', '5e-324'],
  ])('writes %s as %s, which is the same number', (number, written) => {
    expect(again(number)).toBe(written)
    expect(typeof parseExactly(number)).toBe('number')
  })

  test('digits inside of strings are text', () => {
    const text = '{"12345678901234567890":"1234567890123456789 and -0, 1e400","a":"{\\"id\\":1234567890123456789}"}'
    expect(parseExactly(text)).toEqual(JSON.parse(text))
    expect(again(text)).toBe(text)
  })

  test('what is no JSON is refused', () => {
    for (const text of ['', '{', '1234567890123456789012.', '01234567890123456789', '-', '{"a":1e400', 'NaN'])
      expect(() => parseExactly(text)).toThrow(SyntaxError)
  })

  test('a number of a million digits takes no time', () => {
    const zeros = '0'.repeat(1_000_000)
    expect(again(`[1${zeros}1]`)).toBe(`[1${zeros}1]`)
    expect(again(`[0.${zeros}1]`)).toBe(`[0.${zeros}1]`)
  })

  test('what is nested too deeply is refused before a number in it is lost', () => {
    const nested = (number: string) => '['.repeat(30_000) + number + ']'.repeat(30_000)
    expect(() => parseExactly(nested('1234567890123456789'))).toThrow(RangeError)
    expect(() => parseExactly(nested('1'))).not.toThrow()
  })
})

describe('the look at a text before it is parsed', () => {
  test.each([
    '{"created":1712345678901,"pi":3.141592653589,"small":1e-99,"big":1.5E+12,"n":-0.5,"m":-1}',
    '{"t":"2024-01-05T10:00:00Z on 2024-10-05, page 3-05 to 4-07"}',
    '{"id":"550e8400-e29b-41d4-0a16-446655440000"}',
    '{"sha":"9e1234567890abcd12e4567f0a1b2c3d4e5f60718293a4b5c6d7e8f901234567a"}',
    '{"png":"iVBORw0KGgoAAAANSUhEUgAAA1234567890123456789AAAA"}',
    '{"a":123456789012345,"b":1234567,"c":8901234567}',
    '{"a":[12345678,90123456,12345678]}',
    '{}',
  ])('passes over %s', (text) => {
    expect(mayHoldExact(text)).toBe(false)
  })

  test.each(['"at 1712345678901234567 ns"', '"1e400, perhaps"', '"from 5 to -0, or so"'])(
    'stops at %s, in vain',
    (text) => {
      expect(mayHoldExact(text)).toBe(true)
      expect(again(text)).toBe(text)
    },
  )

  test('misses none, wherever its digits are cut by a point or an exponent', () => {
    const digits = '1234567890123456789'
    for (let point = 1; point < digits.length; point++)
      for (const exponent of ['', 'e5', 'E-5', 'e+123', 'e-290'])
        for (const sign of ['', '-']) {
          const number = `${sign}${digits.slice(0, point)}.${digits.slice(point)}${exponent}`
          expect(again(`{"a":${number}}`)).toBe(`{"a":${number}}`)
        }
  })

  test('lets no number pass that would be written as another', () => {
    // A step that meets every length of digits and exponent, the same in every run.
    let seed = 7
    const next = (limit: number): number => (seed = (seed * 48_271) % 2_147_483_647) % limit
    for (let i = 0; i < 20_000; i++) {
      const digits = (length: number) => Array.from({ length }, () => next(10)).join('')
      const whole = next(3) === 0 ? '0' : `${1 + next(9)}${digits(next(20))}`
      const fraction = next(2) === 0 ? '' : `.${digits(1 + next(20))}`
      const exponent = next(3) === 0 ? `e${next(2) === 0 ? '-' : ''}${next(330)}` : ''
      const number = (next(2) === 0 ? '-' : '') + whole + fraction + exponent
      const value = parseExactly(`[${number}]`) as [unknown]
      if (mayHoldExact(`[${number}]`)) continue
      expect(isExact(readNumber(number)), number).toBe(false)
      expect(value[0]).toBe(Number(number))
    }
  })
})

describe('a number for whoever reckons with it', () => {
  test.each([
    ['0.69999999999999996', 0.7],
    ['0.1234567890123456789', 0.12345678901234568],
    ['-0', -0],
    ['1e-400', 0],
    ['1e400', null],
    ['9223372036854775807', null],
    ['"1"', null],
    ['12', 12],
  ])('%s is %p', (text, value) => {
    expect(numberIn(parseExactly(text))).toBe(value)
  })
})
