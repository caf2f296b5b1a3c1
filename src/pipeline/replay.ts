/**
 * A kept answer given again in the form that this call asks for: its very bytes where the form is the same, else read and written
 * by its own dialect, so that an answer that was streamed can come whole, and a whole one as a stream.
 */
import { AppError } from '../neutral/error.ts'
import { eventsOf, gather, type StreamEvent } from '../neutral/event.ts'
import type { DialectId } from '../neutral/model.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import { asList, parseJsonExactly } from '../wire/fields.ts'
import { framesOf, readFrame, type Frame } from '../wire/sse.ts'
import type { Signer } from '../wire/translator.ts'
import { translators } from '../wire/translators.ts'
import type { Kept, KeptForm } from './cache-entry.ts'
import type { Call } from './call.ts'
import { eventStream, framingFor } from './framing.ts'
import { saysTheSame } from './replay-check.ts'
import { readAsked } from './translation.ts'

export interface Replay {
  readonly contentType: string
  readonly body: Uint8Array
}

/** An answer as it lies there. */
export type Bytes = Pick<Kept, 'form' | 'body'>

/** @returns null where the answer can't be read, or would say less in the other form: then the provider is to be asked. */
export function replay(call: Call, entry: Kept): Replay | null {
  const form = formFor(call)
  if (entry.form === form && (form !== 'sse' || entry.asksUsage === call.facts.asksStreamUsage))
    return { contentType: entry.contentType, body: entry.body }
  // Gemini's two streams differ in what stands between the pieces only.
  if (call.dialect === 'gemini' && form !== 'json' && entry.form !== 'json') return reframed(call, entry)
  return rewritten(call, entry, form)
}

/** The form that a call's answer has. */
function formFor(call: Call): KeptForm {
  if (!call.isStream) return 'json'
  return framingFor(call) === eventStream ? 'sse' : 'json-array'
}

/** What an answer says; null where it can't be read, or was cut off. */
export function replyIn(answer: Bytes, dialect: DialectId, signer: Signer): NeutralReply | null {
  if (answer.form !== 'json') return gather(eventsIn(framesIn(answer), dialect, signer))
  const value = parseJsonExactly(textOf(answer.body))
  return value === undefined ? null : translators[dialect].readReply(value, signer)
}

function* eventsIn(frames: readonly Frame[], dialect: DialectId, signer: Signer): Generator<StreamEvent> {
  const reader = translators[dialect].readEvents(signer)
  for (const { event, data } of frames) yield* reader.read(event, data)
  yield* reader.end()
}

function framesIn({ form, body }: Bytes): readonly Frame[] {
  if (form === 'sse')
    return framesOf(body)
      .map(readFrame)
      .filter(({ data }) => data !== '')
  return asList(parseJsonExactly(textOf(body))).map((item) => ({ event: '', data: JSON.stringify(item) }))
}

function reframed(call: Call, entry: Kept): Replay {
  const { contentType, wrap, wrapLast } = framingFor(call)
  const frames = framesIn(entry).map(({ data }) => `data: ${data}\n\n`)
  return { contentType, body: Buffer.from(wrap(frames.join('')) + wrapLast('')) }
}

function rewritten(call: Call, entry: Kept, form: KeptForm): Replay | null {
  const asked = readAsked(call)
  // The streams' readers leave out what each piece says of its tokens.
  if (asked instanceof AppError || asked.options.logprobs !== null) return null
  const signer = { provider: entry.provider, id: call.id }
  const stamp = { id: call.id, createdS: Math.floor(entry.createdMs / 1000), model: entry.servedModel ?? entry.model }
  const said = replyIn(entry, call.dialect, signer)
  if (said === null) return null
  // A stream says no usage that nobody asked it for.
  const reply = { ...said, usage: said.usage ?? entry.usage }
  const { writeReply, writeEvents } = translators[call.dialect]
  if (form === 'json') {
    const body = Buffer.from(JSON.stringify(writeReply(reply, asked, stamp).body))
    return checked(call, reply, signer, { form, body }, 'application/json')
  }
  const writer = writeEvents(asked, stamp)
  const frames = [...eventsOf(reply)].map((event) => writer.write(event)).join('')
  const { contentType, wrap, wrapLast } = framingFor(call)
  return checked(call, reply, signer, { form, body: Buffer.from(wrap(frames) + wrapLast('')) }, contentType)
}

function checked(call: Call, said: NeutralReply, signer: Signer, again: Bytes, contentType: string): Replay | null {
  const back = replyIn(again, call.dialect, signer)
  return back !== null && saysTheSame(said, back) ? { contentType, body: again.body } : null
}

const utf8 = new TextDecoder()
const textOf = (bytes: Uint8Array): string => utf8.decode(bytes)
