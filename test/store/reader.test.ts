import { afterEach, expect, test } from 'bun:test'
import { renameSync } from 'node:fs'
import { openDatabase } from '../../src/store/database.ts'
import { openReader, type Reader } from '../../src/store/reader.ts'
import { AppError } from '../../src/neutral/error.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const workerUrl = new URL('../../src/app/reader.worker.ts', import.meta.url).href
const opened: Reader[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((reader) => reader.close()))
})

interface Opened {
  readonly reader: Reader
  readonly workers: Worker[]
  readonly said: string[]
  pass(ms: number): void
}

function open(store: TestStore, over: { deadlineMs?: number; retentionDays?: number } = {}): Opened {
  const workers: Worker[] = []
  const said: string[] = []
  let passedMs = 0
  const log = { error() {}, warn: (sentence: string) => void said.push(sentence), info() {}, debug() {} }
  const reader = openReader({
    path: store.path,
    retentionDays: over.retentionDays ?? null,
    clock: { now: systemClock.now, monotonic: () => systemClock.monotonic() + passedMs },
    log,
    start() {
      const worker = new Worker(workerUrl)
      workers.push(worker)
      return worker
    },
    ...(over.deadlineMs === undefined ? {} : { deadlineMs: over.deadlineMs }),
  })
  opened.push(reader)
  return { reader, workers, said, pass: (ms) => (passedMs += ms) }
}

const refused = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => {
      throw new Error('nothing was refused')
    },
    (fault: unknown) => {
      if (fault instanceof AppError) return fault
      throw fault
    },
  )

/** Polls what another thread does; the test's own time limit is the bound. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate)
}

test('questions are answered from another thread', async () => {
  const store = openTestStore()
  const record = finished({ startedMs: systemClock.now(), cost: { ...finished().cost, nanoUsd: 42 } })
  store.insert(record)
  const { reader } = open(store)
  const [stats, page, run, health, lifetime] = await Promise.all([
    reader.stats([['window', '1h']]),
    reader.runs([]),
    reader.run(record.id),
    reader.providerHealth(),
    reader.lifetime(),
  ])
  expect([
    stats.totals.costNanoUsd,
    page.runs[0]?.id,
    run.id,
    health[0]?.requests,
    lifetime[0]?.figures.requests,
  ]).toEqual([42, record.id, record.id, 1, 1])
})

test('refusals keep their code, status and sentence', async () => {
  const { reader } = open(openTestStore())
  const missing = await refused(reader.run('01900000-ffff'))
  expect([missing.code, missing.status, missing.message]).toEqual([
    'not-found',
    404,
    'There is no request 01900000-ffff.',
  ])
  const wrong = await refused(reader.stats([['windows', '1h']]))
  expect([wrong.code, wrong.message.includes('windows')]).toEqual(['invalid-request', true])
  expect((await refused(reader.runs([['cursor', 'x']]))).code).toBe('invalid-request')
})

test('the worker folds what is written, by itself', async () => {
  const store = openTestStore()
  store.insert(finished(), finished(), finished())
  const { reader } = open(store)
  const rolled = () =>
    store.database
      .query<{ n: number }, []>('SELECT coalesce(sum(requests), 0) AS n FROM rollups WHERE step_ms = 60000')
      .get()?.n
  await until(() => rolled() === 3)
  await until(() => reader.unfoldedRows() === 0)
})

test('while the worker waits for the lock or holds it, that can be seen without asking it', async () => {
  const store = openTestStore()
  store.insert(finished(), finished())
  store.database.run('BEGIN IMMEDIATE')
  const { reader } = open(store)
  await until(() => reader.isWriting())
  store.database.run('COMMIT')
  await until(() => !reader.isWriting())
  await until(() => reader.unfoldedRows() === 0)
})

test('the worker deletes what is older than the days that are set, as soon as they are', async () => {
  const store = openTestStore()
  store.insert(finished({ startedMs: 5 }), finished({ startedMs: systemClock.now() }))
  store.fold()
  const { reader, workers } = open(store, { retentionDays: 30 })
  const rows = () => store.database.query<{ n: number }, []>('SELECT count(*) AS n FROM requests').get()?.n
  await until(() => rows() === 1)
  expect(workers.length).toBe(1)
  reader.keep(null)
  expect((await reader.runs([])).runs.length).toBe(1)
})

test('a worker that dies is replaced, and who waits is told to ask again', async () => {
  const store = openTestStore()
  store.insert(finished())
  const { reader, workers, said } = open(store)
  await reader.runs([])
  const waiting = refused(reader.runs([]))
  workers[0]?.terminate()
  expect((await waiting).code).toBe('unavailable')
  expect((await reader.runs([])).runs.length).toBe(1)
  expect(workers.length).toBe(2)
  expect(said).toEqual(['The worker that reads the database was replaced: it ended.'])
})

test('a worker that dies is replaced though nobody asks, and folds on', async () => {
  const store = openTestStore()
  const { reader, workers } = open(store)
  await reader.runs([])
  workers[0]?.terminate()
  store.insert(finished())
  const rolled = () => store.database.query<{ n: number }, []>('SELECT count(*) AS n FROM rollups').get()?.n
  await until(() => (rolled() ?? 0) > 0)
  expect(workers.length).toBe(2)
})

test('a worker that keeps dying is started five times a minute and no more', async () => {
  const { reader, workers, pass } = open(openTestStore())
  for (let round = 1; round <= 5; round++) {
    await reader.runs([])
    const waiting = refused(reader.runs([]))
    workers.at(-1)?.terminate()
    await waiting
  }
  expect((await refused(reader.runs([]))).message).toContain('keeps failing')
  expect(workers.length).toBe(5)
  pass(61_000)
  expect((await reader.runs([])).runs).toEqual([])
})

test('a worker that hangs is given up at the deadline, and the next one answers', async () => {
  const store = openTestStore()
  // Whoever opens the database now waits for this lock.
  store.database.run('PRAGMA locking_mode = EXCLUSIVE')
  store.insert(finished())
  const { reader, workers, said } = open(store, { deadlineMs: 1000 })
  expect((await refused(reader.runs([]))).code).toBe('timed-out')
  expect(said).toEqual(['The worker that reads the database was replaced: it hung.'])
  store.database.run('PRAGMA locking_mode = NORMAL')
  store.database.query('SELECT count(*) FROM requests').get()
  store.insert(finished())
  let answer = null
  while (answer === null) answer = await reader.runs([]).catch(() => null)
  expect(answer.runs.length).toBe(2)
  expect(workers.length).toBeLessThanOrEqual(3)
})

test('no more than 64 questions wait', async () => {
  const { reader } = open(openTestStore())
  const asked = Array.from({ length: 70 }, () =>
    reader.runs([]).then(
      () => 'answered',
      (fault: AppError) => fault.code,
    ),
  )
  const answers = await Promise.all(asked)
  expect([
    answers.filter((one) => one === 'answered').length,
    answers.filter((one) => one === 'unavailable').length,
  ]).toEqual([64, 6])
})

test('a database that was moved aside and replaced is opened anew', async () => {
  const store = openTestStore()
  store.insert(finished())
  const { reader } = open(store)
  expect((await reader.runs([])).runs.length).toBe(1)
  store.database.close()
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      renameSync(store.path + suffix, `${store.path}.old${suffix}`)
    } catch {
      // The log may be gone with the last connection of this thread.
    }
  }
  const fresh = openDatabase(store.path, { busyTimeoutMs: 1000 })
  const insert = prepareRequestInsert(fresh)
  for (let left = 3; left > 0; left--) insert(finished())
  expect((await reader.runs([])).runs.length).toBe(3)
  fresh.close()
})

test('after close nothing is answered any more', async () => {
  const { reader } = open(openTestStore())
  const waiting = refused(reader.runs([]))
  await reader.close()
  expect([(await waiting).message, (await refused(reader.runs([]))).message]).toEqual([
    'RelayPlane is stopping.',
    'RelayPlane is stopping.',
  ])
})

test('prices are re-applied to history with the settings of now', async () => {
  const store = openTestStore()
  const unpriced = {
    status: 'unpriced' as const,
    nanoUsd: null,
    priceId: null,
    priceSource: null,
    priceDate: null,
    lines: [],
  }
  store.insert(finished({ startedMs: 5_000, provider: 'mine', routedModel: 'own-1', cost: unpriced }))
  store.fold()
  const { reader } = open(store)
  const result = await reader.reprice({ sinceMs: 0, untilMs: 10_000 }, { 'mine/own-1': { inputUsd: 3, outputUsd: 15 } })
  expect(result).toMatchObject({ examined: 1, changed: 1, newlyPriced: 1, newNanoUsd: 105_000 })
  expect((await reader.stats([['window', 'all']])).totals).toMatchObject({ costNanoUsd: 105_000, unpriced: 0 })
})
