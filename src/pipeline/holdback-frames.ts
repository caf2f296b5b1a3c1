/** The bytes of a provider's stream as events, and beside them what the row needs. */
import type { StreamEvent } from '../neutral/event.ts'
import type { FormId } from '../neutral/model.ts'
import type { ReplyFacts, StreamReader } from '../wire/dialect.ts'
import { FrameCutter, readBlock } from '../wire/sse.ts'
import type { EventReader, Signer } from '../wire/translator.ts'
import { answerReaders, upstreamTranslators } from '../wire/translators.ts'

export class FrameReader {
  readonly #cutter = new FrameCutter()
  readonly #events: EventReader
  readonly #facts: StreamReader
  readonly #marks: RegExp

  constructor(form: FormId, signer: Signer) {
    this.#events = upstreamTranslators[form].readEvents(signer)
    this.#facts = answerReaders[form].readStream()
    this.#marks = answerReaders[form].marks.pattern
  }

  *cut(chunk: Uint8Array): Generator<StreamEvent> {
    for (const block of this.#cutter.cut(chunk)) yield* this.#read(block)
  }

  *end(): Generator<StreamEvent> {
    const rest = this.#cutter.rest()
    if (rest !== null) yield* this.#read(rest)
    yield* this.#events.end()
  }

  facts(): ReplyFacts {
    return this.#facts.facts()
  }

  *#read(block: Uint8Array): Generator<StreamEvent> {
    for (const { event, data } of readBlock(block)) {
      if (data === '') continue
      if (this.#marks.test(data) || this.#marks.test(event)) this.#facts.read(event, data)
      yield* this.#events.read(event, data)
    }
  }
}
