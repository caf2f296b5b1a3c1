/** Whether somebody has a model of this very name, so that a colon in it belongs to it and is no suffix of ours. */
import type { PriceBook } from './prices.ts'
import type { Catalog } from './provider.ts'

export type KnownNames = (name: string, catalog: Catalog) => boolean

export function openKnownNames(book: Pick<PriceBook, 'knownModels' | 'modelNames' | 'lookUp'>): KnownNames {
  let names: ReadonlySet<string> | undefined
  return (name, catalog) => {
    if (catalog.configuredFor(name).length > 0) return true
    const slash = name.indexOf('/')
    const provider = slash > 0 ? catalog.get(name.slice(0, slash).toLowerCase()) : undefined
    const rest = name.slice(slash + 1)
    if (provider?.models.includes(rest) === true) return true
    // The table matches by beginnings, too: `claude-sonnet-4-6:fast` would be a Sonnet.
    if (name.includes(':')) {
      names ??= new Set(book.modelNames())
      return names.has(name) || (provider !== undefined && names.has(rest))
    }
    if (provider !== undefined && (provider.modelShape?.test(rest) === true || book.lookUp(`${provider.id}/${rest}`))) {
      return true
    }
    return catalog.list.some(({ modelShape }) => modelShape?.test(name)) || book.knownModels(name).length > 0
  }
}
