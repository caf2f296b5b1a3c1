/** Who listens on a port, for the message about a busy one. Best effort: null where the system does not tell. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** @returns `node (process 4711)`, or null. */
export function portHolder(port: number): string | null {
  try {
    return process.platform === 'linux' ? linuxHolder(port) : lsofHolder(port)
  } catch {
    // Another user's process, no /proc, no lsof: the message does without.
    return null
  }
}

function linuxHolder(port: number): string | null {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${wanted}`) === true && fields[3] === '0A')
      .map((fields) => `socket:[${fields[9]}]`),
  )
  if (inodes.length === 0) return null
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (descriptorsOf(pid).some((target) => inodes.includes(target))) {
      return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`
    }
  }
  return null
}

function descriptorsOf(pid: string): readonly string[] {
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).map((fd) => {
      try {
        return readlinkSync(`${folder}/${fd}`)
      } catch {
        // Closed between the listing and the reading.
        return ''
      }
    })
  } catch {
    // Another user's process.
    return []
  }
}

function lsofHolder(port: number): string | null {
  const lines = Bun.spawnSync(['lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
    .stdout.toString()
    .split('\n')
  const pid = lines.find((line) => line.startsWith('p'))?.slice(1)
  const name = lines.find((line) => line.startsWith('c'))?.slice(1)
  return pid === undefined ? null : `${name ?? 'a program'} (process ${pid})`
}
