/** What an answer of Converse says about itself while it passes: usage, terms, end or error. */
import { standardTerms, type PriceTerms, type Usage } from '../../neutral/usage.ts'
import type { Dialect, FrameKind, ReplyFacts, StreamReader } from '../dialect.ts'
import { marksOf } from '../marks.ts'
import { asRecord, asString, asWord, parseJson } from '../fields.ts'
import { miscounted } from '../miscounted.ts'
import { noReplyFacts } from '../no-facts.ts'
import { readTerms, readUsage } from './usage.ts'

/** As much of a dialect as an answer's reader needs: no client speaks this one. */
export const converseFacts: Pick<Dialect, 'marks' | 'isTerminalLast' | 'readReply' | 'readStream'> = {
  marks: marksOf('messageStop', 'metadata', 'xception'),
  isTerminalLast: true,
  readReply,
  readStream: () => new ConverseFacts(),
}

function readReply(body: unknown): ReplyFacts {
  const reply = asRecord(body)
  if (reply === null) return noReplyFacts
  if (reply.output === undefined && (asString(reply.message) ?? asString(reply.Message)) !== null) {
    return { ...noReplyFacts, errorCode: 'error' }
  }
  return {
    ...noReplyFacts,
    usage: readUsage(reply.usage),
    ...miscounted(asRecord(reply.usage)),
    terms: readTerms(reply),
    finishReason: asWord(reply.stopReason),
  }
}

class ConverseFacts implements StreamReader {
  #usage: Usage | null = null
  #remark: ReturnType<typeof miscounted> = {}
  #terms: PriceTerms = standardTerms
  #finishReason: string | null = null
  #errorCode: string | null = null

  read(event: string, data: string): FrameKind {
    if (/exception$/i.test(event)) {
      this.#errorCode = asWord(event) ?? 'exception'
      return 'error'
    }
    const fields = asRecord(parseJson(data))
    if (event === 'messageStop') this.#finishReason = asWord(fields?.stopReason)
    if (event !== 'metadata') return 'plain'
    this.#usage = readUsage(fields?.usage)
    this.#remark = miscounted(asRecord(fields?.usage))
    this.#terms = readTerms(fields)
    return 'terminal'
  }

  countText(data: string): number {
    const delta = asRecord(asRecord(parseJson(data))?.delta)
    const texts = [delta?.text, asRecord(delta?.toolUse)?.input, asRecord(delta?.reasoningContent)?.text]
    return texts.reduce<number>((sum, text) => sum + (asString(text)?.length ?? 0), 0)
  }

  facts(): ReplyFacts {
    return {
      ...noReplyFacts,
      usage: this.#usage,
      ...this.#remark,
      terms: this.#terms,
      finishReason: this.#finishReason,
      errorCode: this.#errorCode,
    }
  }
}
