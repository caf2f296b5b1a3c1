/** The dashboard's one page, under whatever path of its own it was asked for. */
import { createHash } from 'node:crypto'
import { Elysia } from 'elysia'

export interface DashboardPage {
  readonly html: string
  /** With its quotes. */
  readonly etag: string
  /** Content-Security-Policy. */
  readonly csp: string
}

/**
 * The page as the build left it.
 * @param hashes Of its inline scripts and styles, as `sha256-…`: nothing else may run or style.
 */
export function pageOf(
  html: string,
  hashes: { readonly scripts: readonly string[]; readonly styles: readonly string[] },
): DashboardPage {
  const quoted = (list: readonly string[]) => list.map((hash) => `'${hash}'`).join(' ') || "'none'"
  return {
    html,
    etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`,
    csp: [
      "default-src 'none'",
      `script-src ${quoted(hashes.scripts)}`,
      `style-src ${quoted(hashes.styles)}`,
      "connect-src 'self'",
      "img-src 'self' data:",
      'font-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  }
}

export const dashboard = ({ dashboard: page }: { readonly dashboard: DashboardPage }) => {
  const headers = {
    etag: page.etag,
    'content-security-policy': page.csp,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  }
  const serve = ({ request }: { request: Request }) =>
    isKnown(request.headers.get('if-none-match'), page.etag)
      ? new Response(null, { status: 304, headers })
      : new Response(page.html, { headers: { ...headers, 'content-type': 'text/html;charset=utf-8' } })
  return new Elysia({ name: 'control/dashboard' })
    .get('/', () => new Response(null, { status: 302, headers: { location: '/dashboard/' } }))
    .get('/dashboard', serve)
    .get('/dashboard/*', serve)
}

/** Any of the tags that the browser holds; a proxy may have made it a weak one. */
const isKnown = (held: string | null, etag: string): boolean =>
  held?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) ?? false
