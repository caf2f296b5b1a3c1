/** The brief map does what a Map does. */
import { expect, test } from 'bun:test'
import { BriefMap } from '../../src/lib/brief-map.ts'

test('it agrees with a Map over a long run of sets and deletes', () => {
  const brief = new BriefMap<number>()
  const map = new Map<string, number>()
  let seed = 7
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed % below
  }
  for (let i = 0; i < 5000; i++) {
    const id = `id-${random(40)}`
    if (random(3) === 0) {
      brief.delete(id)
      map.delete(id)
    } else {
      brief.set(id, i)
      map.set(id, i)
    }
    const other = `id-${random(40)}`
    expect([brief.size, brief.get(other), brief.has(other)]).toEqual([map.size, map.get(other), map.has(other)])
    if (i % 100 === 0) expect(new Set(brief.values())).toEqual(new Set(map.values()))
  }
  brief.clear()
  expect([brief.size, brief.values().length, brief.get('id-1')]).toEqual([0, 0, undefined])
})
