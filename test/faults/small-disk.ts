/** A file system of two megabytes, for filling it up. */
import { tempFolder } from '../support/folder.ts'

/** @returns False where that is not allowed. */
export const mountSmall = (folder: string): boolean =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).success

export const unmount = (folder: string): void => void Bun.spawnSync(['umount', folder])

function tryMount(): boolean {
  const folder = tempFolder()
  const isAllowed = mountSmall(folder)
  if (isAllowed) unmount(folder)
  else console.warn('SKIPPED: disk full. Only root on Linux can mount the small file system that it needs.')
  return isAllowed
}

export const canMount: boolean = tryMount()
