/**
 * Puts the events of a stream in line: one part open at a time, in the order they began. For dialects whose clients take
 * nothing else; deltas of later parts wait until the earlier ones have ended.
 */
import type { StreamEvent } from '../neutral/event.ts'

/** One stream's line. */
export class InOrder {
  /** Parts that have begun and not been passed on whole, the first being the open one. */
  #line: { readonly index: number; events: StreamEvent[]; hasEnded: boolean }[] = []

  /** @returns The events that may go out now. */
  step(event: StreamEvent): readonly StreamEvent[] {
    switch (event.type) {
      case 'message-start':
      case 'ping':
      case 'error':
        return [event]
      case 'message-end':
        return [...this.#closeAll(), event]
      case 'part':
        if (this.#line.length === 0) return [event]
        this.#line.push({ index: event.index, events: [event], hasEnded: true })
        return []
      case 'part-start':
        this.#line.push({ index: event.index, events: [event], hasEnded: false })
        return this.#line.length === 1 ? this.#advance() : []
      case 'part-delta':
      case 'part-signed':
      case 'part-cited':
      case 'part-end':
        return this.#grow(event)
      default:
        event satisfies never
        return []
    }
  }

  #grow(event: Extract<StreamEvent, { readonly index: number }>): readonly StreamEvent[] {
    const place = this.#line.findIndex(({ index, hasEnded }) => index === event.index && !hasEnded)
    const part = this.#line[place]
    // A part that never began has nothing to grow.
    if (part === undefined) return []
    part.events.push(event)
    if (event.type === 'part-end') part.hasEnded = true
    return place === 0 ? this.#advance() : []
  }

  /** Everything of the open part that waits; and, once it has ended, of those behind it. */
  #advance(): readonly StreamEvent[] {
    const out: StreamEvent[] = []
    for (;;) {
      const first = this.#line[0]
      if (first === undefined) return out
      out.push(...first.events)
      first.events = []
      if (!first.hasEnded) return out
      this.#line.shift()
    }
  }

  /** The message is over, and with it the parts that nobody ended. */
  #closeAll(): readonly StreamEvent[] {
    const out: StreamEvent[] = []
    for (const { index, events, hasEnded } of this.#line) {
      out.push(...events)
      if (!hasEnded) out.push({ type: 'part-end', index })
    }
    this.#line = []
    return out
  }
}
