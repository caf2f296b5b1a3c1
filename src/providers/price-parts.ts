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
  const count = new Counting()
  const input = count.whole(usage.inputTokens)
  const audioInput = count.part(input, usage.audioInputTokens)
  const cacheRead = count.whole(usage.cacheReadTokens)
  const cacheReadAudio = count.part(cacheRead, usage.cacheReadAudioTokens)
  const output = count.whole(usage.outputTokens)
  const audioOutput = count.part(output, usage.audioOutputTokens)
  const imageOutput = count.part(output - audioOutput, usage.imageOutputTokens)
  const textOutput = output - audioOutput - imageOutput
  const reasoning = rates.reasoning === undefined ? 0 : count.part(textOutput, usage.reasoningTokens)
  const searches = count.whole(usage.webSearches)
  const isOncePerRequest = rates.webSearch?.filled?.isOncePerRequest === true
  count.bill('input', input - audioInput)
  count.bill('audioInput', audioInput)
  count.bill('cacheRead', cacheRead - cacheReadAudio)
  count.bill('cacheReadAudio', cacheReadAudio)
  count.bill('cacheWrite5m', count.whole(usage.cacheWrite5mTokens))
  count.bill('cacheWrite1h', count.whole(usage.cacheWrite1hTokens))
  count.bill('output', textOutput - reasoning)
  count.bill('reasoning', reasoning)
  count.bill('audioOutput', audioOutput)
  count.bill('imageOutput', imageOutput)
  count.bill('webSearch', isOncePerRequest ? Math.min(searches, 1) : searches)
  if (count.parts.length > 0 && rates.request !== undefined) count.bill('request', 1)
  return count
}

/** A class and no closures: one is made for each request. */
class Counting implements BilledParts {
  readonly parts: (readonly [Kind, number])[] = []
  isDoubtful = false

  whole(count: number): number {
    if (Number.isSafeInteger(count) && count >= 0) return count
    this.isDoubtful = true
    return Number.isFinite(count) && count > 0 ? Math.min(Math.round(count), Number.MAX_SAFE_INTEGER) : 0
  }

  part(of: number, count: number): number {
    if (count <= of) return this.whole(count)
    this.isDoubtful = true
    return of
  }

  bill(kind: Kind, quantity: number): void {
    if (quantity > 0) this.parts.push([kind, quantity])
  }
}
