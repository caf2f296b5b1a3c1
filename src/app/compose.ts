/** The composition root: opens what lives, hands it to the planes through Services, closes it in reverse order. */
import { join } from 'node:path'
import type { OpenConfig } from '../config/open.ts'
import type { Environment } from '../config/environment.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { openWatch } from '../lib/watch.ts'
import type { RequestRecord } from '../neutral/record.ts'
import { orphanRecord } from '../pipeline/settlement.ts'
import { openInflightJournal, readOrphans } from '../store/inflight.ts'
import { appendToSpool } from '../store/spool.ts'
import { openWriter, type WriterClient } from '../store/writer.ts'
import { startWriterThread } from './open-writer.ts'
import type { ProvidersNow, Services } from './services.ts'

/** Timeouts and keep-alives are exact to this. */
const heartbeatMs = 250

export type Books = WriterClient

/**
 * The request table and what stands behind it: the writer's thread, the spool, the journal of requests in flight.
 * @throws AppError `unavailable` when the database can't be opened.
 */
export async function openBooks(
  environment: Environment,
  log: Log,
  prices: Services['prices'],
  entered: (record: RequestRecord) => void,
): Promise<Books> {
  const { home, database } = environment.paths
  const owner = String(process.pid)
  const orphans = readOrphans(home, (other) => other !== owner && isRunning(Number(other)))
  const spoolPath = join(home, 'spool.jsonl')
  const writer = openWriter({
    start: startWriterThread,
    path: database,
    spoolPath,
    spool: { append: (records) => appendToSpool(spoolPath, records) },
    journal: openInflightJournal(home, owner, log.warn),
    schedule: setImmediate,
    warn: log.warn,
    entered,
  })
  await writer.ready()
  if (orphans.records.length > 0) {
    // A request that was recorded after all keeps its row.
    await Promise.all(orphans.records.map((inflight) => writer.enter(orphanRecord(inflight, prices))))
    log.warn(
      `RelayPlane last ended with ${orphans.records.length} requests in its journal; those without a row are booked with estimated costs.`,
    )
  }
  orphans.forget()
  return writer
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
  close(): Promise<void>
}

export interface Parts {
  readonly environment: Environment
  readonly config: OpenConfig
  readonly log: Log
  readonly prices: Services['prices']
  readonly providers: () => ProvidersNow
  readonly entered: (record: RequestRecord) => void
}

export async function compose({ environment, config, log, prices, providers, entered }: Parts): Promise<Composed> {
  const watch = openWatch()
  let bypassed = 0
  const books = await openBooks(environment, log, prices, (record) => {
    if (record.bypass.length > 0) bypassed++
    entered(record)
  })
  const heartbeat = setInterval(() => watch.tick(systemClock.monotonic()), heartbeatMs)
  return {
    services: { clock: systemClock, log, config: config.current, watch, providers, books, prices },
    books,
    bypassed: () => bypassed,
    async close() {
      clearInterval(heartbeat)
      await books.close()
    },
  }
}
