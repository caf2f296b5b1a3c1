import { expect, test } from 'bun:test'
import { openRing } from '../../src/rules/estimates-ring.ts'
import { newSeed, seeded } from '../support/random-records.ts'

test('of nine values the highest is where nine tenths lie, of ten too, of nineteen the second', () => {
  const ring = openRing(64)
  for (const value of [5, 9, 1, 7, 3, 8, 2, 6, 4]) ring.add(value)
  expect([ring.quantile(0.9), ring.quantile(0.5), ring.greatest(), ring.count()]).toEqual([9, 5, 9, 9])
  ring.add(10)
  expect(ring.quantile(0.9)).toBe(10)
  for (let value = 11; value <= 19; value++) ring.add(value)
  expect(ring.quantile(0.9)).toBe(18)
})

test('an empty ring says 0', () => {
  const ring = openRing(4)
  expect([ring.quantile(0.9), ring.greatest(), ring.count()]).toEqual([0, 0, 0])
})

test('a full ring forgets its oldest value, equal ones one at a time', () => {
  const ring = openRing(3)
  for (const value of [9, 9, 1]) ring.add(value)
  ring.add(2)
  expect([ring.greatest(), ring.quantile(0.5)]).toEqual([9, 2])
  ring.add(3)
  expect([ring.greatest(), ring.quantile(0.5), ring.count()]).toEqual([3, 2, 3])
})

test('nine tenths of values that come in any order lie below', () => {
  const random = seeded(newSeed())
  const ring = openRing(64)
  let below = 0
  for (let index = 0; index < 20_064; index++) {
    const value = random() ** 8 * 100_000
    if (index >= 64 && value <= ring.quantile(0.9)) below++
    ring.add(value)
  }
  expect(below / 20_000).toBeGreaterThan(0.885)
  expect(below / 20_000).toBeLessThan(0.93)
})
