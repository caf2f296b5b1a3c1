/** A request for an answer, whatever dialect it came in: the conversation, the tools and what the caller wishes of the answer. */
import type { CacheMark, Carried, Message, TextPart } from './message.ts'
import type { Thinking } from './thinking.ts'

export interface FunctionTool {
  readonly type: 'function'
  readonly name: string
  readonly description: string | null
  /** JSON Schema of the arguments; null when the tool takes none. */
  readonly schema: Readonly<Record<string, unknown>> | null
  readonly isStrict: boolean | null
  readonly cache?: CacheMark
  readonly carried?: Carried
}

/** A tool that takes free text: a function of one text (`input`) wherever the dialect has none of these. */
export interface CustomTool {
  readonly type: 'custom'
  readonly name: string
  readonly description: string | null
  /** A grammar or the like, as its dialect writes it. */
  readonly format: unknown
  readonly carried?: Carried
}

/** The provider's own web search. */
export interface WebSearchTool {
  readonly type: 'web-search'
  readonly maxUses: number | null
  readonly allowedDomains: readonly string[] | null
  readonly blockedDomains: readonly string[] | null
  readonly location: {
    readonly city?: string
    readonly region?: string
    readonly country?: string
    readonly timezone?: string
  } | null
  readonly carried?: Carried
}

/** A tool of the provider's that one dialect alone knows, whole. */
export interface ForeignTool {
  readonly type: 'foreign'
  readonly dialect: Carried['dialect']
  /** `computer_20250124`, `code_interpreter`. */
  readonly name: string
  readonly value: unknown
  /** Where it stood among the tools; the tool itself is all in its value. */
  readonly carried?: Carried
}

export type Tool = FunctionTool | CustomTool | WebSearchTool | ForeignTool

export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  | { readonly kind: 'named'; readonly name: string }

export interface Sampling {
  readonly temperature: number | null
  readonly topP: number | null
  readonly topK: number | null
  readonly presencePenalty: number | null
  readonly frequencyPenalty: number | null
  readonly seed: number | null
}

export type OutputFormat =
  | { readonly kind: 'json' }
  | {
      readonly kind: 'schema'
      readonly schema: Readonly<Record<string, unknown>>
      readonly name: string | null
      readonly description: string | null
      readonly isStrict: boolean | null
    }

/** Wishes that more than one dialect spells, and not all. */
export interface Options {
  /** `low`, `medium`, `high`. */
  readonly verbosity: string | null
  readonly serviceTier: string | null
  /** Which requests share a cached prompt. */
  readonly cacheKey: string | null
  readonly userId: string | null
  readonly metadata: Readonly<Record<string, unknown>> | null
  /** Whether the provider may keep the answer. */
  readonly store: boolean | null
  /** How many alternatives per token are asked for; 0 for the chosen token's alone. */
  readonly logprobs: number | null
  /** How many answers. */
  readonly answers: number | null
}

export interface NeutralRequest {
  readonly model: string
  /** What stands before the conversation, in order. */
  readonly system: readonly TextPart[]
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice | null
  readonly parallelTools: boolean | null
  readonly sampling: Sampling
  readonly maxOutputTokens: number | null
  readonly stop: readonly string[]
  readonly thinking: Thinking | null
  readonly format: OutputFormat | null
  readonly options: Options
  readonly isStream: boolean
  /** The stream is to end with its usage. Always true where the dialect has no such switch. */
  readonly wantsStreamUsage: boolean
  readonly carried?: Carried
}

export const noSampling: Sampling = Object.freeze({
  temperature: null,
  topP: null,
  topK: null,
  presencePenalty: null,
  frequencyPenalty: null,
  seed: null,
})

export const noOptions: Options = Object.freeze({
  verbosity: null,
  serviceTier: null,
  cacheKey: null,
  userId: null,
  metadata: null,
  store: null,
  logprobs: null,
  answers: null,
})
