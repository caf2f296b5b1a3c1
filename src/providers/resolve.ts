/** Which provider a request goes to, and under which model id: from the path, the model's name and what is known. Pure. */
import { AppError } from '../neutral/error.ts'
import { nearestNames } from './near.ts'
import type { ApiId, Catalog, Provider } from './provider.ts'

/**
 * The provider that the caller addressed before any model was read. `mount`: named in the path. `login`: named by the kind of
 * its credential. `dialect`: the one whose dialect it speaks.
 */
export interface Addressee {
  readonly provider: string
  readonly by: 'mount' | 'login' | 'dialect'
}

/** The price table's list of models, and what else a model may be called, seen from here. */
export interface KnownModels {
  /** Ids of our providers that list this very name, best first. */
  providersOf(model: string): readonly string[]
  /** All names, for suggestions. */
  names(): Iterable<string>
}

export interface ResolutionContext {
  readonly catalog: Catalog
  readonly addressee: Addressee
  /** `raw` for the dialects' other paths, which go to the addressee whatever model they name. */
  readonly api: ApiId | 'raw'
  readonly knownModels: KnownModels
  /** Whether a provider that does not speak this API can be asked in another dialect. Never where absent. */
  readonly canTranslate?: (provider: Provider, model: string) => boolean
}

export type Resolution =
  | {
      readonly kind: 'found'
      readonly provider: Provider
      /** The id to send; null where the request names none. */
      readonly model: string | null
      readonly by: 'mount' | 'login' | 'dialect' | 'provider/model' | 'config-models' | 'prefix' | 'price-table'
      /** True when `model` is not what the caller wrote, so that the body must be changed. */
      readonly rewritten: boolean
    }
  | { readonly kind: 'unknown'; readonly near: readonly string[] }
  /** The provider is known, but it does not speak this API, and nothing translates. */
  | {
      readonly kind: 'wrong-api'
      readonly provider: Provider
      readonly model: string
      readonly speaks: readonly ApiId[]
    }

type Found = Extract<Resolution, { kind: 'found' }>

/**
 * Splits `/groq/v1/chat/completions` into the provider and the path that it is to see.
 * @param path As it came, without query.
 * @returns null when the first segment is no provider's id.
 */
export function matchesMount(path: string, catalog: Catalog): { provider: string; rest: string } | null {
  const end = path.indexOf('/', 1)
  const provider = catalog.get(end < 0 ? path.slice(1) : path.slice(1, end))
  if (provider === undefined) return null
  return { provider: provider.id, rest: end < 0 ? '/' : path.slice(end) }
}

/** @param name The model as the caller wrote it; null where the request has none. What is sent keeps its case and its date. */
export function resolveModel(name: string | null, context: ResolutionContext): Resolution {
  const { catalog, addressee, api } = context
  const addressed = catalog.get(addressee.provider)
  // Whoever names a provider in the path has named the model's home: its ids may hold other providers' names.
  if (addressed !== undefined && (addressee.by === 'mount' || api === 'raw' || name === null)) {
    return { kind: 'found', provider: addressed, model: name, by: addressee.by, rewritten: false }
  }
  const found = name === null ? null : findHome(name, context)
  if (found !== null) return checkApi(found, context)
  if (addressed !== undefined && addressee.by === 'login') {
    return checkApi({ kind: 'found', provider: addressed, model: name, by: 'login', rewritten: false }, context)
  }
  return { kind: 'unknown', near: name === null ? [] : nearModels(name, context) }
}

const findHome = (name: string, context: ResolutionContext): Found | null =>
  byProviderName(name, context) ??
  asIs(name, 'config-models', pick(context.catalog.configuredFor(name), context)) ??
  asIs(name, 'prefix', byShape(name, context)) ??
  asIs(name, 'price-table', byPriceTable(name, context))

const asIs = (model: string, by: Found['by'], provider: Provider | undefined): Found | null =>
  provider === undefined ? null : { kind: 'found', provider, model, by, rewritten: false }

/** `groq/openai/gpt-oss-120b`: all that follows the first slash is Groq's own id. */
function byProviderName(name: string, { catalog, knownModels }: ResolutionContext): Found | null {
  const slash = name.indexOf('/')
  const provider = slash > 0 ? catalog.get(name.slice(0, slash).toLowerCase()) : undefined
  const rest = name.slice(slash + 1)
  if (provider === undefined || rest === '') return null
  const isOwnName =
    provider.models.includes(name) ||
    provider.ownNameShape?.test(name) ||
    (knownModels.providersOf(name).includes(provider.id) && !knownModels.providersOf(rest).includes(provider.id))
  if (isOwnName) return { kind: 'found', provider, model: name, by: 'provider/model', rewritten: false }
  return { kind: 'found', provider, model: rest, by: 'provider/model', rewritten: true }
}

/** A vendor's own names, those of models to come included. A colon is a tag of a local server's, or a fine-tuned model. */
function byShape(name: string, { catalog, addressee }: ResolutionContext): Provider | undefined {
  if (name.includes(':') && !/^ft:/i.test(name)) return undefined
  const shaped = catalog.list.find(({ modelShape }) => modelShape?.test(name))
  // A login is to the same vendor's models by another door.
  const login = addressee.by === 'login' ? catalog.get(addressee.provider) : undefined
  return shaped !== undefined && login !== undefined && login.priceId === shaped.priceId ? login : shaped
}

function byPriceTable(name: string, context: ResolutionContext): Provider | undefined {
  const listed = context.knownModels.providersOf(name).flatMap((id) => context.catalog.get(id) ?? [])
  return pick(listed, context)
}

/** Of several: whom the caller addressed, then who can answer here at all, then who has a key. */
function pick(candidates: readonly Provider[], { addressee, api }: ResolutionContext): Provider | undefined {
  if (candidates.length < 2) return candidates[0]
  const rank = (provider: Provider): number =>
    (provider.id === addressee.provider ? 4 : 0) + (speaks(provider, api) ? 2 : 0) + (isReady(provider) ? 1 : 0)
  return candidates.reduce((best, candidate) => (rank(candidate) > rank(best) ? candidate : best))
}

const isReady = (provider: Provider): boolean => provider.key !== null || provider.wantsKeyIn === null

const speaks = (provider: Provider, api: ApiId | 'raw'): boolean => api === 'raw' || provider.urls[api] !== undefined

function checkApi(found: Found, { api, canTranslate }: ResolutionContext): Resolution {
  const { provider, model } = found
  if (model === null || speaks(provider, api) || canTranslate?.(provider, model) === true) return found
  return { kind: 'wrong-api', provider, model, speaks: Object.keys(provider.urls) as ApiId[] }
}

const nearestCount = 3

function nearModels(name: string, { catalog, knownModels }: ResolutionContext): readonly string[] {
  const own = catalog.list.flatMap((provider) => provider.models)
  const all = [...own, ...knownModels.names()]
  const near = nearestNames(name, all, nearestCount)
  // Behind the last colon stands what was wanted of the model, as in `:cost`.
  return near.length > 0 ? near : nearestNames(name.slice(0, Math.max(0, name.lastIndexOf(':'))), all, nearestCount)
}

/** Where an API that makes answers is found here; the others follow from these. */
const endpoints: readonly (readonly [api: ApiId, path: string])[] = [
  ['chat', '/v1/chat/completions'],
  ['responses', '/v1/responses'],
  ['messages', '/v1/messages'],
  ['generate', '/v1beta/models/{model}:generateContent'],
  ['embeddings', '/v1/embeddings'],
]

/** Why a request can't go anywhere, in a sentence that says what works. @param path The path that the caller used. */
export function refusalOf(resolution: Exclude<Resolution, Found>, name: string, path: string): AppError {
  const model = JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)
  if (resolution.kind === 'unknown') {
    const hint = resolution.near.length === 0 ? '' : ` Did you mean ${listed(resolution.near)}?`
    return new AppError(
      'not-found',
      `No provider is known for the model ${model}.${hint} A provider can be named too: provider/model.`,
    )
  }
  const { provider, speaks: spoken } = resolution
  const open = endpoints.flatMap(([api, endpoint]) => (spoken.includes(api) ? [endpoint] : []))
  return new AppError(
    'invalid-request',
    `The model ${model} is at ${provider.name}, which has nothing like ${path}. It answers at ${listed(open)}.`,
  )
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
