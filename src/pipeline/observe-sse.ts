/** Watches a stream of server-sent events: usage, the terminal frame, the usage chunk that the client did not ask for. */
import type { Dialect, FrameKind, ReplyFacts, StreamReader } from '../wire/dialect.ts'
import { FrameCutter, framesOf, markedFrames, readFrame } from '../wire/sse.ts'
import { Sample } from './sample.ts'
import type { Observer, Passage } from './tap.ts'

/** What is kept of the blocks of one size, to count the text in them should the stream be cut off. */
const sampleBytes = 32 * 1024

const none: readonly Uint8Array[] = []
const nothing: Passage = { pass: none, hold: none }
const noSpans: ReturnType<typeof markedFrames> = []

export class SseObserver implements Observer {
  readonly #reader: StreamReader
  readonly #marks: readonly Buffer[]
  readonly #stripUsage: boolean
  readonly #isTerminalLast: boolean
  readonly #cutter = new FrameCutter()
  readonly #sample: Sample
  #isTerminated = false
  /** A frame that may be the last one, kept until another follows or the stream ends. */
  #candidate: Uint8Array | null = null
  #hasError = false
  #lastBlock: Uint8Array | null = null
  readonly #saysItsEnd: boolean

  /**
   * @param stripUsage Whether the usage-only chunk is taken out again.
   * @param saysItsEnd Whether a whole answer names its end; on paths that are forwarded raw nobody knows.
   */
  constructor(dialect: Dialect, stripUsage: boolean, saysItsEnd: boolean) {
    this.#reader = dialect.readStream()
    this.#marks = dialect.marks.bytes
    this.#stripUsage = stripUsage
    this.#isTerminalLast = dialect.isTerminalLast
    this.#saysItsEnd = saysItsEnd
    this.#sample = new Sample(sampleBytes, (block) => this.#countIn(block))
  }

  see(chunk: Uint8Array): Passage {
    let all = nothing
    for (const block of this.#cutter.cut(chunk)) all = joined(all, this.#read(block))
    return all
  }

  end(): Passage {
    const rest = this.#cutter.rest()
    const last = rest === null ? nothing : this.#read(rest)
    return { pass: last.pass, hold: [...last.hold, ...this.cut()] }
  }

  cut(): readonly Uint8Array[] {
    const candidate = this.#candidate
    this.#candidate = null
    return candidate === null ? none : [candidate]
  }

  takesOurs(): boolean {
    // The cutter gives up on a frame that never ends.
    return this.#lastBlock === null || endsFrame(this.#lastBlock)
  }

  isWhole(): boolean {
    // Not every provider sends the terminal frame; one that said why it stopped was done. Usage alone is no sign of the end:
    // most dialects send counts from the first frame on.
    return !this.#saysItsEnd || this.#isTerminated || this.#reader.facts().finishReason !== null
  }

  /** True when the provider itself reported an error inside the stream. */
  hasError(): boolean {
    return this.#hasError
  }

  facts(): ReplyFacts {
    return this.#reader.facts()
  }

  /** Characters of answer seen so far; of a long one about so many. */
  countText(): number {
    return this.#sample.total()
  }

  #countIn(block: Uint8Array): number {
    return framesOf(block).reduce((length, frame) => length + this.#reader.countText(readFrame(frame).data), 0)
  }

  #read(block: Uint8Array): Passage {
    this.#lastBlock = block
    this.#sample.add(block)
    // What stands behind the end was not counted either where it came later.
    const marked = this.#isTerminated ? noSpans : markedFrames(block, this.#marks)
    // Nearly every block.
    if (marked.length === 0) return { pass: [...this.cut(), block], hold: none }
    const pass = [...this.cut()]
    let passed = 0
    let heldFrom = block.length
    for (const { start, end } of marked) {
      const kind = this.#note(block.subarray(start, end))
      if (this.#endsWith(kind)) {
        this.#isTerminated = true
        heldFrom = start
      }
      // What stands behind the end is held with it.
      if (heldFrom < block.length) break
      const isLeftOut = kind === 'usage-only' && this.#stripUsage
      const mayBeLast = kind === 'terminal' && !this.#isTerminated && end === block.length
      if (!isLeftOut && !mayBeLast) continue
      add(pass, block, passed, start)
      passed = end
      if (mayBeLast) this.#candidate = block.subarray(start)
    }
    add(pass, block, passed, heldFrom)
    return { pass, hold: heldFrom < block.length ? [block.subarray(heldFrom)] : none }
  }

  /** Whether the client takes this frame for the end; the provider's own error it does too. */
  #endsWith(kind: FrameKind): boolean {
    return !this.#isTerminated && (kind === 'error' || (kind === 'terminal' && this.#isTerminalLast))
  }

  #note(bytes: Uint8Array): FrameKind {
    const { event, data } = readFrame(bytes)
    const kind = this.#reader.read(event, data)
    if (kind === 'error') this.#hasError = true
    return kind
  }
}

/** What two blocks become, one after the other: nothing is passed on behind what is held. */
function joined(first: Passage, second: Passage): Passage {
  if (first === nothing) return second
  if (first.hold.length === 0) return { pass: [...first.pass, ...second.pass], hold: second.hold }
  return { pass: first.pass, hold: [...first.hold, ...second.pass, ...second.hold] }
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** True after a blank line, in any of its spellings. */
function endsFrame(block: Uint8Array): boolean {
  const [beforeThat, before, last] = [block.at(-3), block.at(-2), block.at(-1)]
  if (last === lineFeed) return before === lineFeed || (before === carriageReturn && beforeThat === lineFeed)
  return last === carriageReturn && before === carriageReturn
}

/** Adds the bytes [start, end) of a block to the pieces. */
function add(pieces: Uint8Array[], block: Uint8Array, start: number, end: number): void {
  if (end > start) pieces.push(start === 0 && end === block.length ? block : block.subarray(start, end))
}
