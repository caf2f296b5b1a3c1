/** The providers as the settings make them, made anew when the settings change. */
import type { Environment } from '../config/environment.ts'
import type { OpenConfig } from '../config/open.ts'
import type { Log } from '../lib/log.ts'
import { aliasModels } from '../providers/alias-models.ts'
import { catalogOf } from '../providers/catalog.ts'
import { readPlan } from '../providers/plan-account.ts'
import type { PriceBook } from '../providers/prices.ts'
import { aliasNames } from '../rules/aliases.ts'
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
  const { variables } = environment
  const read = () => {
    const { providers, auth, routing } = config.current()
    const catalog = catalogOf({ config: providers, credentials: config.credentials(), environment: variables })
    const ofPlan: string[] = []
    const plan = readPlan(auth, variables, ofPlan)
    return {
      catalog,
      plan,
      problems: [...catalog.problems, ...ofPlan],
      aliases: aliasNames(routing.aliases, aliasModels),
    }
  }
  const withPrices = ({ catalog, plan, problems, aliases }: ReturnType<typeof read>) => ({
    catalog,
    plan,
    problems,
    knownModels: { providersOf: prices.knownModels, names: () => [...aliases, ...prices.modelNames()] },
    modelsOf: prices.modelsOf,
  })
  // What is wrong at the start is said with the other warnings of the start.
  let now = withPrices(read())
  config.subscribe(() => {
    now = withPrices(read())
    for (const problem of now.problems) log.warn(problem)
  })
  return { current: () => now, problems: () => now.problems }
}
