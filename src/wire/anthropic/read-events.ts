/** A stream of the Messages API as neutral events. */
import type { StreamEvent } from '../../neutral/event.ts'
import type { RefusalPart } from '../../neutral/message.ts'
import { asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import type { EventReader, Signer } from '../translator.ts'
import { readError } from './errors.ts'
import { Fields } from './carried.ts'
import { endEvents, gatherDelta, growthEvents, openBlock, startEvents, wholeBlock } from './open-block.ts'
import type { GrowingBlock, WholeBlock } from './open-block.ts'
import { readBlock, type BlockSource } from './read-blocks.ts'
import { sourceOf, takeFrame } from './read-reply.ts'
import { readStream } from './stream.ts'
import { isResultOf, isSearchCall, readSearch } from './web-search.ts'

export const readEvents = (signer: Signer): EventReader => new MessageReader(signer)

const nothing: readonly StreamEvent[] = Object.freeze([])

class MessageReader implements EventReader {
  readonly #source: BlockSource
  /** Reads the usage, here as where the stream passes untranslated. */
  readonly #facts = readStream()
  readonly #open = new Map<unknown, GrowingBlock | WholeBlock>()
  #events: StreamEvent[] = []
  #nextIndex = 0
  /** The call of a web search whose result is to come next. */
  #search: { readonly index: number; readonly call: JsonRecord } | null = null
  #hasStarted = false
  /** After the end, or an error, nothing is said: what something joined to the stream is another answer. */
  #isOver = false
  /** The answer as a whole one would have it, without its content. */
  #message: JsonRecord = {}

  constructor(signer: Signer) {
    this.#source = sourceOf(signer)
  }

  read(event: string, data: string): readonly StreamEvent[] {
    if (this.#isOver) return nothing
    const frame = asRecord(parseJsonExactly(data))
    if (frame === null) return nothing
    this.#events = []
    const type = asString(frame.type) ?? event
    switch (type) {
      case 'content_block_delta':
        this.#delta(frame.index, asRecord(frame.delta) ?? {})
        break
      case 'content_block_start':
        this.#startBlock(event, data, frame.index, asRecord(frame.content_block) ?? {})
        break
      case 'content_block_stop':
        this.#stopBlock(frame.index)
        break
      case 'message_start':
        this.#facts.read(event, data)
        this.#start(asRecord(frame.message) ?? {})
        break
      case 'message_delta':
        this.#facts.read(event, data)
        this.#noteEnd(frame)
        break
      case 'message_stop':
        this.#facts.read(event, data)
        this.#end()
        break
      case 'ping':
        this.#events.push({ type: 'ping' })
        break
      default:
        if (type === 'error' || asRecord(frame.error) !== null) this.#fail(frame)
    }
    return this.#events
  }

  /** The dialect says its end itself: a stream without `message_stop` was cut off. */
  end(): readonly StreamEvent[] {
    return nothing
  }

  /** A second start before the end is the same answer again, sent anew by a relay: its blocks count on. */
  #start(message: JsonRecord): void {
    this.#stopAll()
    if (this.#hasStarted) return
    this.#hasStarted = true
    const { content: _content, usage: _usage, ...fields } = message
    this.#message = fields
    const usage = this.#facts.facts().usage
    this.#events.push({ type: 'message-start', id: asString(message.id), model: asString(message.model), usage })
  }

  #startBlock(event: string, data: string, place: unknown, block: JsonRecord): void {
    if (!this.#hasStarted) this.#start({})
    this.#stopBlock(place)
    // The block that names the model which takes over decides whose the usage is.
    if (block.type === 'fallback') this.#facts.read(event, data)
    if (this.#search !== null && !isResultOf(this.#search.call, block)) this.#flushSearch()
    const open = openBlock(block, this.#nextIndex, this.#source)
    this.#open.set(place, open)
    if (open.kind === 'whole') return
    this.#nextIndex += 1
    this.#events.push(...startEvents(open, block))
  }

  #delta(place: unknown, delta: JsonRecord): void {
    let open = this.#open.get(place)
    if (open === undefined) {
      const type = implicitBlock(delta)
      if (type === null) return
      this.#startBlock('', '', place, { type })
      open = this.#open.get(place)
    }
    if (open?.kind === 'growing') this.#events.push(...growthEvents(open, delta, this.#source))
    else if (open !== undefined) gatherDelta(open, delta)
  }

  #stopBlock(place: unknown): void {
    const open = this.#open.get(place)
    if (open === undefined) return
    this.#open.delete(place)
    if (open.kind === 'growing') this.#events.push(...endEvents(open))
    else this.#putWhole(wholeBlock(open))
  }

  #putWhole(block: JsonRecord): void {
    if (isSearchCall(block)) {
      this.#search = { index: this.#nextIndex, call: block }
      this.#nextIndex += 1
    } else if (this.#search !== null && isResultOf(this.#search.call, block)) {
      this.#putSearch(this.#search.index, this.#search.call, block)
    } else {
      const part = readBlock(block, this.#source, this.#nextIndex)
      // Whatever grows was opened so; what is left comes whole.
      if (part.type === 'foreign' || part.type === 'web-search' || part.type === 'media')
        this.#events.push({ type: 'part', index: this.#nextIndex++, part })
    }
  }

  #putSearch(index: number, call: JsonRecord, result: JsonRecord | null): void {
    this.#search = null
    this.#events.push({ type: 'part', index, part: readSearch(call, result) })
  }

  #flushSearch(): void {
    if (this.#search !== null) this.#putSearch(this.#search.index, this.#search.call, null)
  }

  #stopAll(): void {
    for (const place of this.#open.keys()) this.#stopBlock(place)
    this.#flushSearch()
  }

  #noteEnd({ type: _type, delta, usage: _usage, ...beside }: JsonRecord): void {
    const said = Object.entries({ ...beside, ...asRecord(delta) }).filter(([, value]) => value !== null)
    this.#message = { ...this.#message, ...Object.fromEntries(said) }
  }

  #end(): void {
    if (!this.#hasStarted) this.#start({})
    this.#stopAll()
    const fields = new Fields(this.#message)
    const { finish, refusal } = takeFrame(fields)
    if (refusal !== null) this.#putRefusal(refusal)
    this.#events.push({ type: 'message-end', finish, usage: this.#facts.facts().usage, carried: fields.rest() })
    this.#isOver = true
  }

  #putRefusal({ text, carried }: RefusalPart): void {
    const index = this.#nextIndex++
    this.#events.push(
      { type: 'part-start', index, part: { type: 'refusal' } },
      { type: 'part-delta', index, delta: text },
      { type: 'part-end', index, ...(carried === undefined ? {} : { carried }) },
    )
  }

  #fail(frame: JsonRecord): void {
    this.#events.push({ type: 'error', error: readError(null, frame) })
    this.#isOver = true
  }
}

/** What a delta without a start grows, as some compatible servers send it. */
function implicitBlock(delta: JsonRecord): string | null {
  if (typeof delta.text === 'string') return 'text'
  return typeof delta.thinking === 'string' ? 'thinking' : null
}
