/** A message of a stream while it grows: its contents follow each other, and the first one tells of the item. */
import type { Part } from '../../neutral/message.ts'
import { asCount, asRecord, type JsonRecord } from '../fields.ts'
import { readAnnotation } from './citations.ts'
import { type OpenItem, type Parts, Words } from './growing.ts'
import { isHeadAlone, readHead, withHead } from './head.ts'
import { readMessageContent } from './read-input.ts'

interface Content {
  readonly words: Words
  cited: number
  isOver: boolean
}

export class OpenMessage implements OpenItem {
  readonly type = 'message'
  isOver = false
  readonly #item: JsonRecord
  readonly #parts: Parts
  readonly #contents = new Map<number, Content>()
  #last: { readonly place: number; readonly content: Content } | null = null
  /** The open content as the frame that ends it has it. */
  #final: JsonRecord | null = null

  constructor(item: JsonRecord, parts: Parts) {
    this.#item = item
    this.#parts = parts
  }

  grow(type: string, frame: JsonRecord): void {
    if (this.isOver) return
    const place = asCount(frame['content_index']) ?? 0
    switch (type) {
      case 'response.content_part.added':
        return this.#see(place, asRecord(frame['part'])?.['type'])
      case 'response.content_part.done':
        this.#final = asRecord(frame['part'])
        return
      case 'response.output_text.delta':
        return this.#open(place, 'text')?.words.add(frame['delta'])
      case 'response.output_text.done':
        return this.#open(place, 'text')?.words.complete(frame['text'])
      case 'response.refusal.delta':
        return this.#open(place, 'refusal')?.words.add(frame['delta'])
      case 'response.refusal.done':
        return this.#open(place, 'refusal')?.words.complete(frame['refusal'])
      case 'response.output_text.annotation.added':
        return this.#cite(this.#open(place, 'text'), frame['annotation'])
    }
  }

  #see(place: number, type: unknown): void {
    if (type === 'output_text') this.#open(place, 'text')
    if (type === 'refusal') this.#open(place, 'refusal')
  }

  /** @returns undefined for content that is over. */
  #open(place: number, type: 'text' | 'refusal'): Content | undefined {
    const known = this.#contents.get(place)
    if (known !== undefined) return known.isOver ? undefined : known
    this.#closeLast()
    const content = { words: new Words({ type }, this.#parts), cited: 0, isOver: false }
    this.#contents.set(place, content)
    this.#last = { place, content }
    return content
  }

  #cite(content: Content | undefined, annotation: unknown): void {
    const citation = readAnnotation(annotation)
    if (content === undefined || citation === null) return
    content.cited += 1
    this.#parts.emit({ type: 'part-cited', index: content.words.index, citation })
  }

  /** Before the next content begins: what the item itself carries is known as far as its first frame said it. */
  #closeLast(): void {
    if (this.#last === null) return
    const { place, content } = this.#last
    const parts = this.#final === null ? [] : [readMessageContent(this.#final, { role: 'assistant' })]
    const [part] = place === 0 ? withHead(parts, readHead(this.#item, 'completed')) : parts
    this.#end(content, part)
    this.#last = null
    this.#final = null
  }

  #end(content: Content, part: Part | undefined): void {
    content.isOver = true
    content.words.end(part === undefined || part.type === 'foreign' ? {} : part)
  }

  finish(final: readonly Part[]): void {
    this.isOver = true
    // A head that stands alone is no content.
    const heads = final[0] !== undefined && final[0].type !== 'foreign' && isHeadAlone(final[0]) ? 1 : 0
    for (const [place, part] of final.entries()) this.#finishContent(place - heads, part)
    this.#closeLast()
  }

  #finishContent(place: number, part: Part): void {
    if (part.type === 'foreign') {
      this.#parts.emit({ type: 'part', index: this.#parts.next('foreign'), part })
      return
    }
    if (part.type !== 'text' && part.type !== 'refusal') return
    const content = this.#open(place, part.type)
    if (content === undefined) return
    content.words.complete(part.text)
    const citations = part.type === 'text' ? (part.citations ?? []) : []
    for (const citation of citations.slice(content.cited))
      this.#parts.emit({ type: 'part-cited', index: content.words.index, citation })
    this.#end(content, part)
    if (this.#last?.content === content) this.#last = null
  }
}
