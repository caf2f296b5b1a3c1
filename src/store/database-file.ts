/**
 * Which file stands at the database's path. SQLite goes on in a file that was deleted or replaced while it is open, and all that
 * it writes there is gone with the process: so the path is looked at from time to time.
 */
import { rmSync, statSync } from 'node:fs'

/** Device and inode; '' where there is nothing. No other file has it while this one is open. */
export function fileAt(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}`
}

/** SQLite's own files beside the database. */
const besides = ['-wal', '-shm'] as const

export interface DatabaseFile {
  /** Of the file that is open. */
  readonly id: string
  /** Whether it is still what stands at the path. */
  isThere(): boolean
  /**
   * Once it is not: takes away what is left beside it of the old one. SQLite would read the old log into the new file, and cut
   * the memory that the old connections share.
   */
  clear(): void
}

/** @param path Of a database that was just opened. */
export function databaseFile(path: string): DatabaseFile {
  const id = fileAt(path)
  const own = new Map<string, string>()
  return {
    id,
    isThere() {
      if (fileAt(path) !== id) return false
      // They come with the first write, and after a checkpoint that was the last connection's.
      for (const suffix of besides) own.set(suffix, fileAt(path + suffix))
      return true
    },
    clear() {
      for (const [suffix, file] of own) if (file !== '' && file === fileAt(path + suffix)) rmSync(path + suffix)
    },
  }
}
