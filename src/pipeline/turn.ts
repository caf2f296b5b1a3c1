/** A provider's whole answer turned into the caller's dialect: a message, a stream of one, a count or an error. */
import { AppError } from '../neutral/error.ts'
import { readCount, writeCount, type CountingDialect } from '../wire/count.ts'
import type { ReplyFacts } from '../wire/dialect.ts'
import { parseJsonExactly } from '../wire/fields.ts'
import { framesOf, readFrame, type Frame } from '../wire/sse.ts'
import type { EventReader, Signer, Stamp } from '../wire/translator.ts'
import { answerReaders, upstreamTranslators } from '../wire/translators.ts'
import type { Call } from './call.ts'
import { errorAnswer } from './error-answer.ts'
import { framingFor } from './framing.ts'
import type { Answered } from './reply.ts'
import { lengthOfReply } from './text-length.ts'
import type { Translation } from './translation.ts'
import { isCount } from './ways.ts'

export interface TranslatedReply extends Answered {
  readonly translation: Translation
}

export const isTranslated = (reply: Answered): reply is TranslatedReply => reply.translation !== null

/** What the client gets. */
export interface Turned {
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly facts: ReplyFacts
  /** Characters of answer, for one that says no usage: asked for only then. */
  readonly countText: () => number
  /** Of ours: the answer could not be read. The provider's own error is in the facts. */
  readonly error: AppError | null
}

export const stampOf = (call: Call, { attempt }: Answered): Stamp => ({
  id: call.id,
  createdS: Math.floor(call.startedMs / 1000),
  model: attempt.target.model ?? '',
})

export const signerOf = (call: Call, { attempt }: Answered): Signer => ({
  provider: attempt.target.provider,
  id: call.id,
})

const json = 'application/json'

export function turnWhole(call: Call, reply: TranslatedReply, bytes: Uint8Array): Turned {
  const { translation, upstream } = reply
  const text = new TextDecoder().decode(bytes)
  const value = parseJsonExactly(text)
  const facts = answerReaders[translation.form].readReply(value)
  const countText = () => (value === undefined ? 0 : lengthOfReply(value, translation.form, call.endpoint))
  const seen = { facts, countText, error: null, contentType: json, status: upstream.status }
  if (!upstream.ok && !isErrorStatus(upstream.status)) return ours(call, seen, noAnswer(reply))
  if (!upstream.ok || facts.errorCode !== null) {
    const error = upstreamTranslators[translation.form].readError(errorStatus(upstream.status), value ?? text)
    return failure(call, seen, error)
  }
  // JSON too, but of no dialect: `null` would be read as an answer that says nothing.
  if (value === null || typeof value !== 'object') return unread(call, seen)
  if (isCount(call.endpoint)) {
    const tokens = readCount(translation.form as CountingDialect, value)
    return tokens === null ? unread(call, seen) : { ...seen, body: JSON.stringify(writeCount(call.dialect, tokens)) }
  }
  const [stamp, signer] = [stampOf(call, reply), signerOf(call, reply)]
  if (!call.isStream) return { ...seen, body: JSON.stringify(translation.exchange.reply(value, stamp, signer)) }
  const { frames, last } = translation.exchange.stream(stamp, signer).whole(value)
  const framing = framingFor(call)
  return { ...seen, contentType: framing.contentType, body: framing.wrap(frames) + framing.wrapLast(last) }
}

const isErrorStatus = (status: number): boolean => status >= 400 && status <= 599

/** What an error under a 200 is for the client. */
const errorStatus = (status: number): number => (isErrorStatus(status) ? status : 502)

/** A redirect leads where no client of ours should go, and what a 304 means was in nobody's question. */
const noAnswer = ({ attempt, upstream: { status } }: Answered): AppError =>
  new AppError(
    'provider-failed',
    `${attempt.target.provider} answered with the status ${status}, which is no answer.${redirects.has(status) ? ' Redirects are not followed: its base URL may be out of date.' : ''}`,
  )

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Of a provider that streams though nobody asked for it. */
export function turnStreamed(call: Call, reply: TranslatedReply, bytes: Uint8Array): Turned {
  const { exchange, form } = reply.translation
  const signer = signerOf(call, reply)
  const frames = framesOf(Buffer.from(bytes))
    .map(readFrame)
    .filter(({ data }) => data !== '')
  const reader = answerReaders[form].readStream()
  for (const { event, data } of frames) reader.read(event, data)
  const facts = reader.facts()
  const countText = () => frames.reduce((sum, { data }) => sum + reader.countText(data), 0)
  const seen = { facts, countText, error: null, contentType: json, status: reply.upstream.status }
  const error = errorIn(frames, upstreamTranslators[form].readEvents(signer))
  if (error !== null) return failure(call, seen, error)
  const value = exchange.gathered(frames, stampOf(call, reply), signer)
  return value === null ? unread(call, seen) : { ...seen, body: JSON.stringify(value) }
}

function errorIn(frames: readonly Frame[], reader: EventReader): AppError | null {
  for (const { event, data } of frames)
    for (const one of reader.read(event, data)) if (one.type === 'error') return one.error
  return null
}

/** The provider's own error: no word of it is an answer. */
function failure(call: Call, seen: Omit<Turned, 'body'>, error: AppError): Turned {
  const answer = errorAnswer(call, error)
  return { ...seen, ...answer, status: answer.status === 200 ? 200 : errorStatus(answer.status), countText: () => 0 }
}

/** The provider said that all is well and sent what can't be read. */
const unread = (call: Call, seen: Omit<Turned, 'body'>): Turned =>
  ours(
    call,
    seen,
    new AppError('provider-failed', "The provider's answer could not be read, and so not be translated."),
  )

const ours = (call: Call, seen: Omit<Turned, 'body'>, error: AppError): Turned => ({
  ...seen,
  ...errorAnswer(call, error),
  error,
})
