/** Starts the store's worker. Beside it, because the address of a worker is told from the file that names it. */
import { openReader, type Reader, type ReaderParts } from '../store/reader.ts'

export type StoreReaderParts = Omit<ReaderParts, 'start' | 'deadlineMs'>

export const openStoreReader = (parts: StoreReaderParts): Reader =>
  openReader({ ...parts, start: () => new Worker(new URL('./reader.worker.ts', import.meta.url).href) })
