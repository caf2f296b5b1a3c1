/**
 * What a whole reply of Chat Completions says about itself, as OpenAI writes it and as the many who copied it do.
 * Completions and Embeddings answer in the same fields.
 */
import { noUsage, standardTerms, type Usage } from '../../neutral/usage.ts'
import type { ReplyFacts } from '../dialect.ts'
import {
  asCount,
  asList,
  asRecord,
  asString,
  asWord,
  cutInput,
  countOf,
  firstCount,
  type JsonRecord,
} from '../fields.ts'
import { miscounted } from '../miscounted.ts'
import { noReplyFacts } from '../no-facts.ts'
import { readOpenAiError } from '../openai-error.ts'

export function readReply(body: unknown): ReplyFacts {
  const reply = asRecord(body)
  if (reply === null) return noReplyFacts
  const usage = usageOf(reply)
  return {
    usage: readUsage(usage),
    ...miscounted(usage),
    terms: { ...standardTerms, serviceTier: asWord(reply.service_tier) },
    model: asString(reply.model),
    finishReason: finishReasonOf(reply),
    errorCode: readOpenAiError(reply),
  }
}

/** Where the usage stands: at the top; for Groq's streams also under `x_groq`, for Moonshot's in the last choice. */
export const usageOf = (reply: JsonRecord): JsonRecord | null =>
  asRecord(reply.usage) ?? asRecord(asRecord(reply.x_groq)?.usage) ?? asRecord(firstChoice(reply)?.usage)

export const finishReasonOf = (reply: JsonRecord): string | null => asWord(firstChoice(reply)?.finish_reason)

const firstChoice = (reply: JsonRecord): JsonRecord | null => asRecord(asList(reply.choices)[0])

/** @returns null when the object counts no tokens. */
export function readUsage(usage: JsonRecord | null): Usage | null {
  if (usage === null) return null
  const prompt = asCount(usage.prompt_tokens)
  const completion = asCount(usage.completion_tokens)
  const total = asCount(usage.total_tokens)
  if (prompt === null && completion === null && total === null) return null
  const inputDetails = asRecord(usage.prompt_tokens_details)
  const outputDetails = asRecord(usage.completion_tokens_details)
  // Some embedding services report the total alone.
  const counted = prompt ?? Math.max(0, (total ?? 0) - (completion ?? 0))
  // Perplexity's deep research bills what it read beside the prompt, at the price of input.
  const read = counted + countOf(usage.citation_tokens)
  const cached = cachedOf(usage, inputDetails)
  const input = cutInput(read, cached, countOf(inputDetails?.cache_write_tokens))
  // A prompt count that is less than its cached part leaves the total unexplained.
  const isSum = completion !== null && total !== null && cached <= counted
  const beyond = isSum ? Math.max(0, total - counted - completion) : 0
  const output = outputOf(usage, outputDetails, completion ?? 0, beyond)
  return {
    ...noUsage,
    ...input,
    ...output,
    audioInputTokens: Math.min(countOf(inputDetails?.audio_tokens), input.inputTokens),
    audioOutputTokens: Math.min(countOf(outputDetails?.audio_tokens), output.outputTokens),
    imageOutputTokens: Math.min(countOf(outputDetails?.image_tokens), output.outputTokens),
    webSearches: firstCount(usage.num_search_queries, asRecord(usage.server_tool_use)?.web_search_requests),
  }
}

/** Cached tokens, part of the prompt's. OpenAI's field, then Moonshot's and Together's, DeepSeek's, Mistral's. */
const cachedOf = (usage: JsonRecord, details: JsonRecord | null): number =>
  firstCount(details?.cached_tokens, usage.cached_tokens, usage.prompt_cache_hit_tokens, usage.num_cached_tokens)

/**
 * Output with its reasoning. OpenAI counts reasoning inside `completion_tokens`. Three do not: xAI and Gemini's compatible
 * endpoint leave it to the total (Gemini names it nowhere else), Perplexity's deep research lists it beside the total.
 * @param beyond What the total has over prompt and completion.
 */
function outputOf(
  usage: JsonRecord,
  details: JsonRecord | null,
  completion: number,
  beyond: number,
): Pick<Usage, 'outputTokens' | 'reasoningTokens'> {
  const reasoning = firstCount(details?.reasoning_tokens, usage.reasoning_tokens)
  if (reasoning === 0) return { outputTokens: completion + beyond, reasoningTokens: beyond }
  const isApart = beyond >= reasoning || reasoning > completion || asCount(usage.citation_tokens) !== null
  return { outputTokens: isApart ? completion + reasoning : completion, reasoningTokens: reasoning }
}
