/** Answers on their way to disk. */
import { expect, test } from 'bun:test'
import { openWrites } from '../../src/pipeline/cache-writes.ts'
import { quiet } from './rig.ts'

test('those of one request are written in their order, those of others at the same time', async () => {
  const writes = openWrites()
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const began: string[] = []
  const write = (name: string, until: Promise<void>) => () => {
    began.push(name)
    return until
  }
  const one = writes.run('a', write('first', first.promise))
  const two = writes.run('a', write('second', second.promise))
  void writes.run('b', write('other', Promise.resolve()))
  await quiet()
  expect(began).toEqual(['first', 'other'])
  first.resolve()
  await one
  await quiet()
  expect(began).toEqual(['first', 'other', 'second'])
  second.resolve()
  await two
})

test('who looks waits until the last of them is there, and no longer', async () => {
  const writes = openWrites()
  expect(writes.done('a')).toBeUndefined()
  const first = Promise.withResolvers<void>()
  void writes.run('a', () => first.promise).catch(() => undefined)
  let isDone = false
  void writes.run('a', () => Promise.resolve())
  void writes.done('a')?.then(() => (isDone = true))
  await quiet()
  expect(isDone).toBe(false)
  // One that failed keeps nobody from going on.
  first.reject(new Error('no room'))
  await quiet()
  expect(isDone).toBe(true)
  expect(writes.done('a')).toBeUndefined()
})
