/**
 * The data plane's side of the request table: all that settles during one turn of the event loop is one transaction at its
 * end, and every promise resolves when its row is safe. Nothing here ever rejects or throws towards the data plane.
 */
import type { InflightRecord, RequestRecord } from '../neutral/record.ts'
import type { InflightJournal } from './inflight.ts'
import type { RequestWriter, WriterState } from './requests.ts'

export interface WriterParts {
  readonly rows: RequestWriter
  readonly journal: InflightJournal
  /** When rows are written. */
  readonly schedule: (flush: () => void) => void
  readonly warn: (sentence: string) => void
  /** Told of every row once it is safe. */
  readonly entered: (record: RequestRecord) => void
}

export interface Writer {
  /** Notes what is about to be sent; it is in the journal when this returns. */
  open(record: InflightRecord): void
  /** Resolves when the row is safe, or counted as lost; never rejects. */
  enter(record: RequestRecord): Promise<void>
  /** Writes what waits, now. */
  flush(): void
  state(): WriterState
}

/** What settles together shares one promise. */
interface Batch {
  readonly records: RequestRecord[]
  readonly isSafe: PromiseWithResolvers<void>
}

const newBatch = (): Batch => ({ records: [], isSafe: Promise.withResolvers() })

export function openWriter({ rows, journal, schedule, warn, entered }: WriterParts): Writer {
  let batch = newBatch()
  let isScheduled = false

  function flushLater(): void {
    if (isScheduled) return
    isScheduled = true
    schedule(flush)
  }

  function flush(): void {
    isScheduled = false
    if (batch.records.length === 0) return
    const { records, isSafe } = batch
    batch = newBatch()
    rows.enter(records)
    isSafe.resolve()
    for (const record of records) announce(record)
  }

  /** Nobody's answer may hang, and no process end, because a listener failed. */
  function announce(record: RequestRecord): void {
    try {
      entered(record)
    } catch (fault) {
      warn(
        `A part of RelayPlane failed over a finished request: ${fault instanceof Error ? fault.message : 'unknown'}.`,
      )
    }
  }

  return {
    open: journal.open,
    enter(record) {
      // A flush may come at once and start the next batch.
      const { records, isSafe } = batch
      journal.close(record.id)
      records.push(record)
      flushLater()
      return isSafe.promise
    },
    flush,
    state: rows.state,
  }
}
