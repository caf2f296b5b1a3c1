/** What of a usage is billed as what: every token once, parts taken out of their wholes. */
import type { Usage } from '../neutral/usage.ts'
import type { Kind, Rates } from './price-rates.ts'

export interface BilledParts {
  readonly parts: readonly (readonly [kind: Kind, quantity: number])[]
  /** True where a count was no count, or a part greater than its whole: used as far as it goes. */
  readonly isDoubtful: boolean
}

/** @param rates Decide what is billed apart: reasoning, for one, only where it has a price of its own. */
export function billedParts(usage: Usage, rates: Rates): BilledParts {
  let isDoubtful = false
  const whole = (count: number): number => {
    if (Number.isSafeInteger(count) && count >= 0) return count
    isDoubtful = true
    return Number.isFinite(count) && count > 0 ? Math.min(Math.round(count), Number.MAX_SAFE_INTEGER) : 0
  }
  const part = (of: number, count: number): number => {
    if (count <= of) return whole(count)
    isDoubtful = true
    return of
  }
  const input = whole(usage.inputTokens)
  const audioInput = part(input, usage.audioInputTokens)
  const cacheRead = whole(usage.cacheReadTokens)
  const cacheReadAudio = part(cacheRead, usage.cacheReadAudioTokens)
  const output = whole(usage.outputTokens)
  const audioOutput = part(output, usage.audioOutputTokens)
  const imageOutput = part(output - audioOutput, usage.imageOutputTokens)
  const textOutput = output - audioOutput - imageOutput
  const reasoning = rates.reasoning === undefined ? 0 : part(textOutput, usage.reasoningTokens)
  const searches = whole(usage.webSearches)
  const isOncePerRequest = rates.webSearch?.filled?.isOncePerRequest === true
  const parts: (readonly [Kind, number])[] = []
  const bill = (kind: Kind, quantity: number): void => {
    if (quantity > 0) parts.push([kind, quantity])
  }
  bill('input', input - audioInput)
  bill('audioInput', audioInput)
  bill('cacheRead', cacheRead - cacheReadAudio)
  bill('cacheReadAudio', cacheReadAudio)
  bill('cacheWrite5m', whole(usage.cacheWrite5mTokens))
  bill('cacheWrite1h', whole(usage.cacheWrite1hTokens))
  bill('output', textOutput - reasoning)
  bill('reasoning', reasoning)
  bill('audioOutput', audioOutput)
  bill('imageOutput', imageOutput)
  bill('webSearch', isOncePerRequest ? Math.min(searches, 1) : searches)
  if (parts.length > 0 && rates.request !== undefined) bill('request', 1)
  return { parts, isDoubtful }
}
