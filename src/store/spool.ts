/**
 * The append-only file behind the database: rows go here while SQLite is locked, full or broken, and are replayed later.
 * One JSON record a line; a line cut short by a crash is skipped and counted, and one that is no row of a request is put aside.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import type { RequestRecord } from '../neutral/record.ts'

export interface Spool {
  /** Appends rows. @throws The system's error when that can't be done either. */
  append(records: readonly RequestRecord[]): void
  /** Rows waiting, as far as this object was told. */
  waiting(): number
  /** Whether there is a file to replay; others may have appended to it. */
  isThere(): boolean
  /**
   * Hands all that waits to `write` and forgets it once that returns; a throw of `write` keeps it. What `write` gives back can't
   * ever be written: it goes to a file of its own, so that it stands in nobody's way.
   * @returns How many rows were replayed.
   */
  replay(write: (records: readonly RequestRecord[]) => readonly RequestRecord[]): number
}

export function openSpool(path: string, warn: (sentence: string) => void): Spool {
  const taken = `${path}.replaying`
  endLastLine(path)
  let waiting = readSpool(taken).records.length + readSpool(path).records.length
  return {
    append(records) {
      appendToSpool(path, records)
      waiting += records.length
    },
    waiting: () => waiting,
    isThere: () => existsSync(path) || existsSync(taken),
    replay(write) {
      // A crash between the two steps leaves `taken`; it goes first, and rows that SQLite has already are ignored by id.
      if (!existsSync(taken)) {
        if (!existsSync(path)) return 0
        renameSync(path, taken)
      }
      const { records, broken } = readSpool(taken)
      const rejected = write(records)
      if (rejected.length > 0) putAside(`${path}.rejected`, rejected, warn)
      rmSync(taken)
      waiting = readSpool(path).records.length
      if (broken > 0) warn(`${broken} cut-off lines in the spool file were skipped.`)
      return records.length - rejected.length
    },
  }
}

/** @throws The system's error. */
function putAside(path: string, rejected: readonly unknown[], warn: (sentence: string) => void): void {
  appendToSpool(path, rejected)
  const lines = rejected.length === 1 ? '1 line of the spool file is' : `${rejected.length} lines of the spool file are`
  warn(`${lines} no row of a request and can't be recorded: kept in ${path}.`)
}

/** What a crash cut off must not spoil the row that comes after it. */
function endLastLine(path: string): void {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (text === '' || text.endsWith('\n')) return
  try {
    appendFileSync(path, '\n')
  } catch {
    // The disk is full: then no row is appended either.
  }
}

/** Appends rows, all or none. @throws The system's error. */
function appendToSpool(path: string, records: readonly unknown[]): void {
  const length = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  try {
    appendFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''), { mode: 0o600 })
  } catch (fault) {
    // A full disk took a part of them: without it the next row would stand behind half a line.
    if (existsSync(path)) truncateSync(path, length)
    throw fault
  }
}

function readSpool(path: string): { readonly records: readonly RequestRecord[]; readonly broken: number } {
  const records: RequestRecord[] = []
  let broken = 0
  if (!existsSync(path)) return { records, broken }
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue
    try {
      records.push(JSON.parse(line) as RequestRecord)
    } catch {
      // The process died while writing this line; what stood in it is lost and counted.
      broken++
    }
  }
  return { records, broken }
}
