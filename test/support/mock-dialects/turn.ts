/** One turn of a scripted model, whatever dialect it is spoken in: what was asked, what is answered, what it counts. */
import type { Thoughts } from './signing.ts'

export interface Ask {
  readonly model: string
  readonly isStream: boolean
  /** Chat Completions sends usage in a stream to those who ask for it. */
  readonly wantsStreamUsage: boolean
  /** All that the user said, tool results apart. */
  readonly prompt: string
  /** How often the model has spoken before. */
  readonly turns: number
  /** Whether a model of this dialect would think for this request, and show what it signs. */
  readonly wantsThoughts: boolean
  readonly thoughts: Thoughts
  /** Names of the functions on offer. */
  readonly tools: readonly string[]
  /** What came of the tool call that the model made last; null where it made none, or the user has spoken since. */
  readonly toolResult: string | null
  /** The JSON schema that the answer must fit; null for text. */
  readonly schema: Json | null
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

export interface Answer {
  readonly model: string
  /** Which of the conversation's it is, from 1. Ids hold it: clients take what has the same id for the same message. */
  readonly turn: number
  /** Signed, before all else; null for a model that does not show any. */
  readonly thought: string | null
  readonly text: string
  readonly call: ToolCall | null
  readonly usage: MockUsage
}

/** `promptTokens` holds `cachedTokens`, and `outputTokens` holds `reasoningTokens`. */
export interface MockUsage {
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
}

export interface MockDialect {
  readonly read: (body: Json, path: string) => Ask
  readonly reply: (answer: Answer) => unknown
  /** Server-sent events; the first half holds some of the text. */
  readonly frames: (answer: Answer, ask: Ask) => readonly string[]
  readonly error: (status: number, message: string) => unknown
}

export type Json = Readonly<Record<string, unknown>>

export const record = (value: unknown): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {}

export const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(record) : [])

export const word = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Of a format's description. */
export const schemaIn = ({ schema }: Json): Json | null => (schema === undefined ? null : record(schema))

/** The least that fits a schema, whose types may be written in capitals. */
export function exampleOf(schema: Json): unknown {
  switch (word(schema['type']).toLowerCase()) {
    case 'object': {
      const properties = Object.entries(record(schema['properties']))
      return Object.fromEntries(properties.map(([name, inner]) => [name, exampleOf(record(inner))]))
    }
    case 'array':
      return []
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    default:
      return Array.isArray(schema['enum']) ? schema['enum'][0] : 'fine'
  }
}

/** A string as it is, or the `text` of a list's parts, one a line. */
export const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : list(content)
        .map(({ text }) => word(text))
        .filter((text) => text !== '')
        .join('\n')

/** What follows the last of a conversation's entries that the model wrote. */
export const sinceModel = (entries: readonly Json[], isModels: (entry: Json) => boolean): readonly Json[] =>
  entries.slice(entries.findLastIndex(isModels) + 1)

/** An event with its name. */
export const named = (type: string, data: Json): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

/** An event without one. */
export const bare = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

/** Text in the pieces that it is streamed in. */
export const pieces = (text: string): readonly string[] => text.match(/.{1,9}/gs) ?? []
