/**
 * Stage 9, respond: turns what forward brought into the client's response, in the caller's dialect, and settles the request
 * exactly once: before a held body is sent, or before a stream's last frame.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { AppError, asAppError } from '../neutral/error.ts'
import type { Outcome, RequestRecord } from '../neutral/record.ts'
import { dialects } from '../wire/dialects.ts'
import { noReplyFacts } from '../wire/no-facts.ts'
import type { Call } from './call.ts'
import { forward, type Answered, type Reply } from './forward.ts'
import { guarded } from './guarded.ts'
import { formatUsd } from './money.ts'
import { holdBody, readHeld } from './hold.ts'
import { ByteObserver } from './observe-bytes.ts'
import { SseObserver } from './observe-sse.ts'
import { addOurs, replyHeaders, upstreamRequestId } from './reply-headers.ts'
import type { Settlement } from './settlement.ts'
import { tap, type Observer } from './tap.ts'

/** Enters the settlement in the books; the row is safe when it resolves. */
export type Receipt = (end: Settlement) => Promise<RequestRecord>

export type Answer = (receipt: Receipt) => Promise<Response>

export const respond = (s: Services) =>
  new Elysia({ name: 'stage/respond' })
    .use(forward(s))
    .resolve(({ call, reply }) => ({ answer: ((receipt) => answerSafely(call, reply, receipt, s)) as Answer }))
    .as('scoped')

/** The largest JSON body that is held, so that its cost can stand in a header. */
const maxHeldBytes = 8 * 1024 * 1024

/** A fault of ours ends the upstream call and still settles, with an answer in the dialect. */
async function answerSafely(call: Call, reply: Reply, receipt: Receipt, s: Services): Promise<Response> {
  let entered: Promise<RequestRecord> | null = null
  const once: Receipt = (end) => (entered ??= receipt(end))
  return await guarded(
    'respond',
    call.notes,
    s.log,
    () => answerCall(call, reply, once, s),
    (fault) => {
      // What the provider has begun to answer it bills.
      const end =
        reply.kind === 'answered'
          ? endOf(reply, s, { outcome: 'failed' })
          : { ...endOfCall(s), outcome: 'failed' as const }
      end.attempt?.stop('ours')
      return answerError(call, { ...end, error: asAppError(fault) }, once)
    },
  )
}

function answerCall(call: Call, reply: Reply, receipt: Receipt, s: Services): Promise<Response> {
  switch (reply.kind) {
    case 'refused':
      return answerError(call, { ...endOfCall(s), outcome: 'refused', error: reply.error }, receipt)
    case 'unanswered': {
      const { attempt, outcome, error } = reply
      return answerError(call, { ...endOfCall(s), attempt, outcome, error }, receipt)
    }
    case 'local':
      return answerLocal(call, reply.body, receipt, s)
    case 'answered':
      return answerUpstream(call, reply, receipt, s)
  }
}

async function answerError(
  call: Call,
  end: Settlement & { readonly error: AppError },
  receipt: Receipt,
): Promise<Response> {
  const { error, outcome } = end
  const body = JSON.stringify(dialects[call.dialect].writeError(error))
  const isGone = call.signal.aborted
  await receipt({
    ...end,
    outcome: isGone && outcome === 'refused' ? 'client_abort' : outcome,
    status: isGone ? null : error.status,
    error: errorOf(outcome, error),
    responseBytes: isGone ? 0 : Buffer.byteLength(body),
  })
  const headers = addOurs(new Headers(), call)
  headers.set('content-type', 'application/json')
  if (call.methods !== null && error.code === 'method-not-allowed') headers.set('allow', call.methods.join(', '))
  if (error.status === 413) headers.set('connection', 'close')
  // The official SDKs and Claude Code try a 401 for minutes; what we refuse is refused again.
  if (isFinal(error.status)) headers.set('x-should-retry', 'false')
  return new Response(call.method === 'HEAD' ? null : body, { status: error.status, headers })
}

const isFinal = (status: number): boolean => status >= 400 && status < 500 && ![408, 409, 429].includes(status)

/** A client that hung up made no error of anybody's. */
const errorOf = (outcome: Outcome, error: AppError | null) => (outcome === 'client_abort' ? null : error)

/** The end of a call of which nothing came back. */
const endOfCall = (s: Services): Omit<Settlement, 'outcome'> => ({
  attempt: null,
  status: null,
  error: null,
  facts: noReplyFacts,
  countText: () => 0,
  responseBytes: 0,
  firstByteAt: null,
  endedAt: s.clock.monotonic(),
  upstreamStatus: null,
  upstreamRequestId: null,
})

async function answerLocal(call: Call, value: unknown, receipt: Receipt, s: Services): Promise<Response> {
  const body = JSON.stringify(value)
  await receipt({ ...endOfCall(s), outcome: 'complete', status: 200, responseBytes: Buffer.byteLength(body) })
  const headers = addOurs(new Headers(), call)
  headers.set('content-type', 'application/json')
  return new Response(call.method === 'HEAD' ? null : body, { headers })
}

function answerUpstream(call: Call, reply: Answered, receipt: Receipt, s: Services): Promise<Response> {
  const { upstream, attempt } = reply
  if (upstream.status > 599) {
    const error = new AppError(
      'provider-failed',
      `${attempt.target.provider} answered with the status ${upstream.status}, which no client knows.`,
    )
    attempt.stop('ours')
    return answerError(call, { ...endOf(reply, s, { outcome: 'failed' }), error }, receipt)
  }
  if (hasNoBody(upstream) || call.method === 'HEAD') return answerBodiless(call, reply, receipt, s)
  const type = (upstream.headers.get('content-type') ?? '').toLowerCase()
  if (type.startsWith('text/event-stream')) return Promise.resolve(answerStream(call, reply, receipt, s))
  const isJson = /\bjson\b/.test(type)
  const isOpenArray = call.endpoint === 'stream_generate' && upstream.ok
  if (isJson && !isOpenArray) return answerHeld(call, reply, receipt, s)
  return Promise.resolve(answerBytes(call, reply, bodyOf(upstream), isJson, receipt, s))
}

/** Not by `body === null`: asking for the body makes a stream of it, which a small one need not become. */
const hasNoBody = ({ status, headers }: Response): boolean =>
  status === 204 || status === 304 || headers.get('content-length') === '0'

const bodyOf = (upstream: Response): ReadableStream<Uint8Array> => upstream.body ?? new ReadableStream()

async function answerBodiless(call: Call, reply: Answered, receipt: Receipt, s: Services): Promise<Response> {
  const { upstream } = reply
  await receipt(endOf(reply, s, { outcome: upstream.status >= 400 ? 'failed' : 'complete' }))
  const response = new Response(null, {
    status: upstream.status,
    headers: replyHeaders(call, reply.attempt.target, reply.upstream.headers),
  })
  void upstream.body?.cancel()
  return response
}

async function answerHeld(call: Call, reply: Answered, receipt: Receipt, s: Services): Promise<Response> {
  const held = await holdBody(reply.upstream, reply.attempt, maxHeldBytes, s)
  switch (held.kind) {
    case 'whole': {
      const facts = readHeld(held.bytes, call.dialect)
      const record = await receipt(
        endOf(reply, s, {
          outcome: isFailed(reply, facts.errorCode) ? 'failed' : 'complete',
          facts,
          countText: () => held.bytes.length,
          responseBytes: held.bytes.length,
          firstByteAt: held.firstByteAt,
        }),
      )
      const headers = replyHeaders(call, reply.attempt.target, reply.upstream.headers)
      if (record.cost.nanoUsd !== null) headers.set('x-relayplane-cost-usd', formatUsd(record.cost.nanoUsd))
      return new Response(held.bytes as Uint8Array<ArrayBuffer>, { status: reply.upstream.status, headers })
    }
    case 'broken': {
      const { outcome, error } = reply.attempt.judge(held.fault)
      return answerError(call, { ...endOf(reply, s, { outcome }), error }, receipt)
    }
    case 'large':
      return answerBytes(call, reply, held.rest, true, receipt, s)
  }
}

const isFailed = (reply: Answered, errorCode: string | null) => reply.upstream.status >= 400 || errorCode !== null

/** What is kept of a JSON body that streams through, to read its usage at the end. */
const maxKeptBytes = 64 * 1024 * 1024

function answerBytes(
  call: Call,
  reply: Answered,
  body: ReadableStream<Uint8Array>,
  isJson: boolean,
  receipt: Receipt,
  s: Services,
): Response {
  const observer = new ByteObserver(isJson ? maxKeptBytes : 0)
  const seen = () => {
    const kept = isJson ? observer.body() : null
    return {
      facts: kept === null ? noReplyFacts : readHeld(kept, call.dialect),
      countText: () => (isJson ? observer.keptBytes() : 0),
      hasError: false,
    }
  }
  return tapped(call, reply, body, { observer, seen, isSse: false }, receipt, s)
}

function answerStream(call: Call, reply: Answered, receipt: Receipt, s: Services): Response {
  const observer = new SseObserver(dialects[call.dialect], reply.stripUsage, call.endpoint !== 'raw')
  const seen = () => ({ facts: observer.facts(), countText: () => observer.countText(), hasError: observer.hasError() })
  return tapped(call, reply, bodyOf(reply.upstream), { observer, seen, isSse: true }, receipt, s)
}

interface Observed {
  readonly observer: Observer
  readonly seen: () => Pick<Settlement, 'facts' | 'countText'> & { readonly hasError: boolean }
  readonly isSse: boolean
}

const keepAliveComment = Buffer.from(': keep-alive\n\n')

function tapped(
  call: Call,
  reply: Answered,
  body: ReadableStream<Uint8Array>,
  observed: Observed,
  receipt: Receipt,
  s: Services,
): Response {
  const { enabled, server, timeouts } = s.config()
  let responseBytes = 0
  let firstByteAt: number | null = null
  const stream = tap({
    body,
    attempt: reply.attempt,
    observer: observed.observer,
    errorBytes: (error) => Buffer.from(dialects[call.dialect].writeErrorFrame(error)),
    keepAlive:
      enabled && observed.isSse && server.keepAliveSeconds > 0
        ? { bytes: keepAliveComment, everyMs: server.keepAliveSeconds * 1000 }
        : null,
    idleMs: timeouts.idleSeconds * 1000,
    now: s.clock.monotonic,
    watch: s.watch.add,
    passed(bytes) {
      responseBytes += bytes
      firstByteAt ??= s.clock.monotonic()
    },
    async settle(outcome, error) {
      const { facts, countText, hasError } = observed.seen()
      const judged = outcome === 'complete' && (hasError || isFailed(reply, facts.errorCode)) ? 'failed' : outcome
      const said = errorOf(judged, error)
      if (error?.code === 'internal') s.log.error(`an answer could not be passed on: ${stackOf(error.cause)}`)
      await receipt(endOf(reply, s, { outcome: judged, error: said, facts, countText, responseBytes, firstByteAt }))
    },
  })
  return new Response(stream, {
    status: reply.upstream.status,
    headers: replyHeaders(call, reply.attempt.target, reply.upstream.headers),
  })
}

const stackOf = (fault: unknown): string => (fault instanceof Error ? (fault.stack ?? fault.message) : String(fault))

type End = Partial<Settlement> & Pick<Settlement, 'outcome'>

function endOf(reply: Answered, s: Services, end: End): Settlement {
  return {
    ...endOfCall(s),
    attempt: reply.attempt,
    status: reply.upstream.status,
    upstreamStatus: reply.upstream.status,
    upstreamRequestId: upstreamRequestId(reply.upstream.headers),
    ...end,
  }
}
