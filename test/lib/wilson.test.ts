import { expect, test } from 'bun:test'
import { wilson } from '../../src/lib/wilson.ts'

const four = ({ low, high }: { low: number; high: number }) => [Number(low.toFixed(4)), Number(high.toFixed(4))]

test('intervals are those of the tables, and stay between 0 and 1', () => {
  expect(four(wilson(1, 10))).toEqual([0.0179, 0.4042])
  expect(four(wilson(0, 10))).toEqual([0, 0.2775])
  expect(four(wilson(10, 10))).toEqual([0.7225, 1])
  expect(four(wilson(50, 100))).toEqual([0.4038, 0.5962])
})

test('nothing is known of no cases', () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
})
