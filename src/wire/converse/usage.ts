/** Usage, tier and the reason for the end, as both an answer and the last events of a stream say them. */
import type { Finish, FinishKind } from '../../neutral/reply.ts'
import { noUsage, standardTerms, type PriceTerms, type Usage } from '../../neutral/usage.ts'
import { asCount, asList, asRecord, asWord, countOf } from '../fields.ts'

/** Cached tokens are not part of `inputTokens` (API_runtime_TokenUsage). @returns null when nothing is counted. */
export function readUsage(value: unknown): Usage | null {
  const fields = asRecord(value)
  if (fields === null || counted.every((name) => asCount(fields[name]) === null)) return null
  const details = asList(fields.cacheDetails).map(asRecord)
  const cacheWrite1hTokens = details.reduce(
    (sum, detail) => sum + (detail?.ttl === '1h' ? countOf(detail.inputTokens) : 0),
    0,
  )
  const written = countOf(fields.cacheWriteInputTokens)
  return {
    ...noUsage,
    inputTokens: countOf(fields.inputTokens),
    cacheReadTokens: countOf(fields.cacheReadInputTokens),
    cacheWrite5mTokens: Math.max(0, written - cacheWrite1hTokens),
    cacheWrite1hTokens,
    outputTokens: countOf(fields.outputTokens),
  }
}

const counted = ['inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens'] as const

export function readTerms(body: unknown): PriceTerms {
  const tier = asWord(asRecord(asRecord(body)?.serviceTier)?.type)
  return tier === null ? standardTerms : { ...standardTerms, serviceTier: tier }
}

const finishes: Readonly<Record<string, FinishKind>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  model_context_window_exceeded: 'context',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
}

export const readFinish = (stopReason: unknown): Finish => ({
  kind: (typeof stopReason === 'string' ? finishes[stopReason] : undefined) ?? 'other',
})
