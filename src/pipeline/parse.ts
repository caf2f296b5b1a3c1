/**
 * Stage 1, parse: reads what arrived into a Call. A body that can't be read is a refusal in the Call, never an exception; a
 * fault of ours leaves a Call that knows little more than where to send the bytes.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { HeaderTable } from '../lib/header-table.ts'
import { newId } from '../lib/uuid.ts'
import { AppError, asAppError } from '../neutral/error.ts'
import type { DialectId } from '../neutral/model.ts'
import { noShape, type RequestShape } from '../neutral/shape.ts'
import { dialects } from '../wire/dialects.ts'
import { asRecord, asString } from '../wire/fields.ts'
import { noRequestFacts } from '../wire/no-facts.ts'
import { decodeBody, parseBody, parseText, readBody, textOf } from '../wire/request-body.ts'
import { readShape } from '../wire/shapes.ts'
import { Notes, type Arrival, type Call } from './call.ts'
import { noteSkip } from './guarded.ts'
import { mayRoute } from './may-route.ts'
import { identify, openFingerprints, readTags, type Fingerprint } from './identify.ts'
import { ParsedBody } from './parsed-body.ts'
import { hasModelBody, placeOf, refusePlace, type Place } from './place.ts'
import { isAnswer } from './ways.ts'

export const parse = (s: Services) => {
  const fingerprintOf = openFingerprints()
  return (
    new Elysia({ name: 'stage/parse' })
      // One step and not two: a second one costs each request about 3 µs.
      .resolve(async ({ request }) => {
        const arrival = arrive(request, s)
        const intake = new Intake(request)
        try {
          return { call: await readCall(arrival, intake, s, fingerprintOf) }
        } catch (fault) {
          noteSkip('parse', arrival.notes, s.log, fault)
          return { call: await bareCall(arrival, intake, s) }
        }
      })
      .as('scoped')
  )
}

function arrive(request: Request, s: Services): Arrival {
  const startedMs = s.clock.now()
  const { url } = request
  const pathStart = url.indexOf('/', url.indexOf('//') + 2)
  const target = pathStart < 0 ? '/' : url.slice(pathStart)
  const question = target.indexOf('?')
  return {
    id: newId(startedMs),
    startedMs,
    startedAt: s.clock.monotonic(),
    method: request.method,
    path: question < 0 ? target : target.slice(0, question),
    search: question < 0 ? '' : target.slice(question),
    headers: new HeaderTable(request.headers),
    isGone: () => request.signal.aborted,
    notes: new Notes(),
  }
}

/** The body, which can be taken from a request only once. */
class Intake {
  readonly #request: Request
  #body: Promise<Uint8Array> | null = null

  constructor(request: Request) {
    this.#request = request
  }

  /** The first limit asked for holds. */
  read(maxBytes: number): Promise<Uint8Array> {
    return (this.#body ??= readBody(this.#request, maxBytes))
  }
}

async function readCall(arrival: Arrival, intake: Intake, s: Services, fingerprintOf: Fingerprint): Promise<Call> {
  const place = placeOf(arrival, s.providers())
  const refusal = refusePlace(arrival, place)
  if (refusal !== null) return unreadCall(arrival, place, new Uint8Array(), refusal)
  const maxBytes = s.config().server.maxBodyMb * 1024 * 1024
  let body = new Uint8Array() as Uint8Array
  try {
    body = await intake.read(maxBytes)
    if (!hasModelBody(place)) return unreadCall(arrival, place, body, null)
    const plainBody = decodeBody(body, arrival.headers.get('content-encoding'), maxBytes)
    return readFacts(arrival, place, { body, plainBody }, fingerprintOf, s.config())
  } catch (fault) {
    if (fault instanceof AppError) return unreadCall(arrival, place, body, fault)
    if (arrival.isGone())
      return unreadCall(arrival, place, body, new AppError('invalid-request', 'The client hung up while sending.'))
    throw fault
  }
}

function readFacts(
  arrival: Arrival,
  { mount, addressed }: Place,
  { body, plainBody }: Pick<Call, 'body' | 'plainBody'>,
  fingerprintOf: Fingerprint,
  settings: ReturnType<Services['config']>,
): Call {
  const { endpoint, dialect, rest, methods, urlModel } = addressed
  const text = textOf(plainBody)
  const parsed = parseText(text)
  const facts = dialects[dialect].readRequest(parsed)
  const requestedModel = urlModel ?? facts.model
  const wantsShape =
    isAnswer(endpoint) &&
    (settings.routing.observe || mayRoute(arrival.headers.get('x-relayplane-model') || requestedModel, settings))
  return {
    ...arrival,
    endpoint,
    dialect,
    mount,
    rest,
    methods,
    body,
    plainBody,
    parsed: new ParsedBody(parsed, text),
    facts,
    shape: wantsShape ? lazyShape(dialect, parsed) : () => noShape,
    requestedModel,
    isStream: endpoint === 'stream_generate' || facts.isStream,
    identity: identify(arrival.headers, facts, fingerprintOf),
    tags: tagsOf(arrival),
    refusal: requestedModel === null && endpoint !== 'estimate' ? noModel : null,
  }
}

/** Read once, when it is asked for; then the body that it was read from is given up. */
function lazyShape(dialect: DialectId, body: unknown): Call['shape'] {
  let held: unknown = body
  let shape: RequestShape | null = null
  return () => {
    shape ??= readShape(dialect, held)
    held = null
    return shape
  }
}

const noModel = new AppError('invalid-request', 'The request names no model. Set "model" to a model name (a string).')

function tagsOf(arrival: Arrival): Call['tags'] {
  const tags = readTags(arrival.headers.get('x-relayplane-tags'))
  if (typeof tags !== 'string') return tags
  arrival.notes.add('parse', 'left the tags out', tags)
  return null
}

const unreadCall = (arrival: Arrival, place: Place, body: Uint8Array, refusal: AppError | null): Call => ({
  ...blankCall(arrival, place, body),
  identity: identify(arrival.headers, noRequestFacts),
  tags: tagsOf(arrival),
  refusal,
})

/** What the path alone says. */
const blankCall = (arrival: Arrival, { mount, addressed }: Place, body: Uint8Array): Call => ({
  ...arrival,
  endpoint: addressed.endpoint,
  dialect: addressed.dialect,
  mount,
  rest: addressed.rest,
  methods: addressed.methods,
  body,
  plainBody: body,
  facts: noRequestFacts,
  shape: () => noShape,
  requestedModel: addressed.urlModel,
  isStream: addressed.endpoint === 'stream_generate',
  identity: { session: null, agent: null },
  tags: null,
  refusal: null,
})

/** The limit while the settings can't be read: what it is unless they say otherwise. */
const maxBareBytes = 64 * 1024 * 1024

/**
 * Fail open: the call without what failed. Of the body only the model is looked for, because the prompt of a request to
 * another provider must not go to the one that the dialect is named after.
 */
async function bareCall(arrival: Arrival, intake: Intake, s: Services): Promise<Call> {
  const place = placeOf(arrival, s.providers())
  const refusal = refusePlace(arrival, place)
  if (refusal !== null) return { ...blankCall(arrival, place, new Uint8Array()), refusal }
  try {
    const body = await intake.read(maxBareBytes)
    const call = blankCall(arrival, place, body)
    return { ...call, requestedModel: call.requestedModel ?? (hasModelBody(place) ? modelIn(body) : null) }
  } catch (fault) {
    return { ...blankCall(arrival, place, new Uint8Array()), refusal: asAppError(fault) }
  }
}

function modelIn(body: Uint8Array): string | null {
  try {
    return asString(asRecord(parseBody(body))?.model)
  } catch {
    // Compressed, or no JSON: the provider is to judge it.
    return null
  }
}
