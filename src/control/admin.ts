/**
 * Who may change something: whoever holds the admin token, and a browser that came through a one-time link. Sessions and
 * links live in memory; a restart logs browsers out.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Services } from '../app/services.ts'
import { sessionCookie, sessionIn } from '../neutral/session-cookie.ts'
import { AppError } from '../neutral/error.ts'

export interface Admin {
  /** @throws AppError 401 without a valid token or session, 403 for another site's page, 415, and 429 after many wrong tokens. */
  judgeWrite(request: Request): void
  /** Whether the request comes from a browser that a link has logged in. */
  isLoggedIn(request: Request): boolean
  /** A code for {@link redeem}. */
  newCode(): string
  /**
   * @returns The session's cookie, as the value of a Set-Cookie header.
   * @throws AppError 401 for a code that is unknown, used or older than a minute.
   */
  redeem(code: string): string
}

const codeLifeMs = 60_000
const sessionLifeMs = 12 * 3_600_000
/** The oldest give way. */
const maxCodes = 20
const maxSessions = 100
const failuresWindowMs = 60_000
const maxFailures = 10

const newSecret = (): string => randomBytes(32).toString('base64url')
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

export function openAdmin(token: string, clock: Services['clock']): Admin {
  const expected = digest(token)
  // By digest, so that how long a look-up takes tells nothing of the secret itself.
  const codes = new Map<string, number>()
  const sessions = new Map<string, number>()
  let failures: number[] = []

  /** Only wrong tokens are counted, and only they are turned away: nobody can lock the door for who has the right one. */
  function refuseToken(): never {
    const nowMs = clock.monotonic()
    failures = failures.filter((at) => nowMs - at < failuresWindowMs)
    if (failures.length >= maxFailures) {
      throw new AppError('unavailable', 'Too many wrong tokens; try again in a minute.', { status: 429 })
    }
    failures.push(nowMs)
    throw new AppError('unauthorized', 'The admin token is wrong; "relayplane token" prints it.')
  }

  function isLive(store: Map<string, number>, secret: string): boolean {
    const expires = store.get(digest(secret).toString('hex'))
    return expires !== undefined && expires > clock.monotonic()
  }

  function isLoggedIn(request: Request): boolean {
    const session = sessionIn(request.headers.get('cookie') ?? '')
    return session !== null && isLive(sessions, session)
  }

  function keep(store: Map<string, number>, secret: string, lifeMs: number, most: number): void {
    const nowMs = clock.monotonic()
    for (const [key, expires] of store) if (expires <= nowMs || store.size >= most) store.delete(key)
    store.set(digest(secret).toString('hex'), nowMs + lifeMs)
  }

  return {
    isLoggedIn,
    judgeWrite(request) {
      const hasSession = isLoggedIn(request)
      judgeContentType(request.headers.get('content-type'), hasSession)
      if (hasSession) return judgeOrigin(request)
      const [, given] = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
      if (given === undefined) {
        throw new AppError(
          'unauthorized',
          'This needs the admin token: authorization: Bearer, or a browser logged in by "relayplane dashboard".',
        )
      }
      if (!timingSafeEqual(digest(given), expected)) refuseToken()
    },
    newCode() {
      const code = newSecret()
      keep(codes, code, codeLifeMs, maxCodes)
      return code
    },
    redeem(code) {
      const isValid = isLive(codes, code)
      codes.delete(digest(code).toString('hex'))
      if (!isValid) {
        throw new AppError(
          'unauthorized',
          'The link was used or is older than a minute; "relayplane dashboard" makes another.',
        )
      }
      const session = newSecret()
      keep(sessions, session, sessionLifeMs, maxSessions)
      return `${sessionCookie}=${session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${sessionLifeMs / 1000}`
    },
  }
}

/** A page of another site can send a form or plain text without asking, but not JSON. Scripts may send no body at all. */
function judgeContentType(type: string | null, isBrowser: boolean): void {
  if (type === null ? !isBrowser : /^application\/json\s*(;|$)/i.test(type)) return
  throw new AppError('invalid-request', 'Send the body as content-type: application/json.', { status: 415 })
}

/** A browser sends its cookie whatever page asks: the page must be our own. */
function judgeOrigin(request: Request): void {
  const origin = request.headers.get('origin')
  const host = request.headers.get('host')
  if (host !== null && (origin === `http://${host}` || origin === `https://${host}`)) return
  throw new AppError('forbidden', 'Changes are accepted only from the dashboard itself.')
}
