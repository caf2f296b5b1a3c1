/**
 * The door of every listener: a Host that is ours (against DNS rebinding), and no request that a web page of somebody else
 * made (Origin, Sec-Fetch-Site). There is no CORS.
 */
import { isIP } from 'node:net'
import { AppError } from '../neutral/error.ts'

/** Schemes of desktop programs' own windows, which no web page can claim. */
const programOrigins = /^(vscode-webview|vscode-file|app|tauri|file):/

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Listening there is listening on every address that the machine has. */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]'])

export interface OwnNames {
  readonly allowedHosts: readonly string[]
  readonly host: string
}

/**
 * @param names Names accepted beside the loopback ones: `server.allowedHosts` and the listening address.
 * @returns null when the request may come in.
 */
export function judgeVisitor({ headers, method, url }: Request, names: OwnNames): AppError | null {
  const host = headers.get('host') ?? ''
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (!loopbackNames.has(name) && !isAccepted(name, [...names.allowedHosts, names.host])) {
    return new AppError(
      'forbidden',
      `The Host "${printable(name)}" is not accepted here. Use localhost, or add the name to server.allowedHosts.`,
    )
  }
  const origin = headers.get('origin')
  if (origin !== null && !isOwnOrigin(origin, host)) {
    return new AppError('forbidden', 'Requests from web pages of another origin are not accepted.')
  }
  const site = headers.get('sec-fetch-site')
  const isForeign = site === 'cross-site' || site === 'same-site'
  if (isForeign && !(method === 'GET' && isLinkFollowed(headers, url))) {
    return new AppError('forbidden', 'Requests from web pages of another origin are not accepted.')
  }
  return null
}

/**
 * Following a link to the dashboard is a navigation from another site, in a window of its own; it reads nothing for that site.
 * Elsewhere it would ask a provider, with the configured key.
 */
function isLinkFollowed(headers: Headers, url: string): boolean {
  if (headers.get('sec-fetch-mode') !== 'navigate' || headers.get('sec-fetch-dest') !== 'document') return false
  const { pathname } = new URL(url)
  return pathname === '/' || pathname === '/login' || /^\/dashboard(?:\/|$)/.test(pathname)
}

function isAccepted(name: string, allowed: readonly string[]): boolean {
  const bare = withoutBrackets(name)
  return allowed.some(
    // Rebinding needs a name: no page can be served from an address that is ours.
    (own) => withoutBrackets(own.toLowerCase()) === bare || (everywhere.has(own) && isIP(bare) !== 0),
  )
}

const withoutBrackets = (address: string): string => address.replace(/^\[(.*)\]$/, '$1')

const isOwnOrigin = (origin: string, host: string): boolean =>
  origin === `http://${host}` || origin === `https://${host}` || programOrigins.test(origin)

const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '?').slice(0, 100)

/** The door speaks no dialect: who stands there is no client. */
export const refusalOf = (error: AppError): Response =>
  Response.json({ error: { type: 'forbidden', code: error.code, message: error.message } }, { status: error.status })
