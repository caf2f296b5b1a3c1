/** What is wrong with the settings of routing though they are well formed: sentences, at the start and when they change. */
import type { Config } from '../config/schema.ts'
import { formatModelRef } from '../neutral/model.ts'
import { aliasModels } from '../providers/alias-models.ts'
import { isRetired } from '../providers/downgrade-families.ts'
import type { KnownNames } from '../providers/known-names.ts'
import { resolveModel } from '../providers/resolve.ts'
import { checkRouting } from '../rules/route-check.ts'
import type { CheckWorld } from '../rules/route-check.ts'
import type { ProvidersNow } from './services.ts'

export function routingProblems(config: Config, providers: ProvidersNow, known: KnownNames): readonly string[] {
  const { routing, modelOverrides } = config
  const world: CheckWorld = {
    resolve: (name) => resolve(name, providers),
    isKnown: (name) => known(name, providers.catalog),
    builtInAliases: aliasModels,
    isRetired: ({ model }) => isRetired(model),
  }
  return checkRouting({ ...routing, modelOverrides }, world).map(({ path, problem }) => `${path}: ${problem}`)
}

function resolve(name: string, providers: ProvidersNow): ReturnType<CheckWorld['resolve']> {
  const addressee = { provider: 'openai', by: 'dialect' } as const
  const found = resolveModel(name, { ...providers, addressee, api: 'chat', canTranslate: () => true })
  if (found.kind !== 'found') return { kind: 'nowhere', why: 'is known to no provider', ref: null }
  const ref = { provider: found.provider.id, model: found.model ?? name }
  const { key, wantsKeyIn, cloud } = found.provider
  if (key !== null || wantsKeyIn === null || cloud !== undefined) return { kind: 'found', refs: [ref] }
  return { kind: 'nowhere', why: `(${formatModelRef(ref)}) has no key here but those that callers bring`, ref }
}
