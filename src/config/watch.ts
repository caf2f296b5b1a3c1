/**
 * Noticing that files changed, however they are saved: in place, by rename, through a link, over a network.
 *
 * By looking at them four times a second. A directory watch would wake for every row that the database beside them writes (6 µs a
 * request, measured), sees nothing on network and container mounts, and loses links that are switched over.
 */
import { statSync } from 'node:fs'

export interface Timer {
  /** @returns Stops it. */
  every(milliseconds: number, act: () => void): () => void
}

export const systemTimer: Timer = {
  every(milliseconds, act) {
    const interval = setInterval(act, milliseconds)
    interval.unref() // Watching alone keeps no process alive.
    return () => clearInterval(interval)
  },
}

export const lookEveryMs = 250

/**
 * Calls `onChange` once the files differ from what they were and have held still for one interval, so that a file that is
 * still being written is not read.
 * @returns Stops watching.
 */
export function watchFiles(paths: readonly string[], timer: Timer, onChange: () => void): () => void {
  const look = () => paths.map(fingerprint).join('\n')
  let known = look()
  let previous = known
  return timer.every(lookEveryMs, () => {
    const seen = look()
    const isSettled = seen === previous
    previous = seen
    if (!isSettled || seen === known) return
    known = seen
    onChange()
  })
}

/** Changes with every save: the inode with a rename, the change time with the rest. */
function fingerprint(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch {
    return 'absent' // Or out of reach: either way there is nothing to read until it changes.
  }
}
