/**
 * Stage 8, forward: finds the provider, picks the credential, makes the two edits that passthrough may make, sends, and waits
 * for the head of the answer. When a fault of ours keeps it from deciding, the original bytes go to the dialect's own provider.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { AppError, asAppError } from '../neutral/error.ts'
import type { InflightRecord, Outcome } from '../neutral/record.ts'
import { addresseeOf, chooseCredential } from '../providers/auth.ts'
import { forwardableHeaders, sendUpstream } from '../providers/send.ts'
import { spliceIncludeUsage, spliceModel } from '../wire/splice.ts'
import { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import { estimateCost } from './estimate.ts'
import { guarded } from './guarded.ts'
import { listModels } from './models.ts'
import { parse } from './parse.ts'
import { estimateTokens } from './settlement.ts'
import { askedModel, chooseDestination, type Destination } from './target.ts'

/** The provider's answer; its body is still open. */
export interface Answered {
  readonly kind: 'answered'
  readonly upstream: Response
  readonly attempt: Attempt
  /** We asked for usage in the stream, the client did not: the usage chunk is ours to take out. */
  readonly stripUsage: boolean
}

export type Reply =
  | Answered
  /** Nothing was sent. */
  | { readonly kind: 'refused'; readonly error: AppError }
  /** Sent, and no answer came. */
  | { readonly kind: 'unanswered'; readonly error: AppError; readonly outcome: Outcome; readonly attempt: Attempt }
  /** Answered here: models, estimates. */
  | { readonly kind: 'local'; readonly body: unknown }

export const forward = (s: Services) =>
  new Elysia({ name: 'stage/forward' })
    .use(parse(s))
    .resolve(async ({ call }) => ({
      reply: await guarded<Reply>(
        'forward',
        call.notes,
        s.log,
        () => forwardCall(call, s),
        () => forwardRaw(call, s),
      ),
    }))
    .as('scoped')

function forwardCall(call: Call, s: Services): Reply | Promise<Reply> {
  if (call.refusal !== null) return { kind: 'refused', error: call.refusal }
  if (s.config().enabled) {
    if (call.endpoint === 'estimate') return estimateCost(call, s)
    if (call.endpoint === 'models' && isOurs(call)) return listModels(call, s)
  }
  const destination = chooseDestination(call, s.providers(), call.endpoint === 'estimate' ? 'raw' : call.endpoint)
  if (destination instanceof AppError) return { kind: 'refused', error: destination }
  const name = destination.model === null ? destination.provider.id : `${destination.provider.id}/${destination.model}`
  call.notes.add('forward', `chose ${name}`, reasons[destination.by] ?? destination.by)
  return sendTo(call, destination, s, (headers) => editBody(call, destination, headers))
}

/** A mount's models are its provider's to list, and so are those of a ChatGPT login, which Codex reads in a shape of its own. */
const isOurs = (call: Call): boolean => addresseeOf(call.mount, call.dialect, call.headers).by === 'dialect'

const reasons: Readonly<Record<string, string>> = {
  mount: 'the path names the provider',
  login: "the caller's login is to it",
  dialect: 'the request is in its dialect and names no model',
  'provider/model': 'the model is written provider/model',
  'config-models': 'providers.<name>.models lists the model',
  prefix: "the model's name is one of its own",
  'price-table': 'the price table lists the model there',
}

/**
 * Fail open: the request as it came, to the provider that its mount or its dialect names, with whatever credential may go
 * there. A model of anybody else can't go on raw: the prompt would reach a provider that the caller didn't choose.
 */
async function forwardRaw(call: Call, s: Services): Promise<Reply> {
  try {
    const destination = chooseDestination(call, s.providers(), 'raw')
    if (destination instanceof AppError) return { kind: 'refused', error: destination }
    if (!isAtHome(call, destination)) return { kind: 'refused', error: notRaw }
    return await sendTo(call, destination, s, () => ({ body: call.body, asksUsage: false }))
  } catch (fault) {
    s.log.error(`forwarding raw failed too: ${String(fault)}`)
    return { kind: 'refused', error: asAppError(fault) }
  }
}

function isAtHome(call: Call, { provider, by }: Destination): boolean {
  if (call.endpoint === 'estimate') return false
  const asked = askedModel(call)
  if (asked === null) return true
  return asked === call.requestedModel && (by !== 'dialect' || provider.modelShape?.test(asked) === true)
}

const notRaw = new AppError(
  'unavailable',
  "RelayPlane met a fault of its own, and this request can't be forwarded as it is. Try again.",
)

function sendTo(
  call: Call,
  destination: Destination,
  s: Services,
  edit: (headers: Headers) => Edited,
): Reply | Promise<Reply> {
  const { provider, addressee, api, model, by, url } = destination
  const credential = chooseCredential({ provider, api, addressee, headers: call.headers, search: call.search })
  if (credential instanceof AppError) return { kind: 'refused', error: credential }
  call.notes.add('forward', `used ${keyNames[credential.kind]}`, `billed as ${credential.billing}`)
  const headers = forwardableHeaders(call.headers)
  for (const header of credential.headersToDrop) headers.delete(header)
  for (const [header, value] of credential.headersToSet) headers.set(header, value)
  const { body, asksUsage } = edit(headers)
  const target = { provider: provider.id, model, billing: credential.billing, by }
  const attempt = new Attempt(target, 1, s.clock.now(), s.clock.monotonic())
  return send(call, attempt, { url: url + credential.search, headers, body, stripUsage: asksUsage }, s)
}

const keyNames = { caller: "the caller's key", configured: 'the configured key', 'none-needed': 'no key' } as const

interface Edited {
  readonly body: Uint8Array
  /** We asked for usage in the stream. */
  readonly asksUsage: boolean
}

/** The two edits that passthrough may make. What is edited goes on without its content encoding, and the header with it. */
function editBody(call: Call, { provider, model }: Destination, headers: Headers): Edited {
  let body = call.plainBody
  // Gemini's model stands in the URL.
  if (model !== null && model !== call.requestedModel && call.dialect !== 'gemini') {
    body = spliceModel(body, model)
    call.notes.add('forward', `wrote the model as ${model}`, `${provider.name} knows it by that name`)
  }
  const asksUsage =
    call.endpoint === 'chat' && call.isStream && !call.facts.asksStreamUsage && provider.streamUsage === 'splice'
  if (asksUsage) {
    body = spliceIncludeUsage(body)
    call.notes.add(
      'forward',
      'asked for usage in the stream',
      'without it the cost is not known; the chunk is taken out again',
    )
  }
  if (body === call.plainBody) return { body: call.body, asksUsage }
  headers.delete('content-encoding')
  return { body, asksUsage }
}

interface Outgoing {
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
  readonly stripUsage: boolean
}

async function send(call: Call, attempt: Attempt, out: Outgoing, s: Services): Promise<Reply> {
  // A request that can't be noted is sent all the same: only a crash would miss the note.
  void guarded(
    'record',
    call.notes,
    s.log,
    () => s.books.open(inflightOf(call, attempt)),
    () => undefined,
  )
  const hangUp = () => attempt.stop('client')
  if (call.signal.aborted) hangUp()
  else call.signal.addEventListener('abort', hangUp, { once: true })
  const dueAt = attempt.startedAt + s.config().timeouts.firstByteSeconds * 1000
  const unwatch = s.watch.add({ tick: (now) => (now >= dueAt ? attempt.stop('first-byte') : undefined) })
  try {
    const hasBody =
      call.method !== 'GET' && call.method !== 'HEAD' && (out.body.length > 0 || call.headers.has('content-length'))
    const request = {
      url: out.url,
      method: call.method,
      headers: out.headers,
      body: hasBody ? out.body : null,
      signal: attempt.signal,
    }
    const upstream = await sendUpstream(request)
    return { kind: 'answered', upstream, attempt, stripUsage: out.stripUsage && upstream.ok }
  } catch (fault) {
    return { kind: 'unanswered', attempt, ...attempt.judge(fault) }
  } finally {
    unwatch()
  }
}

const inflightOf = (call: Call, attempt: Attempt): InflightRecord => ({
  id: call.id,
  startedMs: call.startedMs,
  endpoint: call.endpoint,
  method: call.method,
  path: call.path.slice(0, 200),
  dialect: call.dialect,
  requestedModel: call.requestedModel,
  routedModel: attempt.target.model,
  provider: attempt.target.provider,
  billing: attempt.target.billing,
  isStream: call.isStream,
  requestBytes: call.body.length,
  estimatedInputTokens: estimateTokens(call.plainBody.length),
  sessionId: call.identity.session?.id ?? null,
  agent: call.identity.agent?.name ?? null,
})
