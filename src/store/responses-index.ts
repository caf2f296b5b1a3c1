/**
 * The table of kept answers: which there are, until when, and when each was last used. Everything here throws what SQLite throws.
 */
import type { Database } from 'bun:sqlite'
import type { Billing, TaskType } from '../neutral/model.ts'

export interface ResponseRow {
  readonly key: string
  readonly provider: string
  readonly model: string
  readonly billing: Billing
  readonly taskType: TaskType | null
  readonly createdMs: number
  readonly expiresMs: number
  /** On disk. */
  readonly bytes: number
  readonly costNanoUsd: number | null
  /** JSON: what else an answer needs to be given again. */
  readonly facts: string
}

export interface Use {
  readonly hits: number
  readonly usedMs: number
}

export interface Sum {
  readonly entries: number
  readonly bytes: number
}

export interface ResponseIndex {
  find(key: string): ResponseRow | null
  /** Puts it in place of one with the same key. @returns By how many bytes all have grown. */
  enter(row: ResponseRow): number
  /** @returns false where the row is not there any more, or is another answer's. */
  remove(row: Pick<ResponseRow, 'key' | 'createdMs'>): boolean
  removeAll(keys: readonly string[]): void
  count(uses: ReadonlyMap<string, Use>): void
  /** Those used longest ago. */
  oldest(limit: number): readonly Pick<ResponseRow, 'key' | 'bytes'>[]
  /** Of one folder. @param prefix Two hex digits. */
  keysIn(prefix: string): readonly string[]
  sum(): Sum
  /** Of those that are still good. */
  status(nowMs: number): Sum & { readonly oldestMs: number | null }
  /** @param latestMs What was made later was made by a clock that was wrong. */
  removeStale(nowMs: number, latestMs: number): void
  /** @returns What there was. */
  clear(): Sum
}

const selectRow = `SELECT key, provider, model, billing, task_type AS taskType, created_ms AS createdMs,
  expires_ms AS expiresMs, bytes, cost_nano_usd AS costNanoUsd, facts FROM responses WHERE key = ?`
const selectBytes = 'SELECT bytes FROM responses WHERE key = ?'
const insertRow = `INSERT OR REPLACE INTO responses (key, provider, model, billing, task_type, created_ms, expires_ms, used_ms,
  bytes, cost_nano_usd, hits, facts)
VALUES ($key, $provider, $model, $billing, $taskType, $createdMs, $expiresMs, $createdMs, $bytes, $costNanoUsd, 0, $facts)`
const deleteRow = 'DELETE FROM responses WHERE key = ? AND created_ms = ?'
const deleteRows = 'DELETE FROM responses WHERE key IN (SELECT value FROM json_each(?))'
const updateUse = 'UPDATE responses SET hits = hits + ?, used_ms = max(used_ms, ?) WHERE key = ?'
const selectOldest = 'SELECT key, bytes FROM responses ORDER BY used_ms, key LIMIT ?'
const selectKeys = 'SELECT key FROM responses WHERE key >= ? AND key < ?'
const selectSum = 'SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM responses'
const selectStatus = `SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes, min(created_ms) AS oldestMs
FROM responses WHERE expires_ms > ?`
const deleteStale = 'DELETE FROM responses WHERE expires_ms <= ? OR created_ms > ?'
const deleteAll = 'DELETE FROM responses'

const nothing: Sum = { entries: 0, bytes: 0 }

/** @param database Asked each time: a damaged one is replaced while the server runs. */
export function openResponseIndex(database: () => Database): ResponseIndex {
  const sum = (): Sum => database().query<Sum, []>(selectSum).get() ?? nothing
  return {
    find: (key) => database().query<ResponseRow, [string]>(selectRow).get(key),
    enter(row) {
      const before = database().query<{ bytes: number }, [string]>(selectBytes).get(row.key)?.bytes ?? 0
      database().query<unknown, [Record<string, string | number | null>]>(insertRow).run(bind(row))
      return row.bytes - before
    },
    remove: ({ key, createdMs }) =>
      database().query<unknown, [string, number]>(deleteRow).run(key, createdMs).changes > 0,
    removeAll: (keys) => void database().query<unknown, [string]>(deleteRows).run(JSON.stringify(keys)),
    count(uses) {
      const update = database().query<unknown, [number, number, string]>(updateUse)
      const all = database().transaction(() => {
        for (const [key, { hits, usedMs }] of uses) update.run(hits, usedMs, key)
      })
      all.immediate()
    },
    oldest: (limit) => database().query<Pick<ResponseRow, 'key' | 'bytes'>, [number]>(selectOldest).all(limit),
    keysIn: (prefix) =>
      database()
        .query<{ key: string }, [string, string]>(selectKeys)
        .all(prefix, `${prefix}g`)
        .map(({ key }) => key),
    sum,
    status: (nowMs) =>
      database().query<Sum & { oldestMs: number | null }, [number]>(selectStatus).get(nowMs) ?? {
        ...nothing,
        oldestMs: null,
      },
    removeStale: (nowMs, latestMs) =>
      void database().query<unknown, [number, number]>(deleteStale).run(nowMs, latestMs),
    clear() {
      const all = database().transaction(() => {
        const before = sum()
        database().run(deleteAll)
        return before
      })
      return all.immediate()
    },
  }
}

const bind = (row: ResponseRow): Record<string, string | number | null> => ({
  $key: row.key,
  $provider: row.provider,
  $model: row.model,
  $billing: row.billing,
  $taskType: row.taskType,
  $createdMs: row.createdMs,
  $expiresMs: row.expiresMs,
  $bytes: row.bytes,
  $costNanoUsd: row.costNanoUsd,
  $facts: row.facts,
})
