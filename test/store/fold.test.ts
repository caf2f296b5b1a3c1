import { expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { addBins, countOf } from '../../src/store/bins.ts'
import { openDatabase } from '../../src/store/database.ts'
import { correctCosts, countUnfolded, foldSome } from '../../src/store/fold.ts'
import { raiseSome } from '../../src/store/raise.ts'
import { changeRollups } from '../../src/store/rollups.ts'
import { newSeed, randomRecord, seeded, sumUp } from '../support/random-records.ts'
import { finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const minute = 60_000
const quarter = 15 * minute
const day = 86_400_000
const start = Date.UTC(2026, 5, 1)

const keyOf = (stepMs: number, record: RequestRecord): string =>
  [
    stepMs,
    Math.floor(record.startedMs / stepMs) * stepMs,
    record.provider ?? '',
    record.routedModel ?? record.requestedModel ?? '',
    record.agent ?? '',
    record.billing ?? '',
    record.outcome,
  ].join('|')

function grouped(stepMs: number, records: readonly RequestRecord[]): Map<string, RequestRecord[]> {
  return Map.groupBy(records, (record) => keyOf(stepMs, record))
}

interface Row {
  step_ms: number
  start_ms: number
  provider: string
  model: string
  agent: string
  billing: string
  outcome: string
  duration_bins: string
  first_byte_bins: string
  [column: string]: string | number
}

function readRows(store: TestStore, stepMs: number, beforeMs: number): Map<string, Row> {
  const sql = 'SELECT * FROM rollups WHERE step_ms = ? AND start_ms < ?'
  const rows = store.database.query<Row, [number, number]>(sql).all(stepMs, beforeMs)
  return new Map(
    rows.map((row) => [
      [row.step_ms, row.start_ms, row.provider, row.model, row.agent, row.billing, row.outcome].join('|'),
      row,
    ]),
  )
}

const timesIn = (text: unknown): number => {
  const bins = new Map<number, number>()
  addBins(bins, String(text))
  return countOf(bins)
}

function expectRowsToEqual(rows: ReadonlyMap<string, Row>, groups: ReadonlyMap<string, RequestRecord[]>): void {
  expect([...rows.keys()].sort()).toEqual([...groups.keys()].sort())
  for (const [key, records] of groups) {
    const sums = sumUp(records)
    const row = rows.get(key)
    expect([key, row?.['requests'], row?.['errors'], row?.['input_tokens'], row?.['cache_read_tokens']]).toEqual([
      key,
      sums.requests,
      sums.errors,
      sums.inputTokens,
      sums.cacheReadTokens,
    ])
    expect([
      row?.['cache_write_tokens'],
      row?.['output_tokens'],
      row?.['reasoning_tokens'],
      row?.['cost_nano_usd'],
    ]).toEqual([sums.cacheWriteTokens, sums.outputTokens, sums.reasoningTokens, sums.costNanoUsd])
    expect([row?.['unpriced'], row?.['estimated'], row?.['unbilled']]).toEqual([
      sums.unpriced,
      sums.estimated,
      records.filter(({ cost }) => cost.status === 'none').length,
    ])
    expect(timesIn(row?.duration_bins)).toBe(records.length)
    expect(timesIn(row?.first_byte_bins)).toBe(records.filter(({ firstByteMs }) => firstByteMs !== null).length)
  }
}

test('the roll-ups of every width equal sums made by hand, whatever the order of rows, folds and raises', () => {
  const random = seeded(newSeed())
  const store = openTestStore()
  const records: RequestRecord[] = []
  let now = start
  for (let round = 0; round < 60; round++) {
    now += Math.floor(random() * 2 * 3_600_000)
    // Some end long after they started: their periods may have been raised without them.
    const batch = Array.from({ length: 1 + Math.floor(random() * 12) }, () =>
      randomRecord(random, Math.max(start, now - Math.floor(random() * random() * random() * day))),
    )
    records.push(...batch)
    store.insert(...batch)
    if (random() < 0.7) foldSome(store.database, 1 + Math.floor(random() * 30))
    if (random() < 0.5) raiseSome(store.database, now)
  }
  store.fold()
  store.raise(now + 2 * day)
  expectRowsToEqual(readRows(store, minute, Infinity), grouped(minute, records))
  for (const stepMs of [quarter, 2 * 3_600_000, day]) {
    expectRowsToEqual(readRows(store, stepMs, Infinity), grouped(stepMs, records))
  }
})

test('a period that is not over is not raised', () => {
  const store = openTestStore()
  store.insert(finished({ startedMs: start + 14 * minute }), finished({ startedMs: start + 15 * minute }))
  store.fold()
  store.raise(start + 19 * minute)
  expect(readRows(store, quarter, Infinity).size).toBe(0)
  store.raise(start + 20 * minute)
  expect([...readRows(store, quarter, Infinity).values()].map((row) => row.start_ms)).toEqual([start])
})

test('a wide row names the finer periods that hold its requests', () => {
  const store = openTestStore()
  const at = (minutes: number) => finished({ startedMs: start + minutes * minute })
  store.insert(at(0), at(3), at(14), at(31))
  store.fold()
  store.raise(start + 2 * day)
  const parts = (stepMs: number) =>
    [...readRows(store, stepMs, Infinity).values()].map((row) => [row.start_ms - start, row['parts']])
  expect(parts(quarter)).toEqual([
    [0, 0b100_0000_0000_1001],
    [30 * minute, 0b10],
  ])
  expect(parts(2 * 3_600_000)).toEqual([[0, 0b101]])
  expect(parts(day)).toEqual([[0, 0b1]])
  // A late one sets its bit in what is raised already.
  store.insert(at(130))
  store.fold()
  expect(parts(day)).toEqual([[0, 0b11]])
})

test('sessions add up over several folds, and keep their first and last request', () => {
  const store = openTestStore()
  store.insert(
    finished({ startedMs: start + 5000, sessionId: 'a', agent: null, cost: { ...finished().cost, nanoUsd: 100 } }),
    finished({ startedMs: start + 9000, sessionId: 'b' }),
  )
  store.fold()
  store.insert(
    finished({ startedMs: start + 1000, sessionId: 'a', agent: 'codex', cost: { ...finished().cost, nanoUsd: 11 } }),
    finished({
      startedMs: start + 7000,
      sessionId: 'a',
      agent: null,
      outcome: 'failed',
      cost: { ...finished().cost, status: 'unpriced', nanoUsd: null },
    }),
    finished({ startedMs: start + 8000, sessionId: null }),
  )
  store.fold()
  expect(store.database.query('SELECT * FROM sessions ORDER BY id').all()[0]).toEqual({
    id: 'a',
    source: 'header',
    agent: 'codex',
    first_ms: start + 1000,
    last_ms: start + 7000,
    requests: 3,
    input_tokens: 30,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    output_tokens: 15,
    cost_nano_usd: 111,
    unpriced: 1,
    uses: [
      'anthropic\tclaude-sonnet-4-5\t\tmetered\tcomplete',
      'anthropic\tclaude-sonnet-4-5\tcodex\tmetered\tcomplete',
      'anthropic\tclaude-sonnet-4-5\t\tmetered\tfailed',
    ].join('\n'),
  })
  expect(store.database.query('SELECT count(*) AS count FROM sessions').get()).toEqual({ count: 2 })
})

test('two connections that fold in turn count nothing twice', () => {
  const store = openTestStore()
  const other = openDatabase(store.path, { busyTimeoutMs: 1000 })
  store.insert(finished(), finished(), finished())
  expect([foldSome(other, 1), foldSome(store.database, 1), foldSome(other, 9), foldSome(store.database, 9)]).toEqual([
    1, 1, 1, 0,
  ])
  expect(store.database.query('SELECT sum(requests) AS sum FROM rollups').get()).toEqual({ sum: 3 })
  other.close()
})

test('a plan that another connection made stale is made again before it is written', () => {
  const store = openTestStore()
  const other = openDatabase(store.path, { busyTimeoutMs: 1000 })
  store.insert(finished(), finished())
  let plans = 0
  const written: number[] = []
  const plan = () => {
    if (++plans === 1) foldSome(other)
    return plans
  }
  expect(changeRollups(store.database, plan, (planned) => written.push(planned))).toBe(2)
  expect(written).toEqual([2])
  other.close()
})

test('a corrected cost moves the sums of every width and of the session, and leaves unfolded rows to the fold', () => {
  const store = openTestStore()
  const unpriced = { ...finished().cost, status: 'unpriced' as const, nanoUsd: null }
  store.insert(finished({ startedMs: start, cost: unpriced }))
  store.fold()
  store.raise(start + 2 * day)
  store.insert(finished({ startedMs: start, cost: unpriced }))
  const change = {
    startedMs: start,
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    agent: 'claude-code',
    billing: 'metered',
    outcome: 'complete',
    sessionId: 's1',
    costNanoUsd: 700,
    unpriced: -1,
    estimated: 0,
  }
  store.database.transaction(() =>
    correctCosts(store.database, [
      { ...change, seq: 1 },
      { ...change, seq: 2 },
    ]),
  )()
  const sums = 'SELECT step_ms, cost_nano_usd AS cost, unpriced FROM rollups ORDER BY step_ms'
  expect(store.database.query(sums).all()).toEqual(
    [minute, quarter, 2 * 3_600_000, day].map((step_ms) => ({ step_ms, cost: 700, unpriced: 0 })),
  )
  expect(store.database.query('SELECT cost_nano_usd AS cost, unpriced FROM sessions').get()).toEqual({
    cost: 700,
    unpriced: 0,
  })
})

test('the backlog is counted', () => {
  const store = openTestStore()
  expect(countUnfolded(store.database)).toBe(0)
  store.insert(finished(), finished(), finished())
  expect(countUnfolded(store.database)).toBe(3)
  expect(foldSome(store.database, 2)).toBe(2)
  expect(countUnfolded(store.database)).toBe(1)
})
