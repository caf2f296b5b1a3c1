/** Catalogs from literal settings, and a credential chosen as the pipeline chooses it. */
import { AppError } from '../../src/neutral/error.ts'
import type { DialectId } from '../../src/neutral/model.ts'
import { addresseeOf, chooseCredential, type Credential } from '../../src/providers/auth.ts'
import { catalogOf } from '../../src/providers/catalog.ts'
import type { ApiId, Catalog, Provider, ProviderSettings } from '../../src/providers/provider.ts'

export const catalogWith = (settings: Partial<ProviderSettings> = {}): Catalog =>
  catalogOf({ config: {}, credentials: {}, environment: {}, ...settings })

export function named(catalog: Catalog, id: string): Provider {
  const provider = catalog.get(id)
  if (provider === undefined) throw new Error(`no provider ${id}`)
  return provider
}

export type HeaderTable = Readonly<Record<string, string>>

export interface Ask {
  readonly settings?: Partial<ProviderSettings>
  readonly api?: ApiId | 'raw'
  readonly mount?: string | null
  readonly dialect?: DialectId
  readonly search?: string
  readonly isTranslated?: boolean
}

export function ask(id: string, headers: HeaderTable, asked: Ask = {}): Credential | AppError {
  const provider = named(catalogWith(asked.settings), id)
  const caller = new Headers(headers)
  const { api = 'chat', mount = null, dialect = 'openai-chat', search = '', isTranslated = false } = asked
  const addressee = addresseeOf(mount, dialect, caller)
  return chooseCredential({ provider, api, headers: caller, search, addressee, isTranslated })
}

export function got(id: string, headers: HeaderTable, asked: Ask = {}): Credential {
  const credential = ask(id, headers, asked)
  if (credential instanceof AppError) throw credential
  return credential
}

/** The headers that go upstream, as the pipeline makes them: dropped first, then set. */
export function sent(credential: Credential, headers: HeaderTable): HeaderTable {
  const left = new Headers(headers)
  for (const name of credential.headersToDrop) left.delete(name)
  for (const [name, value] of credential.headersToSet) left.set(name, value)
  return Object.fromEntries(left)
}

export const upstream = (id: string, headers: HeaderTable, asked: Ask = {}): HeaderTable =>
  sent(got(id, headers, asked), headers)
