import { describe, expect, test } from 'bun:test'
import { noUsage } from '../../src/neutral/usage.ts'
import { openLedger } from '../../src/rules/ledger.ts'
import { readResets, readSessionTotal, readSpends, readUsed, writeReset } from '../../src/store/spend.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const noon = Date.UTC(2026, 10, 22, 12)
const hour = 3_600_000
const cost = (nanoUsd: number | null) =>
  ({ ...finished().cost, nanoUsd, status: nanoUsd === null ? 'unpriced' : 'priced' }) as const
const kinds = (...all: ('session' | 'agent' | 'provider' | 'model')[]) => new Set(all)

describe('what was spent, for the ledger', () => {
  test('counts by the second in which a request ended, whoever it was for', () => {
    const store = openTestStore()
    store.insert(
      finished({ startedMs: noon, durationMs: 300, cost: cost(5), sessionId: 's1' }),
      finished({ startedMs: noon + 100, durationMs: 400, cost: cost(6), sessionId: 's2' }),
      finished({ startedMs: noon, durationMs: 90_000, cost: cost(7) }),
    )
    const rows = readSpends(store.database, { fromMs: noon - hour, billing: ['metered'], kinds: kinds() })
    expect(rows.map(({ atMs, nanoUsd }) => [atMs - noon, nanoUsd])).toEqual([
      [500, 11],
      [90_000, 7],
    ])
  })

  test('keeps apart what was settled before and after a reset in the same second, whoever that is of', () => {
    const store = openTestStore()
    writeReset(store.database, 'all', noon + 400)
    writeReset(store.database, 'agent:codex', noon + 600)
    const after = (durationMs: number, nanoUsd: number) =>
      finished({ startedMs: noon, durationMs, cost: cost(nanoUsd), agent: 'codex' })
    store.insert(after(300, 1), after(400, 2), after(401, 4), after(500, 8), after(900, 16))
    const spends = readSpends(store.database, { fromMs: noon - hour, billing: ['metered'], kinds: kinds('agent') })
    expect(spends.map(({ atMs, nanoUsd }) => [atMs - noon, nanoUsd])).toEqual([
      [400, 3],
      [500, 12],
      [900, 16],
    ])
    const ledger = openLedger()
    ledger.fill({ kinds: kinds('agent'), resets: readResets(store.database) }, spends)
    expect(ledger.standing('all', noon + 1000).day).toBe(28)
    expect(ledger.standing('agent:codex', noon + 1000).day).toBe(16)
  })

  test('a long answer that began before the window and ended in it is in it', () => {
    const store = openTestStore()
    store.insert(
      finished({ startedMs: noon - 10 * 60_000, durationMs: 11 * 60_000, cost: cost(5) }),
      finished({ startedMs: noon - 10 * 60_000, durationMs: 60_000, cost: cost(6) }),
    )
    const rows = readSpends(store.database, { fromMs: noon, billing: ['metered'], kinds: kinds() })
    expect(rows.map(({ nanoUsd }) => nanoUsd)).toEqual([5])
  })

  test('tells apart whose spend limits are of', () => {
    const store = openTestStore()
    store.insert(
      finished({ startedMs: noon, cost: cost(1), sessionId: 's1', agent: 'codex' }),
      finished({
        startedMs: noon,
        cost: cost(2),
        sessionId: 's2',
        agent: 'codex',
        provider: 'openai',
        routedModel: 'gpt-5',
      }),
    )
    const read = (...all: Parameters<typeof kinds>) =>
      readSpends(store.database, { fromMs: noon, billing: ['metered'], kinds: kinds(...all) })
    expect(read('agent')).toMatchObject([{ agent: 'codex', session: null, nanoUsd: 3 }])
    expect(read('session').map(({ session, nanoUsd }) => [session, nanoUsd])).toEqual([
      ['s1', 1],
      ['s2', 2],
    ])
    expect(
      read('model')
        .map(({ provider, model }) => `${provider}/${model}`)
        .toSorted(),
    ).toEqual(['anthropic/claude-sonnet-4-5', 'openai/gpt-5'])
  })

  test('leaves out other kinds of billing and what was never sent', () => {
    const store = openTestStore()
    store.insert(
      finished({ startedMs: noon, cost: cost(1), billing: 'subscription' }),
      finished({ startedMs: noon, cost: cost(2), billing: null, provider: null }),
      finished({ startedMs: noon, cost: cost(4) }),
    )
    const sum = (...billing: ('metered' | 'subscription')[]) =>
      readSpends(store.database, { fromMs: noon, billing, kinds: kinds() }).reduce(
        (all, { nanoUsd }) => all + nanoUsd,
        0,
      )
    expect(sum('metered')).toBe(4)
    expect(sum('metered', 'subscription')).toBe(5)
  })

  test('gives the tokens of requests without a price apart', () => {
    const store = openTestStore()
    const usage = { ...noUsage, inputTokens: 100, cacheReadTokens: 20, outputTokens: 7 }
    store.insert(finished({ startedMs: noon, cost: cost(null), usage }), finished({ startedMs: noon, cost: cost(3) }))
    expect(readSpends(store.database, { fromMs: noon, billing: ['metered'], kinds: kinds() })).toMatchObject([
      { nanoUsd: 3, unpricedInput: 120, unpricedOutput: 7 },
    ])
  })
})

test('the total of a session is that of all its requests, folded or not, since it was set back', () => {
  const store = openTestStore()
  const of = (sessionId: string, startedMs: number, nanoUsd: number) =>
    finished({ sessionId, startedMs, durationMs: 0, cost: cost(nanoUsd) })
  store.insert(of('s1', noon, 1), of('s2', noon, 10), of('s1', noon + 1000, 2))
  store.fold()
  store.insert(of('s1', noon + 2000, 4), of('s2', noon + 2000, 40))
  expect(readSessionTotal(store.database, 's1', ['metered'], 0)).toBe(7)
  expect(readSessionTotal(store.database, 's1', ['metered'], noon)).toBe(6)
  expect(readSessionTotal(store.database, 's1', ['subscription'], 0)).toBe(0)
  expect(readSessionTotal(store.database, 'nobody', ['metered'], 0)).toBe(0)
})

test('what a session had asked for before it was set back, and was answered after that, counts', () => {
  const store = openTestStore()
  store.insert(finished({ sessionId: 's1', startedMs: noon, durationMs: 9000, cost: cost(3) }))
  const total = (afterMs: number) => readSessionTotal(store.database, 's1', ['metered'], afterMs)
  expect([total(noon + 5000), total(noon + 9000)]).toEqual([3, 0])
  store.fold()
  expect([total(noon + 5000), total(noon + 9000)]).toEqual([3, 0])
})

test('a scope that is set back again is set back to the later time', () => {
  const { database } = openTestStore()
  writeReset(database, 'all', noon)
  writeReset(database, 'session:s1', noon + 1)
  writeReset(database, 'all', noon + 2)
  expect([...readResets(database)]).toEqual([
    ['all', noon + 2],
    ['session:s1', noon + 1],
  ])
})

test('what estimates learn from after a start are whole answers of models, oldest first', () => {
  const store = openTestStore()
  store.insert(
    finished({ startedMs: noon, requestBytes: 1, routedModel: 'a' }),
    finished({ startedMs: noon, requestBytes: 2, outcome: 'client_abort' }),
    finished({ startedMs: noon, requestBytes: 3, cache: 'hit' }),
    finished({ startedMs: noon, requestBytes: 4, taskType: null, endpoint: 'embeddings' }),
    finished({ startedMs: noon, requestBytes: 5, routedModel: 'b' }),
  )
  expect(readUsed(store.database, 100).map(({ bytes, model }) => [bytes, model])).toEqual([
    [1, 'a'],
    [5, 'b'],
  ])
  expect(readUsed(store.database, 2).map(({ bytes }) => bytes)).toEqual([5])
})
