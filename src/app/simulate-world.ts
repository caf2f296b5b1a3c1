/**
 * The world that requests of the past are decided in: the providers of now, the prices of the day. Of no request is there a
 * credential any more, so a provider counts as usable where it has a key here, needs none, or is the one that answered then.
 */
import type { Config } from '../config/schema.ts'
import type { Clock } from '../lib/clock.ts'
import type { ModelRef } from '../neutral/model.ts'
import type { PastRequest } from '../neutral/simulation.ts'
import { standardTerms } from '../neutral/usage.ts'
import { aliasModels } from '../providers/alias-models.ts'
import { openAlternatives } from '../providers/alternatives.ts'
import { addresseeOf } from '../providers/auth.ts'
import { isRetired } from '../providers/downgrade-families.ts'
import { lacks } from '../providers/downgrades.ts'
import { Secret } from '../providers/keys.ts'
import { openPrices, type PriceBook } from '../providers/prices.ts'
import type { ApiId, Catalog, Provider } from '../providers/provider.ts'
import { resolveModel } from '../providers/resolve.ts'
import type { TableData } from '../providers/price-table.ts'
import type { Resolved, RouteWorld } from '../rules/route-facts.ts'
import type { SimulationParts } from '../rules/simulate.ts'

/** What the reader's thread makes it from: values that can be copied between threads, without a key. */
export interface WorldSettings {
  readonly routing: Config['routing']
  readonly modelOverrides: Config['modelOverrides']
  readonly prices: Config['prices']
  readonly providers: readonly KeylessProvider[]
}

type KeylessProvider = Omit<Provider, 'key' | 'accounts'> & { readonly hasKey: boolean }

export const worldSettings = (
  { routing, modelOverrides }: Pick<Config, 'routing' | 'modelOverrides'>,
  prices: Config['prices'],
  { list }: Catalog,
): WorldSettings => ({
  routing,
  modelOverrides,
  prices,
  providers: list.map(withoutKey),
})

function withoutKey({ key, ...provider }: Provider): KeylessProvider {
  const { accounts: _, ...rest } = provider
  return { ...rest, hasKey: key !== null }
}

export interface SimulatedWorld extends SimulationParts {
  readonly catalog: Catalog
}

/** @param table Of prices; the shipped one where absent. */
export function openSimulatedWorld(settings: WorldSettings, clock: Clock, table?: TableData): SimulatedWorld {
  const book = openPrices({ clock, configPrices: () => settings.prices, ...(table === undefined ? {} : { table }) })
  const catalog = catalogFrom(settings.providers)
  return {
    catalog,
    settings: { ...settings.routing, modelOverrides: settings.modelOverrides },
    worldOf: openWorlds(catalog, book),
    billingOf: (provider) => catalog.get(provider)?.billing ?? 'metered',
    priceOf: (ref, paid) => book.price({ ...ref, ...paid, isEstimated: true }).nanoUsd,
  }
}

function catalogFrom(providers: readonly KeylessProvider[]): Catalog {
  const list = providers.map(({ hasKey, ...provider }): Provider => ({
    ...provider,
    key: hasKey ? someKey : null,
    accounts: [],
  }))
  const byId = new Map(list.map((provider) => [provider.id, provider]))
  return {
    list,
    problems: [],
    get: (id) => byId.get(id),
    configuredFor: (model) => list.filter(({ models }) => models.includes(model)),
  }
}

/** Says that there is one. Nothing is sent. */
const someKey = new Secret('configured')

function openWorlds(catalog: Catalog, book: PriceBook): (past: PastRequest) => RouteWorld {
  const alternatives = openAlternatives(book, () => catalog)
  const resolved = new Map<string, Resolved>()
  const known = new Map<string, boolean>()
  return (past) => {
    const { dialect, mount, endpoint, served } = past
    const asker = [dialect, mount ?? '', endpoint, served?.provider ?? ''].join('\n')
    return {
      resolve: (name) => remembered(resolved, `${asker}\n${name}`, () => resolve(name, past, catalog, book)),
      isKnown: (name) => remembered(known, name, () => isKnown(name, catalog, book)),
      builtInAliases: aliasModels,
      isRetired: ({ model }) => isRetired(model),
      restingWhy: () => null,
      lacks: ({ provider, model }, needs) => lacks(provider, model, needs),
      costOf: (ref, usage) => {
        const billing = catalog.get(ref.provider)?.billing ?? 'metered'
        const atMs = past.startedMs
        return book.price({ ...ref, usage, billing, terms: standardTerms, atMs, isEstimated: true }).nanoUsd
      },
      alternatives: alternatives.of,
      signals: () => null,
      ceiling: null,
    }
  }
}

/** More than anybody has; callers that invent names only empty it. */
const mostRemembered = 10_000

function remembered<T>(answers: Map<string, T>, key: string, find: () => T): T {
  const before = answers.get(key)
  if (before !== undefined) return before
  if (answers.size >= mostRemembered) answers.clear()
  const found = find()
  answers.set(key, found)
  return found
}

const noHeaders = new Headers()

function resolve(name: string, past: PastRequest, catalog: Catalog, book: PriceBook): Resolved {
  const addressee = addresseeOf(past.mount, past.dialect, noHeaders)
  const found = resolveModel(name, {
    catalog,
    knownModels: { providersOf: book.knownModels, names: book.modelNames },
    addressee,
    api: past.endpoint as ApiId,
    canTranslate: answers,
  })
  if (found.kind === 'unknown') return { kind: 'nowhere', why: 'is known to no provider', ref: null }
  const ref: ModelRef = { provider: found.provider.id, model: found.model ?? name }
  if (found.kind === 'wrong-api') return { kind: 'nowhere', why: 'answers no such request', ref }
  const isUsable = isReady(found.provider) || ref.provider === (past.served?.provider ?? addressee.provider)
  return isUsable
    ? { kind: 'found', refs: [ref] }
    : { kind: 'nowhere', why: `has no key for ${found.provider.name}`, ref }
}

const isReady = ({ key, wantsKeyIn }: Provider): boolean => key !== null || wantsKeyIn === null

const answering: readonly ApiId[] = ['messages', 'generate', 'responses', 'chat']

/** A cloud says how only for one model. */
const answers = ({ urls, cloud }: Provider): boolean =>
  cloud !== undefined || answering.some((api) => urls[api] !== undefined)

function isKnown(name: string, catalog: Catalog, book: PriceBook): boolean {
  if (book.knownModels(name).length > 0 || catalog.configuredFor(name).length > 0) return true
  // Names of models to come; what stands behind a colon is no part of such a name.
  return !name.includes(':') && catalog.list.some(({ modelShape }) => modelShape?.test(name) === true)
}
