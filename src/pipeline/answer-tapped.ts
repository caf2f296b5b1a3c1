/** An answer that goes on to the client as it comes, tapped: settled once, before its last piece. */
import type { Services } from '../app/services.ts'
import type { AppError } from '../neutral/error.ts'
import { dialects } from '../wire/dialects.ts'
import type { Call } from './call.ts'
import { endOf, errorOf, isFailed, type Receipt } from './ending.ts'
import type { Answered } from './reply.ts'
import { meteredBytes, openMeter } from './meter.ts'
import { replyHeaders } from './reply-headers.ts'
import type { Settlement } from './settlement.ts'
import { tap, type Observer, type TapParts } from './tap.ts'

export interface Observed {
  readonly observer: Observer
  readonly seen: () => Pick<Settlement, 'facts' | 'countText'> & { readonly hasError: boolean }
  readonly isSse: boolean
  /** Of a translated answer; a direct one keeps the provider's. */
  readonly contentType?: string
  /** How an error of ours is said there; a frame of the caller's dialect unless given. */
  readonly errorFrame?: (error: AppError) => string
}

const keepAliveComment = Buffer.from(': keep-alive\n\n')

export function answerTapped(
  call: Call,
  reply: Answered,
  body: ReadableStream<Uint8Array>,
  observed: Observed,
  receipt: Receipt,
  s: Services,
): Response {
  const { enabled, server, timeouts } = s.config()
  const meter = openMeter(call, reply.attempt, () => soFar(observed), s)
  let responseBytes = 0
  let firstByteAt: number | null = null
  const stream = tap({
    body,
    attempt: reply.attempt,
    observer: observed.observer,
    errorBytes: (error) => Buffer.from((observed.errorFrame ?? dialects[call.dialect].writeErrorFrame)(error)),
    keepAlive:
      enabled && observed.isSse && server.keepAliveSeconds > 0
        ? { bytes: keepAliveComment, everyMs: server.keepAliveSeconds * 1000 }
        : null,
    idleMs: timeouts.idleSeconds * 1000,
    now: s.clock.monotonic,
    watch: s.watch,
    ...(reply.collect === undefined ? {} : { collect: reply.collect, others: othersOf(call) }),
    sliceBytes: meter === null ? undefined : meteredBytes,
    passed(bytes) {
      responseBytes += bytes
      meter?.(bytes)
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
  const headers = replyHeaders(call, reply)
  if (observed.contentType !== undefined) headers.set('content-type', observed.contentType)
  return new Response(stream, { status: reply.upstream.status, headers })
}

const soFar = ({ seen }: Observed) => {
  const { facts, countText } = seen()
  return { usage: facts.usage, countText }
}

/** Who waits for the same answer. */
const othersOf = ({ notes, isGone }: Call): NonNullable<TapParts['others']> => ({
  areWaiting: () => notes.isAwaited(),
  isClientGone: isGone,
})

const stackOf = (fault: unknown): string => (fault instanceof Error ? (fault.stack ?? fault.message) : String(fault))
