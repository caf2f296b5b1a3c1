/**
 * Events as a stream of the Gemini API: a chunk for each piece of text, one for each call once it is complete, and a last one
 * with the reason, the sources and the usage.
 */
import type { OpenPart, StreamEvent, WholePart } from '../../neutral/event.ts'
import type { Carried, Citation, Signed, WebSearchPart } from '../../neutral/message.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import { InOrder } from '../in-order.ts'
import type { EventWriter, Stamp } from '../translator.ts'
import { writeErrorFrame } from './errors.ts'
import { OwedReasoning } from './owed.ts'
import type { JsonObject } from './reading.ts'
import { writeEnding } from './write-ending.ts'
import type { CitedText } from './write-grounding.ts'
import { writePart } from './write-parts.ts'
import { otherCandidate } from './write-reply.ts'

export const writeEvents = (_asked: NeutralRequest, stamp: Stamp): EventWriter => new ChunkWriter(stamp)

interface Open {
  readonly part: OpenPart
  text: string
  signed: Signed | undefined
  readonly citations: Citation[]
}

class ChunkWriter implements EventWriter {
  readonly dropped = new Set<string>()
  readonly #line = new InOrder()
  readonly #owed = new OwedReasoning()
  readonly #stamp: Stamp
  /** What stands at the end of every chunk. */
  #tail: { modelVersion: string; responseId: string }
  #open: Open | null = null
  #hasCalls = false
  #bytesOfText = 0
  readonly #texts: CitedText[] = []
  readonly #searches: WebSearchPart[] = []
  readonly #others: unknown[] = []

  constructor(stamp: Stamp) {
    this.#stamp = stamp
    this.#tail = { modelVersion: stamp.model, responseId: stamp.id }
  }

  write(event: StreamEvent): string {
    let frames = ''
    for (const next of this.#line.step(event)) frames += this.#step(next)
    return frames
  }

  #step(event: StreamEvent): string {
    switch (event.type) {
      case 'message-start':
        this.#tail = { modelVersion: event.model ?? this.#stamp.model, responseId: event.id ?? this.#stamp.id }
        return ''
      case 'part-start':
        this.#open = { part: event.part, text: '', signed: undefined, citations: [] }
        return ''
      case 'part-delta':
        return this.#grow(event.delta)
      case 'part-signed':
        if (this.#open !== null) this.#open.signed = event.signed
        return ''
      case 'part-cited':
        this.#open?.citations.push(event.citation)
        return ''
      case 'part-end':
        return this.#end(event.carried)
      case 'part':
        return this.#whole(event.part)
      case 'message-end':
        return this.#finish(event)
      case 'error':
        return writeErrorFrame(event.error)
      case 'ping':
        return ''
    }
  }

  #grow(delta: string): string {
    const open = this.#open
    if (open === null) return ''
    open.text += delta
    if (open.part.type === 'tool-call' || delta === '') return ''
    return this.#chunk(open.part.type === 'reasoning' ? { text: delta, thought: true } : { text: delta })
  }

  #end(carried: Carried | undefined): string {
    const open = this.#open
    this.#open = null
    if (open === null) return ''
    const { part, signed, text } = open
    const node = { ...(carried !== undefined && { carried }), ...(signed !== undefined && { signed }) }
    if (part.type === 'tool-call') {
      this.#hasCalls = true
      const call = { ...part, arguments: { text }, ...node }
      const written = writePart(call, (own) => this.#owed.signatureOf('tool-call', own), '', this.dropped)
      return written === null ? '' : this.#chunk(written)
    }
    if (part.type === 'reasoning') this.#owed.add({ type: 'reasoning', text, ...node })
    if (part.type === 'text') this.#noteText(open)
    const signature = this.#owed.signatureOf(part.type, signed)
    if (signature === null) return ''
    return this.#chunk({ text: '', ...(part.type === 'reasoning' && { thought: true }), thoughtSignature: signature })
  }

  #noteText({ text, citations }: Open): void {
    if (citations.length > 0) this.#texts.push({ text, citations, part: null, startByte: this.#bytesOfText })
    this.#bytesOfText += Buffer.byteLength(text)
  }

  #whole(part: WholePart): string {
    if (part.type === 'web-search') {
      this.#searches.push(part)
      return ''
    }
    const others = otherCandidate(part)
    this.#others.push(...others)
    if (others.length > 0) return ''
    const written = writePart(part, (signed) => this.#owed.signatureOf(part.type, signed), '', this.dropped)
    return written === null ? '' : this.#chunk(written)
  }

  #chunk(part: JsonObject): string {
    return frame({ candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }], ...this.#tail })
  }

  #finish({ finish, usage, carried }: Extract<StreamEvent, { type: 'message-end' }>): string {
    const ending = {
      id: this.#tail.responseId,
      model: this.#tail.modelVersion,
      finish,
      usage,
      ...(carried !== undefined && { carried }),
      // An empty text is what the API itself ends with.
      parts: [this.#owed.rest() ?? { text: '' }],
      searches: this.#searches,
      texts: this.#texts,
      hasCalls: this.#hasCalls,
      others: this.#others,
    }
    return frame(writeEnding(ending, this.dropped))
  }
}

const frame = (chunk: JsonObject): string => `data: ${JSON.stringify(chunk)}\n\n`
