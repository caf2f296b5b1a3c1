/** Names that stand for models: the built-in ones, each a list of which the first usable counts, and the user's own, each one name. */

/** By the name without its beginning (`fast` of `rp:fast`), models as `provider/model`, best first. */
export type BuiltInAliases = Readonly<Record<string, readonly string[]>>

/** What a name stands for: another name, or a list; null where it is no alias. */
export type AliasMeaning =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly models: readonly string[] }

const beginnings = ['rp:', 'relayplane:'] as const

/** The words of the suffixes mean the same behind `rp:` and `relayplane:`. */
const sameAs: Readonly<Record<string, string>> = { cost: 'cheap', quality: 'best' }

/** @param own The user's, which go before the built-in ones of the same name. */
export function aliasMeaning(
  name: string,
  own: Readonly<Record<string, string>>,
  builtIn: BuiltInAliases,
): AliasMeaning | null {
  if (Object.hasOwn(own, name)) return { kind: 'name', name: own[name] ?? '' }
  const models = builtInModels(name, builtIn)
  return models === null ? null : { kind: 'list', models }
}

function builtInModels(name: string, builtIn: BuiltInAliases): readonly string[] | null {
  const lower = name.toLowerCase()
  const beginning = beginnings.find((start) => lower.startsWith(start))
  if (beginning === undefined) return null
  const word = lower.slice(beginning.length)
  const key = sameAs[word] ?? word
  return Object.hasOwn(builtIn, key) ? (builtIn[key] ?? null) : null
}

/** All names that can be asked for, for lists of models: own ones first. */
export const aliasNames = (own: Readonly<Record<string, string>>, builtIn: BuiltInAliases): readonly string[] => [
  ...new Set([
    ...Object.keys(own),
    ...beginnings.flatMap((start) => [...Object.keys(builtIn), ...Object.keys(sameAs)].map((word) => start + word)),
  ]),
]
