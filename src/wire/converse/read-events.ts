/** A stream of Converse as events. A frame's event is AWS's name for it, or, without one, the one member of its data. */
import type { StreamEvent } from '../../neutral/event.ts'
import type { Finish } from '../../neutral/reply.ts'
import { asCount, asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import type { EventReader, Signer } from '../translator.ts'
import { readException } from './errors.ts'
import { carriedOf, readCitation } from './read-reply.ts'
import { readFinish, readUsage } from './usage.ts'

export const readEvents = (signer: Signer): EventReader => new ConverseReader(signer)

/** A block that has begun, ours by a number of its own. */
interface Block {
  readonly index: number
  readonly kind: 'text' | 'reasoning' | 'tool-call'
  /** Signatures may come in pieces. */
  signature: string
  redacted: string
}

/** What no neutral part stands for, gathered until it ends. */
interface Foreign {
  readonly name: string
  readonly start: unknown
  readonly deltas: unknown[]
}

class ConverseReader implements EventReader {
  readonly #provider: string
  readonly #blocks = new Map<number, Block>()
  readonly #foreign = new Map<number, Foreign>()
  #count = 0
  #hasStarted = false
  #hasEnded = false
  #finish: Finish | null = null
  #extra: JsonRecord = {}

  constructor({ provider }: Signer) {
    this.#provider = provider
  }

  read(event: string, data: string): readonly StreamEvent[] {
    const [name, fields] = named(event, asRecord(parseJsonExactly(data)))
    if (this.#hasEnded || fields === null) return []
    if (/exception$/i.test(name)) {
      this.#hasEnded = true
      return [{ type: 'error', error: readException(name, fields) }]
    }
    return [...this.#start(), ...this.#step(name, fields)]
  }

  end(): readonly StreamEvent[] {
    // Usage comes last; a stream that said why it stopped was whole without it.
    return this.#finish === null || this.#hasEnded ? [] : this.#close(null)
  }

  #start(): readonly StreamEvent[] {
    if (this.#hasStarted) return []
    this.#hasStarted = true
    return [{ type: 'message-start', id: null, model: null, usage: null }]
  }

  #step(name: string, fields: JsonRecord): readonly StreamEvent[] {
    const at = asCount(fields.contentBlockIndex) ?? 0
    switch (name) {
      case 'contentBlockStart':
        return this.#open(at, asRecord(fields.start) ?? {})
      case 'contentBlockDelta':
        return this.#grow(at, asRecord(fields.delta) ?? {})
      case 'contentBlockStop':
        return this.#stop(at)
      case 'messageStop': {
        const { stopReason, ...rest } = fields
        this.#finish = readFinish(stopReason)
        this.#extra = rest
        return this.#stopAll()
      }
      case 'metadata': {
        const { usage, ...rest } = fields
        this.#extra = { ...this.#extra, ...rest }
        return this.#finish === null ? [] : this.#close(usage)
      }
      default:
        return []
    }
  }

  #close(usage: unknown): readonly StreamEvent[] {
    this.#hasEnded = true
    const finish = this.#finish ?? readFinish(null)
    // `p` pads the event to a length that tells nobody how long the text is.
    const { p: _padding, ...extra } = this.#extra
    return [...this.#stopAll(), { type: 'message-end', finish, usage: readUsage(usage), ...carriedOf(extra) }]
  }

  /** Only calls say that they begin; text and reasoning are there with their first delta. */
  #open(at: number, start: JsonRecord): readonly StreamEvent[] {
    const call = asRecord(start.toolUse)
    const id = asString(call?.toolUseId)
    const name = asString(call?.name)
    if (id !== null && name !== null && call?.type !== 'server_tool_use') {
      const { index } = this.#begin(at, 'tool-call')
      return [{ type: 'part-start', index, part: { type: 'tool-call', id, name, kind: 'function' } }]
    }
    const [kind] = Object.keys(start)
    if (kind !== undefined) this.#foreign.set(at, { name: kind, start, deltas: [] })
    return []
  }

  #begin(at: number, kind: Block['kind']): Block {
    const block: Block = { index: this.#count++, kind, signature: '', redacted: '' }
    this.#blocks.set(at, block)
    return block
  }

  #grow(at: number, delta: JsonRecord): readonly StreamEvent[] {
    const foreign = this.#foreign.get(at)
    if (foreign !== undefined) {
      foreign.deltas.push(delta)
      return []
    }
    const reasoning = asRecord(delta.reasoningContent)
    if (reasoning !== null) return this.#reason(at, reasoning)
    const call = asRecord(delta.toolUse)
    if (call !== null) return this.#extend(at, 'tool-call', asString(call.input))
    const cited = asRecord(delta.citation)
    if (cited !== null) return this.#cite(at, cited)
    if ('text' in delta) return this.#extend(at, 'text', asString(delta.text))
    const [name] = Object.keys(delta)
    if (name !== undefined) this.#foreign.set(at, { name, start: null, deltas: [delta] })
    return []
  }

  #extend(at: number, kind: Block['kind'], text: string | null): readonly StreamEvent[] {
    if (text === null) return []
    const { events, block } = this.#ensure(at, kind)
    return block === null ? [] : [...events, { type: 'part-delta', index: block.index, delta: text }]
  }

  /** A block that no event has begun yet begins now; arguments without a call have nowhere to go. */
  #ensure(at: number, kind: Block['kind']): { readonly events: readonly StreamEvent[]; readonly block: Block | null } {
    const open = this.#blocks.get(at)
    if (open !== undefined) return { events: [], block: open.kind === kind ? open : null }
    if (kind === 'tool-call') return { events: [], block: null }
    const block = this.#begin(at, kind)
    return { events: [{ type: 'part-start', index: block.index, part: { type: kind } }], block }
  }

  #reason(at: number, delta: JsonRecord): readonly StreamEvent[] {
    const text = asString(delta.text)
    const signature = asString(delta.signature)
    const redacted = asString(delta.redactedContent)
    if (text !== null) return this.#extend(at, 'reasoning', text)
    if (signature === null && redacted === null) return []
    const { events, block } = this.#ensure(at, 'reasoning')
    if (block !== null) {
      block.signature += signature ?? ''
      block.redacted += redacted ?? ''
    }
    return events
  }

  #cite(at: number, citation: JsonRecord): readonly StreamEvent[] {
    const { events, block } = this.#ensure(at, 'text')
    if (block === null) return []
    const { index } = block
    return [
      ...events,
      ...readCitation(citation).map((each): StreamEvent => ({ type: 'part-cited', index, citation: each })),
    ]
  }

  #stop(at: number): readonly StreamEvent[] {
    const foreign = this.#foreign.get(at)
    if (foreign !== undefined) {
      this.#foreign.delete(at)
      const { name, ...value } = foreign
      return [{ type: 'part', index: this.#count++, part: { type: 'foreign', dialect: 'converse', name, value } }]
    }
    const block = this.#blocks.get(at)
    if (block === undefined) return []
    this.#blocks.delete(at)
    return [...this.#sign(block), { type: 'part-end', index: block.index }]
  }

  #sign({ index, signature, redacted }: Block): readonly StreamEvent[] {
    const value = redacted !== '' ? { redactedContent: redacted } : signature !== '' ? { signature } : null
    return value === null
      ? []
      : [{ type: 'part-signed', index, signed: { form: 'converse', by: this.#provider, value } }]
  }

  #stopAll(): readonly StreamEvent[] {
    return [...this.#blocks.keys(), ...this.#foreign.keys()].flatMap((at) => this.#stop(at))
  }
}

function named(event: string, fields: JsonRecord | null): readonly [string, JsonRecord | null] {
  if (event !== '' || fields === null) return [event, fields]
  const [name, value] = Object.entries(fields)[0] ?? []
  return [name ?? '', asRecord(value)]
}
