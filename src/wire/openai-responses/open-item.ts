/** One item of a stream while it grows: which frames are its words, and what its last frame adds to them. */
import { argumentsText, type Part } from '../../neutral/message.ts'
import { asCount, asString, type JsonRecord } from '../fields.ts'
import { type OpenItem, type Parts, Words } from './growing.ts'
import { readCall } from './calls.ts'
import { plainNaming } from './naming.ts'
import { OpenMessage } from './open-message.ts'
import { madeCallId } from './read-reply.ts'
import { between } from './reasoning.ts'

export function beginItem(item: JsonRecord, index: number, parts: Parts): OpenItem {
  switch (item['type']) {
    case 'message':
      return new OpenMessage(item, parts)
    case 'reasoning':
      return new OpenReasoning(parts)
    case 'function_call':
    case 'custom_tool_call':
      return new OpenCall(item, index, parts)
    default:
      return new WholeItem(asString(item['type']) ?? '', parts)
  }
}

class OpenCall implements OpenItem {
  readonly type: string
  isOver = false
  readonly #parts: Parts
  #words: Words | null = null

  constructor(item: JsonRecord, index: number, parts: Parts) {
    this.type = asString(item['type']) ?? ''
    this.#parts = parts
    this.#begin(readCall(item, madeCallId(parts.signer.id, index), plainNaming))
  }

  grow(type: string, frame: JsonRecord): void {
    if (this.isOver) return
    if (type.endsWith('.delta')) this.#words?.add(frame['delta'])
    if (type.endsWith('.done')) this.#words?.complete(frame['arguments'] ?? frame['input'])
  }

  finish([final]: readonly Part[]): void {
    this.isOver = true
    this.#begin(final)
    if (final?.type === 'tool-call') this.#words?.complete(argumentsText(final.arguments))
    this.#words?.end(final?.type === 'tool-call' ? final : {})
  }

  /** Not before its name is known. */
  #begin(call: Part | null | undefined): void {
    if (this.#words !== null || call?.type !== 'tool-call') return
    const { id, name, kind } = call
    this.#words = new Words({ type: 'tool-call', id, name, kind }, this.#parts)
  }
}

class OpenReasoning implements OpenItem {
  readonly type = 'reasoning'
  isOver = false
  readonly #parts: Parts
  readonly #words: Words
  /** What came first is what is told: a summary, or the thoughts themselves. */
  #source: string | null = null
  #section = 0

  constructor(parts: Parts) {
    this.#parts = parts
    this.#words = new Words({ type: 'reasoning' }, parts)
  }

  grow(type: string, frame: JsonRecord): void {
    if (this.isOver || !/^response\.reasoning_(summary_)?text\.(delta|done)$/.test(type)) return
    const source = type.includes('summary') ? 'summary_index' : 'content_index'
    this.#source ??= source
    if (source !== this.#source) return
    const section = asCount(frame[source]) ?? 0
    const isNew = section > this.#section
    if (isNew) this.#words.add(between.repeat(section - this.#section))
    this.#section = Math.max(section, this.#section)
    if (type.endsWith('.delta')) this.#words.add(frame['delta'])
    else if (isNew || this.#words.length === 0) this.#words.add(frame['text'])
  }

  finish([final]: readonly Part[]): void {
    this.isOver = true
    if (final?.type === 'reasoning') {
      this.#words.complete(final.text)
      const { signed } = final
      if (signed !== undefined) this.#parts.emit({ type: 'part-signed', index: this.#words.index, signed })
    }
    this.#words.end(final?.type === 'reasoning' ? final : {})
  }
}

/** Searches, pictures, calls of the API's own tools and what is foreign come in one piece, at their end. */
class WholeItem implements OpenItem {
  readonly type: string
  isOver = false
  readonly #parts: Parts

  constructor(type: string, parts: Parts) {
    this.type = type
    this.#parts = parts
  }

  grow(): void {}

  finish(final: readonly Part[]): void {
    this.isOver = true
    for (const part of final) {
      if (part.type === 'media' || part.type === 'web-search' || part.type === 'foreign')
        this.#parts.emit({ type: 'part', index: this.#parts.next(part.type), part })
      if (part.type === 'tool-call') {
        const { id, name, kind } = part
        const words = new Words({ type: 'tool-call', id, name, kind }, this.#parts)
        words.complete(argumentsText(part.arguments))
        words.end(part)
      }
    }
  }
}
