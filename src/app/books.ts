/** The request table and what stands behind it: the connection, the spool, the journal of requests in flight. */
import type { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { Environment } from '../config/environment.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { InflightRecord, RequestRecord } from '../neutral/record.ts'
import { orphanRecord } from '../pipeline/orphan.ts'
import { openInflightJournal, readOrphans, unbooked } from '../store/inflight.ts'
import { openRequestWriter } from '../store/requests.ts'
import { openSpool } from '../store/spool.ts'
import { openWriter, type Writer } from '../store/writer.ts'
import { openLiveDatabase } from './live-database.ts'
import type { Services } from './services.ts'

const replayEveryMs = 200

export interface Books extends Writer {
  /** The connection as it is now: a damaged file is replaced. */
  database(): Database
  /** Which file is open: see `fileAt`. */
  file(): string
  /** Sees whether the file was deleted or replaced by another, and opens what is there now. For the heartbeat. */
  look(): void
  /** Another connection calls that file corrupt. */
  damaged(file: string): void
  /** Sent, and not yet entered. */
  openRequests(): number
  close(): void
}

/** @throws AppError `unavailable` when the database can't be opened. */
export function openBooks(
  environment: Environment,
  log: Log,
  prices: Services['prices'],
  entered: (record: RequestRecord) => void,
  isLocked: () => boolean,
  renewed: () => void = () => undefined,
): Books {
  const { home, database: path } = environment.paths
  const owner = String(process.pid)
  const orphans = readOrphans(home, (other) => other !== owner && isRunning(Number(other)), log.warn)
  const journal = openInflightJournal(home, owner, log.warn)
  const database = openLiveDatabase(path, log, renewed)
  const rows = openRequestWriter({
    database: database.current,
    recover: database.recover,
    spool: openSpool(join(home, 'spool.jsonl'), log.warn),
    monotonic: systemClock.monotonic,
    warn: log.warn,
  })
  rows.replay()
  if (orphans.records.length > 0) {
    // A request that was recorded after all keeps its row.
    rows.enter(
      unbooked(orphans.records, (id) => isBooked(database.current(), id)).flatMap((inflight) =>
        bookable(inflight, prices, log),
      ),
    )
    log.warn(
      `RelayPlane last ended with ${orphans.records.length} requests in its journal; those without a row are booked with estimated costs.`,
    )
  }
  orphans.forget()
  const rush = { isLocked: () => isLocked() && !rows.state().isSpooling, openRequests: journal.size }
  const writer = openWriter({
    rows,
    journal,
    schedule: (flush) => scheduleFlush(flush, rush),
    warn: log.warn,
    entered,
  })
  const replay = setInterval(() => rows.replay(), replayEveryMs)
  return {
    ...writer,
    database: database.current,
    file: database.file,
    look() {
      if (database.isLost()) rows.renew()
    },
    damaged(which) {
      if (which === database.file()) rows.renew()
    },
    openRequests: journal.size,
    close() {
      clearInterval(replay)
      writer.flush()
      journal.end()
      database.close()
    },
  }
}

/** No line of a journal, whoever wrote it, ends the start. */
function bookable(inflight: InflightRecord, prices: Services['prices'], log: Log): RequestRecord[] {
  try {
    return [orphanRecord(inflight, prices)]
  } catch (fault) {
    log.warn(
      `A line of a journal is no request and is left out: ${fault instanceof Error ? fault.message : 'unknown'}.`,
    )
    return []
  }
}

const selectRequest = 'SELECT 1 FROM requests WHERE id = ?'

function isBooked(database: Database, id: string): boolean {
  try {
    return database.query(selectRequest).get(id) !== null
  } catch {
    // Locked: better counted twice than not at all, as with all estimates after a crash.
    return false
  }
}

/**
 * The longest that rows wait for a lock of our own to go before they are tried all the same. It is held for a millisecond or two, but
 * on a busy machine its holder may be left standing for tens; who tries too soon leaves its row in the spool.
 */
const longestWaitMs = 100
/** With more requests open than this, rows wait a turn longer, so that more of them share a transaction. */
const fewRequests = 4

interface Rush {
  /** Whether the reader's thread holds the database's write lock, or waits for it; not while rows go to the spool anyway. */
  readonly isLocked: () => boolean
  readonly openRequests: () => number
}

/**
 * When rows are written: at once where nobody else is served, else at the end of the turn. While the reader's thread holds
 * SQLite's lock, which it does for a millisecond or two, later: waiting here blocks nobody, waiting in SQLite every stream.
 */
function scheduleFlush(flush: () => void, rush: Rush, waitedMs = 0): void {
  const open = rush.openRequests()
  if (rush.isLocked() && waitedMs < longestWaitMs) setTimeout(() => scheduleFlush(flush, rush, waitedMs + 1), 1)
  else if (open === 0) flush()
  else if (open <= fewRequests) setImmediate(flush)
  else setImmediate(() => setImmediate(flush))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // No such process, or one of another user that only has the same number.
    return false
  }
}
