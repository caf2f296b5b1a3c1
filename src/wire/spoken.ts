/**
 * Leaves out of an answer the texts and thoughts that say nothing. Some providers begin one with every answer; what a client
 * keeps of it is an empty block that its next request brings back, and that other APIs refuse.
 */
import type { StreamEvent } from '../neutral/event.ts'
import type { Part } from '../neutral/message.ts'

/** False for an empty text that nothing stands on. */
export function isSpoken(part: Part): boolean {
  switch (part.type) {
    case 'text':
      return part.text !== '' || part.signed !== undefined || (part.citations ?? []).length > 0
    case 'reasoning':
      return part.text !== '' || part.signed !== undefined
    case 'refusal':
      return part.text !== ''
    case 'media':
    case 'tool-call':
    case 'tool-result':
    case 'web-search':
    case 'foreign':
      return true
  }
}

/** The same for a stream: a part's start waits until something comes of it. One of these for each stream. */
export class Spoken {
  readonly #waiting = new Map<number, StreamEvent>()

  step(event: StreamEvent): readonly StreamEvent[] {
    switch (event.type) {
      case 'part-start':
        if (event.part.type === 'tool-call') return [event]
        this.#waiting.set(event.index, event)
        return nothing
      case 'part-delta':
      case 'part-signed':
      case 'part-cited':
        if (event.type === 'part-delta' && event.delta === '') return nothing
        return this.#waiting.size === 0 ? [event] : [...this.#begun(event.index), event]
      case 'part-end':
        return this.#waiting.delete(event.index) ? nothing : [event]
      case 'message-start':
      case 'part':
      case 'ping':
      case 'message-end':
      case 'error':
        return [event]
    }
  }

  #begun(index: number): readonly StreamEvent[] {
    const start = this.#waiting.get(index)
    this.#waiting.delete(index)
    return start === undefined ? nothing : [start]
  }
}

const nothing: readonly StreamEvent[] = []
