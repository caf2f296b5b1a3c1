/** Neutral events as a stream of the Messages API: every event at once to its frames, one block open at a time. */
import type { OpenPart, StreamEvent } from '../../neutral/event.ts'
import type { Citation, Signed } from '../../neutral/message.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import type { Usage } from '../../neutral/usage.ts'
import { asRecord, type JsonRecord } from '../fields.ts'
import { InOrder } from '../in-order.ts'
import type { EventWriter, Stamp } from '../translator.ts'
import { fieldsOf, innerOf, spellingOf } from './carried.ts'
import { writeErrorFrame } from './errors.ts'
import { refusalDetails, stopReasonOf } from './finish.ts'
import { unsignedSeal } from '../seal.ts'
import { citationFor, redactedData, replyBlocks, sealedAfter, signatureOf } from './reply-blocks.ts'
import { writeUsage } from './usage.ts'
import { replyIdOf, searchIdOf } from './write-reply.ts'

export const writeEvents = (_asked: NeutralRequest, stamp: Stamp): EventWriter => new MessageWriter(stamp)

/** The part that is open, and its block once it has one: an empty text or thought never gets any. */
interface OpenBlock {
  readonly part: OpenPart
  hasBlock: boolean
  signed: Signed | undefined
}

class MessageWriter implements EventWriter {
  readonly dropped = new Set<string>()
  readonly #stamp: Stamp
  readonly #line = new InOrder()
  #open: OpenBlock | null = null
  /** The seal of the text before. Behind the last text it would be what Claude Code takes for the answer. */
  #textSeal: readonly JsonRecord[] = []
  #block = 0
  #hasStarted = false
  #callsTools = false
  #refusal: string | null = null

  constructor(stamp: Stamp) {
    this.#stamp = stamp
  }

  write(event: StreamEvent): string {
    let frames = ''
    for (const step of this.#line.step(event)) frames += this.#step(step)
    return frames
  }

  #step(event: StreamEvent): string {
    switch (event.type) {
      case 'message-start':
        return this.#start(event.id, event.model, event.usage)
      case 'part-start':
        return this.#startPart(event.part)
      case 'part-delta':
        return this.#grow(event.delta)
      case 'part-cited':
        return this.#cite(event.citation)
      case 'part-signed':
        if (this.#open !== null) this.#open.signed = event.signed
        return ''
      case 'part-end':
        return this.#endPart()
      case 'part':
        return replyBlocks(event.part, searchIdOf(this.#stamp, this.#block), this.#drop)
          .map((block) => this.#whole(asRecord(block) ?? {}))
          .join('')
      case 'message-end':
        return this.#end(event)
      case 'ping':
        return frame('ping', {})
      case 'error':
        return writeErrorFrame(event.error)
    }
  }

  readonly #drop = (name: string): void => void this.dropped.add(name)

  #start(id: string | null, model: string | null, usage: Usage | null): string {
    this.#hasStarted = true
    const message = {
      id: id ?? replyIdOf(this.#stamp),
      type: 'message',
      role: 'assistant',
      model: model ?? this.#stamp.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: writeUsage(usage),
    }
    return frame('message_start', { message })
  }

  #startPart(part: OpenPart): string {
    this.#open = { part, hasBlock: false, signed: undefined }
    this.#callsTools = part.type === 'tool-call'
    if (part.type !== 'tool-call') return ''
    const start = this.#openBlock({ type: 'tool_use', id: part.id, name: part.name, input: {} })
    return part.kind === 'custom' ? start + this.#delta('input_json_delta', 'partial_json', '{"input":"') : start
  }

  #grow(text: string): string {
    const open = this.#open
    if (open === null || text === '') return ''
    switch (open.part.type) {
      case 'text':
        return this.#ensureBlock(open, { type: 'text', text: '' }) + this.#delta('text_delta', 'text', text)
      case 'reasoning':
        return this.#ensureBlock(open, emptyThought) + this.#delta('thinking_delta', 'thinking', text)
      case 'refusal':
        this.#refusal = (this.#refusal ?? '') + text
        return ''
      case 'tool-call':
        // Free text is the one argument of the function that stands for its tool, a piece at a time.
        return this.#delta(
          'input_json_delta',
          'partial_json',
          open.part.kind === 'custom' ? JSON.stringify(text).slice(1, -1) : text,
        )
    }
  }

  #cite(citation: Citation): string {
    const open = this.#open
    if (open?.part.type !== 'text') return ''
    return citationFor(citation, this.#drop)
      .map((written) => {
        const start = this.#ensureBlock(open, { type: 'text', text: '' })
        const delta = { type: 'citations_delta', citation: written }
        return start + frame('content_block_delta', { index: this.#block, delta })
      })
      .join('')
  }

  #endPart(): string {
    const open = this.#open
    if (open === null) return ''
    this.#open = null
    const { part, signed } = open
    if (part.type === 'reasoning') return this.#endThought(open)
    const closing =
      part.type === 'tool-call' && part.kind === 'custom' ? this.#delta('input_json_delta', 'partial_json', '"}') : ''
    const end = open.hasBlock || part.type === 'tool-call' ? closing + this.#closeBlock() : ''
    const seal = sealedAfter(signed, part.type === 'tool-call' ? part.id : undefined)
    if (part.type === 'tool-call') return end + seal.map((block) => this.#whole(block)).join('')
    this.#textSeal = [...this.#textSeal, ...seal]
    return end
  }

  #endThought(open: OpenBlock): string {
    const { signed } = open
    const data = redactedData(signed)
    if (data !== null && !open.hasBlock) return this.#whole({ type: 'redacted_thinking', data })
    if (signed === undefined && !open.hasBlock) return ''
    const start = this.#ensureBlock(open, emptyThought)
    const signature = signed === undefined ? unsignedSeal : signatureOf(signed)
    return start + this.#delta('signature_delta', 'signature', signature) + this.#closeBlock()
  }

  #end({ finish, usage, carried }: Extract<StreamEvent, { type: 'message-end' }>): string {
    const start = this.#hasStarted ? '' : this.#start(null, null, null)
    if (this.#textSeal.length > 0) this.#drop('signature')
    const said = { callsTools: this.#callsTools, refuses: this.#refusal !== null }
    const own = fieldsOf(carried)
    const details =
      this.#refusal === null
        ? asRecord(own.stop_details)
        : refusalDetails(this.#refusal, carried?.dialect === 'anthropic' ? innerOf(carried, 'stop_details') : null)
    const delta = {
      stop_reason: spellingOf(carried, 'stop_reason') ?? stopReasonOf(finish, said),
      stop_sequence: finish.stopSequence ?? null,
      ...(details === null ? {} : { stop_details: details }),
      ...(asRecord(own.container) === null ? {} : { container: own.container }),
    }
    const context = asRecord(own.context_management)
    const beside = context === null ? {} : { context_management: context }
    return start + frame('message_delta', { delta, usage: writeUsage(usage), ...beside }) + frame('message_stop', {})
  }

  #ensureBlock(open: OpenBlock, block: JsonRecord): string {
    if (open.hasBlock) return ''
    open.hasBlock = true
    return this.#openBlock(block)
  }

  #openBlock(block: JsonRecord): string {
    const seal = this.#textSeal
    this.#textSeal = []
    const before = seal.map((sealed) => this.#whole(sealed)).join('')
    return before + frame('content_block_start', { index: this.#block, content_block: block })
  }

  /** Written out, since nearly every frame of a stream is one. */
  #delta(type: string, field: string, text: string): string {
    return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#block},"delta":{"type":"${type}","${field}":${JSON.stringify(text)}}}\n\n`
  }

  #closeBlock(): string {
    const stop = frame('content_block_stop', { index: this.#block })
    this.#block += 1
    return stop
  }

  #whole(block: JsonRecord): string {
    return this.#openBlock(block) + this.#closeBlock()
  }
}

const emptyThought: JsonRecord = Object.freeze({ type: 'thinking', thinking: '', signature: '' })

const frame = (type: string, fields: JsonRecord): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
