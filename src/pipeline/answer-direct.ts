/** An answer in the caller's own dialect: its bytes pass through, held whole where they are few, tapped where they are many. */
import type { Services } from '../app/services.ts'
import { dialects } from '../wire/dialects.ts'
import { noReplyFacts } from '../wire/no-facts.ts'
import { answerError } from './answer-error.ts'
import { answerTapped } from './answer-tapped.ts'
import { bodyOf } from './body-of.ts'
import type { Call } from './call.ts'
import { endOf, isFailed, type Receipt } from './ending.ts'
import type { Answered } from './reply.ts'
import { holdBody, readHeld } from './hold.ts'
import { formatUsd } from './money.ts'
import { ByteObserver } from './observe-bytes.ts'
import { SseObserver } from './observe-sse.ts'
import { replyHeaders } from './reply-headers.ts'
import { lengthOfBody } from './text-length.ts'
import { hasNoBody, isEventStream } from './unnamed-stream.ts'

/** The largest JSON body that is held, so that its cost can stand in a header. */
const maxHeldBytes = 8 * 1024 * 1024

export function answerDirect(call: Call, reply: Answered, receipt: Receipt, s: Services): Promise<Response> {
  const { upstream } = reply
  if (hasNoBody(upstream) || call.method === 'HEAD') return answerBodiless(call, reply, receipt, s)
  const type = (upstream.headers.get('content-type') ?? '').toLowerCase()
  if (isEventStream(reply)) return Promise.resolve(answerStream(call, reply, receipt, s))
  const isJson = /\bjson\b/.test(type)
  const isOpenArray = call.endpoint === 'stream_generate' && upstream.ok
  if (isJson && !isOpenArray) return answerHeld(call, reply, receipt, s)
  return Promise.resolve(answerBytes(call, reply, bodyOf(upstream), isJson, receipt, s))
}

async function answerBodiless(call: Call, reply: Answered, receipt: Receipt, s: Services): Promise<Response> {
  const { upstream } = reply
  await receipt(endOf(reply, s, { outcome: upstream.status >= 400 ? 'failed' : 'complete' }))
  const headers = replyHeaders(call, reply)
  const length = upstream.headers.get('content-length')
  // What GET would bring, unless we had to decode it.
  if (call.method === 'HEAD' && length !== null && !upstream.headers.has('content-encoding'))
    headers.set('content-length', length)
  const response = new Response(null, { status: upstream.status, headers })
  void upstream.body?.cancel()
  return response
}

async function answerHeld(call: Call, reply: Answered, receipt: Receipt, s: Services): Promise<Response> {
  const held = await holdBody(reply.upstream, reply.attempt, maxHeldBytes, s)
  switch (held.kind) {
    case 'whole': {
      const facts = readHeld(held.bytes, call.dialect)
      reply.collect?.(held.bytes)
      const record = await receipt(
        endOf(reply, s, {
          outcome: isFailed(reply, facts.errorCode) ? 'failed' : 'complete',
          facts,
          countText: () => lengthOfBody(held.bytes, call.dialect, call.endpoint),
          responseBytes: held.bytes.length,
          firstByteAt: held.firstByteAt,
        }),
      )
      const headers = replyHeaders(call, reply)
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
      countText: () => (kept === null ? 0 : lengthOfBody(kept, call.dialect, call.endpoint)),
      hasError: false,
    }
  }
  return answerTapped(call, reply, body, { observer, seen, isSse: false }, receipt, s)
}

function answerStream(call: Call, reply: Answered, receipt: Receipt, s: Services): Response {
  const observer = new SseObserver(dialects[call.dialect], reply.stripUsage, call.endpoint !== 'raw')
  const seen = () => ({ facts: observer.facts(), countText: () => observer.countText(), hasError: observer.hasError() })
  return answerTapped(call, reply, bodyOf(reply.upstream), { observer, seen, isSse: true }, receipt, s)
}
