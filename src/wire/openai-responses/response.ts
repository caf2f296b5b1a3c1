/** What a whole Response says about itself: its usage, terms, model, end or error. A compacted one reads the same. */
import { noUsage, standardTerms, type Usage } from '../../neutral/usage.ts'
import type { ReplyFacts } from '../dialect.ts'
import { asCount, asList, asRecord, asString, asWord, cutInput, countOf, type JsonRecord } from '../fields.ts'
import { miscounted } from '../miscounted.ts'
import { noReplyFacts } from '../no-facts.ts'
import { readOpenAiError } from '../openai-error.ts'

export function readReply(body: unknown): ReplyFacts {
  const response = asRecord(body)
  if (response === null) return noReplyFacts
  return {
    usage: readUsage(response),
    ...miscounted(asRecord(response.usage)),
    terms: { ...standardTerms, serviceTier: asWord(response.service_tier) },
    model: asString(response.model),
    finishReason: asWord(asRecord(response.incomplete_details)?.reason) ?? asWord(response.status),
    // One that failed is an error, whether or not it says why.
    errorCode: readOpenAiError(response) ?? (response.status === 'failed' ? 'failed' : null),
  }
}

/** @returns null when the response counts no tokens: one that is still running, or an error. */
function readUsage(response: JsonRecord): Usage | null {
  const usage = asRecord(response.usage)
  if (usage === null) return null
  const read = asCount(usage.input_tokens)
  const wrote = asCount(usage.output_tokens)
  if (read === null && wrote === null) return null
  const details = asRecord(usage.input_tokens_details)
  const outputTokens = wrote ?? 0
  const reasoning = countOf(asRecord(usage.output_tokens_details)?.reasoning_tokens)
  return {
    ...noUsage,
    // Since GPT-5.6 written tokens are billed at a price of their own, and are part of the input as cached ones are.
    ...cutInput(read ?? 0, countOf(details?.cached_tokens), countOf(details?.cache_write_tokens)),
    outputTokens,
    reasoningTokens: Math.min(reasoning, outputTokens),
    webSearches: searchesOf(usage, response.output),
  }
}

/**
 * Web searches that are billed. xAI counts them itself. OpenAI bills a call that searches, not one that opens a page or
 * looks through it (developers.openai.com/api/docs/guides/tools-web-search); the first shape of the tool named no action.
 */
function searchesOf(usage: JsonRecord, output: unknown): number {
  const counted = asCount(asRecord(usage.server_side_tool_usage_details)?.web_search_calls)
  if (counted !== null) return counted
  return asList(output).filter((entry) => {
    const item = asRecord(entry)
    if (item?.type !== 'web_search_call') return false
    const action = asRecord(item.action)
    return action === null || action.type === 'search'
  }).length
}
