/** A stream of chunks as events: texts and thoughts one after the other, tool calls side by side. */
import type { Citation, Part } from '../../neutral/message.ts'
import type { StreamEvent, WholePart } from '../../neutral/event.ts'
import type { Usage } from '../../neutral/usage.ts'
import { asCount, asList, asRecord, asString, asWord, parseJsonExactly, type JsonRecord } from '../fields.ts'
import { readOpenAiError } from '../openai-error.ts'
import type { EventReader, Signer } from '../translator.ts'
import { Fields } from './carry.ts'
import { readAnnotation, readSources } from './citations.ts'
import { readErrorFrame } from './errors.ts'
import { readFinish } from './finish.ts'
import { OpenTexts } from './open-texts.ts'
import { OpenCalls } from './open-calls.ts'
import { readImage } from './media.ts'
import { readPart } from './parts.ts'
import { readUsage, usageOf } from './response.ts'

export const readEvents = (signer: Signer): EventReader => new ChunkReader(signer)

/** `obfuscation` is noise against eavesdroppers who count bytes. */
const chunkNames = namesIn('id object created model choices usage citations obfuscation')
const choiceNames = namesIn('index delta message finish_reason stop_reason usage')
const deltaNames = namesIn(
  'role content refusal reasoning_content reasoning reasoning_details tool_calls function_call annotations images audio extra_content',
)

function namesIn(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}

class ChunkReader implements EventReader {
  readonly #texts: OpenTexts
  readonly #calls: OpenCalls
  #out: StreamEvent[] = []
  #next = 0
  #types = new Set<Part['type']>()
  #usage: Usage | null = null
  /** The latest chunk that names sources; each names them all. */
  #sources: JsonRecord | null = null
  /** What else chunks said, by the names that a whole answer carries it under. */
  readonly #others: Record<string, unknown> = {}
  #word: string | null = null
  #stopReason: unknown = null
  /** Of several choices, the one that came first. */
  #choice: number | null = null
  #sound = ''
  #state: 'before' | 'open' | 'over' = 'before'

  constructor(signer: Signer) {
    const place = (type: Part['type']) => {
      this.#types.add(type)
      return this.#next++
    }
    const emit = (event: StreamEvent) => this.#out.push(event)
    this.#texts = new OpenTexts(emit, place, signer.provider)
    this.#calls = new OpenCalls(emit, place, signer)
  }

  read(_event: string, data: string): readonly StreamEvent[] {
    if (this.#state === 'over') return []
    if (data.trim() === '[DONE]') return this.#finish()
    const chunk = asRecord(parseJsonExactly(data))
    if (chunk === null) return []
    if (readOpenAiError(chunk) !== null) {
      this.#state = 'over'
      return [{ type: 'error', error: readErrorFrame(chunk) }]
    }
    this.#readChunk(chunk)
    return this.#flush()
  }

  /** Some servers leave `[DONE]` out; an answer that gave its reason to end is whole all the same. */
  end(): readonly StreamEvent[] {
    return this.#state === 'over' || this.#word === null ? [] : this.#finish()
  }

  #flush(): readonly StreamEvent[] {
    const out = this.#out
    this.#out = []
    return out
  }

  #readChunk(chunk: JsonRecord): void {
    this.#usage = readUsage(usageOf(chunk)) ?? this.#usage
    this.#keep('', chunk, chunkNames)
    const choice = this.#choiceOf(chunk)
    // The first chunk of some has neither choice nor id, only the results of content filters.
    if (choice === null) return
    if (this.#state === 'before') this.#begin(chunk)
    if (chunk.citations !== undefined || chunk.search_results !== undefined) this.#sources = chunk
    this.#keep('choices[0].', choice, choiceNames)
    const delta = asRecord(choice.delta)
    if (delta !== null) this.#readDelta(delta)
    else this.#readWhole(asRecord(choice.message))
    this.#word = asWord(choice.finish_reason) ?? this.#word
    this.#stopReason = choice.stop_reason ?? this.#stopReason
  }

  #choiceOf({ choices }: JsonRecord): JsonRecord | null {
    const listed = asList(choices).map(asRecord)
    const [first] = listed
    if (first === undefined || first === null) return null
    this.#choice ??= asCount(first.index) ?? 0
    const own = listed.find((choice) => (asCount(choice?.index) ?? 0) === this.#choice) ?? null
    // Of the others no word is kept, but that there were some.
    if (listed.some((choice) => choice !== own)) this.#others['choices[]'] = true
    return own
  }

  #begin({ id, model }: JsonRecord): void {
    this.#state = 'open'
    this.#out.push({ type: 'message-start', id: asString(id), model: asString(model), usage: null })
  }

  #keep(prefix: string, record: JsonRecord, known: ReadonlySet<string>): void {
    for (const name in record) {
      const value = record[name]
      if (value !== null && value !== undefined && !known.has(name)) this.#others[prefix + name] = value
    }
  }

  #readDelta(delta: JsonRecord): void {
    this.#keep('choices[0].message.', delta, deltaNames)
    this.#texts.think(asString(delta.reasoning_content) ?? asString(delta.reasoning), asList(delta.reasoning_details))
    this.#readContent(delta.content)
    this.#texts.grow('refusal', asString(delta.refusal))
    for (const entry of asList(delta.annotations)) this.#cite(readAnnotation(entry))
    for (const image of asList(delta.images)) this.#addPart(readImage(image))
    this.#sound += asString(asRecord(delta.audio)?.data) ?? ''
    const extra = asRecord(delta.extra_content)
    if (extra !== null) this.#texts.signText(extra)
    const calls = asList(delta.tool_calls)
    const legacy = asRecord(delta.function_call)
    if (calls.length > 0 || legacy !== null) this.#texts.close()
    for (const [position, call] of calls.entries()) this.#calls.read(asRecord(call), position)
    if (legacy !== null) this.#calls.readLegacy(legacy)
  }

  /** Mistral's content may be a list of texts and thoughts. */
  #readContent(content: unknown): void {
    if (typeof content === 'string') this.#texts.grow('text', content)
    for (const part of asList(content).map(readPart)) {
      if (part.type === 'text' || part.type === 'reasoning' || part.type === 'refusal')
        this.#texts.grow(part.type, part.text)
      else if (part.type === 'media' || part.type === 'foreign') this.#addPart(part)
    }
  }

  /** The whole message where a delta should be: what of it has not come before. */
  #readWhole(message: JsonRecord | null): void {
    if (message === null) return
    const rest = (text: unknown, type: 'text' | 'reasoning' | 'refusal') =>
      this.#texts.restOf(type, asString(text) ?? '')
    this.#readDelta({
      ...message,
      reasoning_content: rest(message.reasoning_content ?? message.reasoning, 'reasoning'),
      reasoning: null,
      content: typeof message.content === 'string' ? rest(message.content, 'text') : message.content,
      refusal: rest(message.refusal, 'refusal'),
    })
  }

  #cite(citation: Citation | null): void {
    if (citation !== null) this.#texts.cite(citation)
  }

  #addPart(part: WholePart | null): void {
    if (part === null) return
    this.#texts.close()
    this.#out.push({ type: 'part', index: this.#next++, part })
  }

  #finish(): readonly StreamEvent[] {
    if (this.#state === 'before') this.#begin({})
    this.#state = 'over'
    if (this.#sources !== null) for (const source of readSources(new Fields(this.#sources))) this.#texts.cite(source)
    this.#texts.close()
    this.#texts.flushLate()
    if (this.#sound !== '') {
      const source = { kind: 'base64', data: this.#sound } as const
      this.#addPart({ type: 'media', media: 'audio', mediaType: null, source })
    }
    this.#calls.close()
    const finish = readFinish(this.#word, this.#stopReason, this.#types)
    const carried = { dialect: 'openai-chat', fields: this.#others } as const
    this.#out.push({ type: 'message-end', finish, usage: this.#usage, carried })
    return this.#flush()
  }
}
