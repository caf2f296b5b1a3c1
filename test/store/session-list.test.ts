import { describe, expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { parseFilters } from '../../src/store/filters.ts'
import { readStats } from '../../src/store/stats.ts'
import { finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const hour = 3_600_000
const day = 24 * hour
const now = Date.UTC(2026, 5, 20, 12, 30, 15)

describe('sessions of a window', () => {
  const read = (store: TestStore, query: Record<string, string> = {}) =>
    readStats(store.database, parseFilters(Object.entries(query)), now).sessions
  const cost = finished().cost
  const of = (sessionId: string, startedMs: number, nanoUsd: number, over: Partial<RequestRecord> = {}) =>
    finished({ sessionId, startedMs, cost: { ...cost, nanoUsd }, ...over })
  const names = (store: TestStore, query: Record<string, string> = {}) =>
    read(store, query).map(({ id, costNanoUsd, requests }) => [id, costNanoUsd, requests])

  test('are those active in it, dearest first, each with all it ever cost, folded or not', () => {
    const store = openTestStore()
    store.insert(
      of('long', now - 3 * day, 50),
      of('long', now - hour, 1),
      of('old', now - 3 * day, 90),
      of('new', now - hour, 60),
    )
    const expected = [
      ['new', 60, 1],
      ['long', 51, 2],
    ]
    expect(names(store)).toEqual(expected)
    store.fold()
    expect(names(store)).toEqual(expected)
    store.insert(of('long', now, 20), of('old', now, 1))
    expect(names(store)).toEqual([
      ['old', 91, 2],
      ['long', 71, 3],
      ['new', 60, 1],
    ])
  })

  test('are at most twenty, the dearest', () => {
    const store = openTestStore()
    store.insert(...Array.from({ length: 30 }, (_, index) => of(`s${index}`, now, index)))
    store.fold()
    store.insert(of('s3', now, 1000))
    const shown = read(store)
    expect([shown.length, shown[0]?.id, shown[1]?.id, shown.at(-1)?.id]).toEqual([20, 's3', 's29', 's11'])
  })

  test('are left out when none of their requests meets the filters', () => {
    const store = openTestStore()
    store.insert(
      of('a', now, 5, { provider: 'openai', outcome: 'complete' }),
      of('b', now, 4, { provider: 'anthropic', outcome: 'timeout' }),
    )
    store.fold()
    store.insert(of('c', now, 3, { provider: 'openai', outcome: 'timeout' }))
    expect(names(store, { provider: 'openai' }).map(([id]) => id)).toEqual(['a', 'c'])
    expect(names(store, { outcome: 'timeout' }).map(([id]) => id)).toEqual(['b', 'c'])
    expect(names(store, { provider: 'openai', outcome: 'timeout' }).map(([id]) => id)).toEqual(['c'])
    expect(names(store, { session: 'b,c' }).map(([id]) => id)).toEqual(['b', 'c'])
    expect(names(store, { provider: 'nobody' })).toEqual([])
  })
})
