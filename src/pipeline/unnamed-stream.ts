/**
 * A stream of server-sent events that its headers call something else: text, bytes, JSON, or nothing. Clients that asked for a
 * stream read it as one all the same, and so it is told by how it begins.
 */
import type { Services } from '../app/services.ts'
import { bodyOf } from './body-of.ts'
import type { Call } from './call.ts'
import { eventStream, framingFor } from './framing.ts'
import { resume } from './hold.ts'
import type { Answered } from './reply.ts'

export const isEventStream = ({ upstream, isUnnamedStream }: Answered): boolean =>
  isUnnamedStream === true || /^text\/event-stream/i.test(upstream.headers.get('content-type') ?? '')

/** Whether it is worth a look: a good answer with a body, to a call that asked for events, which it does not say to be. */
export const mayBeStream = (call: Call, reply: Answered): boolean =>
  call.isStream &&
  reply.isUnnamedStream === undefined &&
  reply.upstream.ok &&
  call.method !== 'HEAD' &&
  !hasNoBody(reply.upstream) &&
  !isEventStream(reply) &&
  framingFor(call) === eventStream

/** Not by `body === null`: asking for the body makes a stream of it, which a small one need not become. */
export const hasNoBody = ({ status, headers }: Response): boolean =>
  status === 204 || status === 304 || headers.get('content-length') === '0'

/** Waits for the first bytes, as long as one silence may last. @returns The answer with its body from the beginning, or its break. */
export async function lookAtStart(reply: Answered, s: Services): Promise<Answered> {
  const { attempt, upstream } = reply
  const reader = bodyOf(upstream).getReader()
  const chunks: Uint8Array[] = []
  const idleMs = s.config().timeouts.idleSeconds * 1000
  s.watch.add(attempt)
  try {
    for (;;) {
      attempt.expect('idle', s.clock.monotonic() + idleMs)
      const { done, value } = await reader.read()
      if (!done) chunks.push(value)
      const start = startOf(chunks)
      if (start === 'unclear' && !done) continue
      return begun(reply, resume(chunks, reader), start === 'events')
    }
  } catch {
    // Who reads on meets what had come, and then the same break.
    return begun(reply, resume(chunks, reader), false)
  } finally {
    s.watch.delete(attempt)
  }
}

function begun(reply: Answered, body: ReadableStream<Uint8Array>, isUnnamedStream: boolean): Answered {
  const { status, statusText, headers } = reply.upstream
  return { ...reply, upstream: new Response(body, { status, statusText, headers }), isUnnamedStream }
}

type Start = 'events' | 'other' | 'unclear'

/** White space and a byte order mark before the first field are few. */
const looked = 256
const fields = ['data:', 'event:', 'id:', 'retry:', ':']

function startOf(chunks: readonly Uint8Array[]): Start {
  const bytes = Buffer.concat(chunks).subarray(0, looked)
  const text = bytes.toString('latin1').replace(byteOrderMark, '').replace(lineEnds, '')
  if (fields.some((field) => text.startsWith(field))) return 'events'
  const isBeginning = partOfMark.test(text) || fields.some((field) => field.startsWith(text))
  return isBeginning && bytes.length < looked ? 'unclear' : 'other'
}

/** In UTF-8, read byte by byte. */
const byteOrderMark = /^\u00ef\u00bb\u00bf/
const partOfMark = /^\u00ef\u00bb?$/
const lineEnds = /^[\r\n]+/
