/** The database where no server runs: opened for one command, and what SQLite has against the file said in a sentence. */
import type { Database } from 'bun:sqlite'
import { inSentence, openDatabase } from '../store/database.ts'

/** Long enough for a writer to finish. */
const busyTimeoutMs = 5000

/** @throws AppError */
export const openToRead = (path: string): Database =>
  said(path, () => openDatabase(path, { busyTimeoutMs, readonly: true }))

/** @throws AppError */
export const openToChange = (path: string): Database => said(path, () => openDatabase(path, { busyTimeoutMs }))

/** @throws AppError in place of SQLite's errors, and what `act` throws. */
export function said<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (fault) {
    throw inSentence(path, fault)
  }
}

/** Closes the database when `act` has ended. @throws AppError in place of SQLite's errors, and what `act` throws. */
export async function saidAtTheEnd<T>(
  path: string,
  database: Database,
  act: (database: Database) => Promise<T>,
): Promise<T> {
  try {
    return await act(database)
  } catch (fault) {
    throw inSentence(path, fault)
  } finally {
    database.close()
  }
}
