import { expect, test } from 'bun:test'
import { Sample } from '../../src/pipeline/sample.ts'

/** Counts the letters x, and how many blocks it was shown. */
function counter(maxBytes: number) {
  let shown = 0
  const sample = new Sample(maxBytes, (block) => {
    shown++
    return block.filter((byte) => byte === 0x78).length
  })
  return { add: (text: string) => sample.add(Buffer.from(text)), total: () => sample.total(), shown: () => shown }
}

test('few blocks are counted exactly, and only when somebody asks', () => {
  const { add, total, shown } = counter(100)
  for (const text of ['xx..', '....', 'x']) add(text)
  expect(shown()).toBe(0)
  expect(total()).toBe(3)
  expect(shown()).toBe(3)
})

test('of many a part is kept, and tells of all in proportion to their bytes', () => {
  const { add, total, shown } = counter(100)
  for (let i = 0; i < 1000; i++) add('xxx.......')
  expect(shown()).toBe(0)
  expect(total()).toBe(3000)
  expect(shown()).toBeLessThanOrEqual(10)
})

test('blocks that come in turns are all in the sample', () => {
  const { add, total } = counter(90)
  for (let i = 0; i < 729; i++) add(i % 2 === 0 ? 'xxxxxxxxxx' : '..........')
  // 3,650 in truth; five of nine kept.
  expect(total()).toBeWithin(3200, 4100)
})

test('large ones stand for large ones and small ones for small ones', () => {
  const { add, total } = counter(1000)
  for (let i = 0; i < 50; i++) add('.'.repeat(5000))
  for (let i = 0; i < 3000; i++) add('x.........')
  for (let i = 0; i < 50; i++) add('x'.repeat(500))
  expect(total()).toBe(28_000)
})

test('four large ones are counted exactly, unlike as they may be', () => {
  const { add, total } = counter(1000)
  for (let i = 1; i <= 4; i++) add('x'.repeat(100 * i).padEnd(2000, '.'))
  expect(total()).toBe(1000)
})

test('nothing counts as nothing', () => {
  expect(counter(10).total()).toBe(0)
})
