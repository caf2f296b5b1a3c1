import { expect, test } from 'bun:test'
import { judgeTry, type Outcome } from '../../src/sinks/retry.ts'

const noon = Date.UTC(2026, 5, 1, 12)
const hour = 3_600_000

const failure = (over: Partial<Extract<Outcome, { kind: 'failed' }>> = {}): Outcome => ({
  kind: 'failed',
  error: 'It is down.',
  isRefused: false,
  retryAfterMs: null,
  ...over,
})

/** Every try of a webhook that fails each time: when it was made, in seconds after the alert was raised. */
function triesOf(outcome: Outcome, raisedMs = noon, firstMs = noon): number[] {
  const seconds: number[] = []
  for (let nowMs = firstMs; seconds.length < 1000;) {
    seconds.push((nowMs - raisedMs) / 1000)
    const verdict = judgeTry(outcome, seconds.length, raisedMs, nowMs)
    if (verdict.kind !== 'again') return seconds
    nowMs = verdict.atMs
  }
  throw new Error('it never ends')
}

test('what was delivered is done', () => {
  expect(judgeTry({ kind: 'delivered' }, 7, noon, noon + hour)).toEqual({ kind: 'delivered' })
})

test('a webhook that fails is tried at growing distances, then hourly, for a day', () => {
  const tries = triesOf(failure())
  expect(tries.slice(0, 8)).toEqual([0, 5, 35, 155, 755, 4355, 7955, 11_555])
  expect(tries.length).toBe(28)
  expect(tries.at(-1)).toBe(83_555)
})

test('a refusal is believed the third time', () => {
  expect(triesOf(failure({ isRefused: true }))).toEqual([0, 5, 35])
})

test('the webhook may ask for more time, but not for more than a day', () => {
  expect(judgeTry(failure({ retryAfterMs: 90_000 }), 1, noon, noon)).toEqual({ kind: 'again', atMs: noon + 90_000 })
  expect(judgeTry(failure({ retryAfterMs: 1000 }), 1, noon, noon)).toEqual({ kind: 'again', atMs: noon + 5000 })
  expect(judgeTry(failure({ retryAfterMs: 1e12 }), 1, noon, noon)).toEqual({ kind: 'again', atMs: noon + 24 * hour })
})

test('what waited for days before its first try has the quick ones all the same', () => {
  const first = noon + 72 * hour
  expect(triesOf(failure(), noon, first).map((second) => second - 72 * 3600)).toEqual([0, 5, 35, 155, 755])
})

test('a clock that was set back by years keeps nothing waiting for years', () => {
  expect(triesOf(failure(), noon, noon - 10_000 * hour)).toHaveLength(5)
})
