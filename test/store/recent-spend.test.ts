import { describe, expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { readRecentSpend } from '../../src/store/recent-spend.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const hour = 3_600_000
const day = 24 * hour
const now = Date.UTC(2026, 5, 15, 13, 37, 11, 250)

const costing = (nanoUsd: number | null, over: Partial<RequestRecord>) =>
  finished({ ...over, cost: { ...finished().cost, nanoUsd } })

describe('what was spent lately', () => {
  const spentOf = (records: readonly RequestRecord[], isFolded: boolean) => {
    const store = openTestStore()
    store.insert(...records)
    if (isFolded) store.fold()
    return readRecentSpend(store.database, ['metered'], now)
  }
  const records = [
    costing(1, { startedMs: now - hour - 1 }),
    costing(2, { startedMs: now - hour }),
    costing(4, { startedMs: now - 10 }),
    costing(8, { startedMs: now - day - 1 }),
    costing(16, { startedMs: now - day }),
    costing(32, { startedMs: now - 7 * day - 1 }),
    costing(64, { startedMs: now - 7 * day }),
    costing(128, { startedMs: now - 30 * day - 1 }),
    costing(256, { startedMs: now - 30 * day }),
    costing(512, { startedMs: now - 5, billing: 'subscription' }),
  ]

  test.each([false, true])('is exact to the millisecond (in the sums: %p)', (isFolded) => {
    expect(spentOf(records, isFolded).spent).toEqual({
      hourNanoUsd: 6,
      dayNanoUsd: 23,
      weekNanoUsd: 95,
      monthNanoUsd: 383,
    })
  })

  test.each([false, true])('stands in quarters of an hour, without gaps (in the sums: %p)', (isFolded) => {
    const { burn } = spentOf(records, isFolded)
    expect(burn.length).toBe(97)
    expect(burn[0]).toEqual({ startMs: Date.UTC(2026, 5, 14, 13, 30), nanoUsd: 24 })
    expect(burn.at(-1)).toEqual({ startMs: Date.UTC(2026, 5, 15, 13, 30), nanoUsd: 4 })
    expect(burn.filter(({ nanoUsd }) => nanoUsd > 0).map(({ nanoUsd }) => nanoUsd)).toEqual([24, 3, 4])
  })

  test('is nothing in an empty store', () => {
    const { spent, burn } = spentOf([], false)
    expect([Object.values(spent), burn.every(({ nanoUsd }) => nanoUsd === 0)]).toEqual([[0, 0, 0, 0], true])
  })
})
