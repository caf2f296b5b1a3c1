import { expect, test } from 'bun:test'
import { BoundedSet } from '../../src/lib/bounded-set.ts'

test('it forgets what was added longest ago', () => {
  const set = new BoundedSet(2)
  for (const member of ['a', 'b', 'c']) set.add(member)
  expect([set.has('a'), set.has('b'), set.has('c')]).toEqual([false, true, true])
  expect(set.size).toBe(2)
})

test('what is added again is new again', () => {
  const set = new BoundedSet(2)
  for (const member of ['a', 'b', 'a', 'c']) set.add(member)
  expect([set.has('a'), set.has('b'), set.has('c')]).toEqual([true, false, true])
})

test('a hundred thousand members leave as many as it holds', () => {
  const set = new BoundedSet(100)
  for (let i = 0; i < 100_000; i++) set.add(String(i))
  expect(set.size).toBe(100)
  expect([set.has('99999'), set.has('99900'), set.has('99899')]).toEqual([true, true, false])
})
