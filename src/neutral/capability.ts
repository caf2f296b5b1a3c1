/** What a model takes, reads and allows: the facts that a request is fitted to. What is not known is null and restricts nothing. */
import type { MediaKind } from './message.ts'
import type { Effort } from './thinking.ts'

/**
 * How a model is told to think. `budget`: a number of tokens. `adaptive`: a switch and an effort. `effort`: an effort alone.
 * `always`: it thinks and takes no word about it. `none`: it does not think.
 */
export type ThinkingStyle = 'budget' | 'adaptive' | 'effort' | 'always' | 'none'

/** Wishes that some models answer with a 400, by the names that `X-RelayPlane-Dropped` uses. */
export type Parameter =
  | 'temperature'
  | 'top_p'
  | 'top_k'
  | 'presence_penalty'
  | 'frequency_penalty'
  | 'seed'
  | 'stop'
  | 'logprobs'
  | 'n'
  | 'parallel_tool_calls'
  | 'verbosity'
  | 'service_tier'
  | 'cache_key'
  | 'store'
  | 'user'

export interface ThinkingFacts {
  readonly style: ThinkingStyle
  /** False: the style is only the usual one of the provider, and what the caller wishes is left as it is. */
  readonly isKnown: boolean
  /** The words it takes, weakest first; empty when it takes none, null when any may do. */
  readonly efforts: readonly Effort[] | null
  /** Tokens it may think for; null where it takes no number, or its bounds are not known. */
  readonly budget: { readonly min: number; readonly max: number | null } | null
  readonly canBeOff: boolean
  /** It thinks when nobody asks for it. */
  readonly isOnByDefault: boolean
  /** The strongest effort that goes with thinking switched off; null where all do. */
  readonly maxEffortWhenOff: Effort | null
}

/** What of a schema for its answer a model keeps to; `json`: that it is JSON. */
export type StructuredOutput = 'schema' | 'json' | 'none'

export interface Capabilities {
  /** The model as the provider names it, for sentences. */
  readonly model: string
  /**
   * Where the facts are from: this model at this provider, the same name at another, the family of the name, or nowhere. Rows
   * of our own count as the provider's.
   */
  readonly from: 'provider' | 'name' | 'family' | 'nowhere'
  /** Input and output together. */
  readonly contextTokens: number | null
  /** Where the input has a limit of its own. */
  readonly maxInputTokens: number | null
  readonly maxOutputTokens: number | null
  /** Media it reads beside text. */
  readonly reads: readonly MediaKind[] | null
  /** Media it answers with beside text. */
  readonly writes: readonly MediaKind[] | null
  readonly hasTools: boolean | null
  /** Whether it takes `required` and a named tool; `unless-thinking`: not while it thinks. */
  readonly forcedTools: 'always' | 'unless-thinking' | 'never'
  /** False: tools and thinking go together in the Responses API only, not in Chat Completions. */
  readonly thinksWithToolsInChat: boolean
  readonly thinking: ThinkingFacts
  readonly refused: readonly Parameter[]
  /** Refused unless thinking is off. */
  readonly refusedWhileThinking: readonly Parameter[]
  /** It takes one of `temperature` and `top_p`, not both. */
  readonly takesOneOfTemperatureAndTopP: boolean
  readonly maxTemperature: number | null
  readonly maxStops: number | null
  readonly structuredOutput: StructuredOutput | null
  readonly takesUrls: boolean
  /** Beginnings of URLs that are taken all the same: the provider's own files. */
  readonly ownUrls: readonly string[]
  /** It wants its own earlier reasoning back as plain text. */
  readonly echoesReasoning: boolean
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens'
}

export const unknownThinking: ThinkingFacts = Object.freeze({
  style: 'effort',
  isKnown: false,
  efforts: null,
  budget: null,
  canBeOff: true,
  isOnByDefault: false,
  maxEffortWhenOff: null,
})

/** Facts of a model that nothing is known of. */
export const unknownCapabilities = (model: string): Capabilities => ({
  model,
  from: 'nowhere',
  contextTokens: null,
  maxInputTokens: null,
  maxOutputTokens: null,
  reads: null,
  writes: null,
  hasTools: null,
  forcedTools: 'always',
  thinksWithToolsInChat: true,
  thinking: unknownThinking,
  refused: [],
  refusedWhileThinking: [],
  takesOneOfTemperatureAndTopP: false,
  maxTemperature: null,
  maxStops: null,
  structuredOutput: null,
  takesUrls: true,
  ownUrls: [],
  echoesReasoning: false,
  maxTokensField: 'max_tokens',
})
