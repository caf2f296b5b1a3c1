/** Who else may answer a call when its model can't be had: the settings' list, without those who can't. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { ApiId } from '../providers/provider.ts'
import type { Call } from './call.ts'
import { lackOf } from './lower.ts'
import { payeeOf } from './payee.ts'
import { chooseDestination, type Destination } from './target.ts'
import { isAnswer } from './ways.ts'

/** By the name that the call was sent by, with or without its provider. */
export function fallbacksOf(call: Call, main: Destination, api: ApiId | 'raw', s: Services): readonly Destination[] {
  const { fallbacks } = s.config()
  if (main.model === null || !isAnswer(call.endpoint)) return none
  if (isEmpty(fallbacks)) return none
  const names = [main.wanted ?? '', main.model, `${main.provider.id}/${main.model}`]
  const listed = names.map((name) => (Object.hasOwn(fallbacks, name) ? fallbacks[name] : undefined)).find(Boolean)
  return (listed ?? none).flatMap((name) => usable(call, main, name, api, s) ?? [])
}

const none: readonly never[] = []

function isEmpty(table: object): boolean {
  for (const _ in table) return false
  return true
}

function usable(call: Call, main: Destination, name: string, api: ApiId | 'raw', s: Services): Destination | null {
  const destination = chooseDestination(call, api, true, s, { model: name, leavesMount: true })
  if (destination instanceof AppError) return leftOut(call, name, 'it is not to be had here')
  if (destination.provider.id === main.provider.id && destination.model === main.model) return null
  if (payeeOf(call, destination) === null) return leftOut(call, name, `no key is set for ${destination.provider.name}`)
  const lack = lackOf(call, destination)
  return lack === null ? destination : leftOut(call, name, `it ${lack}`)
}

function leftOut(call: Call, name: string, why: string): null {
  call.notes.add('forward', `left out the fallback ${name}`, why)
  return null
}
