/**
 * Who could answer in a model's place: the same model at other providers that have a key here, its family at its own provider
 * (`downgrade-families.ts`), other makers' models of its tier. By names and prices alone; what a request needs is not looked at.
 */
import type { Clock } from '../lib/clock.ts'
import type { Alternative, AlternativeKind } from '../neutral/alternative.ts'
import type { ModelRef } from '../neutral/model.ts'
import { canonicalName } from './capability-names.ts'
import { isNewer, isRetired, placeOf, type Place } from './downgrade-families.ts'
import type { PriceBook } from './prices.ts'
import type { Catalog, Provider } from './provider.ts'

export interface Alternatives {
  /** Priced and not retired; the best of each kind first. Empty for what is in no list. */
  of(ref: ModelRef): readonly Alternative[]
}

type Book = Pick<PriceBook, 'modelsOf' | 'lookUp'>

/** Prices, and with them who is listed, change by the day. */
const keptForMs = 60_000
const keptAnswers = 1000

/** One model of one provider that somebody may be led to. */
interface Member {
  readonly ref: ModelRef
  readonly canonical: string
  readonly place: Place | null
}

interface Kept {
  readonly catalog: Catalog
  readonly untilMs: number
  readonly answers: Map<string, readonly Alternative[]>
}

/** @param catalog The providers as the settings make them now. */
export function openAlternatives(book: Book, catalog: () => Catalog, clock: Clock): Alternatives {
  // What a provider's models are called does not change while the process runs.
  const named = new Map<string, readonly Member[]>()
  const membersOf = (provider: Provider): readonly Member[] => {
    const before = named.get(provider.id)
    const listed = before ?? listedMembers(provider, book)
    if (before === undefined) named.set(provider.id, listed)
    return provider.models.length === 0
      ? listed
      : [...provider.models.map((model) => member(provider, model)), ...listed]
  }
  let kept: Kept | null = null
  return {
    of(ref) {
      const now = catalog()
      const nowMs = clock.monotonic()
      if (kept === null || kept.catalog !== now || kept.untilMs <= nowMs || kept.answers.size >= keptAnswers) {
        kept = { catalog: now, untilMs: nowMs + keptForMs, answers: new Map() }
      }
      const key = `${ref.provider}/${ref.model}`
      const before = kept.answers.get(key)
      if (before !== undefined) return before
      const found = alternativesOf(ref, now.list.filter(isReady), membersOf, book)
      kept.answers.set(key, found)
      return found
    },
  }
}

/** Local servers need no key, and a login's provider has none to be asked with. */
const isReady = ({ kind, key, wantsKeyIn }: Provider): boolean =>
  key !== null || (kind !== 'vendor' && wantsKeyIn === null)

/** What a cloud has depends on account, region and deployment: only what the settings list is there for sure. */
const listedMembers = (provider: Provider, book: Book): readonly Member[] =>
  provider.kind !== 'vendor' || provider.cloud !== undefined
    ? []
    : book
        .modelsOf(provider.id)
        .filter((model) => isOffer(provider, model))
        .map((model) => member(provider, model))

/** `:free` and the like have terms of their own, `~` chooses by itself; where one provider has many makers, names say whose. */
const isOffer = ({ id }: Provider, model: string): boolean =>
  !/[:~]/.test(model) && (id !== 'openrouter' || model.includes('/'))

const member = ({ id }: Provider, model: string): Member => ({
  ref: { provider: id, model },
  canonical: canonicalName(model),
  place: placeOf(model),
})

function alternativesOf(
  ref: ModelRef,
  providers: readonly Provider[],
  membersOf: (provider: Provider) => readonly Member[],
  book: Book,
): readonly Alternative[] {
  const isPriced = (one: Member) => book.lookUp(`${one.ref.provider}/${one.ref.model}`) !== undefined
  const others = providers.filter(({ id }) => id !== ref.provider)
  const same = others.flatMap((provider) => sameModel(ref, membersOf(provider)))
  const place = placeOf(ref.model)
  if (place === null) return same.map(as('same-model'))
  const own = providers.filter(({ id }) => id === ref.provider).flatMap(membersOf)
  const family = own.filter((one) => prefixOf(one) === prefixOf({ ref }) && isLeadable(one) && isPriced(one))
  const tierOf = (distance: number) =>
    newest(family.filter((one) => one.place?.line === place.line && one.place.tier === place.tier + distance))
  const newer = tierOf(0).filter((one) => one.place !== null && isNewer(one.place, place))
  const peers = [...others, ...providers.filter(({ id }) => id === ref.provider)].flatMap((provider) =>
    isMaker(provider)
      ? peersAt(
          membersOf(provider).filter((one) => isLeadable(one) && isPriced(one)),
          place,
        )
      : [],
  )
  return [
    ...same.map(as('same-model')),
    ...newer.map(as('same-tier')),
    ...tierOf(-1).map(as('lower')),
    ...tierOf(1).map(as('higher')),
    ...peers.map(as('peer')),
  ]
}

const as =
  (kind: AlternativeKind) =>
  ({ ref }: Member): Alternative => ({ ref, kind })

/** One name of it: with the same date, else with none, else with any where nobody named one. */
function sameModel({ model }: ModelRef, members: readonly Member[]): readonly Member[] {
  const canonical = canonicalName(model)
  const date = dateOf(model)
  const all = members.filter((one) => one.canonical === canonical && !isRetired(one.ref.model))
  const found =
    all.find((one) => dateOf(one.ref.model) === date) ??
    all.find((one) => dateOf(one.ref.model) === null) ??
    (date === null ? all[0] : undefined)
  return found === undefined ? [] : [found]
}

const dateOf = (model: string): string | null => /(20\d{2})-?([01]\d)-?([0-3]\d)/.exec(model)?.slice(1).join('') ?? null

const isLeadable = ({ ref, place }: Member): boolean => place?.isPlain === true && !isRetired(ref.model)

/** `anthropic/` of a host's names: it may have the same model under several. */
const prefixOf = ({ ref: { model } }: Pick<Member, 'ref'>): string => model.slice(0, model.lastIndexOf('/') + 1)

/** Names of vendors' own shapes are at the vendor; hosts have the same again. */
const isMaker = ({ kind, modelShape, cloud }: Provider): boolean =>
  kind === 'vendor' && cloud === undefined && modelShape !== null

/** The newest of each other line that has this tier. */
function peersAt(members: readonly Member[], { line, tier }: Place): readonly Member[] {
  const there = members.filter((one) => one.place !== null && one.place.line !== line && one.place.tier === tier)
  return [...Map.groupBy(there, (one) => one.place?.line).values()].flatMap(newest)
}

/** One, or none of none; of two names the shorter. */
function newest(members: readonly Member[]): readonly Member[] {
  const [first, ...rest] = members
  if (first === undefined) return []
  return [rest.reduce((best, one) => (isBetter(one, best) ? one : best), first)]
}

function isBetter(one: Member, than: Member): boolean {
  if (one.place === null || than.place === null) return false
  if (isNewer(one.place, than.place)) return true
  return !isNewer(than.place, one.place) && one.ref.model.length < than.ref.model.length
}
