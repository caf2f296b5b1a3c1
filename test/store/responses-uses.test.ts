import { expect, test } from 'bun:test'
import type { Use } from '../../src/store/responses-index.ts'
import { openUses } from '../../src/store/responses-uses.ts'

function gathered() {
  const written: (readonly (readonly [string, Use])[])[] = []
  let tries = 0
  let isLocked = false
  const uses = openUses((all) => {
    tries++
    if (isLocked) throw new Error('locked')
    written.push([...all])
  })
  return { uses, written, tries: () => tries, lock: (locked: boolean) => void (isLocked = locked) }
}

test('uses of a second are one write, each answer once in it', () => {
  const { uses, written } = gathered()
  uses.note('a', 10)
  uses.note('b', 20)
  uses.note('a', 1009)
  expect(written).toEqual([])
  uses.note('a', 1010)
  expect(written).toEqual([
    [
      ['a', { hits: 3, usedMs: 1010 }],
      ['b', { hits: 1, usedMs: 20 }],
    ],
  ])
  uses.note('c', 1011)
  uses.flush()
  uses.flush()
  expect(written.slice(1)).toEqual([[['c', { hits: 1, usedMs: 1011 }]]])
})

test('a database that is locked is tried again after five seconds, and no use is lost', () => {
  const { uses, written, tries, lock } = gathered()
  lock(true)
  for (let ms = 0; ms < 5999; ms += 100) uses.note('a', ms)
  expect(tries()).toBe(1)
  lock(false)
  uses.note('a', 6000)
  expect(written).toEqual([[['a', { hits: 61, usedMs: 6000 }]]])
})

test('a database that takes nothing for long fills no memory', () => {
  const { uses, written, lock } = gathered()
  lock(true)
  for (let n = 0; n < 20_000; n++) uses.note(`key ${n}`, n)
  lock(false)
  uses.flush()
  expect(written[0]?.length).toBe(10_000)
})
