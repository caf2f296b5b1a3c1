/**
 * The journal of requests in flight: one line is appended when an attempt is sent, none when it ends. What a dead process
 * left in its journal and not in the request table is booked at the next start. A file beside the database, because an append
 * costs a quarter of a transaction (docs/decisions/0002).
 */
import { closeSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { BriefMap } from '../lib/brief-map.ts'
import type { InflightRecord } from '../neutral/record.ts'

export interface InflightJournal {
  /** Its line is in the file when this returns, so that no provider has read a request that a crash would lose. */
  open(record: InflightRecord): void
  /** The request is in the books, or about to be, with what was sent beside it. */
  close(id: string): void
  /** Requests open now. */
  size(): number
  /** Ends the journal; its file goes when nothing is open. */
  end(): void
}

/** Beyond this, or twice what was open the last time, the file is written anew with what is still open. */
const maxBytes = 1024 * 1024

const nameOf = (owner: string): string => `inflight-${owner}.jsonl`

/** @param owner The process id. @param warn Told when the journal can't be written: requests are forwarded all the same. */
export function openInflightJournal(folder: string, owner: string, warn: (sentence: string) => void): InflightJournal {
  const path = join(folder, nameOf(owner))
  const live = new BriefMap<InflightRecord>()
  /** By the id of the request that they were sent for. */
  const hedges = new Map<string, string>()
  let file: number | null = null
  let hasFile = false
  let bytes = 0
  let rewriteAt = maxBytes
  let isCutOff = false
  let hasWarned = false

  const append = (record: InflightRecord) => {
    file ??= openSync(path, 'a', 0o600)
    hasFile = true
    // A line that a full disk cut off must not spoil the one after it.
    const line = Buffer.from((isCutOff ? '\n' : '') + lineOf(record))
    isCutOff = true
    const written = writeSync(file, line)
    bytes += written
    isCutOff = written < line.length
  }

  const rewrite = () => {
    // Should it fail, then it is not tried again at once.
    rewriteAt = 2 * bytes
    const text = Array.from(live.values(), lineOf).join('')
    writeFileSync(`${path}.new`, text, { mode: 0o600 })
    renameSync(`${path}.new`, path)
    bytes = Buffer.byteLength(text)
    rewriteAt = Math.max(maxBytes, 2 * bytes)
    // The old file's number is given up before it is closed: another file may get it next.
    const old = file
    file = null
    if (old !== null) closeSync(old)
  }

  return {
    open(record) {
      live.set(record.id, record)
      if (record.hedgeOf !== undefined) hedges.set(record.hedgeOf, record.id)
      try {
        append(record)
        if (bytes > rewriteAt) rewrite()
      } catch (fault) {
        if (!hasWarned)
          warn(
            `The journal of requests in flight can't be written (${fault instanceof Error ? fault.message : 'unknown'}); a crash would lose them.`,
          )
        hasWarned = true
      }
    },
    close(id) {
      live.delete(id)
      if (hedges.size === 0) return
      live.delete(hedges.get(id) ?? id)
      hedges.delete(id)
    },
    size: () => live.size,
    end() {
      const old = file
      file = null
      if (old !== null) closeSync(old)
      if (live.size === 0 && hasFile) rmSync(path, { force: true })
    },
  }
}

const lineOf = (record: InflightRecord): string => `${JSON.stringify(record)}\n`

export interface Orphans {
  /** One for each request: its last attempt, which has those before it with it. */
  readonly records: readonly InflightRecord[]
  /** Removes the journals they were read from. */
  forget(): void
}

/**
 * What processes that `isAlive` denies left behind. A line cut off by the crash is skipped: its request was not sent yet. A
 * journal that can't be read stays where it is.
 */
export function readOrphans(
  folder: string,
  isAlive: (owner: string) => boolean,
  warn: (sentence: string) => void = () => undefined,
): Orphans {
  const files = readdirSync(folder, { withFileTypes: true }).filter((file) => {
    const owner = /^inflight-(\d+)\.jsonl$/.exec(file.name)?.[1]
    return owner !== undefined && file.isFile() && !isAlive(owner)
  })
  const read: string[] = []
  const records = files.flatMap(({ name }) => {
    const path = join(folder, name)
    try {
      const found = lastOfEach(readLines(path))
      read.push(path)
      return found
    } catch (fault) {
      warn(
        `The journal ${path} can't be read (${fault instanceof Error ? fault.message : 'unknown'}) and is left as it is.`,
      )
      return []
    }
  })
  return { records, forget: () => read.forEach((path) => rmSync(path, { force: true })) }
}

function lastOfEach(records: readonly InflightRecord[]): InflightRecord[] {
  return [...new Map(records.map((record) => [record.id, record])).values()]
}

/** Without what was sent beside another attempt for a request that has its row: there it is counted. */
export const unbooked = (
  records: readonly InflightRecord[],
  hasRow: (id: string) => boolean,
): readonly InflightRecord[] => records.filter(({ hedgeOf }) => hedgeOf === undefined || !hasRow(hedgeOf))

/** Nobody but us writes here; what is no request can't be booked as one. */
const isNamed = (record: unknown): boolean =>
  typeof record === 'object' && record !== null && 'id' in record && typeof record.id === 'string'

function readLines(path: string): InflightRecord[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const record: unknown = line === '' ? null : JSON.parse(line)
        return isNamed(record) ? [record as InflightRecord] : []
      } catch {
        // The process died while writing this line.
        return []
      }
    })
}
