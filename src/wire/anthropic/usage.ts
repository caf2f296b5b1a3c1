/** Usage as this API reports it. Reading it is the business of `response.ts` and `stream.ts`, for all who ask. */
import { noUsage, type Usage } from '../../neutral/usage.ts'
import type { JsonRecord } from '../fields.ts'

export function writeUsage(usage: Usage | null): JsonRecord {
  const { cacheWrite5mTokens, cacheWrite1hTokens, reasoningTokens, webSearches, ...counts } = usage ?? noUsage
  return {
    input_tokens: counts.inputTokens,
    cache_creation_input_tokens: cacheWrite5mTokens + cacheWrite1hTokens,
    cache_read_input_tokens: counts.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWrite5mTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
    output_tokens: counts.outputTokens,
    ...(reasoningTokens === 0 ? {} : { output_tokens_details: { thinking_tokens: reasoningTokens } }),
    ...(webSearches === 0 ? {} : { server_tool_use: { web_search_requests: webSearches, web_fetch_requests: 0 } }),
    service_tier: null,
  }
}
