/** An answer in another dialect than the caller's: turned into it, frame by frame where it is a stream, else whole. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { ReplyFacts } from '../wire/dialect.ts'
import { dialects } from '../wire/dialects.ts'
import { answerReaders } from '../wire/translators.ts'
import { answerError } from './answer-error.ts'
import { answerTapped } from './answer-tapped.ts'
import { bodyOf } from './body-of.ts'
import type { Call } from './call.ts'
import { endOf, isFailed, type Receipt } from './ending.ts'
import { framingFor } from './framing.ts'
import { holdBody } from './hold.ts'
import { formatUsd } from './money.ts'
import { TranslatedObserver } from './observe-translated.ts'
import { replyHeaders } from './reply-headers.ts'
import { isEventStream } from './unnamed-stream.ts'
import { signerOf, stampOf, turnStreamed, turnWhole, type Turned, type TranslatedReply } from './turn.ts'

/** A larger answer is none that a model writes. */
const maxAnswerBytes = 64 * 1024 * 1024

export async function answerTranslated(
  call: Call,
  reply: TranslatedReply,
  receipt: Receipt,
  s: Services,
): Promise<Response> {
  const { upstream, attempt } = reply
  const isSse = isEventStream(reply)
  if (upstream.ok && isSse && call.isStream) return answerStream(call, reply, receipt, s)
  const held = await holdBody(upstream, attempt, maxAnswerBytes, s)
  switch (held.kind) {
    case 'broken': {
      const { outcome, error } = attempt.judge(held.fault)
      return answerError(call, { ...endOf(reply, s, { outcome }), error }, receipt)
    }
    case 'large':
      attempt.stop('ours')
      return answerError(call, { ...endOf(reply, s, { outcome: 'failed' }), error: tooLarge }, receipt)
    case 'whole': {
      const turned = isSse && upstream.ok ? turnStreamed(call, reply, held.bytes) : turnWhole(call, reply, held.bytes)
      return answerTurned(call, reply, turned, held.firstByteAt, receipt, s)
    }
  }
}

const tooLarge = new AppError('provider-failed', "The provider's answer is too large to be translated.")

function answerStream(call: Call, reply: TranslatedReply, receipt: Receipt, s: Services): Response {
  const { translation, upstream, attempt } = reply
  const framing = framingFor(call)
  const stream = translation.exchange.stream(stampOf(call, reply), signerOf(call, reply))
  const errorFrame = (error: AppError): string => framing.wrapLast(dialects[call.dialect].writeErrorFrame(error))
  const sayCutOff = (): string => errorFrame(attempt.endedEarly())
  const observer = new TranslatedObserver(answerReaders[translation.form], stream, framing, sayCutOff)
  const seen = (): { facts: ReplyFacts; countText: () => number; hasError: boolean } => ({
    facts: observer.facts(),
    countText: () => observer.countText(),
    hasError: observer.hasError(),
  })
  const { contentType, comment } = framing
  const observed = { observer, seen, isSse: comment !== '', contentType, errorFrame }
  return answerTapped(call, reply, bodyOf(upstream), observed, receipt, s)
}

async function answerTurned(
  call: Call,
  reply: TranslatedReply,
  { status, body, contentType, facts, countText, error }: Turned,
  firstByteAt: number,
  receipt: Receipt,
  s: Services,
): Promise<Response> {
  reply.collect?.(Buffer.from(body))
  const record = await receipt(
    endOf(reply, s, {
      outcome: error !== null || isFailed(reply, facts.errorCode) ? 'failed' : 'complete',
      status,
      error,
      facts,
      countText,
      responseBytes: Buffer.byteLength(body),
      firstByteAt,
    }),
  )
  const headers = replyHeaders(call, reply)
  headers.set('content-type', contentType)
  if (record.cost.nanoUsd !== null && !call.isStream)
    headers.set('x-relayplane-cost-usd', formatUsd(record.cost.nanoUsd))
  return new Response(body, { status, headers })
}
