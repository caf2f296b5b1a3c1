/** What the route function asks about the world: who is configured, well and able, and what it would cost there. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { ModelRef } from '../neutral/model.ts'
import { standardTerms } from '../neutral/usage.ts'
import { defaultLabel } from '../providers/accounts-list.ts'
import { aliasModels } from '../providers/alias-models.ts'
import { isRetired } from '../providers/downgrade-families.ts'
import { lacks } from '../providers/downgrades.ts'
import type { Resolved, RouteWorld } from '../rules/route-facts.ts'
import type { Call } from './call.ts'
import { credentialOf } from './payee.ts'
import { chooseDestination } from './target.ts'

export type WorldOf = (call: Call) => RouteWorld

export const openRouteWorld =
  (s: Services): WorldOf =>
  (call) => ({
    resolve: (name) => resolve(call, name, s),
    isKnown: (name) => s.knownNames(name, s.providers().catalog),
    builtInAliases: aliasModels,
    isRetired: ({ model }) => isRetired(model),
    restingWhy: ({ provider }) => (isResting(provider, s) ? 'is left alone after failures' : null),
    lacks: ({ provider, model }, needs) => lacks(provider, model, needs),
    costOf: (ref, usage) => {
      const billing = s.providers().catalog.get(ref.provider)?.billing ?? 'metered'
      const query = { ...ref, usage, billing, terms: standardTerms, atMs: call.startedMs, isEstimated: true }
      return s.prices.price(query).nanoUsd
    },
    alternatives: s.alternatives.of,
    signals: s.signals.of,
    // A limit bounds what is chosen when it is about to be asked (`bound.ts`).
    ceiling: null,
  })

/** All of its accounts, or the provider itself. */
function isResting(provider: string, s: Services): boolean {
  const labels =
    s
      .providers()
      .catalog.get(provider)
      ?.accounts.map(({ label }) => label) ?? []
  return (labels.length === 0 ? [defaultLabel] : labels).every((account) =>
    s.cooldowns.isResting({ provider, account }),
  )
}

/** As the caller could be sent there: with its own credential or ours. */
function resolve(call: Call, name: string, s: Services): Resolved {
  if (call.endpoint === 'estimate') return { kind: 'nowhere', why: 'is not asked for an answer', ref: null }
  const elsewhere = { model: name, leavesMount: true }
  const destination = chooseDestination(call, call.endpoint, true, s, elsewhere)
  if (destination instanceof AppError) {
    const why =
      destination.code === 'not-found' ? 'is known to no provider' : `can't be asked here: ${destination.message}`
    return { kind: 'nowhere', why, ref: null }
  }
  const { provider, model } = destination
  const ref: ModelRef = { provider: provider.id, model: model ?? name }
  const credential = credentialOf(call, destination)
  if (credential instanceof AppError) return { kind: 'nowhere', why: `has no key for ${provider.name}`, ref }
  return { kind: 'found', refs: [ref] }
}
