/** Where a request's path leads, mount included, and what keeps it from going there. Pure. */
import type { ProvidersNow } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { matchesMount } from '../providers/resolve.ts'
import type { Arrival } from './call.ts'
import { addressOf, type Addressed } from './endpoint.ts'

export interface Place {
  /** The provider named by the path, or null. */
  readonly mount: string | null
  readonly addressed: Addressed
  /** False for paths that are not the LLM API's. */
  readonly isKnown: boolean
}

/** Paths that are nobody's still get a dialect to be refused in. */
const nowhere: Addressed = { endpoint: 'raw', dialect: 'openai-chat', rest: '/', urlModel: null, methods: null }

export function placeOf(arrival: Arrival, { catalog }: ProvidersNow): Place {
  const mounted = matchesMount(arrival.path, catalog)
  const provider = mounted === null ? null : (catalog.get(mounted.provider) ?? null)
  const addressed = addressOf(mounted?.rest ?? arrival.path, arrival.method, arrival.headers, provider?.dialect ?? null)
  return { mount: provider?.id ?? null, addressed: addressed ?? nowhere, isKnown: addressed !== null }
}

/** True where the body must be a JSON object. */
export const hasModelBody = ({ addressed }: Place): boolean =>
  addressed.endpoint !== 'raw' && addressed.endpoint !== 'models'

const dotSegment = /(^|[\\/]|%2f|%5c)(\.|%2e){1,2}($|[\\/]|%2f|%5c)/i

/** @returns Why the request can't be served whatever its body, or null. */
export function refusePlace({ path, method, headers }: Arrival, { addressed, isKnown }: Place): AppError | null {
  if (!isKnown) {
    return new AppError(
      'not-found',
      `There is no ${path} here. The LLM API is under /v1 (messages, chat/completions, responses, embeddings, models) and /v1beta.`,
    )
  }
  // Most paths have neither a dot nor a percent sign.
  if ((path.includes('.') || path.includes('%')) && dotSegment.test(path)) {
    return new AppError('invalid-request', 'The path holds dot segments. Send the path as the provider documents it.')
  }
  if (headers.get('upgrade')?.toLowerCase() === 'websocket') {
    return new AppError('unsupported', `${path} is served over HTTP here, not over a WebSocket.`, { status: 426 })
  }
  if (addressed.methods !== null && !addressed.methods.includes(method)) {
    return new AppError('method-not-allowed', `${path} takes ${addressed.methods.join(' or ')}, not ${method}.`)
  }
  return null
}
