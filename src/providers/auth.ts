/**
 * Which credential goes upstream, and in which header. A caller's goes only to the provider that it is for, as it came; a
 * configured key goes only to its own provider; nothing else that looks like a credential leaves. Pure.
 */
import type { HeaderLookup } from '../lib/header-table.ts'
import { AppError } from '../neutral/error.ts'
import type { Billing, DialectId } from '../neutral/model.ts'
import { homes, ownerOfKey, rows } from './catalog.ts'
import { isDummyKey, revealKey } from './keys.ts'
import type { ApiId, KeyHeader, Provider } from './provider.ts'
import type { Addressee } from './resolve.ts'

export interface CredentialQuery {
  readonly provider: Provider
  readonly api: ApiId | 'raw'
  readonly addressee: Addressee
  /** As the caller sent them. */
  readonly headers: HeaderLookup
  /** The query as the caller sent it, with its question mark, or ''. */
  readonly search: string
  /** The request is written anew, for another API than the caller's: its key goes where that API wants it. */
  readonly isTranslated?: boolean
}

export interface Credential {
  readonly kind: 'caller' | 'configured' | 'none-needed'
  /** Holds the key: not to be logged. Lower-case names. */
  readonly headersToSet: readonly (readonly [name: string, value: string])[]
  /** Lower-case names of the caller's headers that must not go along; to be dropped before the others are set. */
  readonly headersToDrop: readonly string[]
  /** The query without the key that stood in it; otherwise byte for byte. */
  readonly search: string
  readonly billing: Billing
}

/** Where callers put credentials, beside Gemini's `?key=`. */
const credentialHeaders = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'] as const

const openAi = homes['openai-chat']
const accountHeader = 'chatgpt-account-id'
const chatGpt = 'openai-chatgpt'

/** `own`: looks like one of this provider's. `foreign`: like another's. `plain`: like no vendor's. */
type Fit = 'own' | 'foreign' | 'dummy' | 'plain'

interface Brought {
  /** null: it stood in the query. */
  readonly header: string | null
  readonly key: string
  readonly fit: Fit
}

/**
 * Codex, logged in to ChatGPT, sends its account and a token that is no API key: api.openai.com refuses it, so the login
 * itself names the provider.
 */
export function isChatGptLogin(headers: HeaderLookup): boolean {
  if (!headers.has(accountHeader)) return false
  const token = bearerOf(headers.get('authorization') ?? '')
  return token !== '' && ownerOfKey(token) === null
}

/** @param mount The provider named in the path, or null. A ChatGPT login at OpenAI's own door goes to ChatGPT. */
export function addresseeOf(mount: string | null, dialect: DialectId, headers: HeaderLookup): Addressee {
  const provider = mount ?? homes[dialect]
  if (provider === openAi && isChatGptLogin(headers)) {
    return { provider: chatGpt, by: mount === null ? 'login' : 'mount' }
  }
  return { provider, by: mount === null ? 'dialect' : 'mount' }
}

/** @returns An `unauthorized` error, naming what to set, when there is no credential that may go to the provider. */
export function chooseCredential(query: CredentialQuery): Credential | AppError {
  const { provider, addressee } = query
  const brought = bringAll(query)
  const own = brought.filter(({ fit }) => fit === 'own')
  if (own.length > 0) return callers(query, brought, own)
  const plain = brought.filter(({ fit }) => fit === 'plain')
  const isAddressed = addressee.provider === provider.id
  // Who names the provider in the path brings the key for it.
  if (plain.length > 0 && isAddressed && addressee.by === 'mount') return callers(query, brought, plain)
  if (provider.key !== null) return configured(query, brought)
  if (authorizesItself(provider)) return signedLater(query, brought)
  const mayBeIts = isAddressed || provider.kind !== 'vendor' || provider.keyShape === null
  if (plain.length > 0 && mayBeIts) return callers(query, brought, plain)
  if (provider.kind !== 'vendor' && provider.wantsKeyIn === null) return noneNeeded(query, brought)
  return new AppError('unauthorized', missing(provider, brought))
}

function callers(query: CredentialQuery, brought: readonly Brought[], kept: readonly Brought[]): Credential {
  const { provider, api } = query
  const headers = kept.map(({ header }) => header)
  const target = keyHeaderOf(provider, api)
  const inQuery = kept.find(({ header }) => header === null)
  // A key in the URL would end up in logs on the way.
  const moved = inQuery !== undefined && !headers.includes(target) ? [inHeader(target, inQuery.key)] : []
  return {
    kind: 'caller',
    headersToSet: query.isTranslated === true ? rewritten(target, kept) : moved,
    headersToDrop: dropped(query, (header) => headers.includes(header)),
    search: withoutKey(query, brought),
    billing: kept.some(({ key }) => key.startsWith(planMark)) ? 'subscription' : provider.billing,
  }
}

/** A plan's token is no key of the API: it is taken as a bearer's, and with the beta header of such logins. */
function rewritten(target: KeyHeader, [first]: readonly Brought[]): Credential['headersToSet'] {
  if (first === undefined) return []
  return first.key.startsWith(planMark) ? ofPlan(first.key) : [inHeader(target, first.key)]
}

function configured(query: CredentialQuery, brought: readonly Brought[]): Credential {
  const { provider, api } = query
  const key = provider.key === null ? '' : revealKey(provider.key)
  return {
    kind: 'configured',
    headersToSet: key.startsWith(planMark) ? ofPlan(key) : [inHeader(keyHeaderOf(provider, api), key)],
    headersToDrop: dropped(query, () => false),
    search: withoutKey(query, brought),
    billing: key.startsWith(planMark) ? 'subscription' : provider.billing,
  }
}

/** A plan's token, which is no key of the API. */
const planMark = 'sk-ant-oat'

const ofPlan = (token: string): Credential['headersToSet'] => [
  inHeader('authorization', token),
  ['anthropic-beta', 'oauth-2025-04-20'],
]

/** Their requests are signed, or get a token, right before they are sent (`cloud/`), which also says what is missing. */
const authorizesItself = ({ cloud }: Provider): boolean => cloud === 'bedrock' || cloud === 'vertex'

const signedLater = (query: CredentialQuery, brought: readonly Brought[]): Credential => ({
  kind: 'configured',
  headersToSet: [],
  headersToDrop: dropped(query, () => false),
  search: withoutKey(query, brought),
  billing: query.provider.billing,
})

/** Placeholders stay: some servers want to see any word at all. */
function noneNeeded(query: CredentialQuery, brought: readonly Brought[]): Credential {
  const harmless = brought.filter(({ fit }) => fit !== 'foreign').map(({ header }) => header)
  return {
    kind: 'none-needed',
    headersToSet: [],
    headersToDrop: dropped(query, (header) => harmless.includes(header)),
    search: withoutKey(query, brought),
    billing: query.provider.billing,
  }
}

const keyHeaderOf = (provider: Provider, api: ApiId | 'raw'): KeyHeader =>
  (api === 'raw' ? undefined : provider.keyHeaders[api]) ?? provider.keyHeader

const inHeader = (header: KeyHeader, key: string): readonly [string, string] => [
  header,
  header === 'authorization' ? `Bearer ${key}` : key,
]

function dropped({ provider, addressee, headers }: CredentialQuery, isKept: (header: string) => boolean): string[] {
  const names: string[] = credentialHeaders.filter((header) => headers.has(header) && !isKept(header))
  if (provider.id !== chatGpt && headers.has(accountHeader)) names.push(accountHeader)
  // A client keeps one jar for this host, so a cookie may be any provider's, or our dashboard's; only a mount says whose.
  if (addressee.by !== 'mount' && headers.has('cookie')) names.push('cookie')
  return names
}

function bringAll(query: CredentialQuery): readonly Brought[] {
  const { provider, headers } = query
  const isLogin = isChatGptLogin(headers)
  const brought: Brought[] = []
  for (const header of credentialHeaders) {
    const value = headers.get(header)
    if (value === null) continue
    const key = header === 'authorization' ? bearerOf(value) : value.trim()
    const isLoginToken = isLogin && header === 'authorization'
    brought.push({ header, key, fit: isLoginToken ? fitOfLogin(provider) : fitOf(key, provider) })
  }
  const key = keyInQuery(query)
  if (key !== null) brought.push({ header: null, key, fit: fitOf(key, provider) })
  return brought
}

const fitOfLogin = (provider: Provider): Fit => (provider.id === chatGpt ? 'own' : 'foreign')

function fitOf(key: string, provider: Provider): Fit {
  // Google's access tokens open both of its doors.
  if (provider.cloud === 'vertex' && key.startsWith('ya29.')) return 'own'
  const owner = ownerOfKey(key)
  if (owner?.isCertain) return owner.provider === provider.id ? 'own' : 'foreign'
  if (isDummyKey(key)) return 'dummy'
  if (owner?.provider === provider.id) return 'own'
  // Servers of the user's own have keys of any shape; a vendor's can be told from another vendor's.
  return owner !== null && provider.kind === 'vendor' ? 'foreign' : 'plain'
}

/** Without `Bearer`; another scheme's value is taken whole. */
const bearerOf = (value: string): string => value.replace(/^bearer(?:\s+|$)/i, '').trim()

const keyParameter = /[?&]key=([^&]*)/g

/** Elsewhere than at Gemini `key` may mean anything, and counts only when it looks like a vendor's. */
function keyInQuery({ provider, search }: CredentialQuery): string | null {
  if (!search.includes('key=')) return null
  for (const [, text = ''] of search.matchAll(keyParameter)) {
    const key = decoded(text)
    if (provider.keyHeader === 'x-goog-api-key' || ownerOfKey(key)?.isCertain) return key
  }
  return null
}

function withoutKey({ search }: CredentialQuery, brought: readonly Brought[]): string {
  if (!brought.some(({ header }) => header === null)) return search
  const kept = search
    .slice(1)
    .split('&')
    .filter((part) => !part.startsWith('key='))
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not percent-encoded then; as a key it is judged as it stands.
    return text
  }
}

function missing(provider: Provider, brought: readonly Brought[]): string {
  const foreign = brought.find(({ fit }) => fit === 'foreign')
  const why =
    foreign === undefined
      ? ''
      : ` The one in ${placeOf(foreign)} looks like ${ownerName(foreign)}'s, so it was not sent there.`
  if (provider.id === chatGpt) {
    return `There is no login for ${provider.name} in the request.${why} Run "codex login" and use Codex.`
  }
  const set = provider.wantsKeyIn === null ? `Set providers.${provider.id}.apiKey` : `Set ${provider.wantsKeyIn}`
  return `There is no key for ${provider.name}.${why} ${set}, run "relayplane config set-key", or send a key of ${provider.name} with the request.`
}

const placeOf = ({ header }: Brought): string => (header === null ? 'the URL' : `the ${header} header`)

function ownerName({ key }: Brought): string {
  const id = ownerOfKey(key)?.provider ?? chatGpt
  return rows.find((row) => row.id === id)?.name ?? id
}
