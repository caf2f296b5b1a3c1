/**
 * Reads the beginning of a provider's answer for as long as the holdback has not decided, and no longer than a client should be
 * kept waiting. What passes has its bytes back, in the chunks in which they came.
 */
import type { Services } from '../app/services.ts'
import type { Watched } from '../lib/watch.ts'
import type { Finding } from '../rules/evidence.ts'
import type { ReplyFacts } from '../wire/dialect.ts'
import { bodyOf } from './body-of.ts'
import type { Holdback, Verdict } from './holdback.ts'
import type { Answered } from './reply.ts'

export type Begun =
  | {
      readonly kind: 'pass'
      readonly reply: Answered
      /** `time`: it was not judged, since it took too long; `gone`: nobody waits for it any more. */
      readonly after: Extract<Verdict, { readonly kind: 'pass' }>['after'] | 'time' | 'gone'
    }
  /** The attempt has been stopped. */
  | {
      readonly kind: 'escalate'
      readonly finding: Finding
      /** For its row. */
      readonly facts: ReplyFacts
      readonly countText: () => number
      /** Monotonic ms; null where nothing came. */
      readonly firstByteAt: number | null
    }

type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>
type Timing = Pick<Services, 'clock' | 'watch' | 'config'>

/** @param maxMs How long it may be held. */
export async function holdBeginning(
  reply: Answered,
  holdback: Holdback,
  maxMs: number,
  { clock, watch, config }: Timing,
): Promise<Begun> {
  const { attempt, upstream } = reply
  const reader = bodyOf(upstream).getReader()
  const idleMs = config().timeouts.idleSeconds * 1000
  const deadline = openDeadline(clock.monotonic() + maxMs)
  let firstByteAt: number | null = null
  attempt.expect('idle', clock.monotonic() + idleMs)
  watch.add(attempt)
  watch.add(deadline)
  const passed = (after: Extract<Begun, { kind: 'pass' }>['after'], next: Promise<Read> | null): Begun => ({
    kind: 'pass',
    reply: withBody(reply, goOn(holdback.held(), next, reader)),
    after,
  })
  try {
    for (;;) {
      const next = reader.read()
      const read = await Promise.race([settled(next), deadline.reached])
      if (read === 'late') return passed('time', next)
      if (read.kind === 'fault' && attempt.stopped !== null && attempt.stopped !== 'idle') return passed('gone', next)
      const verdict = seen(read, holdback, reply)
      if (verdict.kind === 'pass') return passed(verdict.after, read.kind === 'chunk' ? null : next)
      if (read.kind === 'chunk') {
        firstByteAt ??= clock.monotonic()
        attempt.expect('idle', clock.monotonic() + idleMs)
      }
      if (verdict.kind === 'undecided') continue
      attempt.stop('ours')
      void reader.cancel().catch(() => undefined)
      const { finding } = verdict
      const countText = () => holdback.countText()
      return { kind: 'escalate', finding, facts: holdback.facts(), countText, firstByteAt }
    }
  } finally {
    watch.delete(attempt)
    watch.delete(deadline)
  }
}

type Settled =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'fault'; readonly fault: unknown }

const settled = (next: Promise<Read>): Promise<Settled> =>
  next.then(
    ({ done, value }): Settled => (done ? { kind: 'end' } : { kind: 'chunk', bytes: value }),
    (fault: unknown): Settled => ({ kind: 'fault', fault }),
  )

function seen(read: Settled, holdback: Holdback, { attempt }: Answered): Verdict {
  switch (read.kind) {
    case 'chunk':
      return holdback.see(read.bytes)
    case 'end':
      return holdback.end()
    case 'fault':
      return holdback.fail(attempt.judge(read.fault).error)
  }
}

/** A silent provider gives no chance to look at the clock: the heartbeat does. */
function openDeadline(at: number): Watched & { readonly reached: Promise<'late'> } {
  const { promise, resolve } = Promise.withResolvers<'late'>()
  return {
    reached: promise,
    tick(now) {
      if (now >= at) resolve('late')
    },
  }
}

function withBody(reply: Answered, body: ReadableStream<Uint8Array>): Answered {
  const { status, statusText, headers } = reply.upstream
  return { ...reply, upstream: new Response(body, { status, statusText, headers }) }
}

/** @param next A read that is under way, or has ended the stream: whoever reads on meets the same end. */
function goOn(
  held: readonly Uint8Array[],
  next: Promise<Read> | null,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  const waiting = [...held]
  let pending = next
  return new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        const kept = waiting.shift()
        if (kept !== undefined) return out.enqueue(kept)
        const reading = pending ?? reader.read()
        pending = null
        const { done, value } = await reading
        if (done) out.close()
        else out.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
