/** Usage as this API reports it: cached tokens are part of the input, reasoning is part of the output. */
import type { ResponseUsage } from 'openai/resources/responses/responses'
import { totalInputTokens, type Usage } from '../../neutral/usage.ts'

export function writeUsage(usage: Usage): ResponseUsage {
  const input = totalInputTokens(usage)
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWrite5mTokens + usage.cacheWrite1hTokens,
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: input + usage.outputTokens,
  }
}
