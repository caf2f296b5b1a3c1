/** Headers of a request that was translated: the caller's own were written for another API, and mean nothing or the wrong thing. */
import type { HeaderLookup } from '../lib/header-table.ts'
import type { FormId } from '../neutral/model.ts'

/** The version that the dialect's writer writes. */
const fixed: Readonly<Partial<Record<FormId, Readonly<Record<string, string>>>>> = {
  anthropic: { 'anthropic-version': '2023-06-01' },
}

/** Of the caller's, those that say who asks and join traces. */
const kept = ['user-agent', 'traceparent', 'tracestate', 'accept-language']

export function foreignHeaders(form: FormId, caller: HeaderLookup, isStream: boolean): Headers {
  const headers = new Headers(fixed[form])
  headers.set('content-type', 'application/json')
  headers.set('accept', isStream ? 'text/event-stream' : 'application/json')
  headers.set('accept-encoding', 'identity')
  for (const name of kept) {
    const value = caller.get(name)
    if (value !== null) headers.set(name, value)
  }
  return headers
}
