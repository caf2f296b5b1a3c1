/**
 * Passes a provider's body on to the client and watches it to its single end. Whatever the client could take for the end is
 * held back until the row is written; a hang-up stops the upstream; an upstream that dies or falls silent ends the stream
 * with the dialect's own error.
 */
import type { Watch, Watched } from '../lib/watch.ts'
import type { Outcome } from '../neutral/record.ts'
import { type AppError, asAppError } from '../neutral/error.ts'
import type { Attempt } from './attempt.ts'

/** What a chunk becomes: pieces to pass on now, pieces to hold until the row is written. */
export interface Passage {
  readonly pass: readonly Uint8Array[]
  /** Not empty once the terminal frame has been seen. */
  readonly hold: readonly Uint8Array[]
}

/** Looks at a body of one kind (server-sent events, a JSON array, anything). */
export interface Observer {
  see(chunk: Uint8Array): Passage
  /** The upstream ended: what is left to pass on. */
  end(): Passage
  /** The upstream died: what was held back though it was whole. What was not is given up. */
  cut(): readonly Uint8Array[]
  /** Whether words of ours may stand here: all that was passed on so far were whole frames. */
  takesOurs(): boolean
  /** True when the upstream's end was a proper one. */
  isWhole(): boolean
}

export interface TapParts {
  readonly body: ReadableStream<Uint8Array>
  readonly attempt: Attempt
  readonly observer: Observer
  /** Fires once; the row is safe when it resolves. */
  readonly settle: (outcome: Outcome, error: AppError | null) => Promise<void>
  /** The error as bytes inside an open stream; asked for only where the observer takes words of ours. */
  readonly errorBytes: (error: AppError) => Uint8Array
  /** Sent while the upstream is silent; null where the client can't take it. */
  readonly keepAlive: { readonly bytes: Uint8Array; readonly everyMs: number } | null
  readonly idleMs: number
  readonly now: () => number
  readonly watch: Pick<Watch, 'add' | 'delete'>
  /** Pieces are no longer than this where each is looked at by itself. */
  readonly sliceBytes?: number | undefined
  /** Told of all that goes to the client; of what is held, before `settle`. */
  readonly passed: (bytes: number) => void
  /** Gets all that goes to the client, of what is held before `settle`; absent where the answer is not kept. */
  readonly collect?: (piece: Uint8Array) => void
  /** While others wait for the answer, it is read to its end though the client is gone; absent where nobody can. */
  readonly others?: { readonly areWaiting: () => boolean; readonly isClientGone: () => boolean }
}

/**
 * A direct stream, Bun's own kind: what is written goes to the client's socket with no queue between, and leaves at the end of
 * the event loop's turn without being flushed. That, reads in batches and the search in `wire/sse.ts` took a sixth off what 200
 * paced chunks cost the main thread.
 */
export function tap(parts: TapParts): ReadableStream<Uint8Array> {
  const tapped = new TappedBody(parts)
  const source: Bun.DirectUnderlyingSource<Uint8Array> = {
    type: 'direct',
    pull: (out) => tapped.run(out),
    cancel: () => tapped.cancel(),
  }
  // The types of the DOM, which the dashboard is written against, know no such kind.
  return new ReadableStream(source as unknown as UnderlyingDefaultSource<Uint8Array>)
}

class TappedBody implements Watched {
  readonly #parts: TapParts
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #out: ReadableStreamDirectController | null = null
  #lastByteAt: number
  #lastSentAt: number
  /** True while the client waits for us and we for the upstream: only then is silence the upstream's. */
  #isWaiting = false
  #isReading = false
  #isSettled = false
  #isClosed = false

  constructor(parts: TapParts) {
    this.#parts = parts
    this.#reader = parts.body.getReader()
    this.#lastByteAt = this.#lastSentAt = parts.now()
    parts.watch.add(this)
  }

  /** Called once, when the client is there for the body. One function: a promise more for each chunk took 1 µs. */
  async run(out: ReadableStreamDirectController): Promise<void> {
    this.#out = out
    await this.#readAll()
  }

  async #readAll(): Promise<void> {
    this.#isReading = true
    try {
      while (!this.#isClosed) {
        let read: Bun.ReadableStreamDefaultReadManyResult<Uint8Array>
        try {
          this.#isWaiting = true
          this.#lastByteAt = this.#parts.now()
          read = await this.#reader.readMany()
        } catch (fault) {
          return await this.#fail(fault)
        } finally {
          this.#isWaiting = false
        }
        if (read.done) return await this.#finish()
        for (const chunk of this.#sliced(read.value)) {
          // Ended by us: what has come since is neither passed on nor counted.
          if (this.#parts.attempt.stopped === 'limit') break
          const full = this.#pass(chunk)
          if (full !== null) await full
        }
      }
    } catch (fault) {
      await this.#giveUp(fault)
    }
  }

  /** One read may bring more than may be passed on without a look at what it costs. */
  #sliced(chunks: readonly Uint8Array[]): Iterable<Uint8Array> {
    const { sliceBytes } = this.#parts
    return sliceBytes === undefined ? chunks : slices(chunks, sliceBytes)
  }

  /** @returns What to wait for before more is passed on, if anything. */
  #pass(chunk: Uint8Array): Promise<unknown> | null {
    if (this.#isClosed) return null
    const { pass, hold } = this.#parts.observer.see(chunk)
    this.#count(pass)
    const full = this.#send(pass)
    return hold.length === 0 ? full : this.#passHeld(hold)
  }

  async #passHeld(hold: readonly Uint8Array[]): Promise<void> {
    this.#count(hold)
    await this.#settle('complete', null)
    await this.#send(hold)
  }

  async #finish(): Promise<void> {
    if (this.#isClosed) return
    const { observer, attempt } = this.#parts
    const { pass, hold } = observer.end()
    this.#count(pass)
    void this.#send(pass)
    this.#count(hold)
    // The client sees the same early end that it would see without us, and no word of ours.
    if (observer.isWhole()) await this.#settle('complete', null)
    else await this.#settle('upstream_reset', attempt.endedEarly())
    void this.#send(hold)
    this.#close()
  }

  async #fail(fault: unknown): Promise<void> {
    if (this.#isClosed) return
    const { attempt, observer, errorBytes } = this.#parts
    // After the terminal frame nobody needs to hear of it: the answer was whole.
    const wasSettled = this.#isSettled
    const { outcome, error } = attempt.judge(fault)
    const saysIt = !wasSettled && observer.takesOurs()
    const last = saysIt ? [...observer.cut(), errorBytes(error)] : observer.cut()
    this.#count(last)
    await this.#settle(outcome, error)
    void this.#send(last)
    if (saysIt || wasSettled) this.#close()
    else this.#break()
  }

  /** A fault of ours: even so the upstream is ended and the request settles. */
  async #giveUp(fault: unknown): Promise<void> {
    void this.#reader.cancel().catch(() => undefined)
    try {
      await this.#settle('failed', asAppError(fault))
    } finally {
      this.#break()
    }
  }

  /** The client hung up. Bun calls it once; whatever is being waited for. */
  async cancel(): Promise<void> {
    if (this.#isClosed) return
    if (this.#parts.others?.areWaiting() === true) return this.#goOnWithout()
    this.#isClosed = true
    this.#parts.watch.delete(this)
    this.#parts.attempt.stop('client')
    // The pending read rejects with our own abort.
    void this.#reader.cancel().catch(() => undefined)
    await this.#settle('client_abort', null)
  }

  /** The client is gone; others get the answer once it has ended. */
  #goOnWithout(): void {
    this.#out = null
    if (!this.#isReading) void this.#readAll()
  }

  tick(now: number): void {
    if (this.#isClosed) return
    const { idleMs, keepAlive, attempt, observer, others } = this.#parts
    if (!this.#isReading && others?.isClientGone() === true && others.areWaiting()) this.#goOnWithout()
    attempt.look()
    if (attempt.stopped === 'client') {
      // Gone before anybody asked for the body: then no read fails and nothing else tells us.
      void this.cancel()
      return
    }
    if (!this.#isWaiting) return
    if (now - this.#lastByteAt >= idleMs) {
      attempt.stop('idle')
      return
    }
    if (keepAlive === null || this.#isSettled || !observer.takesOurs()) return
    if (now - Math.max(this.#lastByteAt, this.#lastSentAt) < keepAlive.everyMs) return
    this.#lastSentAt = now
    void this.#out?.write(keepAlive.bytes)
  }

  #settle(outcome: Outcome, error: AppError | null): Promise<void> {
    if (this.#isSettled) return Promise.resolve()
    this.#isSettled = true
    return this.#parts.settle(outcome, error)
  }

  #count(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      if (piece.length === 0) continue
      this.#parts.passed(piece.length)
      this.#parts.collect?.(piece)
    }
  }

  /** @returns What a slow client makes us wait for: resolves when it has taken what it was sent, or is gone. */
  #send(pieces: readonly Uint8Array[]): Promise<number> | null {
    let full: Promise<number> | null = null
    if (this.#isClosed) return full
    for (const piece of pieces) {
      const written = this.#out?.write(piece) ?? 0
      if (typeof written !== 'number') full = written
    }
    return full
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#parts.watch.delete(this)
    this.#out?.close()
  }

  /** No way to say the error in this format: a broken connection is more honest than an end that looks whole. */
  #break(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#parts.watch.delete(this)
    // Without the fault: who prints it prints the upstream's URL.
    this.#out?.close(new Error('The stream broke off.'))
  }
}

function* slices(chunks: readonly Uint8Array[], bytes: number): Generator<Uint8Array> {
  for (const chunk of chunks) for (let at = 0; at < chunk.length; at += bytes) yield chunk.subarray(at, at + bytes)
}
