/** The composition root: opens what lives, hands it to the planes through Services, closes it in reverse order. */
import type { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { OpenConfig } from '../config/open.ts'
import type { Environment } from '../config/environment.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { openWatch } from '../lib/watch.ts'
import type { RequestRecord } from '../neutral/record.ts'
import { orphanRecord } from '../pipeline/settlement.ts'
import { moveAside, openDatabase, openOrReplaceDatabase } from '../store/database.ts'
import { openInflightJournal, readOrphans } from '../store/inflight.ts'
import { openRequestWriter, type RequestWriter } from '../store/requests.ts'
import { openSpool } from '../store/spool.ts'
import type { ProvidersNow, Services } from './services.ts'

/** A locked database makes traffic wait this long and no longer. */
const busyTimeoutMs = 5
/** Timeouts and keep-alives are exact to this. */
const heartbeatMs = 250

export interface Books extends RequestWriter {
  close(): void
}

/** The request table and all that keeps it: the connection, the spool, the folding. */
export function openBooks(
  environment: Environment,
  log: Log,
  prices: Services['prices'],
  entered: (record: RequestRecord) => void,
): Books {
  const path = environment.paths.database
  let database: Database = openOrReplaceDatabase(path, { busyTimeoutMs }, systemClock.now(), log.warn)
  const owner = String(process.pid)
  const { home } = environment.paths
  const orphans = readOrphans(home, (other) => other !== owner && isRunning(Number(other)))
  const journal = openInflightJournal(home, owner, log.warn)
  const writer = openRequestWriter({
    database: () => database,
    recover() {
      database.close()
      log.warn(
        `The database is damaged. It is moved to ${moveAside(path, systemClock.now())} and a new one is started; the proxy goes on.`,
      )
      database = openDatabase(path, { busyTimeoutMs })
    },
    spool: openSpool(join(home, 'spool.jsonl'), log.warn),
    journal,
    schedule: setImmediate,
    monotonic: systemClock.monotonic,
    warn: log.warn,
    entered,
  })
  writer.replay()
  if (orphans.records.length > 0) {
    // A request that was recorded after all keeps its row.
    for (const inflight of orphans.records) void writer.enter(orphanRecord(inflight, prices))
    writer.flush()
    log.warn(
      `RelayPlane last ended with ${orphans.records.length} requests in its journal; those without a row are booked with estimated costs.`,
    )
  }
  orphans.forget()
  const replay = setInterval(() => writer.replay(), 1000)
  return {
    ...writer,
    close() {
      clearInterval(replay)
      writer.flush()
      journal.end()
      database.close()
    },
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // No such process, or one of another user that only has the same number.
    return false
  }
}

export interface Composed {
  readonly services: Services
  readonly books: Books
  /** Requests in which a stage of ours failed and was skipped, since the start. */
  readonly bypassed: () => number
  close(): void
}

export interface Parts {
  readonly environment: Environment
  readonly config: OpenConfig
  readonly log: Log
  readonly prices: Services['prices']
  readonly providers: () => ProvidersNow
  readonly entered: (record: RequestRecord) => void
}

export function compose({ environment, config, log, prices, providers, entered }: Parts): Composed {
  const watch = openWatch()
  let bypassed = 0
  const books = openBooks(environment, log, prices, (record) => {
    if (record.bypass.length > 0) bypassed++
    entered(record)
  })
  const heartbeat = setInterval(() => watch.tick(systemClock.monotonic()), heartbeatMs)
  return {
    services: { clock: systemClock, log, config: config.current, watch, providers, books, prices },
    books,
    bypassed: () => bypassed,
    close() {
      clearInterval(heartbeat)
      books.close()
    },
  }
}
