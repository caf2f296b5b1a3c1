/** The list of models as each dialect writes it. Context windows stand where the dialect has a place for them; prices, which none has, beside. */
import type { DialectId } from '../neutral/model.ts'
import type { ListedRates } from '../providers/price-list.ts'

export interface ListedModel {
  /** As a caller would ask for it: bare where the bare name leads to this provider, else `provider/model`. */
  readonly id: string
  readonly provider: string
  readonly contextTokens: number | null
  readonly maxOutputTokens: number | null
  /** Decimal strings; null where no price is known. */
  readonly usdPerMillion: ListedRates | null
}

export function writeModels(dialect: DialectId, listed: readonly ListedModel[]): unknown {
  const data = listed.map((model) => writeModel(dialect, model))
  switch (dialect) {
    case 'anthropic':
      return { data, has_more: false, first_id: listed[0]?.id ?? null, last_id: listed.at(-1)?.id ?? null }
    case 'gemini':
      return { models: data }
    case 'openai-chat':
    case 'openai-responses':
      return { object: 'list', data }
  }
}

/** When a model was made is not known here; the dialects that insist on a date get the start of 1970. */
export function writeModel(dialect: DialectId, model: ListedModel): unknown {
  const { id, provider, contextTokens, maxOutputTokens } = model
  switch (dialect) {
    case 'anthropic':
      return {
        type: 'model',
        id,
        display_name: id,
        created_at: '1970-01-01T00:00:00Z',
        max_input_tokens: contextTokens,
        max_tokens: maxOutputTokens,
        ...pricing(model),
      }
    case 'gemini':
      return {
        name: `models/${id}`,
        displayName: id,
        supportedGenerationMethods: ['generateContent', 'countTokens'],
        ...(contextTokens === null ? {} : { inputTokenLimit: contextTokens }),
        ...(maxOutputTokens === null ? {} : { outputTokenLimit: maxOutputTokens }),
        ...pricing(model),
      }
    case 'openai-chat':
    case 'openai-responses':
      // The names that OpenRouter gave to what OpenAI leaves out; clients read them.
      return {
        id,
        object: 'model',
        created: 0,
        owned_by: provider,
        ...(contextTokens === null ? {} : { context_length: contextTokens }),
        ...(maxOutputTokens === null ? {} : { max_completion_tokens: maxOutputTokens }),
        ...pricing(model),
      }
  }
}

/** In USD per million tokens, as the vendors' pages have it; decimal strings. */
function pricing({ usdPerMillion }: ListedModel): object {
  if (usdPerMillion === null) return {}
  const rates = priced.flatMap(([kind, name]) =>
    usdPerMillion[kind] === undefined ? [] : [[name, usdPerMillion[kind]]],
  )
  return { usd_per_million_tokens: Object.fromEntries(rates) }
}

const priced = [
  ['input', 'input'],
  ['cacheRead', 'cache_read'],
  ['cacheWrite5m', 'cache_write_5m'],
  ['cacheWrite1h', 'cache_write_1h'],
  ['output', 'output'],
] as const
