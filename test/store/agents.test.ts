import { describe, expect, test } from 'bun:test'
import { openStoreReader } from '../../src/app/open-reader.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { readAgents, renameAgent } from '../../src/store/agents.ts'
import { parseFilters, parseSessionQuery } from '../../src/store/filters.ts'
import { readSessions } from '../../src/store/session-list.ts'
import { finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const hour = 3_600_000
const now = Date.UTC(2026, 5, 20, 12, 30, 15)
const cost = finished().cost
const of = (agent: string | null, nanoUsd: number, over: Partial<RequestRecord> = {}) =>
  finished({ agent, startedMs: now - hour, cost: { ...cost, nanoUsd }, ...over })
const agentsOf = (store: TestStore, query: Record<string, string> = {}) =>
  readAgents(store.database, parseFilters(Object.entries(query)), now).agents
const costs = (store: TestStore, query: Record<string, string> = {}) =>
  agentsOf(store, query).map(({ agent, requests, costNanoUsd }) => [agent, requests, costNanoUsd])

describe('agents of a window', () => {
  test('have their sums, dearest first, folded or not', () => {
    const store = openTestStore()
    store.insert(of('codex', 5), of('claude-code', 40), of('claude-code/explore', 7), of(null, 90))
    store.fold()
    store.insert(of('codex', 60), of('claude-code', 2), of('codex', 1000, { startedMs: now - 30 * hour }))
    expect(costs(store)).toEqual([
      ['codex', 2, 65],
      ['claude-code', 2, 42],
      ['claude-code/explore', 1, 7],
    ])
    expect(costs(store, { window: '2d' })[0]).toEqual(['codex', 3, 1065])
  })

  test('have tokens of each kind, and the number of requests without a price', () => {
    const store = openTestStore()
    const usage = {
      ...finished().usage,
      inputTokens: 10,
      cacheReadTokens: 20,
      cacheWrite5mTokens: 3,
      cacheWrite1hTokens: 4,
      outputTokens: 5,
    }
    const unpriced = { ...cost, status: 'unpriced', nanoUsd: null } as const
    store.insert(
      finished({ agent: 'codex', startedMs: now - hour, usage: usage as RequestRecord['usage'], cost: unpriced }),
    )
    const expected = {
      agent: 'codex',
      name: null,
      requests: 1,
      costNanoUsd: 0,
      inputTokens: 10,
      cacheReadTokens: 20,
      cacheWriteTokens: 7,
      outputTokens: 5,
      unpriced: 1,
    }
    expect(agentsOf(store)).toEqual([expected])
    store.fold()
    expect(agentsOf(store)).toEqual([expected])
  })

  test('are those that meet the filters, sessions included', () => {
    const store = openTestStore()
    store.insert(
      of('codex', 5, { sessionId: 'a', provider: 'openai' }),
      of('claude-code', 4, { sessionId: 'b', provider: 'anthropic' }),
    )
    store.fold()
    store.insert(of('codex', 3, { sessionId: 'b', provider: 'openai' }))
    expect(costs(store, { provider: 'openai' })).toEqual([['codex', 2, 8]])
    expect(costs(store, { agent: 'claude-code' })).toEqual([['claude-code', 1, 4]])
    expect(costs(store, { session: 'b' })).toEqual([
      ['claude-code', 1, 4],
      ['codex', 1, 3],
    ])
  })
})

describe('a name that people give', () => {
  const named = (store: TestStore) => agentsOf(store).map(({ agent, name, requests }) => [agent, name, requests])

  test('stands beside the own one until it is taken away, and filters go by the own one', () => {
    const store = openTestStore()
    store.insert(of('claude-code/6a7d33d7', 5), of('codex', 4))
    renameAgent(store.database, 'claude-code/6a7d33d7', 'reviewer', now)
    expect(named(store)).toEqual([
      ['claude-code/6a7d33d7', 'reviewer', 1],
      ['codex', null, 1],
    ])
    renameAgent(store.database, 'claude-code/6a7d33d7', 'the reviewer', now)
    expect(named(store)[0]).toEqual(['claude-code/6a7d33d7', 'the reviewer', 1])
    expect(costs(store, { agent: 'claude-code/6a7d33d7' })).toHaveLength(1)
    expect(costs(store, { agent: 'the reviewer' })).toEqual([])
    renameAgent(store.database, 'claude-code/6a7d33d7', null, now)
    expect(named(store)[0]).toEqual(['claude-code/6a7d33d7', null, 1])
  })

  test('is there without a request in the window, but in no answer to narrower questions', () => {
    const store = openTestStore()
    store.insert(of('nightly', 5, { startedMs: now - 100 * hour }))
    store.fold()
    renameAgent(store.database, 'nightly', 'report', now)
    expect(named(store)).toEqual([['nightly', 'report', 0]])
    expect(costs(store, { provider: 'anthropic' })).toEqual([])
  })

  test('is refused to an agent that nobody has seen', () => {
    const store = openTestStore()
    store.insert(of('codex', 5))
    expect(() => renameAgent(store.database, 'codec', 'mine', now)).toThrow(
      'No request is recorded of an agent called "codec"; "agents" lists them.',
    )
  })
})

describe('the list of sessions', () => {
  const sessions = (store: TestStore, query: Record<string, string> = {}) =>
    readSessions(store.database, parseSessionQuery(Object.entries(query)), now)

  test('has twenty unless more are asked for, two hundred at the most', () => {
    const store = openTestStore()
    store.insert(...Array.from({ length: 230 }, (_, index) => of('codex', index, { sessionId: `s${index}` })))
    store.fold()
    expect(sessions(store)).toHaveLength(20)
    const many = sessions(store, { limit: '200' })
    expect([many.length, many[0]?.id, many.at(-1)?.id]).toEqual([200, 's229', 's30'])
    expect(sessions(store, { limit: '3' }).map(({ id }) => id)).toEqual(['s229', 's228', 's227'])
    expect(() => sessions(store, { limit: '201' })).toThrow('limit is "201"; it can be 1 to 200.')
    expect(() => sessions(store, { cursor: 'x' })).toThrow('"cursor" is no parameter here')
  })

  test('says what people call the agent, and of sub-agents names the one that has them', () => {
    const store = openTestStore()
    store.insert(of('claude-code/explore', 1, { sessionId: 'a' }), of('claude-code', 2, { sessionId: 'a' }))
    store.insert(of('claude-code/plan', 3, { sessionId: 'a' }))
    const agents = () => sessions(store).map(({ agent, agentName, requests }) => [agent, agentName, requests])
    expect(agents()).toEqual([['claude-code', null, 3]])
    store.fold()
    expect(agents()).toEqual([['claude-code', null, 3]])
    store.insert(of('claude-code/explore', 4, { sessionId: 'a' }))
    expect(agents()).toEqual([['claude-code', null, 4]])
    store.fold()
    renameAgent(store.database, 'claude-code', 'Claude', now)
    expect(agents()).toEqual([['claude-code', 'Claude', 4]])
    store.insert(of('codex', 4, { sessionId: 'a' }))
    store.fold()
    expect(agents()).toEqual([['codex', null, 5]])
  })

  test('is of the last day where no window is asked for', () => {
    const store = openTestStore()
    store.insert(of('codex', 1, { sessionId: 'old', startedMs: now - 30 * hour }), of('codex', 1, { sessionId: 'new' }))
    expect(sessions(store).map(({ id }) => id)).toEqual(['new'])
    expect(sessions(store, { window: '7d' }).map(({ id }) => id)).toEqual(['new', 'old'])
  })
})

test('the reader answers for sessions and agents, and gives names, on its own thread', async () => {
  const store = openTestStore()
  store.insert(of('codex', 5, { sessionId: 'a' }))
  const all = new URLSearchParams({ window: 'all' })
  const reader = openStoreReader({ path: store.path, retentionDays: null, clock: systemClock, log: silentLog })
  try {
    expect((await reader.renameAgent('codex', 'Dex')).agents).toMatchObject([{ agent: 'codex', name: 'Dex' }])
    expect((await reader.agents(all)).agents).toMatchObject([{ agent: 'codex', name: 'Dex', costNanoUsd: 5 }])
    expect(await reader.sessions(all)).toMatchObject([{ id: 'a', agent: 'codex', agentName: 'Dex', costNanoUsd: 5 }])
    const refusal = async (asked: Promise<unknown>) => asked.then(String, (fault: Error) => fault.message)
    expect(await refusal(reader.renameAgent('nobody', 'x'))).toStartWith(
      'No request is recorded of an agent called "nobody"',
    )
    expect(await refusal(reader.sessions([['limit', '0']]))).toBe('limit is "0"; it can be 1 to 200.')
  } finally {
    await reader.close()
  }
})
