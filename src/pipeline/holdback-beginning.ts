/** The beginning of an answer as far as its events have come: when it is enough to be judged, and what it says until then. */
import { gather, type StreamEvent } from '../neutral/event.ts'
import type { NeutralReply } from '../neutral/reply.ts'

/** `call`: a whole one, that something follows. */
export type Enough = 'text' | 'call' | 'end'

export class Beginning {
  readonly #chars: number
  readonly #events: StreamEvent[] = []
  readonly #texts = new Set<number>()
  readonly #openCalls = new Set<number>()
  #textLength = 0
  #hasCall = false
  /** Characters of text, thoughts and arguments. */
  length = 0

  constructor(chars: number) {
    this.#chars = chars
  }

  /** @returns What there is enough of by now, or null. */
  add(event: StreamEvent): Enough | null {
    // Only what follows shows that a call is whole, and not where the answer was cut off.
    const followsCall = this.#hasCall && (event.type === 'part-start' || event.type === 'part')
    this.#events.push(event)
    if (event.type === 'part-start') this.#begin(event.index, event.part.type)
    if (event.type === 'part-end') this.#hasCall = this.#openCalls.delete(event.index) || this.#hasCall
    if (event.type === 'part-delta') this.#grow(event.index, event.delta.length)
    if (event.type === 'message-end') return 'end'
    if (followsCall) return 'call'
    return this.#textLength >= this.#chars ? 'text' : null
  }

  /** Without calls that have not ended. Of an answer that is over, all of it. */
  soFar(): NeutralReply {
    const known = this.#events.filter((event) => !('index' in event && this.#openCalls.has(event.index)))
    return gather([...known, noEnd]) ?? noReply
  }

  #begin(index: number, type: string): void {
    if (type === 'tool-call') this.#openCalls.add(index)
    if (type === 'text' || type === 'refusal') this.#texts.add(index)
  }

  #grow(index: number, length: number): void {
    this.length += length
    if (this.#texts.has(index)) this.#textLength += length
  }
}

/** The first end that is met counts: this one where there is no other. */
const noEnd: StreamEvent = { type: 'message-end', finish: { kind: 'other' }, usage: null }
const noReply: NeutralReply = { id: null, model: null, parts: [], finish: { kind: 'other' }, usage: null }
