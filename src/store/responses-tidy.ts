/** What of the kept answers is over its time, and what a crash or another process has left half there. */
import { keyIn, type ResponseFiles } from './responses-files.ts'
import type { ResponseIndex, ResponseRow } from './responses-index.ts'

/** Answers of a clock that was further ahead are not trusted. */
const clockSlackMs = 60_000
/** A file comes before its row, by less than this: another process may be between the two. */
const unfinishedMs = 60_000

export const isFresh = ({ createdMs, expiresMs }: Pick<ResponseRow, 'createdMs' | 'expiresMs'>, nowMs: number) =>
  nowMs < expiresMs && createdMs <= nowMs + clockSlackMs

export interface TidyParts {
  readonly index: Pick<ResponseIndex, 'removeStale' | 'keysIn' | 'removeAll'>
  readonly files: Pick<ResponseFiles, 'list' | 'removeOlder' | 'removeCleared'>
  readonly nowMs: number
  readonly isOver: () => boolean
}

/** Folder by folder, with a turn of the event loop between. @throws SQLite's error. */
export async function tidyResponses({ index, files, nowMs, isOver }: TidyParts): Promise<void> {
  index.removeStale(nowMs, nowMs + clockSlackMs)
  await files.removeCleared()
  for (let number = 0; number < 256 && !isOver(); number++) {
    const prefix = number.toString(16).padStart(2, '0')
    // Before the files are listed: an answer that comes meanwhile has a file without a row here, and those get time.
    const keys = new Set(index.keysIn(prefix))
    const names = await files.list(prefix)
    const listed = new Set(names.map(keyIn))
    const bodiless = [...keys].filter((key) => !listed.has(key))
    if (bodiless.length > 0 && !isOver()) index.removeAll(bodiless)
    const rowless = names.filter((name) => !keys.has(keyIn(name) ?? ''))
    await files.removeOlder(prefix, rowless, nowMs - unfinishedMs)
  }
}
