/** Identical requests under way at once: one is sent, the others wait for its answer. */
import { expect, test } from 'bun:test'
import { openWatch } from '../../src/lib/watch.ts'
import { openFlights, type Waited } from '../../src/pipeline/flight.ts'
import { kept } from './cache-kept.ts'
import { quiet } from './rig.ts'

const here = () => false

function open(longestMs = 60_000) {
  const watch = openWatch()
  let now = 0
  const flights = openFlights({ watch, now: () => now, longestMs: () => longestMs })
  return {
    flights,
    watched: watch.size,
    pass(ms: number) {
      now += ms
      watch.tick(now)
    },
  }
}

/** What a follower got, once it got it. */
function follower(waiting: Promise<Waited> | null) {
  const got: (Waited | null)[] = []
  void waiting?.then((waited) => got.push(waited))
  return { isWaiting: () => waiting !== null && got.length === 0, got: () => got[0] ?? null }
}

test('those who ask the same while it is under way get its answer, and those who ask something else do not wait', async () => {
  const { flights, watched } = open()
  expect(flights.follow('a', here)).toBe(null)
  const leader = flights.lead('a')
  expect(leader?.isAwaited()).toBe(false)
  const [one, other] = [follower(flights.follow('a', here)), follower(flights.follow('a', here))]
  expect(flights.follow('b', here)).toBe(null)
  expect(leader?.isAwaited()).toBe(true)
  const entry = kept({})
  leader?.land(entry)
  await quiet()
  expect([one.got(), other.got()]).toEqual([
    { kind: 'shared', entry },
    { kind: 'shared', entry },
  ])
  expect(leader?.isAwaited()).toBe(false)
  expect(watched()).toBe(0)
})

test('who comes after the answer, but before it is on disk, gets it too; after that the request is sent again', async () => {
  const { flights } = open()
  const leader = flights.lead('a')
  const entry = kept({})
  leader?.land(entry)
  expect(await flights.follow('a', here)).toEqual({ kind: 'shared', entry })
  expect(flights.lead('a')).toBe(null)
  leader?.close()
  expect(flights.follow('a', here)).toBe(null)
  expect(flights.size()).toBe(0)
  expect(flights.lead('a')).not.toBe(null)
})

test('where there is no answer to share all go on, and the first of them leads', async () => {
  const { flights } = open()
  const leader = flights.lead('a')
  const waiting = [follower(flights.follow('a', here)), follower(flights.follow('a', here))]
  leader?.close()
  await quiet()
  expect(waiting.map((one) => one.got())).toEqual([{ kind: 'alone' }, { kind: 'alone' }])
  const next = flights.lead('a')
  expect(next).not.toBe(null)
  expect(flights.lead('a')).toBe(null)
  // What the first does now is no business of the second.
  leader?.close()
  expect(flights.size()).toBe(1)
})

test('a follower that hangs up stops waiting at the next beat, and no longer counts', async () => {
  const { flights, pass, watched } = open()
  const leader = flights.lead('a')
  let isGone = false
  const one = follower(flights.follow('a', () => isGone))
  pass(250)
  await quiet()
  expect(one.isWaiting()).toBe(true)
  isGone = true
  pass(250)
  await quiet()
  expect(one.got()).toEqual({ kind: 'left' })
  expect(leader?.isAwaited()).toBe(false)
  expect(watched()).toBe(0)
})

test('nobody waits longer than the limit, counted from when the leader began', async () => {
  const { flights, pass } = open(10_000)
  const leader = flights.lead('a')
  pass(9000)
  const late = follower(flights.follow('a', here))
  pass(500)
  await quiet()
  expect(late.isWaiting()).toBe(true)
  pass(500)
  await quiet()
  expect(late.got()).toEqual({ kind: 'alone' })
  // Whoever leads for that long may be lost: another takes over, and keeps its place when the first ends after all.
  expect(flights.follow('a', here)).toBe(null)
  const next = flights.lead('a')
  expect(next).not.toBe(null)
  leader?.close()
  expect(flights.follow('a', here)).not.toBe(null)
  next?.close()
  expect(flights.size()).toBe(0)
})
