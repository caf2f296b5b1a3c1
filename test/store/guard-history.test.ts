import { describe, expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { parseDays, readBudgetHistory } from '../../src/store/guard-history.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const day = 86_400_000
const now = Date.UTC(2026, 5, 15, 13, 37, 11, 250)
const metered = ['metered']

const costing = (nanoUsd: number | null, over: Partial<RequestRecord>) =>
  finished({ ...over, cost: { ...finished().cost, nanoUsd } })

describe('the history of days', () => {
  const records = [
    costing(5, { startedMs: Date.UTC(2026, 5, 13, 23, 59, 59, 999) }),
    costing(7, { startedMs: Date.UTC(2026, 5, 14, 0, 0, 0, 0), guard: 'warned' }),
    costing(11, { startedMs: Date.UTC(2026, 5, 14, 12), guard: 'downgraded' }),
    costing(0, { startedMs: Date.UTC(2026, 5, 14, 13), guard: 'blocked', billing: null, provider: null }),
    costing(0, { startedMs: Date.UTC(2026, 5, 14, 14), guard: 'blocked', billing: null, provider: null }),
    costing(13, { startedMs: Date.UTC(2026, 5, 15, 1), guard: 'cut' }),
    costing(17, { startedMs: Date.UTC(2026, 5, 15, 2), guard: 'stopped' }),
    costing(1000, { startedMs: Date.UTC(2026, 5, 15, 3), billing: 'subscription' }),
    costing(null, { startedMs: Date.UTC(2026, 5, 15, 4) }),
  ]
  const expected = [
    { startMs: Date.UTC(2026, 5, 12), nanoUsd: 0, requests: 0, blocked: 0, cut: 0, downgraded: 0, warned: 0 },
    { startMs: Date.UTC(2026, 5, 13), nanoUsd: 5, requests: 1, blocked: 0, cut: 0, downgraded: 0, warned: 0 },
    { startMs: Date.UTC(2026, 5, 14), nanoUsd: 18, requests: 4, blocked: 2, cut: 0, downgraded: 1, warned: 1 },
    { startMs: Date.UTC(2026, 5, 15), nanoUsd: 30, requests: 4, blocked: 0, cut: 1, downgraded: 0, warned: 0 },
  ]

  test('is the same whether requests are in the sums yet or not, and stays when minutes are raised to days', () => {
    const store = openTestStore()
    store.insert(...records.slice(0, 5))
    store.fold()
    store.insert(...records.slice(5))
    expect(readBudgetHistory(store.database, 4, metered, now).days).toEqual(expected)
    store.fold()
    expect(readBudgetHistory(store.database, 4, metered, now).days).toEqual(expected)
    store.raise(now + 20 * day)
    expect(readBudgetHistory(store.database, 4, metered, now).days).toEqual(expected)
  })

  test('counts the kinds of billing that it is asked for', () => {
    const store = openTestStore()
    store.insert(...records)
    store.fold()
    const costs = (billing: readonly string[]) =>
      readBudgetHistory(store.database, 1, billing, now).days.map(({ nanoUsd }) => nanoUsd)
    expect([costs(['metered', 'subscription']), costs(['subscription']), costs([])]).toEqual([[1030], [1000], [0]])
  })

  test('is of 14 days unless told otherwise, and of 1 to 365', () => {
    expect([parseDays([]), parseDays([['days', '1']]), parseDays([['days', '365']])]).toEqual([14, 1, 365])
    for (const [query, name] of [
      [[['days', '0']], 'days'],
      [[['days', '366']], 'days'],
      [[['days', 'all']], 'days'],
      [[['dais', '3']], 'dais'],
      [
        [
          ['days', '3'],
          ['days', '4'],
        ],
        'days',
      ],
    ] as const)
      expect(() => parseDays(query)).toThrow(name)
  })
})
