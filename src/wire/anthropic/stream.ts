/** Reads a stream of the Messages API while it passes: usage, model, end, errors, and how much text went by. */
import { addUsage, noUsage, standardTerms, type ModelUsage, type PriceTerms, type Usage } from '../../neutral/usage.ts'
import type { FrameKind, ReplyFacts, StreamReader } from '../dialect.ts'
import { asRecord, asString, asWord, parseJson, type JsonRecord } from '../fields.ts'
import { marksOf } from '../marks.ts'
import { miscounted } from '../miscounted.ts'
import { billOf, fallbackModelOf, isBilledDecline, readCounts, readError, readTerms, type Counts } from './response.ts'

/**
 * `message_` stands for the start, the delta and the stop of a message, which are looked for in a third of the time so;
 * `"fallback"` is the block that names the model which takes over.
 */
export const marks = marksOf('message_', '"error"', '"fallback"')

export function readStream(): StreamReader {
  return new AnthropicStream()
}

/** One message of a stream as far as it has been seen. */
interface Message {
  counts: Counts | null
  model: string | null
  billsDeclines: boolean
  isStopped: boolean
}

const newMessage = (): Message => ({ counts: null, model: null, billsDeclines: false, isStopped: false })

class AnthropicStream implements StreamReader {
  /** More than one only where something joined several replies into one stream, and whoever reads it goes on behind the first end. */
  #messages: Message[] = []
  #remark: ReturnType<typeof miscounted> = {}
  #terms: PriceTerms = standardTerms
  #finishReason: string | null = null
  #errorCode: string | null = null

  read(event: string, data: string): FrameKind {
    const frame = asRecord(parseJson(data))
    if (frame === null) return 'plain'
    switch (asString(frame.type) ?? event) {
      case 'message_start':
        this.#start(asRecord(frame.message) ?? {})
        return 'plain'
      case 'content_block_start':
        this.#block(asRecord(frame.content_block))
        return 'plain'
      case 'message_delta':
        this.#finishReason = asWord(asRecord(frame.delta)?.stop_reason) ?? this.#finishReason
        this.#count(this.#current(), asRecord(frame.usage))
        return 'plain'
      case 'message_stop':
        this.#current().isStopped = true
        return 'terminal'
      case 'error':
        this.#errorCode = readError(frame) ?? 'error'
        return 'error'
      default:
        // Compatible servers send an error without a type or an event name.
        this.#errorCode = readError(frame) ?? this.#errorCode
        return asRecord(frame.error) === null ? 'plain' : 'error'
    }
  }

  countText(data: string): number {
    const frame = asRecord(parseJson(data))
    const piece = asRecord(frame?.delta) ?? asRecord(frame?.content_block)
    if (piece === null) return 0
    const texts = [piece.text, piece.thinking, piece.partial_json, piece.content]
    return texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0)
  }

  facts(): ReplyFacts {
    let usage: Usage | null = null
    const alsoBilled: ModelUsage[] = []
    for (const { counts, model, billsDeclines } of this.#messages) {
      if (counts === null) continue
      const bill = billOf(counts, model, billsDeclines)
      usage = addUsage(usage ?? noUsage, bill.usage)
      alsoBilled.push(...bill.alsoBilled)
    }
    return {
      usage,
      ...this.#remark,
      terms: this.#terms,
      model: this.#messages.findLast(({ model }) => model !== null)?.model ?? null,
      finishReason: this.#finishReason,
      errorCode: this.#errorCode,
      ...(alsoBilled.length > 0 ? { alsoBilled } : {}),
    }
  }

  /** A start without a stop before it is the same reply again, repeated or spliced in by a relay: it is not billed twice. */
  #start(fields: JsonRecord): void {
    if (this.#messages.at(-1)?.isStopped === true) this.#messages.push(newMessage())
    const message = this.#current()
    message.model = asString(fields.model) ?? message.model
    this.#finishReason = asWord(fields.stop_reason) ?? this.#finishReason
    this.#count(message, asRecord(fields.usage))
  }

  #block(block: JsonRecord | null): void {
    if (block?.type !== 'fallback') return
    const message = this.#current()
    message.model = asString(asRecord(block.to)?.model) ?? message.model
    message.billsDeclines ||= isBilledDecline(block)
  }

  #count(message: Message, usage: JsonRecord | null): void {
    if (usage === null) return
    if (this.#remark.isMiscounted !== true) this.#remark = miscounted(usage)
    message.counts = mergeCounts(message.counts, readCounts(usage))
    message.model = fallbackModelOf(message.counts) ?? message.model
    const terms = readTerms(usage)
    this.#terms = {
      serviceTier: terms.serviceTier ?? this.#terms.serviceTier,
      speed: terms.speed ?? this.#terms.speed,
      region: terms.region ?? this.#terms.region,
    }
  }

  #current(): Message {
    const last = this.#messages.at(-1)
    if (last !== undefined) return last
    const message = newMessage()
    this.#messages.push(message)
    return message
  }
}

/**
 * The counts after another report on the same message. Reports are cumulative, so the later number holds; but a
 * `message_delta` may leave fields out, null them or (some compatible servers) zero them, and then the earlier one holds.
 */
function mergeCounts(before: Counts | null, now: Counts | null): Counts | null {
  if (before === null || now === null) return now ?? before
  const earlier = before.usage
  const later = now.usage
  const written = later.cacheWrite5mTokens + later.cacheWrite1hTokens
  // Only `message_start` tells one-hour writes apart; a later total is cut by what it told.
  const cacheWrite1hTokens = later.cacheWrite1hTokens || Math.min(earlier.cacheWrite1hTokens, written || Infinity)
  const usage: Usage = {
    ...noUsage,
    inputTokens: later.inputTokens || earlier.inputTokens,
    cacheReadTokens: later.cacheReadTokens || earlier.cacheReadTokens,
    cacheWrite5mTokens: written === 0 ? earlier.cacheWrite5mTokens : written - cacheWrite1hTokens,
    cacheWrite1hTokens,
    outputTokens: later.outputTokens || earlier.outputTokens,
    reasoningTokens: later.reasoningTokens || earlier.reasoningTokens,
    webSearches: later.webSearches || earlier.webSearches,
  }
  return { usage, attempts: now.attempts.length > 0 ? now.attempts : before.attempts }
}
