import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { systemClock } from '../../src/lib/clock.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const page = await Bun.file(join(import.meta.dir, '../../docs/storage.md')).text()

test('docs/storage.md names every column of the request table, in order, with its type', () => {
  const { database } = openTestStore()
  const columns = database
    .query<{ name: string; type: string }, []>("SELECT name, type FROM pragma_table_info('requests')")
    .all()
  const documented = [...page.matchAll(/^\| `(\w+)` \| (INTEGER|TEXT|REAL) \|/gm)].map(([, name, type]) => ({
    name,
    type,
  }))
  expect(documented).toEqual(columns as typeof documented)
})

test('docs/storage.md names every table', () => {
  const { database } = openTestStore()
  const tables = database
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all()
  expect(tables.filter(({ name }) => !page.includes(`\`${name}\``))).toEqual([])
})

test('the queries of docs/storage.md give what they say', () => {
  const store = openTestStore()
  const now = systemClock.now()
  const cost = {
    ...finished().cost,
    nanoUsd: 2_500_000_000,
    lines: [
      { kind: 'input', quantity: 10, nanoUsdPerMillion: 5e9, nanoUsd: '500000000' },
      { kind: 'output', quantity: 5, nanoUsdPerMillion: 5e9, nanoUsd: '2000000000' },
    ],
  }
  const usage = { ...finished().usage, inputTokens: 100, cacheReadTokens: 300, outputTokens: 5 } as NonNullable<
    ReturnType<typeof finished>['usage']
  >
  store.insert(
    finished({ id: 'a', startedMs: now - 1000, cost, usage }),
    finished({
      id: 'b',
      startedMs: now - 2000,
      sessionId: 'b4f1…',
      usage: null,
      outcome: 'timeout',
      status: 504,
      errorCode: 'timed-out',
      cost: { ...cost, status: 'unpriced', nanoUsd: null, lines: [] },
    }),
    finished({
      id: 'c',
      startedMs: now - 9 * 86_400_000,
      usage: null,
      cost: { ...cost, nanoUsd: 1_000_000_000, lines: [] },
    }),
  )
  store.fold()
  store.raise(now)
  const queries = [...page.matchAll(/```sql\n([\s\S]+?)```/g)].map(([, sql = '']) => sql)
  const [ofSession, byModel, cached, dearest, failures, byDay] = queries.map((sql) => store.database.query(sql).all())
  expect(queries.length).toBe(6)
  expect(ofSession).toMatchObject([{ id: 'b', outcome: 'timeout' }])
  expect(byModel).toEqual([{ provider: 'anthropic', model: 'claude-sonnet-4-5', attempts: 2, usd: 2.5, unpriced: 1 }])
  expect(cached).toEqual([{ agent: 'claude-code', cached: 300, percent: 75 }])
  expect(dearest).toMatchObject([
    { id: 'a', kind: 'output', quantity: 5, usd: 2 },
    { id: 'a', kind: 'input', quantity: 10, usd: 0.5 },
  ])
  expect(failures).toEqual([
    { provider: 'anthropic', outcome: 'timeout', status: 504, error_code: 'timed-out', requests: 1 },
  ])
  expect(byDay).toMatchObject([{ requests: 1, usd: 1 }])
})
