/** Writing a file so that a reader, and a crash at any moment, sees either the old content or the new one, never a part. */
import { randomBytes } from 'node:crypto'
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The calls a write makes, so that a test can let one of them fail. */
export interface FileCalls {
  open(path: string, flags: string, mode: number): number
  chmod(fd: number, mode: number): void
  write(fd: number, bytes: Uint8Array, offset: number): number
  sync(fd: number): void
  close(fd: number): void
  rename(from: string, to: string): void
}

const systemCalls: FileCalls = {
  open: openSync,
  chmod: fchmodSync,
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
}

/**
 * Replaces `path` by `text`. On any failure the old file stays, the temporary one is removed and the error is thrown.
 * @param mode Permissions of the new file, whatever the old one had and whatever the umask is.
 */
export function writeAtomically(path: string, text: string, mode: number, files: FileCalls = systemCalls): void {
  // In the same directory: a rename across file systems is a copy, and a copy can be seen half done.
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    writeWhole(temporary, Buffer.from(text), mode, files)
    files.rename(temporary, path)
  } catch (fault) {
    rmSync(temporary, { force: true })
    throw fault
  }
  syncDirectory(dirname(path), files)
}

function writeWhole(path: string, bytes: Uint8Array, mode: number, files: FileCalls): void {
  const fd = files.open(path, 'wx', mode)
  try {
    files.chmod(fd, mode)
    for (let written = 0; written < bytes.length;) written += files.write(fd, bytes, written)
    files.sync(fd)
  } finally {
    files.close(fd)
  }
}

/** Makes the rename itself survive a power cut. */
function syncDirectory(path: string, files: FileCalls): void {
  try {
    const fd = files.open(path, 'r', 0)
    try {
      files.sync(fd)
    } finally {
      files.close(fd)
    }
  } catch {
    // Some file systems cannot sync a directory; the new content is in place either way.
  }
}
