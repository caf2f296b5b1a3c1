/**
 * The built-in mapping of the auto-downgrade: the next cheaper model of the same maker, derived from names
 * (`downgrade-families.ts`) and the prices in force, so that it is never older than they are.
 */
import type { Clock } from '../lib/clock.ts'
import { type Needs, lacking } from '../neutral/needs.ts'
import { capabilitiesOf } from './capabilities.ts'
import { isNewer, isRetired, placeOf, type Place } from './downgrade-families.ts'
import type { PriceListing } from './price-list.ts'
import type { PriceBook } from './prices.ts'

export interface Downgrades {
  /** @returns Another model of the same provider, or null where none is known to be cheaper. */
  cheaperOf(provider: string, model: string): string | null
}

/** Prices change by the day; to look them all up takes a millisecond. */
const listedForMs = 60_000

/** More than anybody asks for within that time. */
const keptAnswers = 1000

interface Listed {
  readonly untilMs: number
  readonly places: readonly { readonly model: string; readonly place: Place }[]
  readonly siblings: readonly Sibling[]
  readonly answers: Map<string, string | null>
}

/** Remembers for a minute: it stands on the way of every request near a limit. */
export function openDowngrades(book: Pick<PriceBook, 'modelsOf' | 'lookUp'>, clock: Clock): Downgrades {
  const kept = new Map<string, Listed>()
  const listed = (provider: string): Listed => {
    const nowMs = clock.monotonic()
    const before = kept.get(provider)
    if (before !== undefined && before.untilMs > nowMs) return before
    const places = before?.places ?? placesAt(book.modelsOf(provider))
    const siblings = places.flatMap(({ model, place }) => {
      const listing = book.lookUp(`${provider}/${model}`)
      return listing === undefined ? [] : [{ listing, place }]
    })
    const now = { untilMs: nowMs + listedForMs, places, siblings, answers: new Map<string, string | null>() }
    kept.set(provider, now)
    return now
  }
  return {
    cheaperOf(provider, model) {
      const { siblings, answers } = listed(provider)
      const before = answers.get(model)
      if (before !== undefined) return before
      const found = cheaperOf(book.lookUp(`${provider}/${model}`), siblings)
      if (answers.size < keptAnswers) answers.set(model, found)
      return found
    },
  }
}

/** A model that somebody may be led to. */
interface Sibling {
  readonly listing: PriceListing
  readonly place: Place
}

/** Whoever may be led to by name: of a host's hundreds of models few prices are looked up then. */
const placesAt = (models: readonly string[]): Listed['places'] =>
  models.flatMap((model) => {
    const place = placeOf(model)
    return place?.isPlain === true && !isRetired(model) ? [{ model, place }] : []
  })

/**
 * Of the next lower tier that has any, the newest generation that is really cheaper. In the lowest tier, and where no lower one
 * is cheaper, a newer generation of the same.
 */
function cheaperOf(from: PriceListing | undefined, siblings: readonly Sibling[]): string | null {
  const place = from === undefined ? null : placeOf(from.model)
  if (from === undefined || place === null) return null
  const cheaper = siblings.filter(
    ({ listing, place: { line, tier } }) =>
      line === place.line &&
      tier <= place.tier &&
      prefixOf(listing.model) === prefixOf(from.model) &&
      isCheaper(listing, from),
  )
  const lower = cheaper.filter(({ place: { tier } }) => tier < place.tier)
  const candidates = lower.length > 0 ? lower : cheaper.filter((sibling) => isNewer(sibling.place, place))
  return candidates.toSorted(byFitness)[0]?.listing.model ?? null
}

/** The highest tier, in it the newest, and that by the table's own name for it: some are listed with a dash for a point. */
function byFitness(one: Sibling, other: Sibling): number {
  if (one.place.tier !== other.place.tier) return other.place.tier - one.place.tier
  if (isNewer(one.place, other.place)) return -1
  if (isNewer(other.place, one.place)) return 1
  return Number(hasOwnName(other)) - Number(hasOwnName(one)) || (one.listing.model < other.listing.model ? -1 : 1)
}

const hasOwnName = ({ listing: { priceId, model } }: Sibling): boolean => priceId.endsWith(`/${model}`)

/** `anthropic/` of a host's names: it may have the same model under several. */
const prefixOf = (model: string): string => model.slice(0, model.lastIndexOf('/') + 1)

/** In input and output, dearer at no length of the prompt, nor where it reads from the cache. */
function isCheaper(one: PriceListing, other: PriceListing): boolean {
  const [price, than] = [pricesAt(one, 0), pricesAt(other, 0)]
  const longest = other.contextWindow ?? Infinity
  const lengths = [...one.tiers, ...other.tiers].map(({ above }) => above + 1).filter((length) => length <= longest)
  return (
    price.input < than.input &&
    price.output < than.output &&
    [0, ...lengths].every((length) => isNotDearer(pricesAt(one, length), pricesAt(other, length)))
  )
}

const isNotDearer = (one: Prices, other: Prices): boolean =>
  one.input <= other.input && one.output <= other.output && !(one.cacheRead > other.cacheRead)

interface Prices {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
}

/** USD; what is not priced is no number, and no comparison holds. */
function pricesAt({ usd, tiers }: PriceListing, length: number): Prices {
  const there = { ...usd, ...tiers.findLast(({ above }) => length > above)?.usd }
  return { input: Number(there.input), output: Number(there.output), cacheRead: Number(there.cacheRead) }
}

/** What a model lacks for a request, in words that follow its name (`reads no images`); null when it will do. */
export const lacks = (provider: string, model: string, needs: Needs): string | null =>
  lacking(capabilitiesOf(provider, model), needs)
