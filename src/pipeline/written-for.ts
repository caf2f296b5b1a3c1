/** What a writer of requests must know of the model that it writes for. */
import type { Capabilities } from '../neutral/capability.ts'
import type { Provider } from '../providers/provider.ts'
import type { Target } from '../wire/translator.ts'

/** Where a dialect insists on a limit, the caller set none and the model's is not known. */
const usualMaxOutputTokens = 8192
/** More is seldom meant, and some providers count what may come against a rate limit. */
const generousMaxOutputTokens = 32_000

/** OpenAI's models that search the web are named after it. */
const searchModel = /-search-(?:preview|api)/

export const writtenFor = (provider: Provider, model: string, known: Capabilities): Target => ({
  provider: provider.id,
  model,
  echoesReasoning: known.echoesReasoning,
  maxOutputTokens: Math.min(known.maxOutputTokens ?? usualMaxOutputTokens, generousMaxOutputTokens),
  thinking: known.thinking.style,
  maxTokensField: known.maxTokensField,
  searchesWeb: provider.searchesWeb === true || searchModel.test(model),
  takesStreamOptions: provider.streamUsage !== 'never',
  checksCalls: provider.checksCalls === true,
})
