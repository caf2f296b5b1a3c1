/** Reads a stream of the Responses API while it passes: usage, model, end, errors, and how much text went by. */
import { addUsage, noUsage, standardTerms, type Usage } from '../../neutral/usage.ts'
import type { FrameKind, ReplyFacts, StreamReader } from '../dialect.ts'
import { asRecord, asString, asWord, parseJson, type JsonRecord } from '../fields.ts'
import { marksOf } from '../marks.ts'
import { noReplyFacts } from '../no-facts.ts'
import { readOpenAiError } from '../openai-error.ts'
import { readReply } from './response.ts'

/** The first frame names the model, the last holds the whole response; `"error"` also stands, null, in both. */
export const marks = marksOf(
  'response.created',
  'response.completed',
  'response.incomplete',
  'response.failed',
  '"error"',
)

const terminals: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

export function readStream(): StreamReader {
  return new ResponsesStream()
}

class ResponsesStream implements StreamReader {
  /** By response id: more than one only where something joined several into one stream, and whoever reads it goes on behind the first end. */
  readonly #usages = new Map<string, Usage>()
  #facts: ReplyFacts = noReplyFacts

  read(event: string, data: string): FrameKind {
    const frame = asRecord(parseJson(data))
    if (frame === null) return 'plain'
    const type = asString(frame.type) ?? event
    if (type === 'error' || (type === '' && asRecord(frame.error) !== null)) {
      this.#facts = { ...this.#facts, errorCode: eventError(frame) }
      return 'error'
    }
    const isTerminal = terminals.has(type)
    const response = asRecord(frame.response)
    if (response !== null) this.#see(response, isTerminal)
    return isTerminal ? 'terminal' : 'plain'
  }

  countText(data: string): number {
    const frame = asRecord(parseJson(data))
    const type = asString(frame?.type)
    // An audio delta is base64, not text.
    if (frame === null || type === null || !type.endsWith('.delta') || type.endsWith('audio.delta')) return 0
    return typeof frame.delta === 'string' ? frame.delta.length : 0
  }

  facts(): ReplyFacts {
    const usages = [...this.#usages.values()]
    return { ...this.#facts, usage: usages.length === 0 ? null : usages.reduce(addUsage, noUsage) }
  }

  #see(response: JsonRecord, isTerminal: boolean): void {
    const seen = readReply(response)
    if (seen.usage !== null) this.#usages.set(asString(response.id) ?? '', seen.usage)
    this.#facts = {
      ...(seen.isMiscounted === true && { isMiscounted: true }),
      usage: null,
      // The tier that was asked for stands in the first frame, the one that served in the last.
      terms: seen.terms.serviceTier === null ? this.#facts.terms : { ...standardTerms, ...seen.terms },
      model: seen.model ?? this.#facts.model,
      // Before the end the status only says that it has not come yet.
      finishReason: isTerminal ? seen.finishReason : this.#facts.finishReason,
      errorCode: seen.errorCode ?? this.#facts.errorCode,
    }
  }
}

/** An `error` event has its code at the top; some servers nest it as in a failed request's body. */
const eventError = (frame: JsonRecord): string =>
  (asRecord(frame.error) === null ? asWord(frame.code) : readOpenAiError(frame)) ?? 'error'
