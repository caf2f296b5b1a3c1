/** `usageMetadata` as this API counts: cached tokens inside the prompt's, thoughts beside the answer's. */
import { totalInputTokens, type Usage } from '../../neutral/usage.ts'
import type { JsonObject } from './reading.ts'

export function writeUsage(usage: Usage): JsonObject {
  const prompt = totalInputTokens(usage)
  return {
    promptTokenCount: prompt,
    ...(usage.cacheReadTokens > 0 && { cachedContentTokenCount: usage.cacheReadTokens }),
    candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
    ...(usage.reasoningTokens > 0 && { thoughtsTokenCount: usage.reasoningTokens }),
    totalTokenCount: prompt + usage.outputTokens,
  }
}
