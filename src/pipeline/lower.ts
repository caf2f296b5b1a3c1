/** Leading a call to a cheaper model: the same provider's sibling, or one that the settings name. Says so, or why not. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { needsOf } from '../neutral/needs.ts'
import { estimateTokens } from '../neutral/token-estimate.ts'
import { lacks } from '../providers/downgrades.ts'
import type { ApiId } from '../providers/provider.ts'
import type { Call } from './call.ts'
import { payeeOf, type Payee } from './payee.ts'
import { chooseDestination, redirect, type Destination } from './target.ts'
import { readAsked } from './translation.ts'
import { isAnswer } from './ways.ts'

/** A cheaper model that could answer, and who would be paid; or why it can't, in words that follow its name. */
export type Cheaper =
  | { readonly kind: 'possible'; readonly destination: Destination; readonly payee: Payee }
  | { readonly kind: 'impossible'; readonly why: string }

/** @param model As somebody wrote it in the settings. */
export function named(call: Call, from: Destination, model: string, api: ApiId | 'raw', s: Services): Cheaper {
  if (!isAnswer(call.endpoint)) return impossible('answers no such request')
  const to = chooseDestination(call, api, true, s, { model, leavesMount: true })
  if (to instanceof AppError) return impossible('is not to be had here')
  return checked(call, from, to)
}

/** @returns null where no cheaper one is known. */
export function sibling(call: Call, from: Destination, s: Services): Cheaper | null {
  if (!isAnswer(call.endpoint) || from.model === null) return null
  const model = s.downgrades.cheaperOf(from.provider.id, from.model)
  return model === null ? null : checked(call, from, redirect(from, model, s))
}

function checked(call: Call, from: Destination, to: Destination): Cheaper {
  if (to.provider.id === from.provider.id && to.model === from.model) return impossible('is what was asked for')
  const payee = payeeOf(call, to)
  if (payee === null) return impossible(`has no key: none is set for ${to.provider.name}`)
  const lack = lackOf(call, to)
  return lack === null ? { kind: 'possible', destination: to, payee } : impossible(lack)
}

const impossible = (why: string): Cheaper => ({ kind: 'impossible', why })

export function lackOf(call: Call, { provider, model }: Destination): string | null {
  if (model === null) return 'is no model'
  const asked = readAsked(call)
  // What can't be read is the provider's to judge.
  return asked instanceof AppError ? null : lacks(provider.id, model, needsOf(asked, estimateTokens(asked)))
}

/** Takes the cheaper way, and says so. */
export function lower(call: Call, from: Destination, to: Destination, reason: string): Destination {
  const change = `${from.model ?? '?'} -> ${to.model ?? '?'}`
  call.notes.mark('downgraded')
  call.notes.add('downgrade', change, reason)
  call.notes.tell('x-relayplane-downgraded', `${change}; ${reason}`)
  return to
}
