import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { deleteRequests } from '../../src/store/chores.ts'
import { migrate } from '../../src/store/database.ts'
import { parseFilters, parseListQuery } from '../../src/store/filters.ts'
import { foldSome } from '../../src/store/fold.ts'
import { migrations } from '../../src/store/migrations.ts'
import { listRuns } from '../../src/store/runs.ts'
import { readStats } from '../../src/store/stats.ts'
import { tempFolder } from '../support/folder.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const now = Date.UTC(2026, 5, 20, 12, 30)
const minute = 60_000
const day = 1440 * minute

/** Minutes before now at which the requests of the sessions started, newest first. */
const minutesOf = (database: Database, sessions: string, query: readonly (readonly [string, string])[] = []) =>
  listRuns(database, parseListQuery([['session', sessions], ...query]), now).runs.map(
    ({ startedMs }) => (now - startedMs) / minute,
  )

const at = (minutesAgo: number, sessionId: string | null) =>
  finished({ startedMs: now - minutesAgo * minute, sessionId })

test('a session has its requests, those that are folded and those that are not, in the order of their start', () => {
  const store = openTestStore()
  store.insert(at(50, 'one'), at(40, 'two'), at(30, 'one'), at(20, null))
  store.fold()
  store.insert(at(45, 'one'), at(10, 'two'), at(5, null))
  expect(minutesOf(store.database, 'one')).toEqual([30, 45, 50])
  expect(minutesOf(store.database, 'two')).toEqual([10, 40])
  expect(minutesOf(store.database, 'one,two')).toEqual([10, 30, 40, 45, 50])
  expect(minutesOf(store.database, 'nobody')).toEqual([])
  store.fold()
  expect(minutesOf(store.database, 'one,two')).toEqual([10, 30, 40, 45, 50])
})

test('a window cuts through what was folded together', () => {
  const store = openTestStore()
  store.insert(...[90, 70, 50, 30, 10].map((minutesAgo) => at(minutesAgo, 'one')))
  store.fold()
  const from = new Date(now - 70 * minute).toISOString()
  const to = new Date(now - 30 * minute).toISOString()
  expect(minutesOf(store.database, 'one', [['window', '60m']])).toEqual([10, 30, 50])
  const between = [
    ['from', from],
    ['to', to],
  ] as const
  expect(minutesOf(store.database, 'one', between)).toEqual([50, 70])
  expect(readStats(store.database, parseFilters([['session', 'one'], ...between]), now).totals.requests).toBe(2)
})

test('pages of a session follow each other over what is folded and what is not', () => {
  const store = openTestStore()
  store.insert(...[90, 70, 50].map((minutesAgo) => at(minutesAgo, 'one')))
  store.fold()
  store.insert(...[80, 30].map((minutesAgo) => at(minutesAgo, 'one')))
  const seen: number[] = []
  let cursor: string | null = null
  do {
    const query: [string, string][] = [
      ['session', 'one'],
      ['limit', '2'],
      ...(cursor === null ? [] : [['cursor', cursor] as [string, string]]),
    ]
    const page = listRuns(store.database, parseListQuery(query), now)
    seen.push(...page.runs.map(({ startedMs }) => (now - startedMs) / minute))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(seen).toEqual([30, 50, 70, 80, 90])
})

test('what is deleted for its age leaves nothing behind once all that was folded with it has gone', () => {
  const store = openTestStore()
  const stretches = () => store.database.query('SELECT session_id, seqs FROM session_requests').all()
  store.insert(at(5 * 1440, 'old'), at(5 * 1440, 'both'), at(10, 'both'))
  store.fold()
  store.insert(at(5, 'both'))
  store.fold()
  deleteRequests(store.database, now - 2 * day)
  expect(stretches()).toEqual([
    { session_id: 'both', seqs: '[2,3]' },
    { session_id: 'both', seqs: '[4]' },
  ])
  expect(minutesOf(store.database, 'both')).toEqual([5, 10])
  expect(minutesOf(store.database, 'old')).toEqual([])
  deleteRequests(store.database, now - 7 * minute)
  expect(stretches()).toEqual([{ session_id: 'both', seqs: '[4]' }])
})

/** With the columns that the first version's table asks for. */
const insertFirst = `INSERT INTO requests (id, started_ms, session_id, session_source, endpoint, method, path, dialect, is_stream,
  outcome, cost_status, request_bytes, response_bytes, duration_ms)
VALUES (?, ?, ?, 'header', 'messages', 'POST', '/v1/messages', 'anthropic', 0, 'complete', 'unpriced', 10, 20, 30)`

test('a database of the first version keeps its sessions, whatever was folded in it', () => {
  const database = new Database(join(tempFolder(), 'first.db'))
  migrate(database, migrations.slice(0, 1))
  const insert = database.prepare<unknown, [string, number, string]>(insertFirst)
  database.transaction(() => {
    for (let index = 0; index < 1200; index++)
      insert.run(`id-${index}`, now - (1300 - index) * minute, index % 2 === 0 ? 'even' : 'odd')
  })()
  database.run('UPDATE fold_state SET seq = 1100')
  migrate(database, migrations)
  expect(minutesOf(database, 'even', [['limit', '1000']])).toEqual(
    Array.from({ length: 600 }, (_, index) => 102 + 2 * index),
  )
  while (foldSome(database) > 0) continue
  expect(minutesOf(database, 'odd', [['limit', '1000']])).toEqual(
    Array.from({ length: 600 }, (_, index) => 101 + 2 * index),
  )
})
