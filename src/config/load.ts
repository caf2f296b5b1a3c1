/** Reading the config file, and what happens when it is missing or broken: the backup takes its place. */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { writeAtomically } from '../lib/atomic-file.ts'
import type { Log } from '../lib/log.ts'
import { ConfigError } from './error.ts'
import { readJson } from './json-text.ts'
import { backupPath, fileMode } from './paths.ts'

export type JsonFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'value'; readonly value: unknown; readonly text: string }
  | { readonly kind: 'broken'; readonly problem: string }

/** @throws ConfigError where the file is there but cannot be read (permissions, a directory). */
export function readJsonFile(path: string): JsonFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (fault) {
    if (codeOf(fault) === 'ENOENT') return { kind: 'absent' }
    throw new ConfigError(path, [`it cannot be read (${codeOf(fault) ?? 'unknown reason'})`])
  }
  const read = readJson(text)
  return read.kind === 'value' ? { ...read, text } : read
}

/**
 * What the config file holds, mended first where it must be: a missing one comes back from its backup, a broken one is moved
 * aside. Writes nothing where there is neither a file nor a backup.
 * @returns undefined where there is no file, so that the defaults hold.
 */
export function loadConfigFile(path: string, log: Log): unknown {
  const file = readJsonFile(path)
  if (file.kind === 'value') return file.value
  const what =
    file.kind === 'absent' ? `${path} is missing` : `${path} is broken (${file.problem}) and ${moveAside(path)}`
  const backup = readJsonFile(backupPath(path))
  if (backup.kind === 'value') {
    restore(path, backup.text, what, log)
    return backup.value
  }
  const noBackup = backup.kind === 'broken' ? `its backup is broken too (${backup.problem})` : 'it has no backup'
  if (file.kind === 'broken' || backup.kind === 'broken') {
    log.error(`${what}, and ${noBackup}. EVERY SETTING IS AT ITS DEFAULT.`)
  }
  return undefined
}

function restore(path: string, text: string, what: string, log: Log): void {
  try {
    writeAtomically(path, text, fileMode)
    log.warn(`${what}; it was restored from its backup. "relayplane config reset" starts over.`)
  } catch (fault) {
    // A read-only directory: the backup's settings hold all the same.
    log.warn(`${what}; the settings of its backup are used, but it could not be written (${codeOf(fault)}).`)
  }
}

/** @returns What became of the file, as the end of a sentence. */
function moveAside(path: string): string {
  try {
    let number = 1
    while (existsSync(`${path}.corrupt-${number}`)) number++
    renameSync(path, `${path}.corrupt-${number}`)
    return `was moved to ${path}.corrupt-${number}`
  } catch (fault) {
    return `could not be moved aside (${codeOf(fault)})`
  }
}

export const codeOf = (fault: unknown): string | undefined =>
  fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined
