/** Kept answers in a folder and a database of their own, with a clock that tests move. */
import type { Database } from 'bun:sqlite'
import { mkdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { noUsage } from '../../src/neutral/usage.ts'
import { openDatabase } from '../../src/store/database.ts'
import { openResponseStore, type ResponseStore, type StoredResponse } from '../../src/store/responses.ts'
import { tempFolder } from '../support/folder.ts'

/** 5 March 2026, long before the files of a test are written. */
export const startMs = Date.UTC(2026, 2, 5)
export const blockBytes = 4096

/** The key of the nth answer; each in a folder of its own, for the first 256. */
export const keyOf = (n: number): string => n.toString(16).padStart(2, '0') + 'ab'.repeat(31)

export const answer = (n: number, over: Partial<StoredResponse> = {}): StoredResponse => ({
  key: keyOf(n),
  form: 'sse',
  asksUsage: true,
  contentType: 'text/event-stream; charset=utf-8',
  body: Buffer.from(`data: {"number":${n}}\n\n`),
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  billing: 'metered',
  servedModel: 'claude-haiku-4-5-20251001',
  taskType: 'classification',
  costNanoUsd: 1_234_567,
  usage: { ...noUsage, inputTokens: 100, outputTokens: 20 },
  finishReason: 'end_turn',
  createdMs: startMs,
  expiresMs: startMs + 3_600_000,
  ...over,
})

/** Bytes that gzip can't make smaller; the same for the same number. */
export function noise(bytes: number, seed = 1): Uint8Array {
  const out = new Uint8Array(bytes)
  let state = seed
  for (let index = 0; index < bytes; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    out[index] = state >>> 24
  }
  return out
}

export interface Rig {
  readonly home: string
  /** Where the bodies are. */
  readonly folder: string
  readonly database: Database
  readonly store: ResponseStore
  readonly warnings: readonly string[]
  nowMs: number
  maxBytes: number
  /** Another one on the same files: after a restart, or in another process. */
  again(): ResponseStore
  path(n: number): string
  /** Names of all files of answers, and of what is left of any. */
  files(): readonly string[]
  rows(sql: string): unknown[][]
}

/** @param home An existing folder for it all. */
export function openRig(home = tempFolder()): Rig {
  const folder = join(home, 'cache')
  const databases = join(home, 'db')
  mkdirSync(databases, { recursive: true })
  const path = join(databases, 'relayplane.db')
  const database = openDatabase(path, { busyTimeoutMs: 5 })
  const warnings: string[] = []
  const open = (connection: Database) =>
    openResponseStore({
      folder,
      database: () => connection,
      maxBytes: () => rig.maxBytes,
      clock: { now: () => rig.nowMs, monotonic: () => rig.nowMs },
      log: { warn: (sentence) => void warnings.push(sentence) },
    })
  const rig = {
    home,
    folder,
    database,
    warnings,
    nowMs: startMs,
    maxBytes: 1024 * 1024,
    again: () => open(openDatabase(path, { busyTimeoutMs: 5 })),
    path: (n: number) => join(folder, keyOf(n).slice(0, 2), `${keyOf(n)}.gz`),
    files: () =>
      [...new Bun.Glob('**/*').scanSync({ cwd: folder, dot: true, throwErrorOnBrokenSymlink: false })]
        .map((name) => name.replace(/^.*\//, ''))
        .sort(),
    rows: (sql: string) => database.query(sql).values(),
  }
  return Object.assign(rig, { store: open(database) })
}

/** As if the file had last been written then. */
export function age(path: string, ms: number): void {
  utimesSync(path, ms / 1000, ms / 1000)
}
