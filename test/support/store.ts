/** A database of its own for a test, filled through the real writer. */
import type { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openDatabase } from '../../src/store/database.ts'
import { foldSome } from '../../src/store/fold.ts'
import { raiseSome } from '../../src/store/raise.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from './folder.ts'

export interface TestStore {
  readonly path: string
  readonly database: Database
  insert(...records: readonly RequestRecord[]): void
  fold(): void
  raise(nowMs: number): void
}

export function openTestStore(): TestStore {
  const path = join(tempFolder(), 'relayplane.db')
  const database = openDatabase(path, { busyTimeoutMs: 1000 })
  const insert = prepareRequestInsert(database)
  return {
    path,
    database,
    insert: (...records) => database.transaction(() => records.forEach(insert))(),
    fold() {
      while (foldSome(database) > 0) continue
    },
    raise(nowMs) {
      while (raiseSome(database, nowMs)) continue
    },
  }
}
