/**
 * What the built-in aliases stand for, best first. Each begins with the model that it was first promised for; those are retired
 * (`downgrade-families.ts` has the pages), so that what follows counts: its successors, then what is near it elsewhere.
 */

/** When the names were last looked up in the price table and at the pages of `price-overrides.ts`. */
export const aliasesChecked = '2026-11-22'

const smallModels = [
  'anthropic/claude-haiku-5-5',
  'openai/gpt-6-luna',
  'google/gemini-3.5-flash-lite',
  'xai/grok-4.3',
  'deepseek/deepseek-v4-flash',
  'mistral/mistral-small-latest',
  'groq/openai/gpt-oss-120b',
  'openrouter/anthropic/claude-haiku-4.5',
]

const balanced = ['anthropic/claude-3-5-haiku-20241022', ...smallModels]

/** By the word behind `rp:` and `relayplane:`. */
export const aliasModels: Readonly<Record<string, readonly string[]>> = {
  best: [
    'anthropic/claude-sonnet-4-20250514',
    'anthropic/claude-sonnet-5-5',
    'openai/gpt-6.2-sol',
    'google/gemini-3.1-pro-preview',
    'xai/grok-4.6',
    'deepseek/deepseek-v4-pro',
    'mistral/mistral-large-latest',
    'openrouter/anthropic/claude-sonnet-5',
  ],
  fast: ['anthropic/claude-3-5-haiku-20241022', ...smallModels],
  cheap: [
    'openai/gpt-4o-mini',
    'openai/gpt-6-luna',
    'anthropic/claude-haiku-5-5',
    'deepseek/deepseek-v4-flash',
    'google/gemini-3.1-flash-lite',
    'mistral/mistral-small-latest',
    'groq/openai/gpt-oss-20b',
    'xai/grok-4.3',
    'openrouter/openai/gpt-6-luna',
  ],
  balanced,
  auto: balanced,
}
