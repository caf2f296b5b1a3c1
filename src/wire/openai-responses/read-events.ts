/**
 * Reads a stream of the Responses API as events. Items are told apart by `output_index`: their ids change from frame to frame at
 * some servers. What a frame repeats whole is taken where its deltas did not come.
 */
import type { StreamEvent } from '../../neutral/event.ts'
import { addUsage, noUsage, type Usage } from '../../neutral/usage.ts'
import { asCount, asList, asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import type { EventReader, Signer } from '../translator.ts'
import { readStreamError } from './errors.ts'
import { type Held, readFinish } from './finish.ts'
import type { OpenItem, Parts } from './growing.ts'
import { beginItem } from './open-item.ts'
import { readOutputItem } from './read-reply.ts'
import { carryResponse } from './response-fields.ts'
import { readReply as readFacts } from './response.ts'

export const readEvents = (signer: Signer): EventReader => new ResponseEvents(signer)

class ResponseEvents implements EventReader, Parts {
  readonly signer: Signer
  #out: StreamEvent[] = []
  #items = new Map<number, OpenItem>()
  #lastIndex = 0
  #parts = 0
  #hasBegun = false
  #hasFailed = false
  #held: Held = { hasCalls: false, hasRefusal: false }
  /** By response id, as the facts are counted: some servers join several responses into one stream. */
  readonly #usages = new Map<string, Usage>()
  /** Held until the stream is over, since another response may follow. */
  #end: StreamEvent | null = null

  constructor(signer: Signer) {
    this.signer = signer
  }

  read(event: string, data: string): readonly StreamEvent[] {
    const frame = asRecord(parseJsonExactly(data))
    if (frame === null || this.#hasFailed) return []
    this.#out = []
    this.#step(asString(frame['type']) ?? event, frame)
    return this.#out
  }

  end(): readonly StreamEvent[] {
    const events = this.#end === null ? [] : [this.#end]
    this.#end = null
    return events
  }

  /** For {@link OpenItem}: a number for a part that begins now. */
  next(type: string): number {
    this.#begin(null)
    if (type === 'tool-call') this.#held = { ...this.#held, hasCalls: true }
    if (type === 'refusal') this.#held = { ...this.#held, hasRefusal: true }
    return this.#parts++
  }

  emit(event: StreamEvent): void {
    this.#out.push(event)
  }

  #step(type: string, frame: JsonRecord): void {
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        return this.#see(type, asRecord(frame['response']))
      case 'response.completed':
      case 'response.incomplete':
        return this.#complete(asRecord(frame['response']) ?? {})
      case 'response.failed':
        return this.#fail(asRecord(frame['response']) ?? frame)
      case 'error':
        return this.#fail(frame)
      case 'keepalive':
      case 'ping':
        return this.emit({ type: 'ping' })
      case 'response.output_item.added':
        return this.#add(frame)
      case 'response.output_item.done':
        return this.#finish(this.#indexOf(frame), frame['item'])
      case '':
        return asRecord(frame['error']) === null ? undefined : this.#fail(frame)
      default:
        this.#items.get(this.#indexOf(frame))?.grow(type, frame)
    }
  }

  #indexOf(frame: JsonRecord): number {
    return asCount(frame['output_index']) ?? this.#lastIndex
  }

  #begin(response: JsonRecord | null): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    const [id, model] = [asString(response?.['id']), asString(response?.['model'])]
    this.emit({ type: 'message-start', id, model, usage: null })
  }

  #see(type: string, response: JsonRecord | null): void {
    this.#begin(response)
    if (response !== null) this.#count(response)
    if (type !== 'response.created' || this.#end === null) return
    this.#end = null
    this.#items.clear()
  }

  #add(frame: JsonRecord): void {
    const item = asRecord(frame['item'])
    if (item === null) return
    const index = asCount(frame['output_index']) ?? this.#items.size
    this.#lastIndex = index
    this.#items.set(index, beginItem(item, index, this))
  }

  #finish(index: number, value: unknown): void {
    const open = this.#items.get(index)
    if (open?.isOver === true) return
    const item = open ?? beginItem(asRecord(value) ?? {}, index, this)
    this.#items.set(index, item)
    item.finish(readOutputItem(value, index, this.signer))
  }

  #complete(response: JsonRecord): void {
    this.#begin(response)
    const output = asList(response['output'])
    // A server that streams nothing but the end, or forgot to end an item.
    if (this.#items.size === 0) for (const [index, item] of output.entries()) this.#finish(index, item)
    for (const [index, item] of this.#items) {
      const final = asRecord(output[index])
      if (item.isOver) continue
      if (final?.['type'] === item.type) this.#finish(index, final)
      else item.finish([])
    }
    this.#count(response)
    const usages = [...this.#usages.values()]
    const usage = usages.length === 0 ? null : usages.reduce(addUsage, noUsage)
    const finish = readFinish(response, this.#held)
    this.#end = { type: 'message-end', finish, usage, carried: carryResponse(response, finish) }
  }

  #count(response: JsonRecord): void {
    const { usage } = readFacts(response)
    if (usage !== null) this.#usages.set(asString(response['id']) ?? '', usage)
  }

  #fail(body: JsonRecord): void {
    this.#hasFailed = true
    this.#end = null
    this.emit({ type: 'error', error: readStreamError(body) })
  }
}
