/** Stage 1, parse: reads what arrived into a Call. A body that can't be read is a refusal in the Call, never an exception. */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { newId } from '../lib/uuid.ts'
import { AppError, asAppError } from '../neutral/error.ts'
import { matchesMount } from '../providers/resolve.ts'
import { dialects } from '../wire/dialects.ts'
import { noRequestFacts } from '../wire/no-facts.ts'
import { decodeBody, parseBody, readBody } from '../wire/request-body.ts'
import { addressOf, type Addressed } from './endpoint.ts'
import { guarded } from './guarded.ts'
import { identify, readTags } from './identify.ts'
import { Notes, type Arrival, type Call } from './call.ts'

export const parse = (s: Services) =>
  new Elysia({ name: 'stage/parse' })
    .resolve(({ request }) => ({ arrival: arrive(request, s) }))
    .resolve(async ({ request, arrival }) => ({
      call: await guarded(
        'parse',
        arrival.notes,
        s.log,
        () => readCall(arrival, request, s),
        (fault) => unreadCall(arrival, addressIn(arrival, s), new Uint8Array(), asAppError(fault)),
      ),
    }))
    .as('scoped')

function arrive(request: Request, s: Services): Arrival {
  const startedMs = s.clock.now()
  const pathStart = request.url.indexOf('/', request.url.indexOf('//') + 2)
  const target = pathStart < 0 ? '/' : request.url.slice(pathStart)
  const question = target.indexOf('?')
  return {
    id: newId(startedMs),
    startedMs,
    startedAt: s.clock.monotonic(),
    method: request.method,
    path: question < 0 ? target : target.slice(0, question),
    search: question < 0 ? '' : target.slice(question),
    headers: request.headers,
    signal: request.signal,
    notes: new Notes(),
  }
}

interface Place {
  readonly mount: string | null
  readonly addressed: Addressed
  readonly isKnown: boolean
}

/** Paths that are nobody's still get a dialect to be refused in. */
const nowhere: Addressed = { endpoint: 'raw', dialect: 'openai-chat', rest: '/', urlModel: null, methods: null }

function addressIn(arrival: Arrival, s: Services): Place {
  const { catalog } = s.providers()
  const mounted = matchesMount(arrival.path, catalog)
  const provider = mounted === null ? null : (catalog.get(mounted.provider) ?? null)
  const addressed = addressOf(mounted?.rest ?? arrival.path, arrival.method, arrival.headers, provider?.dialect ?? null)
  return { mount: provider?.id ?? null, addressed: addressed ?? nowhere, isKnown: addressed !== null }
}

async function readCall(arrival: Arrival, request: Request, s: Services): Promise<Call> {
  const place = addressIn(arrival, s)
  const refusal = refuseAddress(arrival, place)
  if (refusal !== null) return unreadCall(arrival, place, new Uint8Array(), refusal)
  const maxBytes = s.config().server.maxBodyMb * 1024 * 1024
  let body = new Uint8Array() as Uint8Array
  try {
    body = await readBody(request, maxBytes)
    return readBodyFacts(arrival, place, body, maxBytes)
  } catch (fault) {
    if (fault instanceof AppError) return unreadCall(arrival, place, body, fault)
    if (arrival.signal.aborted)
      return unreadCall(arrival, place, body, new AppError('invalid-request', 'The client hung up while sending.'))
    throw fault
  }
}

function refuseAddress(arrival: Arrival, place: Place): AppError | null {
  const { addressed } = place
  if (!place.isKnown) {
    return new AppError(
      'not-found',
      `There is no ${arrival.path} here. The LLM API is under /v1 (messages, chat/completions, responses, embeddings, models) and /v1beta.`,
    )
  }
  if (/(^|\/|%2f)(\.|%2e){1,2}($|\/|%2f)/i.test(arrival.path)) {
    return new AppError('invalid-request', 'The path holds dot segments. Send the path as the provider documents it.')
  }
  if (addressed.endpoint === 'responses' && arrival.headers.get('upgrade')?.toLowerCase() === 'websocket') {
    return new AppError('unsupported', 'The Responses API is served over HTTP here, not over a WebSocket.', {
      status: 426,
    })
  }
  if (
    addressed.methods !== null &&
    !addressed.methods.includes(arrival.method) &&
    !(place.mount !== null && arrival.method === 'GET')
  ) {
    return new AppError(
      'method-not-allowed',
      `${arrival.path} takes ${addressed.methods.join(' or ')}, not ${arrival.method}.`,
    )
  }
  return null
}

/** Endpoints whose body must be a JSON object. */
const hasModelBody = (place: Place): boolean =>
  place.addressed.endpoint !== 'raw' && place.addressed.endpoint !== 'models'

function readBodyFacts(arrival: Arrival, place: Place, body: Uint8Array, maxBytes: number): Call {
  const { addressed, mount } = place
  if (!hasModelBody(place)) return { ...unreadCall(arrival, place, body, null) }
  const plainBody = decodeBody(body, arrival.headers.get('content-encoding'), maxBytes)
  const facts = dialects[addressed.dialect].readRequest(parseBody(plainBody))
  const requestedModel = addressed.urlModel ?? facts.model
  return {
    ...arrival,
    endpoint: addressed.endpoint,
    dialect: addressed.dialect,
    mount,
    rest: addressed.rest,
    body,
    plainBody,
    facts,
    requestedModel,
    isStream: addressed.endpoint === 'stream_generate' || facts.isStream,
    identity: identify(arrival.headers, facts),
    tags: tagsOf(arrival),
    refusal: requestedModel === null && addressed.endpoint !== 'estimate' ? noModel : null,
  }
}

const noModel = new AppError('invalid-request', 'The request names no model. Set "model" to a model name (a string).')

function tagsOf(arrival: Arrival): Call['tags'] {
  const tags = readTags(arrival.headers.get('x-relayplane-tags'))
  if (typeof tags !== 'string') return tags
  arrival.notes.add('parse', 'left the tags out', tags)
  return null
}

function unreadCall(arrival: Arrival, place: Place, body: Uint8Array, refusal: AppError | null): Call {
  return {
    ...arrival,
    endpoint: place.addressed.endpoint,
    dialect: place.addressed.dialect,
    mount: place.mount,
    rest: place.addressed.rest,
    body,
    plainBody: body,
    facts: noRequestFacts,
    requestedModel: place.addressed.urlModel,
    isStream: place.addressed.endpoint === 'stream_generate',
    identity: identify(arrival.headers, noRequestFacts),
    tags: tagsOf(arrival),
    refusal,
  }
}
