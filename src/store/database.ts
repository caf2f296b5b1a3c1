/** Opens the one SQLite file: pragmas in the order that matters, migrations, and what to do with a file that is no database. */
import { Database } from 'bun:sqlite'
import { chmodSync, closeSync, existsSync, openSync, renameSync } from 'node:fs'
import { AppError } from '../neutral/error.ts'
import { migrations, type Migration } from './migrations.ts'

export interface DatabaseOptions {
  /** How long a statement waits for another connection's lock, ms. The data plane waits little, chores may wait long. */
  readonly busyTimeoutMs: number
  readonly readonly?: boolean
  /** The same while it is opened; five seconds unless given. */
  readonly openTimeoutMs?: number
}

/** While it is opened nothing else waits for it, and another process may be starting on the same file. */
const openTimeoutMs = 5000

/**
 * A connection to the file at `path`, created and migrated when writable.
 * @throws AppError `unavailable` when the file was written by a newer version; SQLite's own error when it can't be opened.
 */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  // A file of an older version has not got all that is asked of it.
  if (options.readonly === true && isOlder(path)) openDatabase(path, { busyTimeoutMs: openTimeoutMs }).close()
  if (options.readonly !== true) makePrivate(path)
  const database = new Database(path, options.readonly === true ? { readonly: true } : { create: true })
  try {
    database.run(`PRAGMA busy_timeout = ${options.openTimeoutMs ?? openTimeoutMs}`)
    if (options.readonly !== true) {
      database.run('PRAGMA auto_vacuum = INCREMENTAL')
      database.run('PRAGMA journal_mode = WAL')
      database.run('PRAGMA synchronous = NORMAL')
      // A checkpoint syncs to disk: the worker does it. This is the limit at which the writer helps itself all the same.
      database.run('PRAGMA wal_autocheckpoint = 50000')
      migrate(database, migrations)
    }
    database.run('PRAGMA cache_size = -16000')
    database.run(`PRAGMA busy_timeout = ${options.busyTimeoutMs}`)
    return database
  } catch (fault) {
    database.close()
    throw fault
  }
}

/** @throws AppError `unavailable` when the file was written by a newer version. */
function isOlder(path: string): boolean {
  const database = new Database(path, { readonly: true })
  try {
    database.run(`PRAGMA busy_timeout = ${openTimeoutMs}`)
    const version = versionOf(database)
    if (version > newestVersion) throw newer(version, newestVersion)
    return version < newestVersion
  } finally {
    database.close()
  }
}

/** SQLite gives its journal files the mode of the database; a file made by an older version is narrowed. */
function makePrivate(path: string): void {
  if (path === ':memory:') return
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

/** Runs the steps that the file does not have yet, each in a transaction of its own. */
export function migrate(database: Database, steps: readonly Migration[]): void {
  const version = versionOf(database)
  const newest = steps.at(-1)?.version ?? 0
  if (version > newest) throw newer(version, newest)
  for (const step of steps.filter((candidate) => candidate.version > version)) {
    const take = database.transaction(() => {
      // Another process may have taken it while this one waited for the lock.
      if (versionOf(database) >= step.version) return
      database.run(step.sql)
      database.run(`PRAGMA user_version = ${step.version}`)
    })
    take.immediate()
  }
}

const newestVersion = migrations.at(-1)?.version ?? 0

const newer = (version: number, newest: number): AppError =>
  new AppError(
    'unavailable',
    `The database was written by a newer RelayPlane (schema ${version}, this version knows ${newest}). Install that version, or move relayplane.db away to start a new one.`,
  )

const versionOf = (database: Database): number =>
  database.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0

/** True for the errors by which SQLite says that the file itself is broken, or shorter than what its log has written of it. */
export const isCorruption = (fault: unknown): boolean => /SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/.test(codeOf(fault))

/** True for errors that are neither SQLite's nor the system's, or that SQLite has of the values: trying again changes nothing. */
export function isOfTheRow(fault: unknown): boolean {
  const code = codeOf(fault)
  return !/^(?:SQLITE_\w+|E[A-Z0-9]+)$/.test(code) || /^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(code)
}

/** SQLite's error code name, or the system's (`ENOSPC`), or ''. */
export function codeOf(fault: unknown): string {
  const code = fault instanceof Error && 'code' in fault ? fault.code : ''
  return typeof code === 'string' ? code : ''
}

/**
 * As {@link openDatabase}, but a broken file is moved aside and a new one made, and what can't be opened is an AppError.
 * @param nowMs Goes into the name of the moved file.
 * @param warn Told in a sentence where the old file is.
 */
export function openOrReplaceDatabase(
  path: string,
  options: DatabaseOptions,
  nowMs: number,
  warn: (sentence: string) => void,
): Database {
  try {
    const database = openDatabase(path, options)
    const answer = database.query<{ quick: string }, []>('SELECT name AS quick FROM sqlite_schema LIMIT 1').get()
    if (answer === null) throw new AppError('internal', 'The database has no tables.')
    return database
  } catch (fault) {
    if (!isCorruption(fault)) throw inSentence(path, fault)
    const aside = moveAside(path, nowMs)
    warn(`The database was damaged. It was moved to ${aside} and a new one was started; the proxy goes on.`)
    return openDatabase(path, options)
  }
}

/** What SQLite or the system has against the file as an AppError that says what to do; any other fault as it is. */
export function inSentence(path: string, cause: unknown): unknown {
  if (cause instanceof AppError || !(cause instanceof Error) || codeOf(cause) === '') return cause
  return new AppError('unavailable', `The database ${path} ${whatIsWrong(cause)}`, { cause })
}

function whatIsWrong(cause: Error): string {
  if (isCorruption(cause)) return `is damaged: ${cause.message}. The next start moves it aside and begins a new one.`
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(codeOf(cause)))
    return 'is locked: another program holds it (an open transaction of sqlite3 or another tool, a backup, a RelayPlane that is starting). End that, and start again.'
  return `can't be used: ${cause.message}. See that the disk has room and that you may write there.`
}

/** Renames the database and its journal files; returns the new path. */
export function moveAside(path: string, nowMs: number): string {
  const aside = `${path}.corrupt-${nowMs}`
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
  return aside
}
