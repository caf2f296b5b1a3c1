import { describe, expect, test } from 'bun:test'
import { usdOf } from '../../src/cli/explain.ts'
import { formatCount, formatDuration, formatSpan, formatTime, formatUsd, formatBytes } from '../../src/cli/format.ts'
import { layOut } from '../../src/cli/print.ts'

describe('dollars', () => {
  const cases: readonly (readonly [number | null, string])[] = [
    [null, 'unpriced'],
    [0, '$0'],
    [1, '$0.000000001'],
    [999, '$0.000000999'],
    [105_000, '$0.000105'],
    [4_500_000, '$0.0045'],
    [21_000_000, '$0.0210'],
    [999_900_000, '$0.9999'],
    [12_345_678_901, '$12.35'],
    [1_234_567_000_000_000, '$1,234,567.00'],
    [-11_400_000, '-$0.0114'],
  ]
  for (const [nanoUsd, text] of cases)
    test(`${nanoUsd} nano-USD is ${text}`, () => expect(formatUsd(nanoUsd)).toBe(text))
})

describe('an exact product', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['1234.5', '0.0000012345'],
    ['0', '0'],
    ['3000000000', '3'],
    ['12345678901.25', '12.34567890125'],
  ]
  for (const [nanoUsd, usd] of cases) test(`${nanoUsd} nano-USD is $${usd}`, () => expect(usdOf(nanoUsd)).toBe(usd))
})

describe('durations', () => {
  const cases: readonly (readonly [number | null, string])[] = [
    [null, ''],
    [0.4, '0 ms'],
    [12.5, '13 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1234, '1.23 s'],
    [59_996, '1 m 0 s'],
    [3_723_000, '1 h 2 m'],
  ]
  for (const [ms, text] of cases) test(`${ms} ms is ${text || 'nothing'}`, () => expect(formatDuration(ms)).toBe(text))
  test('days show hours beside them', () => expect(formatSpan(187_200_000)).toBe('2 d 4 h'))
  test('less than a second is none', () => expect(formatSpan(400)).toBe('0 s'))
})

test('counts have thousands separators', () => expect(formatCount(1_234_567)).toBe('1,234,567'))

test('times are those of the local clock', () => {
  expect(formatTime(new Date(2026, 10, 2, 9, 5, 7).getTime())).toBe('2026-11-02 09:05:07')
})

test('tables put words left and figures right, by their width on the screen', () => {
  expect(
    layOut(
      [{ title: 'model' }, { title: 'cost', isFigure: true }],
      [
        ['日本', '$1'],
        ['a', '$10.00'],
      ],
    ),
  ).toEqual(['model    cost', '日本       $1', 'a      $10.00'])
})

test('bytes are in the largest unit that leaves a whole one', () => {
  expect([0, 1023, 1024, 1536, 10_240, 104_857_600, 4_300_000, 5_368_709_120].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '10 KiB',
    '100 MiB',
    '4.1 MiB',
    '5 GiB',
  ])
})
