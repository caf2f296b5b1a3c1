/**
 * By which name an answer is priced, of the one that was asked for and the one that it gives itself. Replies name the model without
 * the region, the variant or the deployment by which it was asked, and these have prices; they also name what really answered.
 */

export interface PricedNames {
  /** In this order among the user's own prices, which all come before any table's. */
  readonly own: readonly string[]
  /** In this order in the tables. */
  readonly listed: readonly string[]
}

/**
 * @param routed '' where it is not known.
 * @param rowOf The id of the row that the tables have for a name; undefined where they have none.
 */
export function pricedNames(
  routed: string,
  served: string | null,
  rowOf: (model: string) => string | undefined,
): PricedNames {
  if (served === null || served === routed) return both([routed])
  if (routed === '') return both([served])
  const [servedFirst, routedFirst] = [
    [served, routed],
    [routed, served],
  ]
  const [asked, answered] = [rowOf(routed), rowOf(served)]
  const isSame = baseOf(routed) === baseOf(served) || (asked !== undefined && asked === answered)
  // A date that only the reply has tells more than the request; a region or variant that only the request has, too.
  if (isSame) return both(isQualified(routed) ? routedFirst : servedFirst)
  // Another model took over: a price of the one that was asked is none of its.
  if (asked !== undefined && answered !== undefined) return { own: [served], listed: [served] }
  // A name that no table knows and that a known model answers to was made up by the user: a deployment, a router.
  return { own: answered === undefined ? servedFirst : routedFirst, listed: servedFirst }
}

const both = (names: readonly string[]): PricedNames => ({ own: names, listed: names })

const path = /^.*\//
/** `us.anthropic.`: a region and a maker, as Bedrock writes them; a maker alone names the same as without. */
const regionAndMaker = /^[a-z][a-z-]*\.[a-z][a-z0-9-]*\./
const dottedWords = /^(?:[a-z][a-z0-9-]*\.)+(?=[a-z])/
/** `:free`, `:online`, as OpenRouter writes them. */
const variants = /(?::[a-z][a-z0-9-]*)+$/
const revision = /-v\d+(?::\d+)?$/
/** `@20250929`, `-2024-08-06`, `-20250929`, `-0709`, `-09-2025`, `-001`, `-latest`. */
const date = /(?:@.*|-(?:20\d{6}|20\d\d-\d\d-\d\d|\d\d-20\d\d|\d{3,4}|latest))$/

const plain = (model: string): string => model.trim().toLowerCase().replace(path, '')

const isQualified = (model: string): boolean => regionAndMaker.test(plain(model)) || variants.test(plain(model))

const baseOf = (model: string): string =>
  plain(model).replace(dottedWords, '').replace(variants, '').replace(revision, '').replace(date, '')
