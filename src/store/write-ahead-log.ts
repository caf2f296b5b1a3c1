/**
 * Keeps SQLite's write-ahead log short from the reader's thread, so that no commit of the traffic's has to. Copying it into
 * the database syncs to disk twice, which takes from milliseconds to tens of them.
 */
import type { Database } from 'bun:sqlite'
import { statSync } from 'node:fs'
import { countUnfolded } from './fold.ts'

export interface WriteAheadLog {
  /** Copies what waits into the database, beside the writer and not in its way. */
  copy(nowMs: number): void
  /**
   * Copies the rest of a log that has grown long while the writer stands back: only of a log that is copied to its end does
   * the next write start at the beginning again.
   */
  finish(): void
}

/** With more frames waiting than this (4 MiB), a copy is due at once; else after {@link restMs}, as every copy syncs. */
const manyFrames = 1000
const restMs = 5000
/**
 * 64 MiB: at hundreds of transactions a second it comes to that within seconds, and finishing it holds rows up for 20 ms. The
 * writer helps itself, and stops all streams meanwhile, at three times as much (`src/store/database.ts`).
 */
const longLog = 16_000
/** A log file above this is cut back to nothing once no rows come in. */
const maxLogBytes = 64 * 1024 * 1024

/** @param path Of the database file. */
export function openWriteAheadLog(database: Database, path: string): WriteAheadLog {
  let copiedMs = -Infinity
  return {
    copy(nowMs) {
      const { frames, copied } = checkpoint(database, 'NOOP')
      const isRested = Math.abs(nowMs - copiedMs) >= restMs
      if (isRested || frames - copied > manyFrames) {
        checkpoint(database, 'PASSIVE')
        copiedMs = nowMs
      }
      // To cut it holds the writer up, and so waits until none comes.
      if (isRested && countUnfolded(database) === 0 && sizeOf(`${path}-wal`) > maxLogBytes)
        checkpoint(database, 'TRUNCATE')
    },
    finish() {
      const { frames, copied } = checkpoint(database, 'NOOP')
      if (frames > longLog && copied < frames) checkpoint(database, 'PASSIVE')
    },
  }
}

interface Progress {
  /** Pages in the log. */
  readonly frames: number
  readonly copied: number
}

/** @param mode NOOP only tells how far the log has come. */
function checkpoint(database: Database, mode: 'NOOP' | 'PASSIVE' | 'TRUNCATE'): Progress {
  const row = database.query<{ log: number; checkpointed: number }, []>(`PRAGMA wal_checkpoint(${mode})`).all()[0]
  return { frames: row?.log ?? 0, copied: row?.checkpointed ?? 0 }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
