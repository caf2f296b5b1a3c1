/** Every figure on the dashboard goes through these; what they write is typed here by hand. */
import { describe, expect, test } from 'bun:test'
import {
  exactUsd,
  formatBytes,
  formatCompact,
  formatCount,
  formatInstant,
  formatMs,
  formatRate,
  formatShare,
  formatTick,
  formatTime,
  formatUsd,
  shortId,
} from '../../web/parts/format.ts'

describe('money for reading', () => {
  const cases: readonly (readonly [number | null, string])[] = [
    [null, 'unpriced'],
    [0, '$0.00'],
    [1, '<$0.000001'],
    [999, '<$0.000001'],
    [1_000, '$0.000001'],
    [1_234, '$0.000001'],
    [12_345, '$0.000012'],
    [-1, '>-$0.000001'],
    [822_500, '$0.000823'],
    [9_600_000, '$0.0096'],
    [11_400_000, '$0.0114'],
    [21_000_000, '$0.021'],
    [10_000_000, '$0.01'],
    [123_456_789, '$0.123'],
    [500_000_000, '$0.50'],
    [999_400_000, '$0.999'],
    [999_600_000, '$1.00'],
    [1_000_000_000, '$1.00'],
    [1_005_000_000, '$1.01'],
    [12_344_999_999, '$12.34'],
    [1_234_567_890_123, '$1,234.57'],
    [9_007_199_254_740_991, '$9,007,199.25'],
    [-11_400_000, '-$0.0114'],
    [-2_500_000_000, '-$2.50'],
  ]
  for (const [nanoUsd, text] of cases) {
    test(`${nanoUsd} nano-USD is ${text}`, () => {
      expect(formatUsd(nanoUsd)).toBe(text)
    })
  }

  test('the documented saving subtracts on the screen too', () => {
    expect([21_000_000, 9_600_000, 11_400_000].map(formatUsd)).toEqual(['$0.021', '$0.0096', '$0.0114'])
  })
})

describe('money to the last digit', () => {
  test('a total keeps its nine decimals', () => {
    expect(exactUsd(0)).toBe('$0.000000000')
    expect(exactUsd(11_400_000)).toBe('$0.011400000')
    expect(exactUsd(1_234_567_890_123)).toBe('$1,234.567890123')
    expect(exactUsd(-1)).toBe('-$0.000000001')
  })

  test('a line of a formula drops zeros but no digit, not even of a fraction of a nano-dollar', () => {
    expect(exactUsd('37293000', 2)).toBe('$0.037293')
    expect(exactUsd('1234.5', 2)).toBe('$0.0000012345')
    expect(exactUsd('250000000', 2)).toBe('$0.25')
    expect(exactUsd('10000000000', 2)).toBe('$10.00')
  })

  test('a price is dollars per million', () => {
    expect(formatRate(3_000_000_000)).toBe('$3.00')
    expect(formatRate(75_000_000)).toBe('$0.075')
    expect(formatRate(1_250_000_000)).toBe('$1.25')
    expect(formatRate(10_000_000_000_000)).toBe('$10,000.00')
  })
})

test('counts are whole where there is room and three digits where there is none', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567')
  expect(
    [0, 999, 9_999, 10_000, 12_431, 99_950, 999_949, 999_950, 1_284_000, 48_200_000, 3_100_000_000].map(formatCompact),
  ).toEqual(['0', '999', '9,999', '10k', '12.4k', '100k', '1M', '1M', '1.28M', '48.2M', '3.1B'])
})

test('durations change unit where the smaller one would hide the size', () => {
  expect(
    [
      null,
      0.4,
      9.96,
      12,
      340.4,
      999.4,
      999.6,
      1_240,
      9_994,
      9_996,
      12_400,
      59_949,
      59_951,
      125_000,
      3_599_600,
      3_720_000,
    ].map(formatMs),
  ).toEqual([
    '–',
    '0.4 ms',
    '10 ms',
    '12 ms',
    '340 ms',
    '999 ms',
    '1.00 s',
    '1.24 s',
    '9.99 s',
    '10.0 s',
    '12.4 s',
    '59.9 s',
    '1m 00s',
    '2m 05s',
    '1h 00m',
    '1h 02m',
  ])
})

test('a share is 0% or 100% only when it is exactly that', () => {
  expect(formatShare(0, 10)).toBe('0%')
  expect(formatShare(10, 10)).toBe('100%')
  expect(formatShare(1, 5_000)).toBe('<0.1%')
  expect(formatShare(9_999, 10_000)).toBe('>99%')
  expect(formatShare(29, 1_000)).toBe('2.9%')
  expect(formatShare(81, 100)).toBe('81%')
  expect(formatShare(1, 0)).toBe('–')
})

test('bytes, ids and ticks fit their columns', () => {
  expect([512, 1_000, 84_211, 999_949, 1_100_000].map(formatBytes)).toEqual([
    '512 B',
    '1.0 kB',
    '84.2 kB',
    '999.9 kB',
    '1.1 MB',
  ])
  expect(shortId('019ab3c0-1111-7222-8333-444455556666')).toBe('019ab3c0…556666')
  expect(shortId('build-42')).toBe('build-42')
  const noon = new Date(2026, 0, 31, 12, 5).getTime()
  const midnight = new Date(2026, 1, 1).getTime()
  expect(formatTick(noon, 3600)).toBe('12:05')
  expect(formatTick(noon, 86_400)).toBe('01-31')
  expect(formatTick(midnight, 3600)).toBe('02-01')
})

test('a time names its day only when that is not today', () => {
  const at = new Date(2026, 0, 31, 14, 3, 22, 120).getTime()
  expect(formatTime(at, new Date(2026, 0, 31, 23).getTime())).toBe('14:03:22')
  expect(formatTime(at, new Date(2026, 1, 1).getTime())).toBe('01-31 14:03:22')
  expect(formatInstant(at)).toBe('2026-01-31 14:03:22.120')
})
