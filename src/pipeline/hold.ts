/** A JSON body held whole, so that it can be read and its cost put in a header before anything is sent. */
import type { Services } from '../app/services.ts'
import type { DialectId } from '../neutral/model.ts'
import type { ReplyFacts } from '../wire/dialect.ts'
import { dialects } from '../wire/dialects.ts'
import { noReplyFacts } from '../wire/no-facts.ts'
import type { Attempt } from './attempt.ts'
import { bodyOf } from './body-of.ts'
import type { Answered } from './reply.ts'

export type Held =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array; readonly firstByteAt: number }
  /** More than may be held: the whole body again, as a stream. */
  | { readonly kind: 'large'; readonly rest: ReadableStream<Uint8Array> }
  | { readonly kind: 'broken'; readonly fault: unknown }

/**
 * Below this a body is read in one go, several times faster than by chunks. It then has as long for the whole as one silence
 * may last, so only where that is plenty.
 */
const smallBytes = 64 * 1024
const plentyMs = 60_000

export function holdBody(upstream: Response, attempt: Attempt, maxBytes: number, s: Services): Promise<Held> {
  const length = Number(upstream.headers.get('content-length') ?? Infinity)
  const idleMs = s.config().timeouts.idleSeconds * 1000
  if (length <= smallBytes && idleMs >= plentyMs) return holdSmall(upstream, attempt, idleMs, s)
  return holdLarge(upstream, attempt, idleMs, maxBytes, s)
}

async function holdSmall(upstream: Response, attempt: Attempt, idleMs: number, s: Services): Promise<Held> {
  const firstByteAt = s.clock.monotonic()
  attempt.expect('idle', firstByteAt + idleMs)
  s.watch.add(attempt)
  try {
    return { kind: 'whole', bytes: await upstream.bytes(), firstByteAt }
  } catch (fault) {
    return { kind: 'broken', fault }
  } finally {
    s.watch.delete(attempt)
  }
}

async function holdLarge(
  upstream: Response,
  attempt: Attempt,
  idleMs: number,
  maxBytes: number,
  s: Services,
): Promise<Held> {
  const reader = bodyOf(upstream).getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  let firstByteAt: number | null = null
  attempt.expect('idle', s.clock.monotonic() + idleMs)
  s.watch.add(attempt)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const now = s.clock.monotonic()
      firstByteAt ??= now
      attempt.expect('idle', now + idleMs)
      if (done)
        return {
          kind: 'whole',
          bytes: chunks.length === 1 ? (chunks[0] ?? new Uint8Array()) : Buffer.concat(chunks),
          firstByteAt,
        }
      chunks.push(value)
      length += value.length
      if (length > maxBytes) return { kind: 'large', rest: resume(chunks, reader) }
    }
  } catch (fault) {
    return { kind: 'broken', fault }
  } finally {
    s.watch.delete(attempt)
  }
}

/** The body again, from what was read of it on. */
export function resume(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  const waiting = [...chunks]
  return new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        const kept = waiting.shift()
        if (kept !== undefined) return out.enqueue(kept)
        const { done, value } = await reader.read()
        if (done) out.close()
        else out.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/** The answer with the body that was held put back: whoever reads on meets the same bytes, or the same break. */
export function withBodyAgain(reply: Answered, held: Held): Answered {
  const { status, statusText, headers } = reply.upstream
  const again = (body: BodyInit): Answered => ({
    ...reply,
    upstream: new Response(body, { status, statusText, headers }),
  })
  switch (held.kind) {
    case 'whole':
      return again(held.bytes as Uint8Array<ArrayBuffer>)
    case 'large':
      return again(held.rest)
    case 'broken':
      return again(new ReadableStream({ start: (out) => out.error(held.fault) }))
  }
}

const utf8 = new TextDecoder()

/** Usage and the rest of a reply's facts; a body that is not JSON has none. */
export function readHeld(bytes: Uint8Array, dialect: DialectId): ReplyFacts {
  try {
    return dialects[dialect].readReply(JSON.parse(utf8.decode(bytes)))
  } catch {
    // The provider said JSON and sent something else: it goes to the client as it is, without usage.
    return noReplyFacts
  }
}
