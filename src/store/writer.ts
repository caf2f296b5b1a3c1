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
  /** At the end of this turn, which is when the journal is written. */
  readonly atTurnEnd: (work: () => void) => void
  readonly warn: (sentence: string) => void
  /** Told of every row once it is safe. */
  readonly entered: (record: RequestRecord) => void
}

export interface Writer {
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

export function openWriter({ rows, journal, schedule, atTurnEnd, warn, entered }: WriterParts): Writer {
  let batch = newBatch()
  let isScheduled = false
  let isJournalScheduled = false

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

  function flushJournal(): void {
    isJournalScheduled = false
    journal.flush()
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
    open(record) {
      journal.open(record)
      if (isJournalScheduled) return
      isJournalScheduled = true
      atTurnEnd(flushJournal)
    },
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
