/** What the models of the two public data sets cost, USD a million tokens, input and output: models.dev on 2026-07-02, MIT. */
import { textTokens } from '../../src/neutral/text-tokens.ts'

interface Price {
  readonly input: number
  readonly output: number
}

const prices: Readonly<Record<string, Price>> = {
  // Azure's list price of gpt-4-turbo, the same as that of 1106-preview was.
  'gpt-4-1106-preview': { input: 10, output: 30 },
  'mistralai/Mixtral-8x7B-Instruct-v0.1': { input: 0.7, output: 0.7 },
  'llama-3.1-8b-instruct': { input: 0.05, output: 0.08 },
  'qwen2.5-7b-instruct': { input: 0.04, output: 0.1 },
  'llama-3.3-nemotron-super-49b-v1': { input: 0.4, output: 0.4 },
}

/** Models that nobody lists any more cost what one of their size does. */
const small: Price = { input: 0.05, output: 0.08 }
const large: Price = { input: 0.4, output: 0.4 }
const largeNames = /(?:49|51|70)b/

export function costOf(model: string, prompt: string, outputTokens: number): number {
  const price = prices[model] ?? (largeNames.test(model) ? large : small)
  return Math.round((textTokens(prompt) * price.input + outputTokens * price.output) * 1000)
}
