/** Watches a stream of server-sent events: usage, the terminal frame, the usage chunk that the client did not ask for. */
import type { Dialect, FrameKind, ReplyFacts, StreamReader } from '../wire/dialect.ts'
import { FrameCutter, framesOf, readFrame } from '../wire/sse.ts'
import type { Observer, Passage } from './tap.ts'

/** Text seen so far is counted when this much has been kept; until then nothing is read for it. */
const keepBytes = 64 * 1024

const nothing: Passage = { pass: [], hold: [] }

export class SseObserver implements Observer {
  readonly #reader: StreamReader
  readonly #marks: readonly Buffer[]
  readonly #stripUsage: boolean
  readonly #isTerminalLast: boolean
  readonly #cutter = new FrameCutter()
  readonly #kept: Buffer[] = []
  #keptBytes = 0
  #textLength = 0
  #isTerminated = false
  /** A frame that may be the last one, kept until another follows or the stream ends. */
  #candidate: Buffer | null = null
  #hasError = false

  /** @param stripUsage Whether the usage-only chunk is taken out again. */
  constructor(dialect: Dialect, stripUsage: boolean) {
    this.#reader = dialect.readStream()
    this.#marks = dialect.marks.read.map((mark) => Buffer.from(mark))
    this.#stripUsage = stripUsage
    this.#isTerminalLast = dialect.isTerminalLast
  }

  see(chunk: Uint8Array): Passage {
    const block = this.#cutter.push(chunk)
    return block === null ? nothing : this.#read(block)
  }

  end(): Passage {
    const rest = this.#cutter.rest()
    const last = rest === null ? nothing : this.#read(rest)
    const candidate = this.#takeCandidate()
    return candidate === null ? last : { pass: last.pass, hold: [...last.hold, candidate] }
  }

  isWhole(): boolean {
    const { usage, finishReason } = this.#reader.facts()
    // Not every provider sends the terminal frame; one that said why it stopped, or what it cost, was done.
    return this.#isTerminated || finishReason !== null || usage !== null
  }

  /** True when the provider itself reported an error inside the stream. */
  hasError(): boolean {
    return this.#hasError
  }

  facts(): ReplyFacts {
    return this.#reader.facts()
  }

  /** Characters of answer seen so far. */
  countText(): number {
    this.#countKept()
    return this.#textLength
  }

  #read(block: Buffer): Passage {
    this.#keep(block)
    const earlier = this.#takeCandidate()
    if (!this.#isMarked(block)) return { pass: earlier === null ? [block] : [earlier, block], hold: [] }
    const pass: Buffer[] = earlier === null ? [] : [earlier]
    const frames = framesOf(block)
    for (const [i, frame] of frames.entries()) {
      const kind = this.#note(frame)
      if (kind === 'usage-only' && this.#stripUsage) continue
      // Clients stop at the provider's own error as they do at the end.
      if (kind === 'error' && !this.#isTerminated) return this.#terminate(pass, frames.slice(i))
      if (kind !== 'terminal' || this.#isTerminated) pass.push(frame)
      else if (this.#isTerminalLast) return this.#terminate(pass, frames.slice(i))
      else if (i < frames.length - 1) pass.push(frame)
      else this.#candidate = frame
    }
    return { pass, hold: [] }
  }

  #terminate(pass: readonly Buffer[], frames: readonly Buffer[]): Passage {
    this.#isTerminated = true
    return { pass, hold: frames }
  }

  #note(bytes: Buffer): FrameKind {
    if (!this.#isMarked(bytes)) return 'plain'
    const { event, data } = readFrame(bytes)
    const kind = this.#reader.read(event, data)
    if (kind === 'error') this.#hasError = true
    return kind
  }

  #isMarked(bytes: Buffer): boolean {
    return this.#marks.some((mark) => bytes.includes(mark))
  }

  #takeCandidate(): Buffer | null {
    const candidate = this.#candidate
    this.#candidate = null
    return candidate
  }

  #keep(block: Buffer): void {
    this.#kept.push(block)
    this.#keptBytes += block.length
    if (this.#keptBytes > keepBytes) this.#countKept()
  }

  #countKept(): void {
    for (const block of this.#kept)
      for (const frame of framesOf(block)) this.#textLength += this.#reader.countText(readFrame(frame).data)
    this.#kept.length = 0
    this.#keptBytes = 0
  }
}
