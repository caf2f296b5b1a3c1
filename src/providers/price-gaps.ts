/**
 * Kinds that the public price table leaves out and that are known nevertheless, and parts of a price that nobody tells us.
 * Data only.
 */
import { geminiPrices, openaiPrices, type Source } from './price-sources.ts'
import type { Kind } from './price-rates.ts'

/** A kind that a row does not price: derived from another of its prices, or a price of its own. */
export interface GapRule {
  readonly provider: string
  readonly models: RegExp
  readonly kind: Kind
  readonly price: { readonly from: Kind; readonly times: number } | { readonly usd: string }
  /** Why the price is an estimate nevertheless. */
  readonly doubt?: string
  /** Billed once for a request with any, whatever their number. */
  readonly oncePerRequest?: true
  readonly source: Source
}

const longCacheWrite: Source = {
  page: 'https://platform.claude.com/docs/en/build-with-claude/prompt-caching',
  checked: '2026-09-23',
  why: 'One-hour cache writes cost twice the base input price.',
}

/** Applied to the table's rows and to ours alike, where the kind has no price. */
export const gapRules: readonly GapRule[] = [
  {
    provider: 'openrouter',
    models: /^~?anthropic\/claude-/,
    kind: 'cacheWrite1h',
    price: { from: 'input', times: 2 },
    source: longCacheWrite,
  },
  {
    provider: 'google',
    models: /^gemini-(2\.5-pro|3)/,
    kind: 'audioInput',
    price: { from: 'input', times: 1 },
    source: geminiPrices('One input price for every modality, where the page names none for audio.'),
  },
  {
    provider: 'google',
    models: /^gemini-(2\.5-pro|3)/,
    kind: 'cacheReadAudio',
    price: { from: 'cacheRead', times: 1 },
    source: geminiPrices('As for audio input.'),
  },
  {
    provider: 'google',
    models: /^gemini-3/,
    kind: 'webSearch',
    price: { usd: '14' },
    doubt: 'searches within the free monthly allowance cost nothing',
    source: geminiPrices('Grounding with Google Search, per search.'),
  },
  {
    provider: 'google',
    models: /^gemini-2/,
    kind: 'webSearch',
    price: { usd: '35' },
    oncePerRequest: true,
    doubt: 'grounded prompts within the free daily allowance cost nothing',
    source: geminiPrices('Grounding with Google Search, per grounded prompt.'),
  },
  {
    provider: 'openai',
    models: /^(gpt-[56]|o[1-9])/,
    kind: 'webSearch',
    price: { usd: '10' },
    source: {
      ...openaiPrices,
      checked: '2026-09-23',
      why: 'The same fee for every reasoning model; the table has it for most.',
    },
  },
]

/** Sentences for whole providers and models whose price has a part that nobody tells us. */
export const doubtRules: readonly { readonly provider: string; readonly models: RegExp; readonly doubt: string }[] = [
  {
    provider: 'perplexity',
    models: /^sonar(-pro|-reasoning|-reasoning-pro)?$/,
    doubt: 'the request fee is the one for the largest search context; which one was used is not known',
  },
]
