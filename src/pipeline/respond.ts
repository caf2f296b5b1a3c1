/**
 * Stage 9, respond: turns what forward brought into the client's response, in the caller's dialect, and settles the request
 * exactly once: before a held body is sent, or before a stream's last frame.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { asAppError } from '../neutral/error.ts'
import type { RequestRecord } from '../neutral/record.ts'
import { answerDirect } from './answer-direct.ts'
import { answerError } from './answer-error.ts'
import { answerTranslated } from './answer-translated.ts'
import { answerCached, answerNobody } from './cache-answer.ts'
import { answerAndKeep } from './cache-keep.ts'
import type { CacheLookup } from './cache.ts'
import type { Call } from './call.ts'
import { endOf, endOfCall, type Receipt } from './ending.ts'
import { forward } from './forward.ts'
import { guarded } from './guarded.ts'
import type { Answered, Reply } from './reply.ts'
import { answerAndGrade } from './shadow-collect.ts'
import { addOurs } from './reply-headers.ts'
import { isTranslated } from './turn.ts'
import { lookAtStart, mayBeStream } from './unnamed-stream.ts'

export type Answer = (receipt: Receipt) => Promise<Response>

export const respond = (s: Services) =>
  new Elysia({ name: 'stage/respond' })
    .use(forward(s))
    .resolve(({ call, reply, cached }) => ({ answer: answerTo(call, reply, cached, s) }))
    .as('scoped')

const answerTo =
  (call: Call, reply: Reply, cached: CacheLookup, s: Services): Answer =>
  (receipt) =>
    cached.kind === 'miss'
      ? answerAndKeep(call, reply, cached, receipt, s, (heard, noted) => graded(call, heard, noted, s))
      : graded(call, reply, receipt, s)

const graded = (call: Call, reply: Reply, receipt: Receipt, s: Services): Promise<Response> =>
  answerAndGrade(call, reply, receipt, s.shadow, (heard, noted) => answerSafely(call, heard, noted, s))

/** A fault of ours ends the upstream call and still settles, with an answer in the dialect. */
function answerSafely(call: Call, reply: Reply, receipt: Receipt, s: Services): Promise<Response> {
  let entered: Promise<RequestRecord> | null = null
  const once: Receipt = (end) => (entered ??= receipt(end))
  return guarded(
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
  ) as Promise<Response>
}

async function answerOnceKnown(call: Call, reply: Answered, receipt: Receipt, s: Services): Promise<Response> {
  return answerCall(call, await lookAtStart(reply, s), receipt, s)
}

function answerCall(call: Call, reply: Reply, receipt: Receipt, s: Services): Promise<Response> {
  switch (reply.kind) {
    case 'refused':
      return answerError(
        call,
        { ...(reply.after ?? { ...endOfCall(s), outcome: 'refused' }), error: reply.error },
        receipt,
      )
    case 'unanswered': {
      const { attempt, outcome, error } = reply
      return answerError(call, { ...endOfCall(s), attempt, outcome, error }, receipt)
    }
    case 'cached':
      return answerCached(call, reply.hit, receipt, s)
    case 'left':
      return answerNobody(receipt, s)
    case 'local':
      return answerLocal(call, reply, receipt, s)
    case 'answered':
      if (mayBeStream(call, reply)) return answerOnceKnown(call, reply, receipt, s)
      return isTranslated(reply) ? answerTranslated(call, reply, receipt, s) : answerDirect(call, reply, receipt, s)
  }
}

type Local = Extract<Reply, { readonly kind: 'local' }>

async function answerLocal(call: Call, reply: Local, receipt: Receipt, s: Services): Promise<Response> {
  const body = JSON.stringify(reply.body)
  await receipt({ ...endOfCall(s), outcome: 'complete', status: 200, responseBytes: Buffer.byteLength(body) })
  const headers = addOurs(new Headers(), call)
  headers.set('content-type', 'application/json')
  if (reply.isEstimate === true) headers.set('x-relayplane-estimated', 'tokens')
  if (call.method !== 'HEAD') return new Response(body, { headers })
  headers.set('content-length', String(Buffer.byteLength(body)))
  return new Response(null, { headers })
}
