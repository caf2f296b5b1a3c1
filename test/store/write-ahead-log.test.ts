import type { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { openDatabase } from '../../src/store/database.ts'
import { openWriteAheadLog } from '../../src/store/write-ahead-log.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const now = Date.UTC(2026, 5, 20, 12, 30, 15)
const mebibyte = 1024 * 1024

/** A writer that never copies by itself, and the reader's side of the same file. */
function rig() {
  const writer = openTestStore()
  writer.database.run('PRAGMA wal_autocheckpoint = 0')
  const reader = openDatabase(writer.path, { busyTimeoutMs: 1000 })
  return {
    writer,
    reader,
    log: openWriteAheadLog(reader, writer.path),
    /** Rows of about twenty pages each. */
    insert: (rows: number) =>
      writer.insert(...Array.from({ length: rows }, () => finished({ path: 'x'.repeat(80_000), startedMs: now }))),
    framesInLog: () => framesIn(writer.database),
    logBytes: () => statSync(`${writer.path}-wal`).size,
    fileBytes: () => statSync(writer.path).size,
  }
}

const framesIn = (database: Database): number =>
  database.query<{ log: number }, []>('PRAGMA wal_checkpoint(NOOP)').all()[0]?.log ?? -1

test('little that waits in the log is copied every five seconds, much at once', () => {
  const r = rig()
  r.log.copy(now)
  r.insert(20)
  r.log.copy(now + 4999)
  expect(r.fileBytes()).toBeLessThan(mebibyte)
  r.log.copy(now + 5000)
  expect(r.fileBytes()).toBeGreaterThan(mebibyte)
  r.insert(80)
  r.log.copy(now + 5001)
  expect(r.fileBytes()).toBeGreaterThan(7 * mebibyte)
})

test('the log is copied after the clock was set back by a year', () => {
  const r = rig()
  r.log.copy(now)
  r.insert(20)
  r.log.copy(now - 365 * 86_400_000)
  expect(r.fileBytes()).toBeGreaterThan(mebibyte)
})

test('a log that has grown long starts at the beginning again, however steadily rows come in', () => {
  const r = rig()
  for (let round = 0; round < 2; round++) {
    r.insert(850)
    r.log.copy(now)
    // What comes in during the copy keeps the log from being copied to its end.
    r.insert(1)
    r.log.finish()
    r.insert(1)
    expect(r.framesInLog()).toBeLessThan(100)
  }
  expect(r.logBytes()).toBeLessThan(80 * mebibyte)
})

test('a short log is left to the copies that keep nobody waiting', () => {
  const r = rig()
  r.insert(150)
  r.log.finish()
  expect(r.fileBytes()).toBeLessThan(mebibyte)
})

test('a log file that grew large is cut when no rows wait to be folded', () => {
  const r = rig()
  r.insert(900)
  expect(r.logBytes()).toBeGreaterThan(64 * mebibyte)
  const grown = r.logBytes()
  r.log.copy(now)
  expect(r.logBytes()).toBe(grown)
  expect(r.fileBytes()).toBeGreaterThan(64 * mebibyte)
  r.writer.fold()
  r.log.copy(now + 5000)
  expect(r.logBytes()).toBe(0)
})
