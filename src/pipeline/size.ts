/** How large a call's input is before anybody has counted it: its text by its bytes, the files that it holds by a figure each. */
import { capabilitiesOf } from '../providers/capabilities.ts'
import { type BodyMedia, mediaIn } from '../wire/body-media.ts'
import type { Call } from './call.ts'

/** Rough, for what no provider counted: four characters of text, or bytes of JSON, to the token. */
const perToken = 4
export const estimateTokens = (lengthOrBytes: number): number => Math.ceil(lengthOrBytes / perToken)

/** Looked for once for each call. */
export const mediaOf = (call: Pick<Call, 'notes' | 'plainBody'>): BodyMedia =>
  (call.notes.media ??= mediaIn(call.plainBody))

/** @returns Tokens, no more than the model's window where that is known. */
export function inputTokensOf(call: Call, { provider, model }: { provider: string; model: string | null }): number {
  const { bytes, tokens } = mediaOf(call)
  const all = estimateTokens(call.plainBody.length - bytes) + tokens
  if (model === null || all <= smallestWindow) return all
  return Math.min(all, windowOf(provider, model) ?? all)
}

/** No model of 2026 has less room; for nearly all requests the table need not be asked. */
const smallestWindow = 4000

/** Tokens; null where it is not known. */
function windowOf(provider: string, model: string): number | null {
  const { maxInputTokens, contextTokens } = capabilitiesOf(provider, model)
  return maxInputTokens ?? contextTokens
}
