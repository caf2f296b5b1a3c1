/** The headers of what goes back to the client: the provider's, and ours beside them. */
import { returnableHeaders } from '../providers/send.ts'
import type { Call } from './call.ts'
import type { Target } from './attempt.ts'

export function replyHeaders(call: Call, target: Target, upstream: Headers): Headers {
  const headers = addOurs(returnableHeaders(upstream), call)
  headers.set('x-relayplane-provider', target.provider)
  headers.set('x-relayplane-route', 'passthrough')
  if (target.model !== null) headers.set('x-relayplane-model', headerText(target.model))
  return headers
}

/** For every answer, also those that no provider had a part in. */
export function addOurs(headers: Headers, call: Call): Headers {
  headers.set('x-relayplane-request-id', call.id)
  if (call.requestedModel !== null) headers.set('x-relayplane-requested-model', headerText(call.requestedModel))
  if (call.notes.bypass.length > 0) headers.set('x-relayplane-bypass', call.notes.bypass.join(','))
  return headers
}

/** A model name is the caller's text: only what a header may carry. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)

const requestIdHeaders = ['request-id', 'x-request-id', 'x-goog-request-id', 'cf-ray']

/** The provider's own id of the exchange, by which it can find it. */
export function upstreamRequestId(headers: Headers): string | null {
  for (const name of requestIdHeaders) {
    const value = headers.get(name)
    if (value !== null) return value.slice(0, 200)
  }
  return null
}
