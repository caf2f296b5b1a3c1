/** The folder of all files, and the note that a running server leaves there for the commands. */
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../config/save.ts'
import type { Paths } from '../config/paths.ts'

/** What `server.json` says. */
export interface ServerNote {
  readonly pid: number
  readonly port: number
  readonly host: string
  /** Unix ms. */
  readonly startedMs: number
}

/** Makes the folder, readable by its owner alone. */
export function makeHome(paths: Paths): void {
  mkdirSync(paths.home, { recursive: true, mode: 0o700 })
  chmodSync(paths.home, 0o700)
  mkdirSync(dirname(paths.config), { recursive: true, mode: 0o700 })
}

export function leaveNote(paths: Paths, note: ServerNote): void {
  replaceFile(paths.server, `${JSON.stringify(note)}\n`)
}

/** Takes the note away, unless another server has put its own there since. */
export function takeNote(paths: Paths, pid: number): void {
  try {
    const note = JSON.parse(readFileSync(paths.server, 'utf8')) as ServerNote
    if (note.pid === pid) rmSync(paths.server)
  } catch {
    // Gone already, or not ours to judge.
  }
}
