import { describe, expect, test } from 'bun:test'
import { existsSync, statSync } from 'node:fs'
import { parseFilters, parseListQuery } from '../../src/store/filters.ts'
import { openChoreLoop } from '../../src/store/chore-loop.ts'
import { deleteRequests, deleteSessions, storeChores, vacuumSome, type Chore } from '../../src/store/chores.ts'
import { openDatabase } from '../../src/store/database.ts'
import { trimSome } from '../../src/store/raise.ts'
import { listRuns } from '../../src/store/runs.ts'
import { readStats } from '../../src/store/stats.ts'
import { newSeed, randomRecord, seeded } from '../support/random-records.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const minute = 60_000
const day = 86_400_000
const now = Date.UTC(2026, 5, 20, 12, 30, 15)

const count = (store: TestStore, table: string, where = '1'): number =>
  store.database.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get()?.n ?? -1

/** Runs the chores until every one rests. */
function runAll(chores: readonly Chore[], nowMs = now): void {
  for (const chore of chores) while (chore.step(nowMs)) continue
}

describe('retention', () => {
  test('deletes old requests with their attempts and sessions, and no sum', () => {
    const random = seeded(newSeed())
    const store = openTestStore()
    const records = Array.from({ length: 600 }, () => randomRecord(random, now - Math.floor(random() * 60 * day)))
    const attempt = earlierAttempt({
      provider: 'openai',
      startedMs: 1,
      status: 200,
      outcome: 'complete',
      costNanoUsd: null,
    })
    store.insert(
      ...records.map((record) => ({
        ...record,
        attempts: [attempt, { ...attempt, number: 2 }],
        sessionId: record.startedMs < now - 40 * day ? 'old' : 'new',
      })),
      finished({ startedMs: now, sessionId: 'new' }),
    )
    const all = () => readStats(store.database, parseFilters([['window', 'all']]), now).totals
    const before = all()
    runAll(storeChores(store.database, store.path, () => 30))
    const kept = records.filter((record) => record.startedMs >= now - 30 * day).length
    expect([count(store, 'requests'), count(store, 'attempt_rows')]).toEqual([kept + 1, 2 * kept])
    expect(store.database.query('SELECT id FROM sessions').all()).toEqual([{ id: 'new' }])
    expect(all()).toEqual(before)
    expect(listRuns(store.database, parseListQuery([['limit', '1000']]), now).runs.length).toBe(kept + 1)
    // What has gone is gone from the narrow sums, too.
    expect(count(store, 'rollups', `step_ms = ${minute} AND start_ms < ${now - 9 * day}`)).toBe(0)
    expect(count(store, 'rollups', `step_ms = ${15 * minute} AND start_ms < ${now - 31 * day}`)).toBe(0)
    expect(count(store, 'rollups', `step_ms = ${day} AND start_ms < ${now - 31 * day}`)).toBeGreaterThan(0)
  })

  test('keeps everything when no number of days is set', () => {
    const store = openTestStore()
    store.insert(finished({ startedMs: 5 }), finished({ startedMs: now }))
    runAll(storeChores(store.database, store.path, () => null))
    expect([count(store, 'requests'), count(store, 'sessions')]).toEqual([2, 1])
  })

  test('leaves what is not folded yet', () => {
    const store = openTestStore()
    store.insert(finished({ startedMs: 5 }), finished({ startedMs: now }))
    expect(deleteRequests(store.database, now - day)).toBe(false)
    expect(count(store, 'requests')).toBe(2)
    store.fold()
    deleteRequests(store.database, now - day)
    expect(count(store, 'requests')).toBe(1)
  })

  test('leaves the last row, so that the next one gets a higher number and is folded', () => {
    const store = openTestStore()
    store.insert(finished({ startedMs: 5 }), finished({ startedMs: 6 }))
    store.fold()
    while (deleteRequests(store.database, now)) continue
    store.insert(finished({ startedMs: now }))
    store.fold()
    expect(store.database.query('SELECT seq FROM requests ORDER BY seq').values()).toEqual([[2], [3]])
    expect(readStats(store.database, parseFilters([['window', 'all']]), now).totals.requests).toBe(3)
  })

  test('goes in small steps and says whether there is more', () => {
    const store = openTestStore()
    store.insert(
      ...Array.from({ length: 5 }, (_, index) => finished({ startedMs: index, sessionId: `s${index}` })),
      finished({ startedMs: now }),
    )
    store.fold()
    expect([deleteRequests(store.database, now, 2), count(store, 'requests')]).toEqual([true, 4])
    expect([deleteRequests(store.database, now, 2), deleteRequests(store.database, now, 2)]).toEqual([true, false])
    expect(deleteSessions(store.database, now)).toBe(false)
    expect(count(store, 'sessions')).toBe(1)
  })
})

test('sums of old days are the same after their minutes are dropped', () => {
  const random = seeded(newSeed())
  const store = openTestStore()
  store.insert(...Array.from({ length: 300 }, () => randomRecord(random, now - Math.floor(random() * 20 * day))))
  store.fold()
  store.raise(now)
  const midnight = Math.floor((now - 15 * day) / day) * day
  const query = parseFilters([
    ['from', String(midnight)],
    ['to', String(midnight + 4 * day)],
    ['provider', 'openai'],
  ])
  const before = readStats(store.database, query, now)
  let steps = 0
  while (trimSome(store.database, now, now - 12 * day)) steps++
  expect(steps).toBeGreaterThan(10)
  expect(readStats(store.database, query, now).totals).toEqual(before.totals)
  expect(readStats(store.database, query, now).duration).toEqual(before.duration)
})

test('a request older than the minutes that are kept is added to the periods that are', () => {
  const store = openTestStore()
  store.insert(finished({ startedMs: now - 12 * day }), finished({ startedMs: now }))
  store.fold()
  store.raise(now)
  while (trimSome(store.database, now, null)) continue
  // The clock was set back, or an import brought it.
  store.insert(finished({ startedMs: now - 12 * day }))
  store.fold()
  expect(count(store, 'rollups', `step_ms = ${minute}`)).toBe(1)
  expect(readStats(store.database, parseFilters([['window', 'all']]), now).totals.requests).toBe(3)
})

test('vacuum gives the file system back what deleted rows held, but for a reserve', () => {
  const store = openTestStore()
  const path = 'x'.repeat(2000)
  store.insert(
    ...Array.from({ length: 3000 }, (_, index) => finished({ startedMs: index, path })),
    finished({ startedMs: now }),
  )
  const chores = storeChores(store.database, store.path, () => 1)
  runAll(chores.filter(({ name }) => name === 'fold' || name === 'copy the log'))
  const full = statSync(store.path).size
  runAll(chores)
  // The log is copied again when it has rested.
  runAll(chores, now + 5000)
  expect(full).toBeGreaterThan(6_000_000)
  expect(statSync(store.path).size).toBeLessThan(full / 2)
  expect(vacuumSome(store.database)).toBe(false)
})

test('no step keeps a writer waiting for more than its few milliseconds of patience', () => {
  const store = openTestStore()
  const worker = openDatabase(store.path, { busyTimeoutMs: 1000 })
  store.insert(
    ...Array.from({ length: 3000 }, (_, index) =>
      finished({ startedMs: now - index * minute, sessionId: `s${index % 90}` }),
    ),
  )
  const writer = openDatabase(store.path, { busyTimeoutMs: 0 })
  for (const chore of storeChores(worker, store.path, () => 1)) {
    while (chore.step(now)) {
      // With no patience at all: between two steps the lock is free.
      writer.run('BEGIN IMMEDIATE')
      writer.run('COMMIT')
    }
  }
  expect(worker.inTransaction).toBe(false)
  writer.close()
  worker.close()
  expect(existsSync(store.path)).toBe(true)
})

describe('the loop', () => {
  const chore = (name: string, everyMs: number, step: (nowMs: number) => boolean): Chore => ({
    name,
    everyMs,
    pauseMs: 2,
    isWrite: true,
    step,
  })

  test('takes each chore when it is due, again at once while there is more, and rests in between', () => {
    const taken: string[] = []
    let left = 3
    const loop = openChoreLoop(
      [
        chore('often', 1000, (at) => (taken.push(`often ${at}`), --left > 0)),
        chore('seldom', 60_000, (at) => (taken.push(`seldom ${at}`), false)),
      ],
      () => {},
    )
    for (let at = 10_000; at < 12_100;) at += Math.max(1, loop.turn(at))
    expect(taken).toEqual(['often 10000', 'seldom 10001', 'often 10002', 'often 10004', 'often 11004', 'often 12004'])
  })

  test('goes on after a chore that fails', () => {
    const failed: string[] = []
    const taken: number[] = []
    const loop = openChoreLoop(
      [
        chore('broken', 1000, () => {
          throw new Error('disk full')
        }),
        chore('sound', 1000, (at) => (taken.push(at), false)),
      ],
      (name, fault) => failed.push(`${name}: ${fault instanceof Error ? fault.message : ''}`),
    )
    for (let at = 0; at < 1500;) at += Math.max(1, loop.turn(at))
    expect([failed, taken.length]).toEqual([['broken: disk full', 'broken: disk full'], 2])
  })

  test('goes on when the clock is set back by a year', () => {
    const taken: number[] = []
    const loop = openChoreLoop([chore('any', 1000, (at) => (taken.push(at), false))], () => {})
    loop.turn(400 * day)
    expect(loop.turn(35 * day)).toBe(1000)
    expect(taken).toEqual([400 * day, 35 * day])
  })
})
