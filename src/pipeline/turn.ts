/** A provider's whole answer turned into the caller's dialect: a message, a stream of one, a count or an error. */
import { AppError } from '../neutral/error.ts'
import { readCount, writeCount, type CountingDialect } from '../wire/count.ts'
import type { ReplyFacts } from '../wire/dialect.ts'
import { dialects } from '../wire/dialects.ts'
import { parseJson } from '../wire/fields.ts'
import { framesOf, readFrame, type Frame } from '../wire/sse.ts'
import type { Signer, Stamp } from '../wire/translator.ts'
import { answerReaders, upstreamTranslators } from '../wire/translators.ts'
import type { Call } from './call.ts'
import { framingFor } from './framing.ts'
import type { Answered } from './reply.ts'
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
  /** Characters of answer, for one that says no usage. */
  readonly textLength: number
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
  const value = parseJson(text)
  const facts = answerReaders[translation.form].readReply(value)
  const seen = { facts, textLength: text.length, error: null, contentType: json, status: upstream.status }
  if (!upstream.ok || facts.errorCode !== null) {
    const error = upstreamTranslators[translation.form].readError(upstream.ok ? 502 : upstream.status, value ?? text)
    return { ...seen, status: error.status, body: errorText(call, error) }
  }
  if (value === undefined) return unread(call, seen)
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

/** Of a provider that streams though nobody asked for it. */
export function turnStreamed(call: Call, reply: TranslatedReply, bytes: Uint8Array): Turned {
  const { exchange, form } = reply.translation
  const frames = framesOf(Buffer.from(bytes)).map(readFrame)
  const reader = answerReaders[form].readStream()
  for (const { event, data } of frames) if (data !== '') reader.read(event, data)
  const facts = reader.facts()
  const seen = { facts, textLength: bytes.length, error: null, contentType: json, status: reply.upstream.status }
  const failed = frames.find(isErrorFrame)
  if (facts.errorCode !== null && failed !== undefined) {
    const error = upstreamTranslators[form].readError(502, parseJson(failed.data))
    return { ...seen, status: error.status, body: errorText(call, error) }
  }
  const value = exchange.gathered(
    frames.filter(({ data }) => data !== ''),
    stampOf(call, reply),
    signerOf(call, reply),
  )
  return value === null ? unread(call, seen) : { ...seen, body: JSON.stringify(value) }
}

const isErrorFrame = ({ event, data }: Frame): boolean => event === 'error' || data.includes('"error"')

/** The provider said that all is well and sent what can't be read. */
function unread(call: Call, seen: Omit<Turned, 'body'>): Turned {
  const error = new AppError('provider-failed', "The provider's answer could not be read, and so not be translated.")
  return { ...seen, status: error.status, error, body: errorText(call, error) }
}

const errorText = (call: Call, error: AppError): string => JSON.stringify(dialects[call.dialect].writeError(error))
