/** Events as the chunks of a stream; tool calls and texts may be open side by side here. */
import type { OpenPart, StreamEvent, WholePart } from '../../neutral/event.ts'
import type { Citation, Signed } from '../../neutral/message.ts'
import type { Finish } from '../../neutral/reply.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import type { Usage } from '../../neutral/usage.ts'
import { writeOpenAiError } from '../openai-error.ts'
import type { EventWriter, Stamp } from '../translator.ts'
import { writeAnnotation, writeSources } from './citations.ts'
import { finishWord } from './finish.ts'
import { writeMedia } from './media.ts'
import { ownDetails, thoughtGap } from './reasoning.ts'
import { sealedEntry, sealedExtra, type Sealed } from './signatures.ts'
import { inputOf } from './tool-calls.ts'
import { writeUsage } from './usage.ts'
import { answerId, customTools } from './write-reply.ts'

export const writeEvents = (asked: NeutralRequest, stamp: Stamp): EventWriter => new ChunkWriter(asked, stamp)

/** What is written of a part that grows. */
interface Growing {
  readonly part: OpenPart
  /** Of a call: its place among the calls. */
  readonly call: number
  /** Where it begins in the whole text, or in the whole of the thoughts. */
  readonly start: number
  /** Arguments that are to become free text, which can be said only when they are whole. */
  held: string | null
  /** Of a call: whether its arguments have any text. */
  hasText: boolean
  id: string
}

type Delta = Record<string, unknown>

class ChunkWriter implements EventWriter {
  readonly dropped = new Set<string>()
  readonly #stamp: Stamp
  readonly #wantsUsage: boolean
  readonly #custom: ReadonlySet<string>
  readonly #growing = new Map<number, Growing>()
  /** What every chunk begins and ends with. */
  #head = ''
  #tail = ''
  #calls = 0
  #details = 0
  #hasRefusal = false
  readonly #lengths = { text: 0, reasoning: 0 }
  /** Sources that stand beside the choices. */
  readonly #sources: Citation[] = []
  /** A call's first chunk, until it is known whether its signature follows: clients take that from the first alone. */
  #held: { readonly index: number; readonly call: Delta } | null = null

  constructor(asked: NeutralRequest, stamp: Stamp) {
    this.#stamp = stamp
    this.#wantsUsage = asked.wantsStreamUsage
    this.#custom = customTools(asked)
  }

  write(event: StreamEvent): string {
    if (this.#held !== null && event.type === 'part-signed' && event.index === this.#held.index)
      return this.#signHeld(event.signed)
    return this.#release() + this.#write(event)
  }

  #write(event: StreamEvent): string {
    switch (event.type) {
      case 'message-start':
        return this.#begin(event.id, event.model)
      case 'part-start':
        return this.#open(event.index, event.part)
      case 'part-delta':
        return this.#grow(event.index, event.delta)
      case 'part-signed':
        return this.#sign(event.index, event.signed)
      case 'part-cited':
        return this.#cite(event.index, event.citation)
      case 'part-end':
        return this.#close(event.index)
      case 'part':
        return this.#whole(event.part)
      case 'message-end':
        return this.#end(event.finish, event.usage)
      case 'error':
        return frame(writeOpenAiError(event.error))
      case 'ping':
        return ''
      default:
        return event satisfies never
    }
  }

  #begin(id: string | null, model: string | null): string {
    const { createdS } = this.#stamp
    const about = { id: id ?? answerId(this.#stamp), object: 'chat.completion.chunk', created: createdS }
    this.#head = JSON.stringify({ ...about, model: model ?? this.#stamp.model }).slice(0, -1)
    this.#tail = this.#wantsUsage ? ',"usage":null}\n\n' : '}\n\n'
    return this.#chunk({ role: 'assistant', content: '', refusal: null })
  }

  #chunk(delta: Delta, finish: string | null = null): string {
    const choice = `{"index":0,"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}`
    return `data: ${this.#head},"choices":[${choice}]${this.#tail}`
  }

  #open(index: number, part: OpenPart): string {
    const isCall = part.type === 'tool-call'
    const isThought = part.type === 'reasoning'
    const gap = isThought && this.#lengths.reasoning > 0 ? this.#say('reasoning', thoughtGap) : ''
    const start = isThought ? this.#lengths.reasoning : this.#lengths.text
    const isWrapped = isCall && part.kind === 'function' && this.#custom.has(part.name)
    const call = isCall ? this.#calls++ : 0
    const id = isCall ? part.id : ''
    this.#growing.set(index, { part, call, start, held: isWrapped ? '' : null, hasText: false, id })
    if (!isCall) return gap
    const inner =
      part.kind === 'custom' || isWrapped
        ? { type: 'custom', custom: { name: part.name, input: '' } }
        : { type: 'function', function: { name: part.name, arguments: '' } }
    this.#held = { index, call: { index: call, id: part.id, ...inner } }
    return ''
  }

  #release(): string {
    const held = this.#held
    this.#held = null
    return held === null ? '' : this.#chunk({ tool_calls: [held.call] })
  }

  #signHeld(signed: Signed): string {
    const extra = sealedExtra(signed)
    const held = this.#held
    this.#held = null
    if (held === null) return ''
    const call = extra === undefined ? held.call : { ...held.call, extra_content: extra }
    return this.#chunk({ tool_calls: [call], ...this.#detailsOf({ callId: String(held.call.id) }, signed) })
  }

  #grow(index: number, delta: string): string {
    const growing = this.#growing.get(index)
    if (growing === undefined) return ''
    const { part, call } = growing
    if (part.type !== 'tool-call') return this.#say(part.type, delta)
    if (growing.held !== null) {
      growing.held += delta
      return ''
    }
    growing.hasText ||= delta !== ''
    const inner = part.kind === 'custom' ? { custom: { input: delta } } : { function: { arguments: delta } }
    return this.#chunk({ tool_calls: [{ index: call, ...inner }] })
  }

  #say(type: 'text' | 'reasoning' | 'refusal', delta: string): string {
    if (type === 'refusal') {
      this.#hasRefusal = true
      return this.#chunk({ refusal: delta })
    }
    this.#lengths[type] += delta.length
    return this.#chunk(type === 'text' ? { content: delta } : { reasoning_content: delta })
  }

  #sign(index: number, signed: Signed): string {
    const growing = this.#growing.get(index)
    if (growing === undefined) return ''
    const { part, call, start, id } = growing
    if (part.type === 'reasoning')
      return this.#chunkOf(this.#detailsOf({ start, end: this.#lengths.reasoning }, signed))
    if (part.type === 'text') {
      const own = signed.form === 'openai-chat' ? signed.value.extra_content : undefined
      return this.#chunkOf({ ...this.#detailsOf('text', signed), ...(own === undefined ? {} : { extra_content: own }) })
    }
    const extra = sealedExtra(signed)
    // The AI SDK ends a stream with an error over a call's chunk that holds neither name nor arguments.
    const inner =
      part.type === 'tool-call' && part.kind === 'custom' ? { custom: { input: '' } } : { function: { arguments: '' } }
    const calls = extra === undefined ? {} : { tool_calls: [{ index: call, ...inner, extra_content: extra }] }
    return this.#chunkOf({ ...calls, ...this.#detailsOf({ callId: id }, signed) })
  }

  #detailsOf(signs: Sealed['signs'], signed: Signed): Delta {
    const own = signed.form === 'openai-chat' ? ownDetails(signed) : [sealedEntry(signs, signed, this.#details)]
    this.#details += own.length
    return own.length === 0 ? {} : { reasoning_details: own }
  }

  #chunkOf(delta: Delta): string {
    return Object.keys(delta).length === 0 ? '' : this.#chunk(delta)
  }

  #cite(index: number, citation: Citation): string {
    const start = this.#growing.get(index)?.start ?? 0
    const annotation = writeAnnotation(citation, start, this.#lengths.text - start)
    if (annotation !== null) return this.#chunk({ annotations: [annotation] })
    if (citation.url === null) this.dropped.add('citations')
    else this.#sources.push(citation)
    return ''
  }

  #close(index: number): string {
    const growing = this.#growing.get(index)
    this.#growing.delete(index)
    if (growing === undefined || growing.part.type !== 'tool-call') return ''
    const { part, call, held, hasText } = growing
    if (held !== null) return this.#chunk({ tool_calls: [{ index: call, custom: { input: inputOf(held) } }] })
    return hasText || part.kind === 'custom'
      ? ''
      : this.#chunk({ tool_calls: [{ index: call, function: noArguments }] })
  }

  #whole(part: WholePart): string {
    if (part.type === 'media' && part.media === 'image' && part.source.kind !== 'file') {
      const image = writeMedia(part, this.dropped)
      return image === null ? '' : this.#chunk({ images: [image] })
    }
    if (part.type === 'web-search') this.dropped.add('web_search')
    if (part.type === 'media') this.dropped.add(part.source.kind === 'file' ? 'file id' : part.media)
    return ''
  }

  #end(finish: Finish, usage: Usage | null): string {
    if (finish.stopSequence !== undefined) this.dropped.add('stop_sequence')
    if (this.#sources.length > 0) this.#tail = `,${writeSources(this.#sources)}${this.#tail}`
    const last = this.#chunk({}, finishWord(finish, this.#hasRefusal))
    const counts =
      this.#wantsUsage && usage !== null
        ? `data: ${this.#head},"choices":[],"usage":${JSON.stringify(writeUsage(usage))}}\n\n`
        : ''
    return `${last}${counts}data: [DONE]\n\n`
  }
}

/** Clients parse what they got of a call, and an empty text is no JSON. */
const noArguments: Delta = Object.freeze({ arguments: '{}' })

const frame = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`
