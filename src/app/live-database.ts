/** The connection to the database as it is now: a file that is damaged, deleted or replaced while it is open gives way to another. */
import type { Database } from 'bun:sqlite'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { databaseFile } from '../store/database-file.ts'
import { moveAside, openDatabase, openOrReplaceDatabase } from '../store/database.ts'

/** A locked database makes traffic wait this long and no longer. */
const busyTimeoutMs = 5
/** All is served meanwhile, so opening waits for nobody either. */
const inService = { busyTimeoutMs, openTimeoutMs: busyTimeoutMs }

export interface LiveDatabase {
  current(): Database
  /** Which file it is: see `fileAt`. */
  file(): string
  /** Whether the file was deleted, or another put in its place; the first time that is said. */
  isLost(): boolean
  /**
   * Opens what stands at the path where the file is lost; else it is taken for damaged and moved aside for a new one.
   * @throws SQLite's, the system's or our error where that can't be done; it may be tried again.
   */
  recover(): void
  close(): void
}

/** @param renewed Told when another file is open. @throws AppError `unavailable` when it can't be opened. */
export function openLiveDatabase(path: string, log: Log, renewed: () => void): LiveDatabase {
  let database = openOrReplaceDatabase(path, { busyTimeoutMs }, systemClock.now(), log.warn)
  let file = databaseFile(path)
  let isSaid = false

  function take(fresh: Database): void {
    database = fresh
    file = databaseFile(path)
    isSaid = false
    renewed()
  }

  function adopt(): void {
    const old = database
    file.clear()
    take(openOrReplaceDatabase(path, inService, systemClock.now(), log.warn))
    old.close()
  }

  return {
    current: () => database,
    file: () => file.id,
    isLost() {
      if (file.isThere()) return false
      if (!isSaid)
        log.warn(`The database ${path} was deleted or replaced while it was open; what is there now takes its place.`)
      isSaid = true
      return true
    },
    recover() {
      if (!file.isThere()) return adopt()
      database.close()
      const aside = moveAside(path, systemClock.now())
      log.warn(`The database is damaged. It is moved to ${aside} and a new one is started; the proxy goes on.`)
      take(openDatabase(path, inService))
    },
    close: () => database.close(),
  }
}
