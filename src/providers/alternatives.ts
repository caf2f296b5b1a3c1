/**
 * Who could answer in a model's place: the same model at other providers that have a key here, its family at its own provider
 * (`downgrade-families.ts`), other makers' models of its tier. By names alone; what a request needs is not looked at.
 */
import type { Alternative, AlternativeKind } from '../neutral/alternative.ts'
import type { ModelRef } from '../neutral/model.ts'
import { canonicalName } from './capability-names.ts'
import { isNewer, isRetired, placeOf, type Place } from './downgrade-families.ts'
import type { PriceBook } from './prices.ts'
import type { Catalog, Provider } from './provider.ts'

export interface Alternatives {
  /** None of them retired; the best of each kind first. The first question reads every name of the price table: some 40 ms. */
  of(ref: ModelRef): readonly Alternative[]
}

type Book = Pick<PriceBook, 'modelsOf' | 'lookUp'>

/** More than anybody asks for; a caller that invents names only empties the map. */
const keptAnswers = 1000

/** A provider's models, which are called the same as long as the process runs. */
interface Offers {
  readonly byCanonical: ReadonlyMap<string, readonly string[]>
  /** The newest of each tier, by {@link seatOf}. */
  readonly leaders: ReadonlyMap<string, Leader>
}

interface Leader {
  readonly model: string
  readonly place: Place
}

/** @param catalog The providers as the settings make them now. */
export function openAlternatives(book: Book, catalog: () => Catalog): Alternatives {
  const offers = new Map<string, Offers>()
  const offersOf = (provider: Provider): Offers => {
    const before = offers.get(provider.id)
    if (before !== undefined) return before
    const read = readOffers(provider, book)
    offers.set(provider.id, read)
    return read
  }
  let kept: { readonly catalog: Catalog; readonly answers: Map<string, readonly Alternative[]> } | null = null
  return {
    of(ref) {
      const now = catalog()
      if (kept?.catalog !== now || kept.answers.size >= keptAnswers) kept = { catalog: now, answers: new Map() }
      const key = `${ref.provider}/${ref.model}`
      const before = kept.answers.get(key)
      if (before !== undefined) return before
      const found = alternativesOf(ref, now.list.filter(isReady), offersOf)
      kept.answers.set(key, found)
      return found
    },
  }
}

/** Local servers need no key; a login's provider needs the login. */
const isReady = ({ kind, key, wantsKeyIn }: Provider): boolean =>
  key !== null || (kind !== 'vendor' && wantsKeyIn === null)

function readOffers(provider: Provider, book: Book): Offers {
  const models = isListed(provider) ? book.modelsOf(provider.id).filter((model) => isOffer(provider, model)) : []
  const leaders = new Map<string, Leader>()
  for (const model of models) {
    const place = placeOf(model)
    if (place?.isPlain !== true || isRetired(model)) continue
    const seat = seatOf(place, place.tier, prefixOf(model))
    const before = leaders.get(seat)
    if (before === undefined || isBetter({ model, place }, before, provider, book)) leaders.set(seat, { model, place })
  }
  return { byCanonical: Map.groupBy(models, canonicalName), leaders }
}

/** What a cloud has depends on account, region and deployment: only what the settings list is there for sure. */
const isListed = ({ kind, cloud }: Provider): boolean => kind === 'vendor' && cloud === undefined

/** `:free` and the like have terms of their own, `~` chooses by itself; where a host has many makers, names say whose. */
const isOffer = ({ id }: Provider, model: string): boolean =>
  !/[:~]/.test(model) && (id !== 'openrouter' || model.includes('/'))

const seatOf = ({ line }: Place, tier: number, prefix: string): string => `${prefix} ${line} ${tier}`

/** `anthropic/` of a host's names: it may have the same model under several. */
const prefixOf = (model: string): string => model.slice(0, model.lastIndexOf('/') + 1)

/** The newer; of one generation the table's own name for it: some are listed with a dash for a point, or with a date. */
function isBetter(one: Leader, than: Leader, { id }: Provider, book: Book): boolean {
  if (isNewer(one.place, than.place)) return true
  if (isNewer(than.place, one.place)) return false
  const isOwn = ({ model }: Leader) => book.lookUp(`${id}/${model}`)?.priceId.endsWith(`/${model}`) === true
  return isOwn(one) && !isOwn(than)
}

function alternativesOf(
  ref: ModelRef,
  providers: readonly Provider[],
  offersOf: (provider: Provider) => Offers,
): readonly Alternative[] {
  const same = providers.flatMap((provider) => (provider.id === ref.provider ? [] : sameModel(ref, provider, offersOf)))
  const place = placeOf(ref.model)
  if (place === null) return same
  const own = providers.filter(({ id }) => id === ref.provider)
  const beside = (distance: number, kind: AlternativeKind, isWanted: (leader: Leader) => boolean) =>
    own.flatMap((provider) => {
      const leader = offersOf(provider).leaders.get(seatOf(place, place.tier + distance, prefixOf(ref.model)))
      return leader !== undefined && isWanted(leader)
        ? [{ ref: { provider: provider.id, model: leader.model }, kind }]
        : []
    })
  return [
    ...same,
    ...beside(0, 'same-tier', (leader) => isNewer(leader.place, place)),
    ...beside(-1, 'lower', () => true),
    ...beside(1, 'higher', () => true),
    ...providers.filter(isMaker).flatMap((provider) => peers(place, provider, offersOf(provider))),
  ]
}

/** One name of it: with the same date, else with none, else with any where nobody named one. */
function sameModel(
  { model }: ModelRef,
  provider: Provider,
  offersOf: (provider: Provider) => Offers,
): readonly Alternative[] {
  const canonical = canonicalName(model)
  const date = dateOf(model)
  const own = provider.models.filter((name) => canonicalName(name) === canonical)
  const all = [...own, ...(offersOf(provider).byCanonical.get(canonical) ?? [])].filter((name) => !isRetired(name))
  const found =
    all.find((name) => dateOf(name) === date) ??
    all.find((name) => dateOf(name) === null) ??
    (date === null ? all[0] : undefined)
  return found === undefined ? [] : [{ ref: { provider: provider.id, model: found }, kind: 'same-model' }]
}

const dateOf = (model: string): string | null => /(20\d{2})-?([01]\d)-?([0-3]\d)/.exec(model)?.slice(1).join('') ?? null

/** Hosts have makers' models once more. */
const isMaker = (provider: Provider): boolean => isListed(provider) && provider.modelShape !== null

/** Those of the other lines that have this tier. */
const peers = ({ line, tier }: Place, { id }: Provider, { leaders }: Offers): readonly Alternative[] =>
  [...leaders.values()]
    .filter(({ model, place }) => place.line !== line && place.tier === tier && prefixOf(model) === '')
    .map(({ model }) => ({ ref: { provider: id, model }, kind: 'peer' }))
