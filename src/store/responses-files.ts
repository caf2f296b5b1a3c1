/**
 * The bodies of kept answers: `<first two digits>/<key>.gz`, readable by their owner alone. What else lies beside
 * those folders is not ours and stays. Nothing is synced to disk: what a power cut tears is told by its hash.
 */
import { randomBytes } from 'node:crypto'
import { readdirSync, renameSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './database.ts'

export interface ResponseFiles {
  /** @returns null when there is none. @throws The system's error when it can't be read. */
  read(key: string): Promise<Uint8Array | null>
  /** All or nothing, in place of what was there. @throws The system's error. */
  write(key: string, bytes: Uint8Array): Promise<void>
  /** Never rejects: what stays is found by the next tidying. */
  remove(key: string): Promise<void>
  /** Keys of one folder, and what is left of files that were never finished. @param prefix Two hex digits. */
  list(prefix: string): Promise<readonly string[]>
  /** Takes away those of `names`, as listed, that have not been changed since. */
  removeOlder(prefix: string, names: readonly string[], beforeMs: number): Promise<void>
  /** All of them, from one moment to the next; the disk is freed in the time after. @throws The system's error. */
  clear(): void
  /** What was cleared before, and was not all gone when the process ended. */
  removeCleared(): Promise<void>
}

const prefixName = /^[0-9a-f]{2}$/
const ownName = /^(?:[0-9a-f]{64}\.gz|\.[0-9a-f]{64}\.[0-9a-f]{12}\.tmp)$/
const clearedName = /^\.cleared-[0-9a-f]{2}-[0-9a-f]{12}$/

const suffix = () => randomBytes(6).toString('hex')

export function openResponseFiles(folder: string): ResponseFiles {
  const folderOf = (key: string) => join(folder, key.slice(0, 2))
  const pathOf = (key: string) => join(folderOf(key), `${key}.gz`)
  const discard = (path: string) => rm(path, { recursive: true, force: true }).catch(() => {})

  async function make(key: string): Promise<void> {
    // One level at a time: a home that somebody removed is not made again.
    for (const path of [folder, folderOf(key)])
      await mkdir(path, { mode: 0o700 }).catch((fault: unknown) => {
        if (codeOf(fault) !== 'EEXIST') throw fault
      })
  }

  async function writeNew(path: string, key: string, bytes: Uint8Array): Promise<void> {
    const options = { mode: 0o600, flag: 'wx' }
    try {
      await writeFile(path, bytes, options)
    } catch (fault) {
      if (codeOf(fault) !== 'ENOENT') throw fault
      await make(key)
      await writeFile(path, bytes, options)
    }
  }

  return {
    async read(key) {
      try {
        return await readFile(pathOf(key))
      } catch (fault) {
        if (codeOf(fault) === 'ENOENT') return null
        throw fault
      }
    },
    async write(key, bytes) {
      // In the same folder: a rename across file systems is a copy.
      const temporary = join(folderOf(key), `.${key}.${suffix()}.tmp`)
      try {
        await writeNew(temporary, key, bytes)
        await rename(temporary, pathOf(key))
      } catch (fault) {
        await discard(temporary)
        throw fault
      }
    },
    remove: (key) => discard(pathOf(key)),
    async list(prefix) {
      const names = await readdir(join(folder, prefix)).catch(() => [])
      return names.filter((name) => ownName.test(name))
    },
    async removeOlder(prefix, names, beforeMs) {
      for (const name of names) {
        const path = join(folder, prefix, name)
        const changed = await stat(path).catch(() => null)
        if (changed !== null && changed.mtimeMs < beforeMs) await discard(path)
      }
    },
    clear() {
      for (const name of namesIn(folder).filter((name) => prefixName.test(name))) {
        const aside = join(folder, `.cleared-${name}-${suffix()}`)
        renameSync(join(folder, name), aside)
        void discard(aside)
      }
    },
    async removeCleared() {
      const names = await readdir(folder).catch(() => [])
      for (const name of names.filter((name) => clearedName.test(name))) await discard(join(folder, name))
    },
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (fault) {
    if (codeOf(fault) === 'ENOENT') return []
    throw fault
  }
}

/** The key in the name of a finished file; null for others. */
export const keyIn = (name: string): string | null => (name.endsWith('.gz') ? name.slice(0, -3) : null)
