/** The text, the thoughts and the refusal of a stream: one of them open at a time, each begun when the first of it comes. */
import type { StreamEvent } from '../../neutral/event.ts'
import type { Citation, Part } from '../../neutral/message.ts'
import { asRecord, type JsonRecord } from '../fields.ts'
import { detailText } from './reasoning.ts'
import { signedDetails, signedExtra } from './signatures.ts'

type Kind = 'text' | 'reasoning' | 'refusal'

export class OpenTexts {
  readonly #emit: (event: StreamEvent) => void
  readonly #place: (type: Part['type']) => number
  readonly #provider: string
  #open: { readonly kind: Kind; readonly index: number } | null = null
  readonly #lengths = { text: 0, reasoning: 0, refusal: 0 }
  /** Citations that came before the text they stand on. */
  #citations: Citation[] = []
  #details: Record<string, unknown>[] = []
  #extra: JsonRecord | null = null

  constructor(emit: (event: StreamEvent) => void, place: (type: Part['type']) => number, provider: string) {
    this.#emit = emit
    this.#place = place
    this.#provider = provider
  }

  /** How much of a whole text is new. */
  restOf(kind: Kind, whole: string): string {
    return whole.slice(this.#lengths[kind])
  }

  grow(kind: Kind, delta: string | null): void {
    if (delta === null || delta === '') return
    this.#lengths[kind] += delta.length
    this.#emit({ type: 'part-delta', index: this.#begin(kind), delta })
  }

  /** Thoughts, and what of them is signed; where the thoughts stand in the details alone, they are read from there. */
  think(delta: string | null, details: readonly unknown[]): void {
    this.grow('reasoning', delta ?? details.map(detailText).join(''))
    // Thoughts that are encrypted whole come before what they lead to.
    if (details.length > 0 && this.#open === null && this.#lengths.text === 0) this.#begin('reasoning')
    for (const entry of details) this.#addDetail(asRecord(entry))
  }

  cite(citation: Citation): void {
    if (this.#open?.kind === 'text') this.#emit({ type: 'part-cited', index: this.#open.index, citation })
    else this.#citations.push(citation)
  }

  signText(extra: JsonRecord): void {
    this.#extra = { ...this.#extra, ...extra }
  }

  close(): void {
    const open = this.#open
    if (open === null) return
    if (open.kind === 'reasoning') this.#sign(open.index)
    if (open.kind === 'text') this.#endText(open.index)
    this.#emit({ type: 'part-end', index: open.index })
    this.#open = null
  }

  /** What came after all that it could stand on, or with nothing to stand on. */
  flushLate(): void {
    if (this.#citations.length > 0 || this.#extra !== null) this.#begin('text')
    this.close()
    if (this.#details.length > 0) this.#begin('reasoning')
    this.close()
  }

  #begin(kind: Kind): number {
    if (this.#open?.kind === kind) return this.#open.index
    this.close()
    const index = this.#place(kind)
    this.#emit({ type: 'part-start', index, part: { type: kind } })
    this.#open = { kind, index }
    return index
  }

  #endText(index: number): void {
    for (const citation of this.#citations) this.#emit({ type: 'part-cited', index, citation })
    this.#citations = []
    if (this.#extra !== null)
      this.#emit({ type: 'part-signed', index, signed: signedExtra(this.#extra, this.#provider) })
    this.#extra = null
  }

  #sign(index: number): void {
    if (this.#details.length === 0) return
    this.#emit({ type: 'part-signed', index, signed: signedDetails(this.#details, this.#provider) })
    this.#details = []
  }

  /** Pieces of one entry have its type and index; their texts are put together, their other fields come once. */
  #addDetail(piece: JsonRecord | null): void {
    if (piece === null) return
    const last = this.#details.at(-1)
    const isSame = last !== undefined && piece.type === last.type && piece.index === last.index
    if (!isSame || piece.type === 'reasoning.encrypted') {
      this.#details.push({ ...piece })
      return
    }
    for (const [name, value] of Object.entries(piece)) {
      const before = last[name]
      if ((name === 'text' || name === 'summary') && typeof before === 'string' && typeof value === 'string')
        last[name] = before + value
      else if (value !== null && value !== undefined) last[name] = value
    }
  }
}
