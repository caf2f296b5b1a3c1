/** A part of a streamed item while its words come in. */
import type { OpenPart, StreamEvent } from '../../neutral/event.ts'
import type { Carried, Part } from '../../neutral/message.ts'
import type { JsonRecord } from '../fields.ts'
import type { Signer } from '../translator.ts'

/** What items need of the stream they stand in. */
export interface Parts {
  readonly signer: Signer
  /** The number of a part that begins now. */
  next(type: string): number
  emit(event: StreamEvent): void
}

export interface OpenItem {
  readonly type: string
  readonly isOver: boolean
  grow(type: string, frame: JsonRecord): void
  /** @param final The parts of the item as its last frame has them. */
  finish(final: readonly Part[]): void
}

/** A part whose words come in pieces. */
export class Words {
  readonly index: number
  #length = 0
  readonly #parts: Parts

  constructor(part: OpenPart, parts: Parts) {
    this.#parts = parts
    this.index = parts.next(part.type)
    parts.emit({ type: 'part-start', index: this.index, part })
  }

  get length(): number {
    return this.#length
  }

  add(delta: unknown): void {
    if (typeof delta !== 'string' || delta === '') return
    this.#length += delta.length
    this.#parts.emit({ type: 'part-delta', index: this.index, delta })
  }

  /** What of the whole has not come yet. */
  complete(whole: unknown): void {
    if (typeof whole === 'string' && whole.length > this.#length) this.add(whole.slice(this.#length))
  }

  end({ carried }: { readonly carried?: Carried }): void {
    this.#parts.emit({ type: 'part-end', index: this.index, ...(carried !== undefined && { carried }) })
  }
}
