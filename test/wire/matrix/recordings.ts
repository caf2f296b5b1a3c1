/** The recorded replies by dialect, each as an exchange in which a client of another dialect gets it. */
import { gather, type StreamEvent } from '../../../src/neutral/event.ts'
import type { DialectId } from '../../../src/neutral/model.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import type { Exchange } from '../../../src/wire/translate.ts'
import { translators } from '../../../src/wire/translators.ts'
import { areRecordingsHere, framesIn, payloads, recordedFiles, recordedJson, type Frame } from '../recorded.ts'
import { exchange, plainBody, read, signerOf, stamp } from './sides.ts'

const folders: Readonly<Record<DialectId, readonly string[]>> = {
  anthropic: ['anthropic'],
  'openai-chat': ['deepseek-chat', 'groq', 'mistral', 'openai-chat', 'openai-compatible-chat', 'perplexity', 'xai'],
  'openai-responses': ['azure', 'openai-responses', 'xai-responses'],
  gemini: ['google'],
}

export interface Recording {
  readonly path: string
  readonly dialect: DialectId
  readonly isStream: boolean
}

/** One that was recorded, or one that was typed by hand. */
export type Source = Recording | { readonly dialect: DialectId; readonly body: unknown; readonly isStream: false }

const bodyOf = (source: Source): unknown => ('path' in source ? recordedJson(source.path) : source.body)
const framesOf = (source: Source): Frame[] =>
  'path' in source ? payloads(source.path).map((data) => ({ event: '', data })) : []

export const recordings: readonly Recording[] = areRecordingsHere
  ? Object.entries(folders).flatMap(([dialect, names]) =>
      recordedFiles(...names).map((path) => ({
        path,
        dialect: dialect as DialectId,
        isStream: !path.endsWith('.json'),
      })),
    )
  : []

/** What the provider said, as its own dialect's reader has it; null for an error, and for a stream without an end. */
export function given({ path, dialect, isStream }: Recording): NeutralReply | null {
  const translator = translators[dialect]
  if (isStream)
    return gather(
      eventsIn(
        dialect,
        payloads(path).map((data) => ({ event: '', data })),
      ),
    )
  const body = recordedJson(path)
  return hasAnswer(body) ? translator.readReply(body, signerOf(dialect)) : null
}

const hasAnswer = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  ['choices', 'content', 'output', 'candidates'].some((name) => name in body)

export function eventsIn(dialect: DialectId, frames: readonly Frame[]): StreamEvent[] {
  const reader = translators[dialect].readEvents(signerOf(dialect))
  return [...frames.flatMap(({ event, data }) => reader.read(event, data)), ...reader.end()]
}

/** A request of this dialect that asks for a stream with all that it may hold. */
const askedOf = (dialect: DialectId) =>
  read(
    dialect,
    {
      ...plainBody[dialect],
      ...(dialect === 'gemini' ? {} : { stream: true }),
      ...(dialect === 'openai-chat' ? { stream_options: { include_usage: true } } : {}),
    },
    true,
  )

export const answering = (from: DialectId, to: DialectId): Exchange => exchange(to, from, askedOf(to))

/** The frames that a client of another dialect gets of it, one after the other. */
export function streamOf(source: Source, there: Exchange): string[] {
  const stream = there.stream(stamp, signerOf(source.dialect))
  const turns = source.isStream
    ? [...framesOf(source).map(({ event, data }) => stream.read(event, data)), stream.end()]
    : [stream.whole(bodyOf(source))]
  return turns.map(({ frames, last }) => frames + last)
}

/** The whole answer that the client gets of it; a stream gathered. */
export const replyOf = (source: Source, there: Exchange): unknown =>
  source.isStream
    ? there.gathered(framesOf(source), stamp, signerOf(source.dialect))
    : there.reply(bodyOf(source), stamp, signerOf(source.dialect))

/** What the client understands. */
export const understood = (to: DialectId, stream: string): NeutralReply | null => gather(eventsIn(to, framesIn(stream)))
