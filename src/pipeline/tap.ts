/**
 * Passes a provider's body on to the client and watches it to its single end. Whatever the client could take for the end is
 * held back until the row is written; a hang-up stops the upstream; an upstream that dies or falls silent ends the stream
 * with the dialect's own error.
 */
import type { Watched } from '../lib/watch.ts'
import type { Outcome } from '../neutral/record.ts'
import type { AppError } from '../neutral/error.ts'
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
  /** True when the upstream's end was a proper one. */
  isWhole(): boolean
}

export interface TapParts {
  readonly body: ReadableStream<Uint8Array>
  readonly attempt: Attempt
  readonly observer: Observer
  /** Fires once; the row is safe when it resolves. */
  readonly settle: (outcome: Outcome, error: AppError | null) => Promise<void>
  /** The error as bytes inside an open stream, or null where the format has no way to say it. */
  readonly errorBytes: (error: AppError) => Uint8Array | null
  /** Sent while the upstream is silent; null where the client can't take it. */
  readonly keepAlive: { readonly bytes: Uint8Array; readonly everyMs: number } | null
  readonly idleMs: number
  readonly now: () => number
  readonly watch: (watched: Watched) => () => void
  readonly passed: (bytes: number) => void
}

export function tap(parts: TapParts): ReadableStream<Uint8Array> {
  const source = new TappedBody(parts)
  return new ReadableStream<Uint8Array>(source, { highWaterMark: 0 })
}

class TappedBody implements Watched {
  readonly #parts: TapParts
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #unwatch: () => void
  #out: ReadableStreamDefaultController<Uint8Array> | null = null
  #lastByteAt: number
  #lastSentAt: number
  /** True while the client waits for us and we for the upstream: only then is silence the upstream's. */
  #isWaiting = false
  #isSettled = false
  #isClosed = false

  constructor(parts: TapParts) {
    this.#parts = parts
    this.#reader = parts.body.getReader()
    this.#lastByteAt = this.#lastSentAt = parts.now()
    this.#unwatch = parts.watch(this)
  }

  start(out: ReadableStreamDefaultController<Uint8Array>): void {
    this.#out = out
  }

  async pull(): Promise<void> {
    // A chunk that completes no frame passes nothing on; the client's pull is answered by the next that does.
    while (!this.#isClosed) if (await this.#step()) return
  }

  /** @returns true when something was passed on or the stream is over. */
  async #step(): Promise<boolean> {
    let read: Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>
    try {
      this.#isWaiting = true
      this.#lastByteAt = this.#parts.now()
      read = await this.#reader.read()
    } catch (fault) {
      await this.#fail(fault)
      return true
    } finally {
      this.#isWaiting = false
    }
    if (this.#isClosed) return true
    if (read.done) {
      await this.#finish()
      return true
    }
    return this.#pass(this.#parts.observer.see(read.value))
  }

  async #pass(passage: Passage): Promise<boolean> {
    this.#send(passage.pass)
    if (passage.hold.length === 0) return passage.pass.length > 0
    await this.#settle('complete', null)
    this.#send(passage.hold)
    return true
  }

  async #finish(): Promise<void> {
    const { observer } = this.#parts
    const rest = observer.end()
    this.#send(rest.pass)
    await this.#settle(observer.isWhole() ? 'complete' : 'upstream_reset', null)
    this.#send(rest.hold)
    this.#close()
  }

  async #fail(fault: unknown): Promise<void> {
    if (this.#isClosed) return
    const wasSettled = this.#isSettled
    const { outcome, error } = this.#parts.attempt.judge(fault)
    await this.#settle(outcome, error)
    const bytes = this.#parts.errorBytes(error)
    // After the terminal frame nobody needs to hear of it: the answer was whole.
    if (!wasSettled && bytes !== null) this.#send([bytes])
    if (bytes === null && !wasSettled) this.#break(fault)
    else this.#close()
  }

  /** The client hung up. Bun calls it once, also while a pull is waiting. */
  async cancel(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unwatch()
    this.#parts.attempt.stop('client')
    // The pending read rejects with our own abort.
    void this.#reader.cancel().catch(() => undefined)
    await this.#settle('client_abort', null)
  }

  tick(now: number): void {
    if (!this.#isWaiting || this.#isClosed) return
    const { idleMs, keepAlive, attempt } = this.#parts
    if (now - this.#lastByteAt >= idleMs) {
      attempt.stop('idle')
      return
    }
    if (keepAlive === null || this.#isSettled) return
    if (now - Math.max(this.#lastByteAt, this.#lastSentAt) < keepAlive.everyMs) return
    this.#lastSentAt = now
    this.#out?.enqueue(keepAlive.bytes)
  }

  #settle(outcome: Outcome, error: AppError | null): Promise<void> {
    if (this.#isSettled) return Promise.resolve()
    this.#isSettled = true
    return this.#parts.settle(outcome, error)
  }

  #send(pieces: readonly Uint8Array[]): void {
    if (this.#isClosed) return
    for (const piece of pieces) {
      if (piece.length === 0) continue
      this.#parts.passed(piece.length)
      this.#out?.enqueue(piece)
    }
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unwatch()
    this.#out?.close()
  }

  /** No way to say the error in this format: a broken connection is more honest than an end that looks whole. */
  #break(fault: unknown): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unwatch()
    this.#out?.error(fault)
  }
}
