/**
 * Access tokens for Google's platform: exchanged at the token endpoint that the credentials file names, kept until five
 * minutes before they expire, one exchange at a time.
 */
import { importPKCS8, SignJWT } from 'jose'
import { AppError } from '../../neutral/error.ts'
import type { CloudTools } from './cloud.ts'
import { readCredentials, type GoogleCredentials, type ServiceAccount } from './google-credentials.ts'

export interface GoogleToken {
  /** Not to be logged. */
  readonly token: string
  /** What the credentials file names, or null. */
  readonly project: string | null
}

export interface GoogleTokens {
  /** @param files The first that can be read counts. @throws AppError that says what to set or what went wrong. */
  token(files: readonly string[]): Promise<GoogleToken>
}

const renewBeforeMs = 5 * 60_000
const exchangeMs = 20_000

interface Kept extends GoogleToken {
  readonly untilMs: number
}

export function openGoogleTokens(tools: CloudTools): GoogleTokens {
  const kept = new Map<string, Kept>()
  const underWay = new Map<string, Promise<Kept>>()
  const renew = (key: string, files: readonly string[]): Promise<Kept> => {
    const running = underWay.get(key)
    if (running !== undefined) return running
    const exchange = exchangeFor(files, tools)
      .then((token) => {
        kept.clear()
        kept.set(key, token)
        return token
      })
      .finally(() => underWay.delete(key))
    underWay.set(key, exchange)
    return exchange
  }
  return {
    async token(files) {
      const key = files.join('\n')
      const last = kept.get(key)
      return last !== undefined && tools.now() < last.untilMs ? last : await renew(key, files)
    },
  }
}

async function exchangeFor(files: readonly string[], tools: CloudTools): Promise<Kept> {
  const credentials = await firstOf(files, tools)
  const form = await formOf(credentials, tools.now())
  const { token, livesSeconds } = await exchange(credentials.tokenUri, form, tools)
  return { token, project: credentials.project, untilMs: tools.now() + livesSeconds * 1000 - renewBeforeMs }
}

async function firstOf(files: readonly string[], { readText }: CloudTools): Promise<GoogleCredentials> {
  for (const file of files) {
    const text = await readText(file).catch(() => null)
    if (text !== null) return readCredentials(text)
  }
  throw new AppError(
    'unauthorized',
    'There are no credentials for Google Vertex AI. Set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file, ' +
      'run "gcloud auth application-default login", or set GOOGLE_VERTEX_ACCESS_TOKEN.',
  )
}

const scope = 'https://www.googleapis.com/auth/cloud-platform'

/** RFC 7523 for service accounts, RFC 6749 section 6 for a person's login. */
async function formOf(credentials: GoogleCredentials, nowMs: number): Promise<URLSearchParams> {
  if (credentials.kind === 'service-account') {
    const assertion = await assertionOf(credentials, nowMs)
    return new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
  }
  const { clientId, clientSecret, refreshToken } = credentials
  return new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  })
}

async function assertionOf(account: ServiceAccount, nowMs: number): Promise<string> {
  const { email, keyId, privateKey, tokenUri } = account
  const key = await importPKCS8(privateKey, 'RS256').catch(() => {
    throw new AppError(
      'unauthorized',
      'The private_key of the Google credentials file can not be read as a PKCS #8 key.',
    )
  })
  const seconds = Math.floor(nowMs / 1000)
  return await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId === null ? {} : { kid: keyId }) })
    .setIssuer(email)
    .setSubject(email)
    .setAudience(tokenUri)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 3600)
    .sign(key)
}

async function exchange(
  tokenUri: string,
  form: URLSearchParams,
  { fetch }: CloudTools,
): Promise<{ readonly token: string; readonly livesSeconds: number }> {
  const response = await fetch(tokenUri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    redirect: 'manual',
    signal: AbortSignal.timeout(exchangeMs),
  }).catch((fault: unknown) => {
    throw new AppError('provider-unreachable', "Google's token endpoint could not be reached. Try again.", {
      cause: fault,
    })
  })
  const body: unknown = await response.json().catch(() => null)
  const fields = body !== null && typeof body === 'object' ? (body as Readonly<Record<string, unknown>>) : {}
  const { access_token: token, expires_in: lives } = fields
  if (response.ok && typeof token === 'string' && token !== '') {
    return { token, livesSeconds: typeof lives === 'number' && lives > 0 ? lives : 3600 }
  }
  throw refused(response.status, fields['error'])
}

/** Only Google's word for the error is told: its description may hold parts of what was sent. */
function refused(status: number, error: unknown): AppError {
  const why = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : `status ${status}`
  if (status >= 500 || status === 429) {
    return new AppError('provider-unreachable', `Google's token endpoint gave no token (${why}). Try again.`)
  }
  return new AppError(
    'unauthorized',
    `Google's token endpoint refused the credentials (${why}). Check the file that GOOGLE_APPLICATION_CREDENTIALS names, ` +
      'or log in again with "gcloud auth application-default login".',
  )
}
