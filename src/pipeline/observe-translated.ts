/**
 * Turns a provider's stream into another dialect's while it passes: frame by frame, whole frames only. Usage is read from the
 * provider's own frames, as in passthrough.
 */
import type { Dialect, ReplyFacts, StreamReader } from '../wire/dialect.ts'
import { FrameCutter, readBlock } from '../wire/sse.ts'
import type { StreamTranslation, Turned } from '../wire/translate.ts'
import type { Framing } from './framing.ts'
import type { Observer, Passage } from './tap.ts'

const encoder = new TextEncoder()

const nothing: Passage = { pass: [], hold: [] }

export class TranslatedObserver implements Observer {
  readonly #reader: StreamReader
  readonly #marks: RegExp
  readonly #stream: StreamTranslation
  readonly #framing: Framing
  readonly #sayCutOff: () => string
  readonly #cutter = new FrameCutter()
  #textLength = 0
  #hasError = false
  #hasEnded = false

  /**
   * @param dialect The provider's. @param framing How the client takes frames.
   * @param sayCutOff What tells the client that the provider's stream ended before its answer did.
   */
  constructor(
    dialect: Pick<Dialect, 'marks' | 'readStream'>,
    stream: StreamTranslation,
    framing: Framing,
    sayCutOff: () => string,
  ) {
    this.#reader = dialect.readStream()
    this.#marks = dialect.marks.pattern
    this.#stream = stream
    this.#framing = framing
    this.#sayCutOff = sayCutOff
  }

  see(chunk: Uint8Array): Passage {
    const block = this.#cutter.push(chunk)
    return block === null ? nothing : this.#read(block)
  }

  end(): Passage {
    const rest = this.#cutter.rest()
    const { pass, hold } = rest === null ? nothing : this.#read(rest)
    if (hold.length > 0) return { pass, hold }
    const end = this.#hasEnded ? nothing : this.#passageOf(this.#stream.end())
    const last = this.#hasEnded ? end.hold : [Buffer.from(this.#sayCutOff())]
    return { pass: [...pass, ...end.pass], hold: last }
  }

  cut(): readonly Uint8Array[] {
    return []
  }

  takesOurs(): boolean {
    return true
  }

  isWhole(): boolean {
    return this.#hasEnded
  }

  hasError(): boolean {
    return this.#hasError
  }

  facts(): ReplyFacts {
    return this.#reader.facts()
  }

  countText(): number {
    return this.#textLength
  }

  #read(block: Uint8Array): Passage {
    let frames = ''
    let last = ''
    let textLength = 0
    for (const { event, data, isComment } of readBlock(block)) {
      // A comment is the provider's sign of life, and good for the client's patience too, until the end.
      if (isComment && !this.#hasEnded && last === '') frames += this.#stream.release() + this.#framing.comment
      if (data === '') continue
      const isOver = this.#hasEnded || last !== ''
      if (!isOver && (this.#marks.test(data) || this.#marks.test(event))) this.#note(event, data)
      const turned = this.#stream.read(event, data)
      frames += turned.frames
      last += turned.last
      textLength += turned.textLength
    }
    frames += this.#stream.release()
    return this.#passageOf({ frames, last, textLength })
  }

  #note(event: string, data: string): void {
    if (this.#reader.read(event, data) === 'error') this.#hasError = true
  }

  #passageOf({ frames, last, textLength }: Turned): Passage {
    this.#textLength += textLength
    if (last !== '') this.#hasEnded = true
    return {
      pass: frames === '' ? [] : [encoder.encode(this.#framing.wrap(frames))],
      hold: last === '' ? [] : [encoder.encode(this.#framing.wrapLast(last))],
    }
  }
}
