/** Changing the config file: judged before, backed up, replaced in one step, one writer at a time. */
import { mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { type FileCalls, writeAtomically } from '../lib/atomic-file.ts'
import type { Log } from '../lib/log.ts'
import { ConfigError } from './error.ts'
import { codeOf, loadConfigFile, readJsonFile } from './load.ts'
import { withLock } from './lock.ts'
import { merge } from './merge.ts'
import { backupPath, directoryMode, fileMode } from './paths.ts'
import { ConfigSchema, defaultConfig } from './schema.ts'
import { validate } from './validate.ts'

/**
 * Makes the directory of a file, for its owner only, where it does not exist.
 * @throws ConfigError
 */
export function makeDirectoryOf(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: directoryMode })
  } catch (fault) {
    throw new ConfigError(dirname(path), [`it cannot be made (${codeOf(fault)})`])
  }
}

/**
 * Replaces one of RelayPlane's files, 0600, in one step.
 * @throws ConfigError where it cannot be written; the old file stays.
 */
export function replaceFile(path: string, text: string, files?: FileCalls): void {
  try {
    writeAtomically(path, text, fileMode, files)
  } catch (fault) {
    throw new ConfigError(path, [`it cannot be written (${codeOf(fault) ?? 'unknown reason'})`])
  }
}

/**
 * Replaces what the config file holds by what `change` makes of it. Unknown names in it stay.
 * @returns Names that no setting has.
 * @throws ConfigError where the outcome is not valid; the file is untouched then.
 */
export function updateConfigFile(
  path: string,
  log: Log,
  change: (held: unknown) => unknown,
  files?: FileCalls,
): readonly string[] {
  makeDirectoryOf(path)
  return withLock(path, () => {
    const next = change(loadConfigFile(path, log) ?? {})
    const verdict = validate(ConfigSchema, merge(defaultConfig, next))
    if (verdict.errors.length > 0) throw new ConfigError('The change', verdict.errors)
    writeConfigFile(path, next, files)
    return verdict.unknown
  })
}

/** Starts over: an empty object takes the place of whatever was there, which stays as the backup if it was good. */
export function resetConfigFile(path: string): void {
  makeDirectoryOf(path)
  withLock(path, () => writeConfigFile(path, {}))
}

function writeConfigFile(path: string, value: unknown, files?: FileCalls): void {
  backUp(path, files)
  replaceFile(realPath(path), `${JSON.stringify(value, undefined, 2)}\n`, files)
}

/** Keeps the last file that could be used; a bad one never replaces a good backup. */
function backUp(path: string, files?: FileCalls): void {
  const held = readJsonFile(path)
  if (held.kind !== 'value') return
  if (validate(ConfigSchema, merge(defaultConfig, held.value)).errors.length > 0) return
  replaceFile(backupPath(path), held.text, files)
}

/** A linked config file stays a link: what it points to is replaced. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path // Nothing there yet.
  }
}
