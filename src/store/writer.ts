/**
 * The main thread's side of the request table. All that settles during one turn of the event loop goes to the writer's thread
 * as one batch, and is answered when that has it safe; while one batch is away, the next gathers. Nothing here ever rejects
 * towards the data plane, and a thread that hangs or dies is waited for only so long: then the rows go to the spool from here.
 */
import { AppError } from '../neutral/error.ts'
import type { InflightRecord, RequestRecord } from '../neutral/record.ts'
import type { InflightJournal } from './inflight.ts'
import type { WriterState } from './requests.ts'
import type { Spool } from './spool.ts'
import type { FromWriter, ToWriter } from './writer-messages.ts'

/** A thread that serves {@link ToWriter}. */
export interface WriterThread {
  post(message: ToWriter): void
  end(): void
}

export interface WriterClientParts {
  /** Starts the thread. `failed` is for a thread that is no more. */
  readonly start: (hear: (message: FromWriter) => void, failed: (reason: string) => void) => WriterThread
  readonly path: string
  readonly spoolPath: string
  /** For what the thread can't take any more. */
  readonly spool: Pick<Spool, 'append'>
  readonly journal: InflightJournal
  readonly schedule: (flush: () => void) => void
  readonly warn: (sentence: string) => void
  /** Told of every row once it is safe. */
  readonly entered: (record: RequestRecord) => void
  /** 1 s unless given. */
  readonly deadlineMs?: number
}

export interface WriterClient {
  /** Resolves when the database is open. @throws AppError `unavailable` with the reason when it can't be. */
  ready(): Promise<void>
  open(record: InflightRecord): void
  /** Resolves when the row is safe, or counted as lost; never rejects. */
  enter(record: RequestRecord): Promise<void>
  state(): WriterState
  /** Writes what waits, then ends the thread. */
  close(): Promise<void>
}

interface Entry {
  readonly record: RequestRecord
  readonly done: () => void
}

interface Batch {
  readonly number: number
  readonly entries: readonly Entry[]
  readonly timer: ReturnType<typeof setTimeout>
}

/** More rows wait for the next batch, so that no transaction holds the lock for long. */
const maxRows = 250
const closeDeadlineMs = 2000
const restartAfterMs = 250

export function openWriter(parts: WriterClientParts): WriterClient {
  const { journal, deadlineMs = 1000 } = parts
  let waiting: Entry[] = []
  let isScheduled = false
  let batch: Batch | null = null
  let lastNumber = 0
  let heard: WriterState = { isSpooling: false, spooledRows: 0, lostRows: 0, lastError: null }
  let lostHere = 0
  let thread: WriterThread | null = null
  let isEnding = false
  const opening = Promise.withResolvers<void>()
  const closing = Promise.withResolvers<void>()
  startThread()

  function startThread(): void {
    thread = parts.start(hear, (reason) => {
      thread = null
      if (isEnding) return closing.resolve()
      parts.warn(`The thread that writes the database ended (${reason}); it is started again.`)
      if (batch !== null) giveUp(batch)
      setTimeout(() => isEnding || startThread(), restartAfterMs)
    })
    thread.post({ kind: 'open', path: parts.path, spoolPath: parts.spoolPath })
  }

  function hear(message: FromWriter): void {
    switch (message.kind) {
      case 'opened':
        opening.resolve()
        return flush()
      case 'refused':
        return opening.reject(new AppError('unavailable', message.sentence))
      case 'entered':
        if (batch?.number === message.batch) finish(batch)
        return flush()
      case 'state':
        heard = message.state
        return
      case 'warning':
        return parts.warn(message.sentence)
      case 'closed':
        return closing.resolve()
    }
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    parts.schedule(() => {
      isScheduled = false
      journal.flush()
      flush()
    })
  }

  function flush(): void {
    if (batch !== null || waiting.length === 0) return
    const entries = waiting.slice(0, maxRows)
    waiting = waiting.slice(maxRows)
    lastNumber++
    const sent: Batch = { number: lastNumber, entries, timer: setTimeout(() => giveUp(sent), deadlineMs) }
    batch = sent
    if (thread === null) return giveUp(sent)
    thread.post({ kind: 'enter', batch: sent.number, records: entries.map((entry) => entry.record) })
  }

  function finish(done: Batch): void {
    clearTimeout(done.timer)
    batch = null
    for (const entry of done.entries) entry.done()
    for (const { record } of done.entries) announce(record)
  }

  /** Nobody's answer may hang, and no process end, because a listener failed. */
  function announce(record: RequestRecord): void {
    try {
      parts.entered(record)
    } catch (fault) {
      parts.warn(
        `A part of RelayPlane failed over a finished request: ${fault instanceof Error ? fault.message : 'unknown'}.`,
      )
    }
  }

  /** The thread may still write them: a replay of the spool ignores rows that are there. */
  function giveUp(overdue: Batch): void {
    if (batch !== overdue) return
    try {
      parts.spool.append(overdue.entries.map((entry) => entry.record))
    } catch {
      // Neither thread nor disk: traffic goes on, the loss is counted and shown in /health.
      lostHere += overdue.entries.length
    }
    finish(overdue)
    schedule()
  }

  return {
    ready: () => opening.promise,
    open(record) {
      journal.open(record)
      schedule()
    },
    enter(record) {
      const { promise, resolve } = Promise.withResolvers<void>()
      journal.close(record.id)
      waiting.push({ record, done: resolve })
      schedule()
      return promise
    },
    state: () => ({ ...heard, lostRows: heard.lostRows + lostHere }),
    async close() {
      isEnding = true
      const giveUpAt = performance.now() + closeDeadlineMs
      flush()
      while ((batch !== null || waiting.length > 0) && performance.now() < giveUpAt) await Bun.sleep(1)
      journal.end()
      if (thread === null) return
      thread.post({ kind: 'close' })
      await Promise.race([closing.promise, Bun.sleep(closeDeadlineMs)])
      thread?.end()
    },
  }
}
