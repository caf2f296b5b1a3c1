/** A Google credentials file, read: a service account's key, or the refresh token of a person's login. */
import { AppError } from '../../neutral/error.ts'

export interface ServiceAccount {
  readonly kind: 'service-account'
  readonly email: string
  readonly keyId: string | null
  /** PKCS #8 in PEM. */
  readonly privateKey: string
  readonly tokenUri: string
  readonly project: string | null
}

export interface AuthorizedUser {
  readonly kind: 'authorized-user'
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  readonly tokenUri: string
  readonly project: string | null
}

export type GoogleCredentials = ServiceAccount | AuthorizedUser

const defaultTokenUri = 'https://oauth2.googleapis.com/token'

/** @throws AppError `unauthorized`, naming the field that is missing. */
export function readCredentials(text: string): GoogleCredentials {
  const fields = parse(text)
  const need = (name: string): string => {
    const value = fields[name]
    if (typeof value === 'string' && value !== '') return value
    throw unusable(`has no ${name}`)
  }
  const orNull = (name: string): string | null => (typeof fields[name] === 'string' && fields[name]) || null
  const tokenUri = safeUri(orNull('token_uri') ?? defaultTokenUri)
  switch (fields['type']) {
    case 'service_account':
      return {
        kind: 'service-account',
        email: need('client_email'),
        keyId: orNull('private_key_id'),
        privateKey: need('private_key'),
        tokenUri,
        project: orNull('project_id'),
      }
    case 'authorized_user':
      return {
        kind: 'authorized-user',
        clientId: need('client_id'),
        clientSecret: need('client_secret'),
        refreshToken: need('refresh_token'),
        tokenUri,
        project: orNull('quota_project_id'),
      }
    default:
      throw unusable('is neither a service account nor an authorized user')
  }
}

const unusable = (why: string): AppError =>
  new AppError('unauthorized', `The Google credentials file ${why}. GOOGLE_APPLICATION_CREDENTIALS names it.`)

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object') return value as Readonly<Record<string, unknown>>
  } catch {
    // What the parser says may hold a piece of the key.
  }
  throw unusable('is no JSON object')
}

/** A key signs for whoever is at this address, so it is not sent in the open. */
function safeUri(text: string): string {
  const url = URL.parse(text)
  const isLoopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return text
  throw unusable('has a token_uri that is no https:// URL')
}
