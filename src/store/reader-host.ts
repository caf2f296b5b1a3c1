/** The worker's side: its own connection to the store, the answers to questions, and the chores between them. */
import { Database } from 'bun:sqlite'
import { AppError } from '../neutral/error.ts'
import { openChoreLoop, type ChoreLoop } from './chore-loop.ts'
import { storeChores, type Chore } from './chores.ts'
import { fileAt } from './database-file.ts'
import { codeOf, isCorruption } from './database.ts'
import { countUnfolded } from './fold.ts'
import { migrations } from './migrations.ts'
import type { Answers, FromWorker, Gate, QuestionName, Questions, Settings, ToWorker } from './reader-messages.ts'

/** How each question is answered. */
export type Answerers = {
  readonly [Name in QuestionName]: (
    database: Database,
    params: Questions[Name],
  ) => Answers[Name] | Promise<Answers[Name]>
}

export interface HostParts {
  readonly post: (message: FromWorker) => void
  readonly answerers: Answerers
  readonly now: () => number
}

/** Chores may wait for a writer; the writer waits for them but a few milliseconds, which is why they are short. */
const busyTimeoutMs = 5000
const longestRestMs = 1000

/** @returns Takes the main thread's messages, in their order. */
export function openReaderHost({ post, answerers, now }: HostParts): (message: ToWorker) => void {
  let settings: Settings | null = null
  let gate: Gate | null = null
  let opened: { readonly database: Database; readonly loop: ChoreLoop; readonly file: string } | null = null
  /** Of the main thread's database; null for any. */
  let wanted: string | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let lastWarning = ''

  /** Once for each new kind of trouble: a full disk would otherwise fill the log, too. */
  function warn(sentence: string): void {
    if (sentence !== lastWarning) post({ kind: 'warning', sentence })
    lastWarning = sentence
  }

  function open(): NonNullable<typeof opened> {
    if (settings === null) throw new AppError('internal', 'The reader was asked before it was told what to read.')
    const { path } = settings
    const file = fileAt(path)
    // A damaged database is moved aside while it is open here; the new one at its path is another file.
    if (opened !== null && opened.file !== file) close()
    if (opened !== null) return opened
    // Whoever opens it first would read into it what is left of the old one's log: the main thread takes that away.
    if (wanted !== null && wanted !== file)
      throw new AppError('unavailable', 'The database is being replaced; try once more.')
    const database = openExisting(path)
    const chores = storeChores(database, path, () => settings?.retentionDays ?? null).map(announced)
    const loop = openChoreLoop(chores, (name, fault) => {
      warn(`A chore of the database (${name}) failed: ${reasonOf(fault)}. It is tried again.`)
      if (isCorruption(fault)) giveUp()
    })
    opened = { database, loop, file }
    return opened
  }

  /** The chore, with the gate shut while it takes a step. */
  function announced(chore: Chore): Chore {
    if (!chore.isWrite) return chore
    return {
      ...chore,
      step(nowMs) {
        if (gate !== null) Atomics.store(gate, 0, 1)
        try {
          return chore.step(nowMs)
        } finally {
          if (gate !== null) Atomics.store(gate, 0, 0)
        }
      },
    }
  }

  function close(): void {
    opened?.database.close()
    opened = null
  }

  /** What SQLite calls corrupt the main thread may not meet for long: it has its pages in memory. */
  function giveUp(): void {
    const { path } = settings ?? { path: '' }
    post({ kind: 'damaged', file: opened?.file ?? fileAt(path) })
    close()
  }

  function turn(): void {
    let restMs = longestRestMs
    try {
      const { loop, database } = open()
      restMs = loop.turn(now())
      if (restMs > 0) post({ kind: 'state', unfoldedRows: countUnfolded(database) })
    } catch (fault) {
      if (isCorruption(fault)) giveUp()
      // The main thread says what became of it.
      if (!(fault instanceof AppError)) warn(`The database cannot be read: ${reasonOf(fault)}.`)
    }
    timer = setTimeout(turn, Math.min(restMs, longestRestMs))
  }

  async function answer(id: number, name: QuestionName, params: unknown): Promise<void> {
    try {
      const answerer = answerers[name] as (database: Database, params: unknown) => unknown
      const value = await answerer(open().database, params)
      post({ kind: 'answer', id, value })
    } catch (fault) {
      const error =
        fault instanceof AppError
          ? fault
          : new AppError('unavailable', `The database cannot be read: ${reasonOf(fault)}.`, { cause: fault })
      if (isCorruption(fault)) giveUp()
      post({ kind: 'refusal', id, code: error.code, status: error.status, message: error.message })
    }
  }

  return (message) => {
    switch (message.kind) {
      case 'settings':
        settings = message
        gate = message.gate
        wanted = message.file
        if (timer === null) turn()
        return
      case 'ask':
        void answer(message.id, message.name, message.params)
        return
      case 'stop':
        if (timer !== null) clearTimeout(timer)
        close()
        post({ kind: 'stopped' })
        return
    }
    message satisfies never
  }
}

/**
 * Opens what the main thread has made; to make or migrate it here, too, would be a race with it.
 * @throws AppError `unavailable` when it is not that far yet.
 */
function openExisting(path: string): Database {
  const database = new Database(path, { readwrite: true })
  try {
    database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    database.run('PRAGMA synchronous = NORMAL')
    database.run('PRAGMA cache_size = -32000')
    // Else every fold would copy the log at its end, and the writer stood back from it for tens of milliseconds.
    database.run('PRAGMA wal_autocheckpoint = 0')
    const version = database.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version
    if (version !== migrations.at(-1)?.version)
      throw new AppError('unavailable', 'The database is being prepared; try once more.')
    return database
  } catch (fault) {
    database.close()
    throw fault
  }
}

/** SQLite's and the system's words name no content; others are ours. */
const reasonOf = (fault: unknown): string => codeOf(fault) || (fault instanceof Error ? fault.message : 'unknown fault')
