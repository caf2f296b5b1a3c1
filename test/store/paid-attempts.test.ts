/** Requests that were paid for at several providers, or by a plan and a key: each part of the cost stands where it was paid. */
import { describe, expect, test } from 'bun:test'
import type { AttemptRecord, RequestRecord } from '../../src/neutral/record.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { readAgents } from '../../src/store/agents.ts'
import { parseFilters } from '../../src/store/filters.ts'
import { readBudgetHistory } from '../../src/store/guard-history.ts'
import { readLifetime } from '../../src/store/lifetime.ts'
import { readProviderHealth } from '../../src/store/provider-health.ts'
import { readRecentSpend } from '../../src/store/recent-spend.ts'
import { reprice, type RepriceQuestion } from '../../src/store/reprice.ts'
import { readSessionTotal, readSpends } from '../../src/store/spend.ts'
import { readStats } from '../../src/store/stats.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const hour = 3_600_000
const now = Date.UTC(2026, 5, 15, 13, 37, 11, 250)
const startedMs = now - 10 * 60_000
const usage = { ...noUsage, inputTokens: 10, outputTokens: 5 }

const byKey = (over: Partial<AttemptRecord> = {}): AttemptRecord =>
  earlierAttempt({
    provider: 'openai',
    model: 'cheap',
    startedMs,
    status: 200,
    outcome: 'complete',
    usage,
    costStatus: 'priced',
    costNanoUsd: 420,
    ...over,
  })
const byPlan = (over: Partial<AttemptRecord> = {}): AttemptRecord =>
  byKey({ number: 2, provider: 'anthropic', model: 'dear', billing: 'subscription', costNanoUsd: 2100, ...over })

/** A cascade from a key to a plan: $0.42 and $2.10, as it were. */
const climbed = (over: Partial<RequestRecord> = {}): RequestRecord =>
  finished({
    startedMs,
    provider: 'anthropic',
    requestedModel: 'dear',
    routedModel: 'dear',
    servedModel: 'dear',
    billing: 'subscription',
    usage,
    cost: { ...finished().cost, nanoUsd: 2520 },
    attempts: [byKey(), byPlan()],
    ...over,
  })

const unknown = { ...finished().cost, status: 'unpriced', nanoUsd: null } as const
/** The same where the plan's model has no price. */
const halfKnown = climbed({ cost: unknown, attempts: [byKey(), byPlan({ costStatus: 'unpriced', costNanoUsd: null })] })

const storeOf = (isFolded: boolean, ...records: readonly RequestRecord[]): TestStore => {
  const store = openTestStore()
  store.insert(...records)
  if (isFolded) store.fold()
  return store
}
const all = (store: TestStore, query: Record<string, string> = {}) =>
  readStats(store.database, parseFilters(Object.entries({ window: 'all', ...query })), now)

describe.each([false, true])('the parts of what a request cost (in the sums: %p)', (isFolded) => {
  test('stand under the provider, model and billing that they were paid to and by', () => {
    const { totals, byProvider, byModel, byBilling, byOutcome, byAgent, series } = all(storeOf(isFolded, climbed()))
    expect(totals).toMatchObject({ requests: 1, costNanoUsd: 2520, meteredNanoUsd: 420, subscriptionNanoUsd: 2100 })
    const lines = (groups: typeof byModel) => groups.map((one) => [one.key, one.requests, one.costNanoUsd])
    expect(lines(byProvider)).toEqual([
      ['anthropic', 1, 2100],
      ['openai', 0, 420],
    ])
    expect(lines(byModel)).toEqual([
      ['dear', 1, 2100],
      ['cheap', 0, 420],
    ])
    expect(lines(byBilling)).toEqual([
      ['subscription', 1, 2100],
      ['metered', 0, 420],
    ])
    expect([lines(byOutcome), lines(byAgent)]).toEqual([[['complete', 1, 2520]], [['claude-code', 1, 2520]]])
    expect(series.map(({ meteredNanoUsd }) => meteredNanoUsd).filter((nanoUsd) => nanoUsd > 0)).toEqual([420])
  })

  test('are found by who was paid, in the sums, of a session and of an agent', () => {
    const store = storeOf(isFolded, climbed())
    const found = all(store, { provider: 'openai' })
    expect(found.totals).toMatchObject({ requests: 0, costNanoUsd: 420, meteredNanoUsd: 420 })
    expect(found.sessions.map(({ id, costNanoUsd }) => [id, costNanoUsd])).toEqual([['s1', 2520]])
    expect(found.series.map(({ costNanoUsd }) => costNanoUsd).filter((nanoUsd) => nanoUsd > 0)).toEqual([420])
    expect(all(store, { session: 's1', billing: 'metered' }).totals).toMatchObject({ requests: 0, costNanoUsd: 420 })
    const agents = readAgents(
      store.database,
      parseFilters([
        ['window', 'all'],
        ['billing', 'metered'],
      ]),
      now,
    )
    expect(agents.agents).toMatchObject([{ agent: 'claude-code', requests: 0, costNanoUsd: 420 }])
  })

  test('count against limits by how they were paid: lately, by the day, for the ledger and for a session', () => {
    const { database } = storeOf(isFolded, climbed())
    expect(readRecentSpend(database, ['metered'], now).spent).toMatchObject({ hourNanoUsd: 420, monthNanoUsd: 420 })
    // The minute at the edge of the hour is read from its rows.
    expect(readRecentSpend(database, ['metered'], startedMs + hour).spent).toMatchObject({ hourNanoUsd: 420 })
    expect(readRecentSpend(database, ['metered'], now).burn.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)).toBe(420)
    expect(readBudgetHistory(database, 1, ['metered'], now).days).toMatchObject([{ requests: 1, nanoUsd: 420 }])
    expect(readSessionTotal(database, 's1', ['metered'], 0)).toBe(420)
    const spends = readSpends(database, { fromMs: now - hour, billing: ['metered'], kinds: new Set(['model']) })
    expect(spends.filter(({ nanoUsd }) => nanoUsd > 0)).toMatchObject([
      { provider: 'openai', model: 'cheap', nanoUsd: 420, unpricedInput: 0 },
    ])
  })

  test('stand in the counters of monitoring, and make nobody a provider that was asked', () => {
    const { database } = storeOf(isFolded, climbed())
    const sums = readLifetime(database).map(({ provider, model, billing, figures, duration }) => ({
      who: `${provider}/${model} ${billing}`,
      requests: figures.requests,
      nanoUsd: figures.costNanoUsd,
      times: duration.length,
    }))
    expect(sums.toSorted((one, other) => one.nanoUsd - other.nanoUsd)).toEqual([
      { who: 'openai/cheap metered', requests: 0, nanoUsd: 420, times: 0 },
      { who: 'anthropic/dear subscription', requests: 1, nanoUsd: 2100, times: 1 },
    ])
    if (isFolded) expect(readProviderHealth(database, now).map(({ provider }) => provider)).toEqual(['anthropic'])
  })

  test('that are known count also where the whole is not', () => {
    const store = storeOf(isFolded, halfKnown)
    expect(all(store).totals).toMatchObject({ costNanoUsd: 420, meteredNanoUsd: 420, unpriced: 1 })
    expect(readSessionTotal(store.database, 's1', ['metered', 'subscription'], 0)).toBe(420)
    const billing = ['metered', 'subscription'] as const
    expect(readSpends(store.database, { fromMs: now - hour, billing, kinds: new Set() })).toMatchObject([
      { nanoUsd: 420, unpricedInput: 10, unpricedOutput: 5 },
    ])
  })

  test('of an older release, which does not tell them, stand where the request does', () => {
    const store = storeOf(false, climbed())
    store.database.run('UPDATE attempt_rows SET billing = NULL')
    if (isFolded) store.fold()
    expect(all(store).totals).toMatchObject({ costNanoUsd: 2520, meteredNanoUsd: 0, subscriptionNanoUsd: 2520 })
    expect(readSessionTotal(store.database, 's1', ['subscription'], 0)).toBe(2520)
    expect(readSpends(store.database, { fromMs: 0, billing: ['subscription'], kinds: new Set() })).toMatchObject([
      { nanoUsd: 2520 },
    ])
  })

  test('move with their prices, also into sums where nothing stood before', async () => {
    const store = storeOf(isFolded, halfKnown)
    if (isFolded) store.raise(now + 2 * 86_400_000)
    const priceOf = ({ provider }: RepriceQuestion) => ({
      ...finished().cost,
      nanoUsd: provider === 'openai' ? 300 : 1000,
    })
    const always = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, pause: async () => {} }
    await reprice(store.database, priceOf, always)
    const { totals, byProvider, sessions } = all(store)
    expect(totals).toMatchObject({ costNanoUsd: 1300, meteredNanoUsd: 300, subscriptionNanoUsd: 1000, unpriced: 0 })
    expect(byProvider.map(({ key, costNanoUsd }) => [key, costNanoUsd])).toEqual([
      ['anthropic', 1000],
      ['openai', 300],
    ])
    expect(sessions).toMatchObject([{ costNanoUsd: 1300, unpriced: 0, requests: 1 }])
    expect(store.database.query('SELECT cost_nano_usd AS nano FROM requests').all()).toEqual([{ nano: 1300 }])
  })
})

test('the first of two attempts that had no price gets a place in the sums with it', async () => {
  const store = storeOf(
    true,
    climbed({ cost: unknown, attempts: [byKey({ costStatus: 'unpriced', costNanoUsd: null }), byPlan()] }),
  )
  expect(all(store).totals).toMatchObject({ costNanoUsd: 2100, meteredNanoUsd: 0, unpriced: 1 })
  const always = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, pause: async () => {} }
  await reprice(store.database, () => ({ ...finished().cost, nanoUsd: 7 }), always)
  expect(all(store).totals).toMatchObject({ costNanoUsd: 14, meteredNanoUsd: 7, subscriptionNanoUsd: 7, unpriced: 0 })
})

test('an attempt is spent when it ended, not when its request did', () => {
  const first = byKey({ startedMs: now - hour - 5000, durationMs: 1000 })
  const last = byPlan({ startedMs: now - hour - 4000, durationMs: 60_000, billing: 'metered' })
  const { database } = storeOf(
    false,
    climbed({ startedMs: now - hour - 6000, durationMs: 62_000, attempts: [first, last] }),
  )
  const rows = readSpends(database, { fromMs: now - hour, billing: ['metered', 'subscription'], kinds: new Set() })
  expect(rows.filter(({ nanoUsd }) => nanoUsd > 0).map(({ nanoUsd }) => nanoUsd)).toEqual([2100])
})
