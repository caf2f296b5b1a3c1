/** The headers of what goes back to the client: the provider's, and ours beside them. */
import { returnableHeaders } from '../providers/send.ts'
import type { Call } from './call.ts'
import type { Answered } from './reply.ts'
import { routeOf } from './routed.ts'

export function replyHeaders(call: Call, { upstream, attempt, translation }: Answered): Headers {
  const { provider, model } = attempt.target
  const headers = addOurs(returnableHeaders(upstream.headers), call)
  headers.set('x-relayplane-provider', provider)
  headers.set('x-relayplane-route', saidRoute(call, translation !== null))
  if (model !== null) headers.set('x-relayplane-model', headerText(model))
  if (translation !== null) addDropped(headers, translation.exchange.dropped)
  return headers
}

function saidRoute(call: Call, isTranslated: boolean): string {
  const route = routeOf(call)
  return route === 'passthrough' && isTranslated ? 'translated' : route
}

/** Enough for a header; the record has all of it. */
const maxDroppedText = 1000

function addDropped(headers: Headers, dropped: ReadonlySet<string>): void {
  if (dropped.size === 0) return
  const text = [...dropped].map((name) => name.replace(/[^\x20-\x7e]|,/g, '?')).join(', ')
  headers.set('x-relayplane-dropped', text.length <= maxDroppedText ? text : `${text.slice(0, maxDroppedText)}...`)
}

/** For every answer, also those that no provider had a part in. */
export function addOurs(headers: Headers, call: Call): Headers {
  headers.set('x-relayplane-request-id', call.id)
  if (call.requestedModel !== null) headers.set('x-relayplane-requested-model', headerText(call.requestedModel))
  if (call.notes.bypass.length > 0) headers.set('x-relayplane-bypass', call.notes.bypass.join(','))
  const { classified, route, escalations } = call.notes
  if (route !== null && classified !== null) {
    headers.set('x-relayplane-task', classified.task)
    headers.set('x-relayplane-complexity', classified.complexity.tier)
  }
  if (escalations > 0) headers.set('x-relayplane-escalations', String(escalations))
  for (const [name, value] of call.notes.headers) headers.set(name, value.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000))
  return headers
}

/** A model name is the caller's text: only what a header may carry. */
export const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)

const requestIdHeaders = [
  'request-id',
  'x-request-id',
  'x-goog-request-id',
  'x-amzn-requestid',
  'apim-request-id',
  'cf-ray',
]

/** The provider's own id of the exchange, by which it can find it. */
export function upstreamRequestId(headers: Headers): string | null {
  for (const name of requestIdHeaders) {
    const value = headers.get(name)
    if (value !== null) return value.slice(0, 200)
  }
  return null
}
