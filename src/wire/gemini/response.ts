/**
 * What a reply of the Gemini API says about itself. A stream without `alt=sse` is one JSON array of the same chunks, so a
 * whole reply and a stream are added up alike.
 */
import { noUsage, standardTerms, type PriceTerms, type Usage } from '../../neutral/usage.ts'
import type { ReplyFacts } from '../dialect.ts'
import { asCount, asList, asRecord, asString, asWord, cutInput, countOf, type JsonRecord } from '../fields.ts'
import { miscounted } from '../miscounted.ts'

export function readReply(body: unknown): ReplyFacts {
  const chunks = new Chunks()
  for (const chunk of Array.isArray(body) ? body : [body]) {
    const fields = asRecord(chunk)
    if (fields !== null) chunks.add(fields)
  }
  return chunks.facts()
}

/** The chunks of one reply, added up as they come. */
export class Chunks {
  /** `usageMetadata` as reported last, field by field: the counts are cumulative, and a chunk may leave some out. */
  #metadata: JsonRecord = {}
  readonly #queries = new Set<string>()
  #model: string | null = null
  #finishReason: string | null = null
  #errorCode: string | null = null

  add(chunk: JsonRecord): void {
    const metadata = Object.entries(asRecord(chunk.usageMetadata) ?? {}).filter(([name, value]) =>
      this.#says(name, value),
    )
    if (metadata.length > 0) this.#metadata = { ...this.#metadata, ...Object.fromEntries(metadata) }
    this.#model = asString(chunk.modelVersion) ?? this.#model
    this.#finishReason = finishReasonOf(chunk) ?? this.#finishReason
    this.#errorCode = errorCodeOf(chunk) ?? this.#errorCode
    for (const candidate of asList(chunk.candidates)) {
      const queries = asList(asRecord(asRecord(candidate)?.groundingMetadata)?.webSearchQueries)
      for (const query of queries) if (typeof query === 'string' && query !== '') this.#queries.add(query)
    }
  }

  /** A count does not go back to nothing. */
  #says(name: string, value: unknown): boolean {
    return value !== null && (value !== 0 || this.#metadata[name] === undefined)
  }

  facts(): ReplyFacts {
    return {
      usage: readUsage(this.#metadata, this.#searches()),
      ...miscounted(this.#metadata),
      terms: termsOf(this.#metadata),
      model: this.#model,
      finishReason: this.#finishReason,
      errorCode: this.#errorCode,
    }
  }

  /**
   * Uses of Google Search that are billed: for Gemini 3 and later each different query that is not empty, for older models
   * the prompt, however many queries it took (ai.google.dev/gemini-api/docs/google-search, "Pricing").
   */
  #searches(): number {
    const isPerPrompt = /^(models\/)?gemini-[12]\b/.test(this.#model ?? '')
    return isPerPrompt ? Math.min(1, this.#queries.size) : this.#queries.size
  }
}

/** How a candidate ended, or why the prompt was blocked; null while it goes on. */
export function finishReasonOf(chunk: JsonRecord): string | null {
  for (const candidate of asList(chunk.candidates)) {
    const reason = asWord(asRecord(candidate)?.finishReason)
    if (reason !== null) return reason
  }
  return asWord(asRecord(chunk.promptFeedback)?.blockReason)
}

/** The status of `{"error":{code,message,status}}`; null when the chunk is no error. */
export function errorCodeOf(chunk: JsonRecord): string | null {
  const error = asRecord(chunk.error)
  return error === null ? null : (asWord(error.status) ?? asWord(error.code) ?? 'error')
}

/** The tier as the Gemini API says it, or as Vertex does: `ON_DEMAND`, `ON_DEMAND_FLEX`, `PROVISIONED_THROUGHPUT`, … */
const termsOf = (metadata: JsonRecord): PriceTerms => ({
  ...standardTerms,
  serviceTier: asWord(metadata.serviceTier) ?? asWord(metadata.trafficType),
})

/** @returns null while nothing was counted; the first chunks of a stream may name the traffic type alone. */
function readUsage(metadata: JsonRecord, webSearches: number): Usage | null {
  const prompt = asCount(metadata.promptTokenCount)
  const total = asCount(metadata.totalTokenCount)
  const candidates = asCount(metadata.candidatesTokenCount)
  if (prompt === null && total === null && candidates === null) return null
  const toolResults = countOf(metadata.toolUsePromptTokenCount)
  // What tools gave back is input beside the prompt. What Google Search gave back is counted too, but not charged
  // (ai.google.dev/gemini-api/docs/pricing).
  const billedResults = webSearches > 0 ? 0 : toolResults
  const input = cutInput((prompt ?? 0) + billedResults, countOf(metadata.cachedContentTokenCount), 0)
  const output = outputOf(metadata, (prompt ?? 0) + toolResults, candidates, total)
  const cachedAudio = Math.min(modality(metadata.cacheTokensDetails, 'AUDIO'), input.cacheReadTokens)
  const audio = modality(metadata.promptTokensDetails, 'AUDIO')
  return {
    ...noUsage,
    ...input,
    ...output,
    audioInputTokens: Math.min(Math.max(0, audio - cachedAudio), input.inputTokens),
    cacheReadAudioTokens: cachedAudio,
    audioOutputTokens: Math.min(modality(metadata.candidatesTokensDetails, 'AUDIO'), output.outputTokens),
    imageOutputTokens: Math.min(modality(metadata.candidatesTokensDetails, 'IMAGE'), output.outputTokens),
    webSearches,
  }
}

/** Candidates and thoughts are counted apart, and the total sums all; where it does not, candidates hold the thoughts. */
function outputOf(
  metadata: JsonRecord,
  read: number,
  candidates: number | null,
  total: number | null,
): Pick<Usage, 'outputTokens' | 'reasoningTokens'> {
  const thoughts = countOf(metadata.thoughtsTokenCount)
  // The last chunk of a stream has come without its candidates' count; the total still has them.
  const answered = candidates ?? Math.max(0, (total ?? 0) - read - thoughts)
  const holdsThoughts = total !== null && thoughts > 0 && thoughts <= answered && read + answered === total
  return { outputTokens: holdsThoughts ? answered : answered + thoughts, reasoningTokens: thoughts }
}

/** Tokens of one modality in a list of `{modality, tokenCount}`. */
function modality(details: unknown, name: string): number {
  return asList(details).reduce<number>((sum, entry) => {
    const fields = asRecord(entry)
    return fields?.modality === name ? sum + countOf(fields.tokenCount) : sum
  }, 0)
}
