/** The providers as the settings make them, made anew when the settings change. */
import type { Environment } from '../config/environment.ts'
import type { OpenConfig } from '../config/open.ts'
import type { Log } from '../lib/log.ts'
import { catalogOf } from '../providers/catalog.ts'
import type { PriceBook } from '../providers/prices.ts'
import type { Catalog } from '../providers/provider.ts'
import type { ProvidersNow } from './services.ts'

export interface LiveProviders {
  current(): ProvidersNow
  /** Sentences about providers that can't be used as they are set. */
  problems(): readonly string[]
}

export function openProviders(
  environment: Environment,
  config: OpenConfig,
  prices: PriceBook,
  log: Log,
): LiveProviders {
  const read = (): Catalog =>
    catalogOf({
      config: config.current().providers,
      credentials: config.credentials(),
      environment: environment.variables,
    })
  const withPrices = (catalog: Catalog): ProvidersNow => ({
    catalog,
    knownModels: { providersOf: prices.knownModels, names: prices.modelNames },
    modelsOf: prices.modelsOf,
  })
  // What is wrong at the start is said with the other warnings of the start.
  let now = withPrices(read())
  config.subscribe(() => {
    now = withPrices(read())
    for (const problem of now.catalog.problems) log.warn(problem)
  })
  return { current: () => now, problems: () => now.catalog.problems }
}
