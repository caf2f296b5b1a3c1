import { expect, test } from 'bun:test'
import { putNewest } from '../../src/lib/put-newest.ts'

test('the oldest entry goes where there is no room, and one that is put again is no longer the oldest', () => {
  const map = new Map<string, number>()
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    putNewest(map, key, value, 2)
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ])
})
