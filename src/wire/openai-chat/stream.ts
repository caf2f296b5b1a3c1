/** Reads a stream of Chat Completions while it passes: usage, model, end, errors, and how much text went by. */
import { countsNothing, standardTerms, type PriceTerms, type Usage } from '../../neutral/usage.ts'
import type { FrameKind, ReplyFacts, StreamReader } from '../dialect.ts'
import { asList, asRecord, asString, asWord, parseJson, type JsonRecord } from '../fields.ts'
import { marksOf } from '../marks.ts'
import { miscounted } from '../miscounted.ts'
import { readOpenAiError } from '../openai-error.ts'
import { finishReasonOf, readUsage, usageOf } from './response.ts'

/**
 * With `include_usage` every chunk has `"usage":null` and `"finish_reason":null`, so a count's name marks the usage and an
 * opening quote the finish. Quoted names never stand in text, where their quotes are escaped.
 */
export const marks = marksOf('"prompt_tokens"', '[DONE]', '"error"', '"finish_reason":"', '"finish_reason": "')

export function readStream(): StreamReader {
  return new ChatStream()
}

class ChatStream implements StreamReader {
  #usage: Usage | null = null
  #remark: ReturnType<typeof miscounted> = {}
  #terms: PriceTerms = standardTerms
  #model: string | null = null
  #finishReason: string | null = null
  #errorCode: string | null = null

  read(_event: string, data: string): FrameKind {
    if (data.trim() === '[DONE]') return 'terminal'
    const chunk = asRecord(parseJson(data))
    if (chunk === null) return 'plain'
    this.#count(usageOf(chunk))
    this.#model = asString(chunk.model) ?? this.#model
    this.#finishReason = finishReasonOf(chunk) ?? this.#finishReason
    const serviceTier = asWord(chunk.service_tier)
    if (serviceTier !== null) this.#terms = { ...standardTerms, serviceTier }
    const errorCode = readOpenAiError(chunk)
    if (errorCode !== null) {
      this.#errorCode = errorCode
      return 'error'
    }
    const holdsNothingElse = Array.isArray(chunk.choices) && chunk.choices.length === 0
    return holdsNothingElse && asRecord(chunk.usage) !== null ? 'usage-only' : 'plain'
  }

  /** Counts are cumulative where they come more than once (Perplexity sends them with every chunk); some end in zeros. */
  #count(fields: JsonRecord | null): void {
    const usage = readUsage(fields)
    if (fields === null || (this.#usage !== null && (usage === null || countsNothing(usage)))) return
    this.#usage = usage
    this.#remark = miscounted(fields)
  }

  countText(data: string): number {
    const chunk = asRecord(parseJson(data))
    if (chunk === null) return 0
    let length = 0
    for (const entry of asList(chunk.choices)) {
      const choice = asRecord(entry)
      length += lengthOf(choice?.text) + deltaLength(asRecord(choice?.delta))
    }
    return length
  }

  facts(): ReplyFacts {
    return {
      usage: this.#usage,
      ...this.#remark,
      terms: this.#terms,
      model: this.#model,
      finishReason: this.#finishReason,
      errorCode: this.#errorCode,
    }
  }
}

function deltaLength(delta: JsonRecord | null): number {
  if (delta === null) return 0
  // Servers that give reasoning under both names give the same text twice.
  let length = lengthOf(delta.content) + lengthOf(delta.refusal) + lengthOf(delta.reasoning_content ?? delta.reasoning)
  length += lengthOf(asRecord(delta.function_call)?.arguments)
  for (const call of asList(delta.tool_calls)) length += lengthOf(asRecord(asRecord(call)?.function)?.arguments)
  return length
}

/** Characters of a text, or of the text parts of a list (Mistral's `thinking` parts hold a list of their own). */
function lengthOf(content: unknown): number {
  if (typeof content === 'string') return content.length
  return asList(content).reduce<number>((sum, entry) => {
    const part = asRecord(entry)
    return sum + (part === null ? 0 : lengthOf(part.text) + lengthOf(part.thinking))
  }, 0)
}
