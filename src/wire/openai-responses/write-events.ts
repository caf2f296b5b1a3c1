/**
 * Writes events as a stream of the Responses API: one item open at a time, each with the frames that begin it, grow it and end it,
 * and the whole response at the end.
 */
import type { AppError } from '../../neutral/error.ts'
import type { OpenPart, StreamEvent, WholePart } from '../../neutral/event.ts'
import type { Signed } from '../../neutral/message.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import type { JsonRecord } from '../fields.ts'
import { InOrder } from '../in-order.ts'
import { openAiWords } from '../openai-error.ts'
import type { EventWriter, Stamp } from '../translator.ts'
import { isBuiltin } from './builtins.ts'
import { type Callee, calleeIn, type Callees, calleesOf, settled } from './callee.ts'
import { Frames } from './frames.ts'
import {
  callItem,
  itemId,
  type Kind,
  kindOf,
  messageItem,
  reasoningItem,
  refusalContent,
  textContent,
  wholeItem,
} from './output.ts'
import { writeSignatureItem } from './reasoning.ts'
import { beginning, echoOf, ending } from './response-object.ts'
import { citePart, endCall, endContent, endReasoning, type Growing, growPart } from './write-part.ts'

export const writeEvents = (asked: NeutralRequest, stamp: Stamp): EventWriter => new ResponseFrames(asked, stamp)

type CallPart = Extract<OpenPart, { type: 'tool-call' }>

class ResponseFrames implements EventWriter {
  readonly dropped = new Set<string>()
  readonly #line = new InOrder()
  readonly #frames: Frames
  readonly #callees: Callees
  readonly #stamp: Stamp
  #response: JsonRecord | null = null
  readonly #output: JsonRecord[] = []
  #message: { readonly id: string; readonly content: JsonRecord[] } | null = null
  #growing: Growing | null = null

  constructor(asked: NeutralRequest, stamp: Stamp) {
    this.#callees = calleesOf(asked)
    this.#stamp = stamp
    this.#frames = new Frames(echoOf(asked))
  }

  write(event: StreamEvent): string {
    for (const next of this.#line.step(event)) this.#step(next)
    return this.#frames.take()
  }

  #step(event: StreamEvent): void {
    switch (event.type) {
      case 'message-start':
        return this.#begin(event.id, event.model)
      case 'part-start':
        return this.#open(event.part)
      case 'part-delta':
        if (this.#growing !== null && event.delta !== '') growPart(this.#frames, this.#growing, event.delta)
        return
      case 'part-cited':
        if (this.#growing !== null && !citePart(this.#frames, this.#growing, event.citation))
          this.dropped.add('citations')
        return
      case 'part-signed':
        if (this.#growing !== null) this.#growing.signed = event.signed
        return
      case 'part-end':
        return this.#end()
      case 'part':
        return this.#whole(event.part)
      case 'message-end':
        return this.#finish(event)
      case 'error':
        return this.#fail(event.error)
      case 'ping':
        // The pipeline bridges silence with comments.
        return
      default:
        event satisfies never
    }
  }

  #begin(id: string | null, model: string | null): void {
    if (this.#response !== null) return
    this.#response = beginning(id, model, this.#stamp)
    this.#frames.addResponse('response.created', this.#response)
    this.#frames.addResponse('response.in_progress', this.#response)
  }

  #newId(kind: Kind): string {
    return itemId(kind, this.#stamp.id, this.#output.length)
  }

  #add(item: JsonRecord): void {
    this.#frames.add('response.output_item.added', { output_index: this.#output.length, item })
  }

  #done(item: JsonRecord): void {
    this.#frames.add('response.output_item.done', { output_index: this.#output.length, item })
    this.#output.push(item)
  }

  #open(part: OpenPart): void {
    this.#begin(null, null)
    if (part.type === 'text' || part.type === 'refusal') return this.#openContent(part)
    this.#closeMessage()
    if (part.type === 'tool-call') return this.#openCall(part, calleeIn(this.#callees, part.name, part.kind))
    const id = this.#newId('rs')
    this.#grow(part, id, { summary_index: 0 })
    this.#add(reasoningItem(id, '', undefined))
  }

  #openCall(part: CallPart, callee: Callee): void {
    const id = this.#newId(kindOf(callee))
    this.#grow(part, id, {}, callee)
    // Of a call of the API's own tools the first frame tells the arguments, so it waits for them.
    if (!isBuiltin(callee.kind)) this.#add(callItem({ id, callId: part.id, callee, words: '' }, 'in_progress'))
  }

  #endCall(growing: Growing, part: CallPart): void {
    const { callee, itemId: id, words } = growing
    if (callee === null || !isBuiltin(callee.kind)) return this.#done(endCall(this.#frames, growing, part))
    const whole = settled(callee, words)
    if (whole.kind === 'function') {
      this.#openCall(part, whole)
      if (this.#growing !== null && words !== '') growPart(this.#frames, this.#growing, words)
      return this.#end()
    }
    const call = { id, callId: part.id, callee, words }
    this.#add(callItem(call, 'in_progress'))
    this.#done(callItem(call))
  }

  #openContent(part: OpenPart): void {
    if (this.#message === null) {
      this.#message = { id: this.#newId('msg'), content: [] }
      this.#add(messageItem(this.#message.id, [], 'in_progress'))
    }
    const { id, content } = this.#message
    const { place } = this.#grow(part, id, { content_index: content.length })
    const empty = part.type === 'text' ? textContent('', []) : refusalContent('')
    this.#frames.add('response.content_part.added', { ...place, part: empty })
  }

  #grow(part: OpenPart, item_id: string, within: JsonRecord, callee: Callee | null = null): Growing {
    const place = { item_id, output_index: this.#output.length, ...within }
    const growing = { part, callee, itemId: item_id, place, words: '', annotations: [], signed: undefined }
    this.#growing = growing
    return growing
  }

  #end(): void {
    const growing = this.#growing
    if (growing === null) return
    this.#growing = null
    const { part, signed } = growing
    if (part.type === 'reasoning') return this.#done(endReasoning(this.#frames, growing))
    if (part.type === 'tool-call') this.#endCall(growing, part)
    else this.#message?.content.push(endContent(this.#frames, growing))
    if (signed !== undefined) this.#sign(signed)
  }

  /** What the part's provider signed follows it in an item of its own. */
  #sign(signed: Signed): void {
    this.#closeMessage()
    const item = writeSignatureItem(this.#newId('rs'), signed)
    this.#add(item)
    this.#done(item)
  }

  #closeMessage(): void {
    if (this.#message === null) return
    this.#done(messageItem(this.#message.id, this.#message.content))
    this.#message = null
  }

  #whole(part: WholePart): void {
    this.#begin(null, null)
    const place = this.#output.length + (this.#message === null ? 0 : 1)
    const item = wholeItem(part, this.#stamp.id, place, this.dropped)
    if (item === null) return
    this.#closeMessage()
    this.#add(item)
    this.#done(item)
  }

  #finish(end: Extract<StreamEvent, { type: 'message-end' }>): void {
    this.#begin(null, null)
    this.#closeMessage()
    if (end.finish.stopSequence !== undefined) this.dropped.add('stop_sequence')
    const last = ending(end, this.#output)
    this.#frames.addResponse(`response.${String(last['status'])}`, { ...this.#response, ...last })
  }

  /** SDKs take the first of the two frames for the error, Codex only the second. */
  #fail(error: AppError): void {
    this.#begin(null, null)
    const { type, code } = openAiWords(error)
    const said = { code: code ?? type, message: error.message }
    this.#frames.add('error', { ...said, param: null })
    const failed = { ...this.#response, status: 'failed', error: said, output: this.#output }
    this.#frames.addResponse('response.failed', failed)
  }
}
