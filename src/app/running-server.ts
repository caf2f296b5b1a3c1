/** The server that a home's note speaks of: believed when its health says the same start. */
import { readFileSync } from 'node:fs'
import { reachDirectly } from '../config/environment.ts'
import type { Paths } from '../config/paths.ts'
import { isJsonObject } from '../config/setting-path.ts'
import type { Health } from '../control/shapes.ts'
import type { ServerNote } from './home.ts'

export interface RunningServer {
  readonly note: ServerNote
  /** `http://127.0.0.1:4100` */
  readonly url: string
  readonly health: Health
}

const probeMs = 1500

/** @returns null where no server of this home runs, or it does not answer. */
export async function findRunningServer(paths: Paths): Promise<RunningServer | null> {
  const note = readNote(paths.server)
  if (note === null) return null
  const host = reachableHost(note.host)
  const url = `http://${host}:${note.port}`
  reachDirectly(host)
  const health = await probe(url)
  // Another program may have the port by now.
  return health?.startedMs === note.startedMs ? { note, url, health } : null
}

function readNote(path: string): ServerNote | null {
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isNote(note) ? note : null
  } catch {
    return null // No server has run here, or its note is not whole: either way there is nothing to talk to.
  }
}

const isNote = (value: unknown): value is ServerNote =>
  isJsonObject(value) &&
  ['pid', 'port', 'startedMs'].every((name) => Number.isInteger(value[name])) &&
  typeof value['host'] === 'string'

/** Where a server that listens on `host` answers from this machine. */
function reachableHost(host: string): string {
  if (['', '0.0.0.0', 'localhost', '127.0.0.1'].includes(host)) return '127.0.0.1'
  const bare = host.replace(/^\[|\]$/g, '')
  if (bare === '::') return '[::1]'
  return bare.includes(':') ? `[${bare}]` : bare
}

async function probe(url: string): Promise<Health | null> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(probeMs), redirect: 'error' })
    const health: unknown = await response.json()
    return isJsonObject(health) ? (health as Health) : null
  } catch {
    return null // Nobody there, or nobody who speaks JSON.
  }
}
