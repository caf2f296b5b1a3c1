/**
 * Writes finished requests: a batch is one transaction; a fault of SQLite sends it to the spool. Never throws: whoever hands
 * in a batch may take it for safe, or for counted as lost.
 */
import type { Database, Statement } from 'bun:sqlite'
import { AppError } from '../neutral/error.ts'
import type { RequestRecord } from '../neutral/record.ts'
import { codeOf, isCorruption, isOfTheRow } from './database.ts'
import { prepareRequestInsert } from './request-row.ts'
import type { Spool } from './spool.ts'

export interface WriterState {
  readonly isSpooling: boolean
  readonly spooledRows: number
  readonly lostRows: number
  readonly lastError: string | null
}

export interface RequestWriter {
  /** Commits the rows, else spools them. */
  enter(records: readonly RequestRecord[]): void
  /** Moves spooled rows into the database if it takes them. */
  replay(): void
  /** The database's file is damaged or gone: it is recovered before the next row, and rows go to the spool while it can't be. */
  renew(): void
  state(): WriterState
}

export interface WriterParts {
  /** Asked again after `recover`. */
  readonly database: () => Database
  /** Puts a sound file in place of one that SQLite calls corrupt, or that was replaced. */
  readonly recover: () => void
  readonly spool: Spool
  readonly monotonic: () => number
  readonly warn: (sentence: string) => void
}

/** While spooling, SQLite is tried again this often. */
const retryEveryMs = 250
/** A lock is mostly gone in a moment: the first time it is tried again this soon, then after twice as long each time. */
const busyRetryMs = 4
/** So few rows are put back at once; of more, whoever replays regularly takes care. */
const fewRows = 500
/** Rows a transaction, when many come back from the spool. */
const replayRows = 200

interface Statements {
  readonly database: Database
  readonly begin: Statement
  readonly commit: Statement
  readonly insert: (record: RequestRecord) => void
}

export function openRequestWriter(parts: WriterParts): RequestWriter {
  const { spool } = parts
  let statements: Statements | null = null
  let retryAt = 0
  let isSpooling = false
  let isDamaged = false
  let busyTimes = 0
  let lostRows = 0
  let lastError: string | null = null

  /** @returns false when SQLite would not take them. */
  function commit(records: readonly RequestRecord[]): boolean {
    if (isSpooling && parts.monotonic() < retryAt) return false
    try {
      write(ready(), records)
      recovered()
      return true
    } catch (fault) {
      refuse(fault)
      return false
    }
  }

  function recovered(): void {
    if (isSpooling) parts.warn('The database takes rows again.')
    isSpooling = false
    busyTimes = 0
  }

  function refuse(fault: unknown): void {
    lastError = reasonOf(fault)
    const wait = codeOf(fault).startsWith('SQLITE_BUSY') ? busyRetryMs * 2 ** busyTimes++ : retryEveryMs
    retryAt = parts.monotonic() + Math.min(wait, retryEveryMs)
    if (!isSpooling)
      parts.warn(`The database does not take rows (${lastError}); they go to the spool file until it does.`)
    isSpooling = true
    if (!isCorruption(fault)) return
    isDamaged = true
    try {
      ready()
    } catch (again) {
      lastError = reasonOf(again)
    }
  }

  function renew(): void {
    isDamaged = true
    try {
      ready()
    } catch (fault) {
      refuse(fault)
    }
  }

  /** @throws SQLite's or the system's error; replacing a damaged file is then tried again the next time. */
  function ready(): Statements {
    if (isDamaged) {
      statements = null
      parts.recover()
      isDamaged = false
    }
    statements ??= prepare(parts.database())
    return statements
  }

  function keepInSpool(records: readonly RequestRecord[]): void {
    try {
      spool.append(records)
    } catch (fault) {
      // Disk full for SQLite and the spool alike: traffic goes on, the loss is counted and shown in /health.
      lostRows += records.length
      lastError = codeOf(fault) || lastError
    }
  }

  function replay(): void {
    if (!spool.isThere()) return
    try {
      const to = ready()
      spool.replay((records) => writeMany(to, records))
      recovered()
    } catch (fault) {
      refuse(fault)
    }
  }

  return {
    enter(records) {
      if (!commit(records)) keepInSpool(records)
      else if (spool.waiting() > 0 && spool.waiting() <= fewRows) replay()
    },
    replay,
    renew,
    state: () => ({
      isSpooling,
      spooledRows: spool.waiting(),
      lostRows,
      lastError: isSpooling || lostRows > 0 ? lastError : null,
    }),
  }
}

function prepare(database: Database): Statements {
  return {
    database,
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    insert: prepareRequestInsert(database),
  }
}

/** Of an error of ours, what it is about. */
function reasonOf(fault: unknown): string {
  const cause = fault instanceof AppError ? fault.cause : fault
  return codeOf(cause) || (fault instanceof Error ? fault.message : 'unknown fault')
}

/** @returns Those that are no rows. @throws SQLite's or the system's error. */
function writeMany(to: Statements, records: readonly RequestRecord[]): RequestRecord[] {
  const rejected: RequestRecord[] = []
  for (let from = 0; from < records.length; from += replayRows) {
    const some = records.slice(from, from + replayRows)
    if (!isWritten(to, some)) rejected.push(...some.filter((one) => !isWritten(to, [one])))
  }
  return rejected
}

/** @returns false where one of them is no row. @throws SQLite's or the system's error. */
function isWritten(to: Statements, records: readonly RequestRecord[]): boolean {
  try {
    write(to, records)
    return true
  } catch (fault) {
    if (isOfTheRow(fault)) return false
    throw fault
  }
}

function write(to: Statements, records: readonly RequestRecord[]): void {
  try {
    to.begin.run()
    for (const record of records) to.insert(record)
    to.commit.run()
  } catch (fault) {
    if (to.database.inTransaction) to.database.run('ROLLBACK')
    throw fault
  }
}
