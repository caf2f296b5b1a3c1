import { describe, expect, test } from 'bun:test'
import type { Stats } from '../../src/control/shapes.ts'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { parseFilters } from '../../src/store/filters.ts'
import { foldSome } from '../../src/store/fold.ts'
import { readLifetime } from '../../src/store/lifetime.ts'
import { readProviderHealth } from '../../src/store/provider-health.ts'
import { trimSome } from '../../src/store/raise.ts'
import { readStats } from '../../src/store/stats.ts'
import { newSeed, randomRecord, seeded, sumUp } from '../support/random-records.ts'
import { finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = Date.UTC(2026, 5, 20, 12, 30, 15)

const stats = (store: TestStore, query: Record<string, string> = {}, at = now): Stats =>
  readStats(store.database, parseFilters(Object.entries(query)), at)

describe('sums', () => {
  /** Rows of ten days, at the given stage of their way through the roll-ups. */
  function storeWith(
    records: readonly RequestRecord[],
    stage: 'unfolded' | 'half' | 'folded' | 'raised' | 'trimmed',
  ): TestStore {
    const store = openTestStore()
    store.insert(...records)
    if (stage === 'half') for (let left = records.length / 2; left > 0; left -= 50) foldSome(store.database, 50)
    if (stage === 'unfolded' || stage === 'half') return store
    store.fold()
    if (stage === 'raised' || stage === 'trimmed') store.raise(now)
    if (stage === 'trimmed') while (trimSome(store.database, now, null)) continue
    return store
  }

  const windows: Record<string, string>[] = [
    { window: '90m' },
    { window: '24h' },
    { window: '7d' },
    { window: 'all' },
    { from: String(now - 5 * day - 17 * minute), to: String(now - 2 * day + 3 * hour) },
    // Before the minutes' end, on quarters of an hour: exact there too.
    { from: String(Math.floor((now - 9 * day) / (15 * minute)) * 15 * minute), to: String(now - 3 * day) },
  ]

  test('are exact at any stage of the roll-ups, for every window and filter', () => {
    const seed = newSeed()
    const random = seeded(seed)
    const records = Array.from({ length: 400 }, () => randomRecord(random, now - Math.floor(random() ** 2 * 10 * day)))
    for (const stage of ['unfolded', 'half', 'folded', 'raised', 'trimmed'] as const) {
      const store = storeWith(records, stage)
      for (const window of windows) {
        for (const [filter, keep] of filterCases) {
          const { fromMs, toMs, totals, series, duration, firstByte, byProvider } = stats(store, {
            ...window,
            ...filter,
          })
          const kept = records.filter((record) => record.startedMs >= fromMs && record.startedMs < toMs && keep(record))
          const where = `${stage} ${JSON.stringify({ ...window, ...filter })}`
          expect([where, totals]).toEqual([where, sumUp(kept)])
          expect([where, duration.count]).toEqual([where, kept.length])
          expect([where, firstByte.count]).toEqual([where, kept.filter((record) => record.firstByteMs !== null).length])
          expect([
            where,
            total(series, 'costNanoUsd'),
            total(series, 'requests'),
            total(series, 'meteredNanoUsd'),
          ]).toEqual([where, totals.costNanoUsd, totals.requests, totals.meteredNanoUsd])
          expect([where, total(byProvider, 'costNanoUsd'), total(byProvider, 'errors')]).toEqual([
            where,
            totals.costNanoUsd,
            totals.errors,
          ])
        }
      }
    }
  })

  const filterCases: [Record<string, string>, (record: RequestRecord) => boolean][] = [
    [{}, () => true],
    [{ provider: 'openai' }, (record) => record.provider === 'openai'],
    [{ provider: 'openai,' }, (record) => record.provider === 'openai' || record.provider === null],
    [
      { model: 'tiny,small' },
      (record) => ['tiny', 'small'].includes(record.routedModel ?? record.requestedModel ?? ''),
    ],
    [{ agent: 'codex' }, (record) => record.agent === 'codex'],
    [{ billing: 'subscription' }, (record) => record.billing === 'subscription'],
    [{ outcome: 'timeout' }, (record) => record.outcome === 'timeout'],
    [{ session: 'one,three' }, (record) => ['one', 'three'].includes(record.sessionId ?? '')],
    [
      { session: 'two', provider: 'anthropic', outcome: 'complete' },
      (record) => record.sessionId === 'two' && record.provider === 'anthropic' && record.outcome === 'complete',
    ],
  ]

  const total = <Name extends string>(rows: readonly Record<Name, number>[], name: Name): number =>
    rows.reduce((sum, row) => sum + row[name], 0)

  test('each group carries its own share, dearest first', () => {
    const store = openTestStore()
    const cost = finished().cost
    store.insert(
      finished({ startedMs: now, routedModel: 'small', cost: { ...cost, nanoUsd: 5 } }),
      finished({ startedMs: now, routedModel: 'large', cost: { ...cost, nanoUsd: 70 }, billing: 'subscription' }),
      finished({
        startedMs: now,
        routedModel: 'small',
        cost: { ...cost, nanoUsd: 6 },
        agent: null,
        outcome: 'failed',
        status: 500,
      }),
    )
    const { byModel, byBilling, byAgent, byOutcome } = stats(store)
    expect(byModel.map(({ key, costNanoUsd, requests }) => [key, costNanoUsd, requests])).toEqual([
      ['large', 70, 1],
      ['small', 11, 2],
    ])
    expect(byBilling.map(({ key, costNanoUsd }) => [key, costNanoUsd])).toEqual([
      ['subscription', 70],
      ['metered', 11],
    ])
    expect(byAgent.map(({ key, requests }) => [key, requests])).toEqual([
      ['claude-code', 2],
      ['', 1],
    ])
    expect(byOutcome.map(({ key, errors }) => [key, errors])).toEqual([
      ['complete', 0],
      ['failed', 1],
    ])
  })

  test('the series is filled with zeros from end to end', () => {
    const store = openTestStore()
    store.insert(finished({ startedMs: now - 20 * minute, durationMs: 400, firstByteMs: null }))
    const { series, stepMs, fromMs, toMs } = stats(store, { window: '1h' })
    expect([stepMs, series.length, series[0]?.startMs, (series.at(-1)?.startMs ?? 0) + minute]).toEqual([
      minute,
      61,
      fromMs,
      toMs,
    ])
    expect(series.filter((point) => point.requests > 0)).toEqual([
      {
        startMs: Date.UTC(2026, 5, 20, 12, 10),
        requests: 1,
        errors: 0,
        costNanoUsd: 105_000,
        meteredNanoUsd: 105_000,
        subscriptionNanoUsd: 0,
        inputTokens: 10,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        outputTokens: 5,
        durationP50Ms: 394.8,
        durationP95Ms: 394.8,
        firstByteP50Ms: null,
        firstByteP95Ms: null,
      },
    ])
    expect(series[0]).toEqual({
      startMs: fromMs,
      requests: 0,
      errors: 0,
      costNanoUsd: 0,
      meteredNanoUsd: 0,
      subscriptionNanoUsd: 0,
      inputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 0,
      durationP50Ms: null,
      durationP95Ms: null,
      firstByteP50Ms: null,
      firstByteP95Ms: null,
    })
  })

  test('an empty store has sums too', () => {
    const store = openTestStore()
    for (const window of ['1m', '24h', 'all']) {
      const { totals, duration, byModel, sessions, series } = stats(store, { window })
      expect([totals.requests, duration.p50Ms, byModel, sessions]).toEqual([0, null, [], []])
      expect(series.length).toBeGreaterThan(0)
    }
  })

  test('percentiles are within 2.5 % of the true ones', () => {
    const random = seeded(newSeed())
    const store = openTestStore()
    const durations = Array.from({ length: 3000 }, () => 0.07 * 2 ** (random() * 22))
    store.insert(
      ...durations.map((durationMs) => finished({ startedMs: now, durationMs, firstByteMs: durationMs / 3 })),
    )
    for (let folded = 0; folded < 10; folded++) foldSome(store.database, 150)
    durations.sort((one, other) => one - other)
    const { duration, firstByte } = stats(store)
    const shares = [
      [0.5, duration.p50Ms, firstByte.p50Ms],
      [0.9, duration.p90Ms, firstByte.p90Ms],
      [0.95, duration.p95Ms, firstByte.p95Ms],
      [0.99, duration.p99Ms, firstByte.p99Ms],
    ] as const
    for (const [share, whole, first] of shares) {
      const truth = durations[Math.ceil(share * durations.length) - 1] ?? 0
      expect(Math.abs((whole ?? 0) / truth - 1)).toBeLessThan(0.025)
      expect(Math.abs(((first ?? 0) * 3) / truth - 1)).toBeLessThan(0.025)
    }
  })

  test('a sum too large for JSON readers stays at what they can hold', () => {
    const store = openTestStore()
    const cost = { ...finished().cost, nanoUsd: 6e15 }
    store.insert(finished({ startedMs: now, cost }), finished({ startedMs: now, cost }))
    expect(stats(store).totals.costNanoUsd).toBe(9_007_199_254_740_991)
    store.fold()
    expect(stats(store).totals.costNanoUsd).toBe(9_007_199_254_740_991)
  })
})

test('a provider is judged by the last hour, the caller’s own mistakes left out', () => {
  const store = openTestStore()
  const at = (agoMs: number, over: Partial<RequestRecord>) => finished({ startedMs: now - agoMs, ...over })
  store.insert(
    at(50 * minute, { durationMs: 100 }),
    at(40 * minute, { status: 429, errorCode: 'rate_limit_error', durationMs: 100 }),
    at(30 * minute, { status: 400, outcome: 'failed', errorCode: 'invalid_request_error', durationMs: 100 }),
    at(2 * hour, { status: 500 }),
    at(20 * minute, { provider: 'openai', outcome: 'upstream_reset' }),
    at(1 * minute, { provider: null, outcome: 'refused', status: 404 }),
  )
  const expected = [
    {
      provider: 'anthropic',
      requests: 3,
      failures: 1,
      p50Ms: 98.7,
      lastSeenMs: now - 30 * minute,
      lastFailure: '429 rate_limit_error',
    },
    {
      provider: 'openai',
      requests: 1,
      failures: 1,
      p50Ms: 19.87,
      lastSeenMs: now - 20 * minute,
      lastFailure: 'upstream_reset',
    },
  ]
  expect(readProviderHealth(store.database, now)).toEqual(expected)
  foldSome(store.database, 2)
  expect(readProviderHealth(store.database, now)).toEqual(expected)
  store.fold()
  expect(readProviderHealth(store.database, now)).toEqual(expected)
})

test('sums since ever are the same at any stage of the roll-ups', () => {
  const random = seeded(newSeed())
  const store = openTestStore()
  const records = Array.from({ length: 200 }, () => randomRecord(random, now - Math.floor(random() * 40 * day)))
  store.insert(...records)
  const sums = () => {
    const lifetime = readLifetime(store.database)
    const times = lifetime.map(({ duration }) => duration.reduce((sum, [, count]) => sum + count, 0))
    return [
      lifetime.length,
      ...['requests', 'costNanoUsd', 'outputTokens'].map((name) =>
        lifetime.reduce((sum, { figures }) => sum + figures[name as 'requests'], 0),
      ),
      times.reduce((sum, count) => sum + count, 0),
    ]
  }
  const { requests, costNanoUsd, outputTokens } = sumUp(records)
  const uses = new Set(
    records.map((record) =>
      [record.provider, record.routedModel ?? record.requestedModel, record.billing, record.outcome].join('|'),
    ),
  )
  const expected = [uses.size, requests, costNanoUsd, outputTokens, requests]
  expect(sums()).toEqual(expected)
  foldSome(store.database, 90)
  expect(sums()).toEqual(expected)
  store.fold()
  store.raise(now)
  while (trimSome(store.database, now, now - 20 * day)) continue
  expect(sums()).toEqual(expected)
})
