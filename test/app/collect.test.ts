import { expect, test } from 'bun:test'
import { openCollector } from '../../src/app/collect.ts'

function collector() {
  let open = 0
  let collections = 0
  const it = openCollector(
    () => open,
    () => collections++,
  )
  return {
    /** One beat of the heart with so many requests open, after so many have ended. */
    beat(now: number, ended = 0): number {
      for (let i = 0; i < ended; i++) it.settled()
      open = now
      it.tick()
      return collections
    },
  }
}

test('a burst is followed by one collection, once little of it is left', () => {
  const { beat } = collector()
  expect([beat(1000), beat(700), beat(251), beat(250), beat(200), beat(0)]).toEqual([0, 0, 0, 1, 1, 1])
})

test('the next burst gets its own', () => {
  const { beat } = collector()
  expect([beat(300), beat(10), beat(300), beat(10)]).toEqual([0, 1, 1, 2])
})

test('everyday traffic is never stopped for one', () => {
  const { beat } = collector()
  for (let i = 0; i < 100; i++) expect(beat(i % 200, 1500)).toBe(0)
})

test('the end of a busy time is followed by one, when nothing has come for a beat', () => {
  const { beat } = collector()
  expect([beat(16, 5000), beat(0, 100), beat(0), beat(0), beat(0)]).toEqual([0, 0, 1, 1, 1])
})

test('a few requests are not worth one', () => {
  const { beat } = collector()
  expect([beat(3, 1999), beat(0), beat(0)]).toEqual([0, 0, 0])
})
