/**
 * The writer of the request table. All that is handed in during one turn of the event loop is committed in one transaction
 * at its end; a fault of SQLite sends it to the spool. Nothing here ever rejects towards the data plane.
 */
import type { Database, Statement } from 'bun:sqlite'
import type { InflightRecord, RequestRecord } from '../neutral/record.ts'
import { codeOf, isCorruption } from './database.ts'
import type { InflightJournal } from './inflight.ts'
import { prepareRequestInsert } from './request-row.ts'
import type { Spool } from './spool.ts'

export interface WriterState {
  readonly isSpooling: boolean
  readonly spooledRows: number
  readonly lostRows: number
  readonly lastError: string | null
}

export interface RequestWriter {
  open(record: InflightRecord): void
  enter(record: RequestRecord): Promise<void>
  /** Commits what waits, now. */
  flush(): void
  /** Moves spooled rows into the database if it takes them. */
  replay(): void
  state(): WriterState
}

export interface WriterParts {
  /** Asked again after `recover`. */
  readonly database: () => Database
  /** Puts a new file in place of one that SQLite calls corrupt. */
  readonly recover: () => void
  readonly spool: Spool
  readonly journal: InflightJournal
  readonly schedule: (flush: () => void) => void
  readonly monotonic: () => number
  readonly warn: (sentence: string) => void
  /** Told of every row once it is safe. */
  readonly entered: (record: RequestRecord) => void
}

/** While spooling, SQLite is tried again this often. */
const retryEveryMs = 250
/** Rows a transaction, when many come back from the spool. */
const replayRows = 200

interface Statements {
  readonly database: Database
  readonly begin: Statement
  readonly commit: Statement
  readonly insert: (record: RequestRecord) => void
}

interface Entry {
  readonly record: RequestRecord
  readonly done: () => void
}

export function openRequestWriter(parts: WriterParts): RequestWriter {
  const { spool, journal } = parts
  let entered: Entry[] = []
  let isScheduled = false
  let statements: Statements | null = null
  let retryAt = 0
  let isSpooling = false
  let lostRows = 0
  let lastError: string | null = null

  const schedule = () => {
    if (isScheduled) return
    isScheduled = true
    parts.schedule(flush)
  }

  function flush(): void {
    isScheduled = false
    journal.flush()
    if (entered.length === 0) return
    const entries = entered
    entered = []
    const records = entries.map((entry) => entry.record)
    if (!commit(records)) keepInSpool(records)
    for (const { record, done } of entries) {
      done()
      parts.entered(record)
    }
  }

  /** @returns false when SQLite would not take them. */
  function commit(records: readonly RequestRecord[]): boolean {
    if (isSpooling && parts.monotonic() < retryAt) return false
    try {
      write((statements ??= prepare(parts.database())), records)
      if (isSpooling) parts.warn('The database takes rows again.')
      isSpooling = false
      return true
    } catch (fault) {
      refuse(fault)
      return false
    }
  }

  function refuse(fault: unknown): void {
    lastError = codeOf(fault) || (fault instanceof Error ? fault.message : 'unknown')
    retryAt = parts.monotonic() + retryEveryMs
    if (!isSpooling)
      parts.warn(`The database does not take rows (${lastError}); they go to the spool file until it does.`)
    isSpooling = true
    if (!isCorruption(fault)) return
    statements = null
    try {
      parts.recover()
    } catch (again) {
      lastError = codeOf(again) || lastError
    }
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

  return {
    open(record) {
      journal.open(record)
      schedule()
    },
    enter(record) {
      const { promise, resolve } = Promise.withResolvers<void>()
      journal.close(record.id)
      entered.push({ record, done: resolve })
      schedule()
      return promise
    },
    flush,
    replay() {
      if (spool.waiting() === 0) return
      try {
        const to = (statements ??= prepare(parts.database()))
        spool.replay((records) => {
          for (let from = 0; from < records.length; from += replayRows)
            write(to, records.slice(from, from + replayRows))
        })
        isSpooling = false
      } catch (fault) {
        refuse(fault)
      }
    },
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

function write(to: Statements, records: readonly RequestRecord[]): void {
  to.begin.run()
  try {
    for (const record of records) to.insert(record)
    to.commit.run()
  } catch (fault) {
    if (to.database.inTransaction) to.database.run('ROLLBACK')
    throw fault
  }
}
