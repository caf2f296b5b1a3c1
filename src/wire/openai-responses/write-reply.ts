/** An answer as a whole Response. */
import type { Part, TextPart, RefusalPart } from '../../neutral/message.ts'
import type { NeutralReply } from '../../neutral/reply.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import type { JsonRecord } from '../fields.ts'
import type { Stamp, Written } from '../translator.ts'
import { calleeIn, type Callees, calleesOf, settled } from './callee.ts'
import { dialectId, keptOf } from './carried.ts'
import { writeOwnCall } from './calls.ts'
import { annotationsOf, isForeignContent, writeContent } from './content.ts'
import { hasHead, isHeadAlone, writeHead } from './head.ts'
import {
  argumentsOf,
  callItem,
  freeText,
  itemId,
  kindOf,
  messageItem,
  reasoningItem,
  refusalContent,
  textContent,
  wholeItem,
} from './output.ts'
import { writeReasoning, writeSignatureItem } from './reasoning.ts'
import { beginning, echoOf, ending } from './response-object.ts'

export function writeReply(reply: NeutralReply, asked: NeutralRequest, stamp: Stamp): Written {
  const output = new Output(asked, stamp.id)
  for (const part of reply.parts) output.add(part)
  output.close()
  if (reply.finish.stopSequence !== undefined && keptOf(reply) === null) output.dropped.add('stop_sequence')
  const body = { ...beginning(reply.id, reply.model, stamp), ...echoOf(asked), ...ending(reply, output.items) }
  return { body, dropped: [...output.dropped] }
}

class Output {
  readonly items: JsonRecord[] = []
  readonly dropped = new Set<string>()
  readonly #callees: Callees
  readonly #stampId: string
  #message: { readonly write: (content: readonly unknown[]) => JsonRecord; readonly content: unknown[] } | null = null

  constructor(asked: NeutralRequest, stampId: string) {
    this.#callees = calleesOf(asked)
    this.#stampId = stampId
  }

  add(part: Part): void {
    switch (part.type) {
      case 'text':
      case 'refusal':
        return this.#addContent(part)
      case 'foreign':
        if (isForeignContent(part) && part.dialect === dialectId && this.#message !== null) {
          this.#message.content.push(part.value)
          return
        }
        return this.#push(wholeItem(part, this.#stampId, this.items.length, this.dropped))
      case 'media':
      case 'web-search':
        this.close()
        return this.#push(wholeItem(part, this.#stampId, this.items.length, this.dropped))
      case 'reasoning':
        this.close()
        return this.#push(
          keptOf(part) === null
            ? reasoningItem(this.#id('rs'), part.text, part.signed)
            : writeReasoning(part, part.signed?.value ?? null),
        )
      case 'tool-call':
        return this.#addCall(part)
      case 'tool-result':
        // No answer holds one.
        return
      default:
        part satisfies never
    }
  }

  close(): void {
    if (this.#message !== null) this.items.push(this.#message.write(this.#message.content))
    this.#message = null
  }

  #id(kind: Parameters<typeof itemId>[0]): string {
    return itemId(kind, this.#stampId, this.items.length)
  }

  #push(item: JsonRecord | null): void {
    if (item === null) return
    this.close()
    this.items.push(item)
  }

  #addContent(part: TextPart | RefusalPart): void {
    if (hasHead(part)) {
      this.close()
      this.#message = { write: (content) => writeHead(part, content), content: [] }
      if (isHeadAlone(part)) return
    }
    if (this.#message === null) {
      const id = this.#id('msg')
      this.#message = { write: (content) => messageItem(id, content), content: [] }
    }
    this.#message.content.push(this.#content(part))
    if (part.type === 'text') this.#sign(part)
  }

  #content(part: TextPart | RefusalPart): unknown {
    if (keptOf(part) !== null) return writeContent(part, 'model', this.dropped)
    return part.type === 'text' ? textContent(part.text, annotationsOf(part, this.dropped)) : refusalContent(part.text)
  }

  #addCall(part: Extract<Part, { type: 'tool-call' }>): void {
    this.close()
    this.items.push(keptOf(part) === null ? this.#call(part) : writeOwnCall(part))
    this.#sign(part)
  }

  #call(part: Extract<Part, { type: 'tool-call' }>): JsonRecord {
    const called = calleeIn(this.#callees, part.name, part.kind)
    const isFree = part.kind === 'function' && called.kind === 'custom'
    const words = isFree ? freeText(part.arguments) : argumentsOf(part.arguments)
    const callee = settled(called, words)
    return callItem({ id: this.#id(kindOf(callee)), callId: part.id, callee, words })
  }

  /** What the part's provider signed follows it in an item of its own. */
  #sign({ signed }: Extract<Part, { type: 'text' | 'tool-call' }>): void {
    if (signed === undefined) return
    this.close()
    this.items.push(writeSignatureItem(this.#id('rs'), signed))
  }
}
