/** One writer of a file at a time, across processes: two `config set` at once must not undo each other. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { ConfigError } from './error.ts'
import { codeOf } from './load.ts'

const stepMs = 20
const maxSteps = 150

/**
 * Runs `act` while `<path>.lock` is ours.
 * @throws ConfigError after three seconds of somebody else's lock.
 */
export function withLock<T>(path: string, act: () => T): T {
  const lock = `${path}.lock`
  takeLock(path, lock)
  try {
    return act()
  } finally {
    rmSync(lock, { force: true })
  }
}

function takeLock(path: string, lock: string): void {
  for (let step = 0; step < maxSteps; step++) {
    try {
      const fd = openSync(lock, 'wx', 0o600)
      writeSync(fd, String(process.pid))
      closeSync(fd)
      return
    } catch (fault) {
      if (codeOf(fault) !== 'EEXIST') throw new ConfigError(path, [`it cannot be written (${codeOf(fault)})`])
    }
    if (isLeftBehind(lock)) rmSync(lock, { force: true })
    else Bun.sleepSync(stepMs)
  }
  throw new ConfigError(path, [`another process is writing it; if none is, delete ${lock}`])
}

/** A lock whose process is gone was left by a crash. */
function isLeftBehind(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    if (!Number.isInteger(pid) || pid <= 0) return false // Just made, its number not written yet.
    process.kill(pid, 0)
    return false
  } catch (fault) {
    return codeOf(fault) === 'ESRCH'
  }
}
