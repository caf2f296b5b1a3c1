/** The folder of all files, and the note that a running server leaves there for the commands. */
import { accessSync, chmodSync, constants, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../config/save.ts'
import type { Paths } from '../config/paths.ts'
import { AppError } from '../neutral/error.ts'

/** What `server.json` says. */
export interface ServerNote {
  readonly pid: number
  readonly port: number
  readonly host: string
  /** Unix ms. */
  readonly startedMs: number
}

/**
 * Makes the folder, readable by its owner alone.
 * @throws AppError `unavailable` with what to do, where files can't be kept there.
 */
export function makeHome(paths: Paths): void {
  try {
    mkdirSync(paths.home, { recursive: true, mode: 0o700 })
    chmodSync(paths.home, 0o700)
    accessSync(paths.home, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (fault) {
    throw unusable(paths.home, 'RELAYPLANE_HOME', fault)
  }
  const configFolder = dirname(paths.config)
  try {
    mkdirSync(configFolder, { recursive: true, mode: 0o700 })
  } catch (fault) {
    throw unusable(configFolder, 'RELAYPLANE_CONFIG_PATH', fault)
  }
}

function unusable(folder: string, variable: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return new AppError(
    'unavailable',
    `Files can't be kept in ${folder}${code}. Make it a folder that you may write to, or name another one with ${variable}.`,
    { cause },
  )
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
