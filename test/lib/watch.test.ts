/** The heartbeat's list: who is asked, once each, whoever comes and goes meanwhile. */
import { expect, test } from 'bun:test'
import { openWatch, type Watched } from '../../src/lib/watch.ts'

function open(count: number) {
  const watch = openWatch()
  const asked: number[] = []
  const all = Array.from({ length: count }, (_, index): Watched => ({ tick: () => void asked.push(index) }))
  for (const one of all) watch.add(one)
  const askedNow = (): readonly number[] => {
    asked.length = 0
    watch.tick(0)
    return asked.toSorted((a, b) => a - b)
  }
  return { watch, all, asked, askedNow }
}

test('everybody is asked once, also who was added twice', () => {
  const { watch, all, askedNow } = open(5)
  for (const one of all) watch.add(one)
  expect(askedNow()).toEqual([0, 1, 2, 3, 4])
  expect(watch.size()).toBe(5)
})

test.each([0, 2, 4])('number %d leaves, the others stay', (leaving) => {
  const { watch, all, askedNow } = open(5)
  const one = all[leaving] as Watched
  watch.delete(one)
  watch.delete(one)
  expect(askedNow()).toEqual([0, 1, 2, 3, 4].filter((index) => index !== leaving))
})

test.each([0, 2, 4])('number %d leaves while it is asked, and nobody is passed over', (leaving) => {
  const { watch, all, asked } = open(5)
  const one = all[leaving] as Watched
  const told = one.tick.bind(one)
  one.tick = (now) => {
    told(now)
    watch.delete(one)
  }
  watch.tick(0)
  expect(asked.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
  expect(watch.size()).toBe(4)
})

test('all leave while they are asked', () => {
  const { watch, all, asked } = open(5)
  for (const one of all) {
    const told = one.tick.bind(one)
    one.tick = (now) => {
      told(now)
      watch.delete(one)
    }
  }
  watch.tick(0)
  expect(asked).toHaveLength(5)
  expect(watch.size()).toBe(0)
})
