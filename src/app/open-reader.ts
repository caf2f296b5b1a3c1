/** Starts the store's worker. Beside it, because the address of a worker is told from the file that names it. */
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { openReader, type Reader } from '../store/reader.ts'

export interface StoreReaderParts {
  /** Of the database file. */
  readonly path: string
  readonly retentionDays: number | null
  readonly clock: Clock
  readonly log: Log
}

export const openStoreReader = (parts: StoreReaderParts): Reader =>
  openReader({ ...parts, start: () => new Worker(new URL('./reader.worker.ts', import.meta.url).href) })
