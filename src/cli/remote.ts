/** The running server, for commands: found by the note it left, believed when its health says the same start. */
import { readFileSync } from 'node:fs'
import { findRunningServer } from '../app/running-server.ts'
import type { Environment } from '../config/environment.ts'
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

const answerMs = 30_000
/** Re-pricing walks through the whole history. */
const changeMs = 600_000

/** @returns null where no server of this home runs. */
export async function findServer(environment: Environment): Promise<Remote | null> {
  // The token goes to nobody else.
  const running = await findRunningServer(environment.paths)
  if (running === null) return null
  const { note, url, health } = running
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

/** @throws AppError where nothing comes back: the server ended just now, or hangs. */
async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw new AppError('unavailable', `The running server did not answer at ${new URL(url).pathname}.`, { cause })
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
