import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrate, openDatabase, openOrReplaceDatabase } from '../../src/store/database.ts'
import { migrations } from '../../src/store/migrations.ts'
import { tempFolder } from '../support/folder.ts'

const pragma = (database: Database, name: string) =>
  Object.values(database.query<Record<string, unknown>, []>(`PRAGMA ${name}`).get() ?? {})[0]

test('a new database is in WAL mode, waits for locks and vacuums in steps', () => {
  const database = openDatabase(join(tempFolder(), 'relayplane.db'), { busyTimeoutMs: 5 })
  expect(pragma(database, 'journal_mode')).toBe('wal')
  expect(pragma(database, 'busy_timeout')).toBe(5)
  expect(pragma(database, 'auto_vacuum')).toBe(2)
  expect(pragma(database, 'user_version')).toBe(migrations.at(-1)?.version)
  database.close()
})

test('migrations run once each, in order, and only those that are missing', () => {
  const database = new Database(':memory:')
  const one = { version: 1, name: 'one', sql: 'CREATE TABLE a (x)' }
  const two = { version: 2, name: 'two', sql: 'CREATE TABLE b (x)' }
  migrate(database, [one])
  migrate(database, [one, two])
  migrate(database, [one, two])
  expect(database.query('SELECT name FROM sqlite_schema ORDER BY name').values()).toEqual([['a'], ['b']])
})

test('a migration that fails leaves the schema at the last good step', () => {
  const database = new Database(':memory:')
  const one = { version: 1, name: 'one', sql: 'CREATE TABLE a (x)' }
  expect(() =>
    migrate(database, [one, { version: 2, name: 'two', sql: 'CREATE TABLE b (x); CREATE TABLE a (x)' }]),
  ).toThrow('already exists')
  expect(pragma(database, 'user_version')).toBe(1)
  expect(database.query('SELECT name FROM sqlite_schema').values()).toEqual([['a']])
})

test('a file of a newer version is refused with a sentence that says what to do', () => {
  const path = join(tempFolder(), 'relayplane.db')
  const database = openDatabase(path, { busyTimeoutMs: 5 })
  database.run('PRAGMA user_version = 99')
  database.close()
  expect(() => openOrReplaceDatabase(path, { busyTimeoutMs: 5 }, 1, () => undefined)).toThrow(
    'The database was written by a newer RelayPlane (schema 99, this version knows 7). Install that version, or move relayplane.db away to start a new one.',
  )
  expect(existsSync(path)).toBe(true)
})

test('a file that is no database is moved aside, said so, and replaced', () => {
  const folder = tempFolder()
  const path = join(folder, 'relayplane.db')
  writeFileSync(path, 'this is no database, it only has the name of one'.repeat(100))
  const warnings: string[] = []
  const database = openOrReplaceDatabase(path, { busyTimeoutMs: 5 }, 1700, (sentence) => warnings.push(sentence))
  expect(database.query('SELECT count(*) AS n FROM requests').get()).toEqual({ n: 0 })
  expect(readdirSync(folder)).toContain('relayplane.db.corrupt-1700')
  expect(warnings).toEqual([
    `The database was damaged. It was moved to ${path}.corrupt-1700 and a new one was started; the proxy goes on.`,
  ])
  database.close()
})

test('a file of an older version is brought up to date before it is only read', () => {
  const path = join(tempFolder(), 'old.db')
  const old = new Database(path, { create: true })
  migrate(old, migrations.slice(0, 1))
  old.close()
  const database = openDatabase(path, { busyTimeoutMs: 100, readonly: true })
  expect(database.query('SELECT translated_to, dropped FROM requests').all()).toEqual([])
  expect(() => database.run('DELETE FROM requests')).toThrow('readonly')
  database.close()
})

test('a database that another program holds for itself is said to be locked, and by what kind of thing', () => {
  const path = join(tempFolder(), 'relayplane.db')
  openDatabase(path, { busyTimeoutMs: 5 }).close()
  const holder = new Database(path)
  holder.run('PRAGMA locking_mode = EXCLUSIVE')
  holder.run('BEGIN EXCLUSIVE')
  const act = () => openOrReplaceDatabase(path, { busyTimeoutMs: 5, openTimeoutMs: 5 }, 7, () => undefined)
  expect(act).toThrow(`The database ${path} is locked: another program holds it`)
  holder.close()
})
