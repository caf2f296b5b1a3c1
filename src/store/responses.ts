/**
 * Answers kept on disk, to be given again: a table that says which there are, and a file for the body of each. Nothing here
 * fails a request: what can't be read is not there, and what can't be written is not kept. Several processes may use one folder.
 */
import type { Database } from 'bun:sqlite'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { AppError } from '../neutral/error.ts'
import type { Billing, TaskType } from '../neutral/model.ts'
import type { Usage } from '../neutral/usage.ts'
import { codeOf } from './database.ts'
import { packBody, unpackBody } from './responses-body.ts'
import { openResponseFiles } from './responses-files.ts'
import { openResponseIndex, type Sum } from './responses-index.ts'
import { onDisk, openRoom } from './responses-room.ts'
import { isFresh, tidyResponses } from './responses-tidy.ts'
import { openUses } from './responses-uses.ts'

export interface StoredResponse {
  /** 64 hex digits. */
  readonly key: string
  readonly form: 'json' | 'sse' | 'json-array'
  /** Whether the client had asked for usage inside the stream. */
  readonly asksUsage: boolean
  readonly contentType: string
  /** As the client got it. */
  readonly body: Uint8Array
  readonly provider: string
  readonly model: string
  readonly billing: Billing
  readonly servedModel: string | null
  readonly taskType: TaskType | null
  /** What it cost then; null when that is not known. */
  readonly costNanoUsd: number | null
  readonly usage: Usage | null
  readonly finishReason: string | null
  readonly createdMs: number
  readonly expiresMs: number
}

export interface ResponseStatus extends Sum {
  readonly oldestMs: number | null
}

export interface ResponseStore {
  /** Counts a use. null for what is missing, damaged, over its time or of another version, which is removed then. Never rejects. */
  get(key: string, nowMs: number): Promise<StoredResponse | null>
  /** Resolves when it is kept, or isn't; never rejects. */
  put(response: StoredResponse): Promise<void>
  /** Of answers that are still good; the space is that on disk. @throws AppError `unavailable`. */
  status(nowMs: number): ResponseStatus
  /** @returns What there was. @throws AppError `unavailable`: then all is still there. */
  clear(): Sum
  /** Removes what is over its time or half there, and makes room. Done at the start and now and then by `put`; never rejects. */
  tidy(): Promise<void>
  close(): void
}

export interface ResponseStoreParts {
  /** Need not exist; its parent must. */
  readonly folder: string
  /** On the main thread, with a busy timeout of a few ms. */
  readonly database: () => Database
  /** Disk space of all answers. */
  readonly maxBytes: () => number
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
}

const keyShape = /^[0-9a-f]{64}$/
/** A disk that is full, or a database that is locked, is so for a while; trying costs time that traffic waits. */
const restMs = 1000
const tidyEveryMs = 600_000

export function openResponseStore({ folder, database, maxBytes, clock, log }: ResponseStoreParts): ResponseStore {
  const index = openResponseIndex(database)
  const files = openResponseFiles(folder)
  const uses = openUses(index.count)
  const room = openRoom({ index, files, uses, maxBytes })
  let isClosed = false
  let isFailing = false
  let restsUntil = 0
  let tidiedAt = clock.monotonic()
  /** How often all was cleared: what is being written meanwhile is not kept. */
  let clearings = 0
  /** By key; none of them rejects. */
  const writing = new Map<string, Promise<void>>()

  /** Once for each time of trouble. */
  function complain(fault: unknown): void {
    restsUntil = clock.monotonic() + restMs
    if (!isFailing) log.warn(`The response cache can't be used (${reasonOf(fault)}); requests go to their providers.`)
    isFailing = true
  }

  async function find(key: string, nowMs: number): Promise<StoredResponse | null> {
    const row = index.find(key)
    if (row === null) return null
    const unpacked = isFresh(row, nowMs) ? await unpackBody(await files.read(key), row.facts) : null
    if (isClosed) return null
    if (unpacked === null) {
      // Unless one has begun to be written meanwhile, and the file is its already.
      if (!writing.has(key) && index.remove(row)) await files.remove(key)
      return null
    }
    uses.note(key, nowMs)
    const { bytes: _, facts: __, ...rest } = row
    return { ...rest, ...unpacked }
  }

  /** @param asOf What `clearings` was when it came. */
  async function keep(response: StoredResponse, asOf: number): Promise<void> {
    const { bytes: file, facts } = await packBody(response)
    const bytes = onDisk(file.length)
    if (bytes > maxBytes()) return
    const { key, provider, model, billing, taskType, createdMs, expiresMs, costNanoUsd } = response
    await files.write(key, file)
    let grown = 0
    try {
      if (isClosed || asOf !== clearings) return await files.remove(key)
      grown = index.enter({ key, provider, model, billing, taskType, createdMs, expiresMs, costNanoUsd, bytes, facts })
    } catch (fault) {
      await files.remove(key)
      throw fault
    }
    isFailing = false
    await room.grow(grown)
  }

  /** Behind an earlier one of the same key, so that the last to come is the one that stays. */
  async function keepInTurn(response: StoredResponse): Promise<void> {
    const { key } = response
    const asOf = clearings
    const mine = (writing.get(key) ?? Promise.resolve()).then(() => keep(response, asOf)).catch(complain)
    writing.set(key, mine)
    await mine
    if (writing.get(key) === mine) writing.delete(key)
  }

  async function tidyNow(): Promise<void> {
    tidiedAt = clock.monotonic()
    try {
      await tidyResponses({ index, files, nowMs: clock.now(), isOver: () => isClosed })
      if (!isClosed) await room.recount()
    } catch {
      // It is done again later; whoever asks for an answer meets the same fault and says so.
    }
  }

  /** One at a time. */
  let tidying = tidyNow()
  const tidy = () => (tidying = tidying.then(tidyNow))

  return {
    async get(key, nowMs) {
      if (isClosed || !keyShape.test(key)) return null
      try {
        // Its file and its row are changed one after the other; and what is being written is worth a moment's wait.
        if (writing.has(key)) await writing.get(key)
        return await find(key, nowMs)
      } catch (fault) {
        complain(fault)
        return null
      }
    },
    async put(response) {
      const { key, createdMs, expiresMs } = response
      if (isClosed || !keyShape.test(key) || expiresMs <= createdMs || clock.monotonic() < restsUntil) return
      await keepInTurn(response)
      if (clock.monotonic() - tidiedAt >= tidyEveryMs) await tidy()
    },
    status: (nowMs) => answered(() => index.status(nowMs)),
    clear() {
      return answered(() => {
        const before = index.clear()
        clearings++
        uses.forget()
        room.empty()
        files.clear()
        return before
      })
    },
    tidy,
    close() {
      if (!isClosed) uses.flush()
      isClosed = true
    },
  }
}

/** @throws AppError `unavailable` for what SQLite or the system throws. */
function answered<T>(ask: () => T): T {
  try {
    return ask()
  } catch (cause) {
    throw new AppError('unavailable', `The response cache can't be read or changed now (${reasonOf(cause)}).`, {
      cause,
    })
  }
}

const reasonOf = (fault: unknown): string => codeOf(fault) || (fault instanceof Error ? fault.message : 'unknown fault')
