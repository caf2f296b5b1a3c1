/** What the overview's tables and stacked charts compute from the API's figures. */
import { expect, test } from 'bun:test'
import { basisOf, breakdownRows, sessionRows } from '../../web/state/breakdown.ts'
import { stackUp } from '../../web/state/stack.ts'
import { group, session, totals } from './examples.ts'

test('shares are of what was billed, and what a plan covers is never added to it', () => {
  const whole = totals({ requests: 4, meteredNanoUsd: 1_000, subscriptionNanoUsd: 9_000 })
  const rows = breakdownRows(
    [group('a', { meteredNanoUsd: 750 }), group('b', { meteredNanoUsd: 250, subscriptionNanoUsd: 9_000 })],
    whole,
  )
  expect(basisOf(whole)).toBe('spend')
  expect(rows.map(({ key, share }) => [key, share])).toEqual([
    ['a', 0.75],
    ['b', 0.25],
  ])
})

test('where nothing was billed shares are of the plan, and of requests where nothing cost at all', () => {
  const plan = totals({ requests: 2, subscriptionNanoUsd: 100 })
  expect(basisOf(plan)).toBe('plan use')
  expect(breakdownRows([group('a', { subscriptionNanoUsd: 40 })], plan)[0]?.share).toBe(0.4)
  const local = totals({ requests: 4 })
  expect(basisOf(local)).toBe('requests')
  expect(breakdownRows([group('a', { requests: 1 })], local)[0]?.share).toBe(0.25)
})

test("a row's tokens are its four kinds, reasoning counted once, as part of output", () => {
  const [row] = breakdownRows(
    [
      group('a', {
        inputTokens: 1,
        cacheReadTokens: 20,
        cacheWriteTokens: 300,
        outputTokens: 4_000,
        reasoningTokens: 900,
      }),
    ],
    totals(),
  )
  expect(row?.tokens).toBe(4_321)
})

test('sessions are compared with the dearest, or with the busiest where none cost anything', () => {
  const paid = sessionRows([session('a', { costNanoUsd: 200 }), session('b', { costNanoUsd: 50 })])
  expect(paid.map(({ share }) => share)).toEqual([1, 0.25])
  const free = sessionRows([session('a', { requests: 8 }), session('b', { requests: 2 })])
  expect(free.map(({ share }) => share)).toEqual([1, 0.25])
  expect(sessionRows([])).toEqual([])
})

test('stacked series are drawn from the tallest down, a missing value counting as nothing', () => {
  expect(
    stackUp([
      [1, 10],
      [2, null],
      [4, 40],
    ]),
  ).toEqual([
    [7, 50],
    [6, 40],
    [4, 40],
  ])
  expect(stackUp([])).toEqual([])
})
