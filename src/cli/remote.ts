/** The running server, for commands: found by the note it left, believed when its health says the same start. */
import { readFileSync } from 'node:fs'
import { type Environment, reachDirectly } from '../config/environment.ts'
import { isJsonObject } from '../config/setting-path.ts'
import type { Health } from '../control/shapes.ts'
import { AppError, type ErrorCode } from '../neutral/error.ts'

export interface Remote {
  /** `http://127.0.0.1:4100` */
  readonly url: string
  readonly pid: number
  readonly health: Health
  /** @throws AppError with the server's own sentence. */
  get(path: string): Promise<unknown>
  /** With the admin token. @throws AppError */
  post(path: string, body: unknown): Promise<unknown>
  /** The same, for a part of some settings. @throws AppError */
  put(path: string, body: unknown): Promise<unknown>
  /** The whole response, body unread, for streams. @throws AppError */
  open(path: string): Promise<Response>
}

const probeMs = 1500
const answerMs = 30_000
/** Re-pricing walks through the whole history. */
const changeMs = 600_000

/** @returns null where no server of this home runs. */
export async function findServer(environment: Environment): Promise<Remote | null> {
  const note = readNote(environment.paths.server)
  if (note === null) return null
  const host = reachableHost(note.host)
  const url = `http://${host}:${note.port}`
  reachDirectly(host)
  const health = await probe(url)
  // Another program may have the port by now; the token goes to nobody else.
  if (health?.startedMs !== note.startedMs) return null
  const call = async (path: string, { body, method = 'POST', isStream = false }: CallOptions = {}) => {
    const response = await reach(url + path, {
      method: body === undefined ? 'GET' : method,
      headers: { ...authorization(environment.paths.adminToken), 'content-type': 'application/json' },
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(isStream ? {} : { signal: AbortSignal.timeout(body === undefined ? answerMs : changeMs) }),
    })
    if (!response.ok) throw await readRefusal(response)
    return response
  }
  return {
    url,
    pid: note.pid,
    health,
    get: async (path) => (await call(path)).json(),
    post: async (path, body) => (await call(path, { body })).json(),
    put: async (path, body) => (await call(path, { body, method: 'PUT' })).json(),
    open: (path) => call(path, { isStream: true }),
  }
}

interface CallOptions {
  readonly body?: unknown
  /** With a body. */
  readonly method?: 'POST' | 'PUT'
  /** A stream may stay open, and silent, for as long as it likes. */
  readonly isStream?: boolean
}

interface Note {
  readonly pid: number
  readonly port: number
  readonly host: string
  readonly startedMs: number
}

function readNote(path: string): Note | null {
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isNote(note) ? note : null
  } catch {
    return null // No server has run here, or its note is not whole: either way there is nothing to talk to.
  }
}

const isNote = (value: unknown): value is Note =>
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

/** @throws AppError where nothing comes back: the server ended just now, or hangs. */
async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw new AppError('unavailable', `The running server did not answer at ${new URL(url).pathname}.`, { cause })
  }
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

function authorization(tokenPath: string): Record<string, string> {
  try {
    return { authorization: `Bearer ${readFileSync(tokenPath, 'utf8').trim()}` }
  } catch {
    return {} // The server then says what it does not allow.
  }
}

/** The server's refusals: `{ error: { code, message } }`. */
async function readRefusal(response: Response): Promise<AppError> {
  const body: unknown = await response.json().catch(() => null)
  const error = isJsonObject(body) && isJsonObject(body['error']) ? body['error'] : {}
  const message = typeof error['message'] === 'string' ? error['message'] : `The server answered ${response.status}.`
  const code = typeof error['code'] === 'string' ? (error['code'] as ErrorCode) : 'internal'
  return new AppError(code, message, { status: response.status })
}
