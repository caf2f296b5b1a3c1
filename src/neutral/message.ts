/**
 * A conversation in the form that every dialect can be read into and written from: messages of parts. What only one dialect
 * has a word for is carried along for a way back, and named as dropped on the way to any other.
 */
import { isExact, parseExactly } from './exact-number.ts'
import type { FormId } from './model.ts'

/** What the neutral form has no word for, kept at the node it stood at. */
export interface Carried {
  readonly dialect: FormId
  /** The unmodelled fields by their own names; each is lost to every other dialect, which says so. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Which of two spellings of the same thing was used (`content` as a text or a list): nothing that anybody else could miss. */
  readonly spelling?: Readonly<Record<string, string>>
}

interface Node {
  readonly carried?: Carried
}

/** Where a prompt may be cached up to; `ttl` is null where the caller leaves it to the provider. */
export interface CacheMark {
  readonly ttl: '5m' | '1h' | null
}

/**
 * What a model must get back unchanged, and nobody else may get: a thinking signature, encrypted reasoning.
 * Towards a client of another dialect it travels sealed (`wire/seal.ts`).
 */
export interface Signed {
  /** The wire format it is written in. */
  readonly form: FormId
  /** The id of the provider that signed it; null when it came straight from a client of that dialect. */
  readonly by: string | null
  /** As its dialect writes it, by field name; plain JSON. */
  readonly value: Readonly<Record<string, unknown>>
}

export interface TextPart extends Node {
  readonly type: 'text'
  readonly text: string
  readonly citations?: readonly Citation[]
  readonly cache?: CacheMark
  /** Signed text: Gemini signs the last part of a turn. */
  readonly signed?: Signed
}

export interface Citation extends Node {
  readonly url: string | null
  readonly title: string | null
  /** The words that are quoted from the source; null when the source is named only. */
  readonly quote: string | null
  /** Where in the part's text it belongs, in UTF-16 units, end exclusive; null when it stands for the whole part. */
  readonly start: number | null
  readonly end: number | null
}

export type MediaKind = 'image' | 'document' | 'audio' | 'video'

export type MediaSource =
  | { readonly kind: 'base64'; readonly data: string }
  | { readonly kind: 'url'; readonly url: string }
  /** A file that was uploaded to the provider before. */
  | { readonly kind: 'file'; readonly id: string }
  /** A document in plain text. */
  | { readonly kind: 'text'; readonly text: string }

export interface MediaPart extends Node {
  readonly type: 'media'
  readonly media: MediaKind
  /** `image/png`; null when the dialect does not say (a URL, a file id). */
  readonly mediaType: string | null
  readonly source: MediaSource
  /** A file name or title. */
  readonly name?: string
  readonly cache?: CacheMark
  readonly signed?: Signed
}

export interface ReasoningPart extends Node {
  readonly type: 'reasoning'
  /** '' when all of it is in `signed` (redacted, encrypted). */
  readonly text: string
  readonly signed?: Signed
}

/** Arguments of a tool call: the text as the model wrote it where the dialect keeps text, else the value. */
export type ToolArguments = { readonly text: string } | { readonly value: unknown }

export interface ToolCallPart extends Node {
  readonly type: 'tool-call'
  /** Unique within the conversation; made by the reader where the dialect has none, the same for the same conversation. */
  readonly id: string
  readonly name: string
  /** Of a `custom` tool: free text, no JSON. */
  readonly arguments: ToolArguments
  readonly kind: 'function' | 'custom'
  readonly cache?: CacheMark
  readonly signed?: Signed
}

export interface ToolResultPart extends Node {
  readonly type: 'tool-result'
  readonly id: string
  /** The tool's name, where the dialect repeats it. */
  readonly name: string | null
  readonly output: readonly Part[]
  readonly isError: boolean | null
  readonly kind: 'function' | 'custom'
  readonly cache?: CacheMark
}

/** The model's own words of refusal, where a dialect keeps them apart from text. */
export interface RefusalPart extends Node {
  readonly type: 'refusal'
  readonly text: string
}

/** A web search that the provider ran itself, as far as dialects agree on it. */
export interface WebSearchPart extends Node {
  readonly type: 'web-search'
  readonly id: string | null
  readonly query: string | null
  readonly sources: readonly { readonly url: string; readonly title: string | null }[]
}

/** Something that one dialect alone has (code execution, MCP calls, containers): whole, as it was written. */
export interface ForeignPart {
  readonly type: 'foreign'
  readonly dialect: FormId
  /** How it is called in `X-RelayPlane-Dropped`: the dialect's own word (`code_interpreter_call`). */
  readonly name: string
  readonly value: unknown
}

export type Part =
  | TextPart
  | MediaPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | RefusalPart
  | WebSearchPart
  | ForeignPart

export interface Message extends Node {
  /** Tool results stand in user messages. `system` here is one that comes after the conversation began. */
  readonly role: 'system' | 'user' | 'assistant'
  readonly parts: readonly Part[]
}

/** The arguments as text, for dialects that keep text. */
export const argumentsText = (args: ToolArguments): string =>
  'text' in args ? args.text : JSON.stringify(args.value ?? {})

/**
 * The arguments as an object, for dialects that keep values. No text means no arguments; a text that is no JSON object is kept
 * whole under `input`, so that nothing the model wrote is lost.
 */
export function argumentsObject(args: ToolArguments): Readonly<Record<string, unknown>> {
  if ('value' in args) return asObject(args.value) ?? { input: args.value ?? null }
  if (args.text.trim() === '') return {}
  try {
    return asObject(parseExactly(args.text)) ?? { input: args.text }
  } catch {
    // A model cut off by its token limit leaves half a text behind; one nested too deeply would lose its numbers.
    return { input: args.text }
  }
}

/** The arguments as the text of an object, for dialects that keep text and take no other. */
export function argumentsJson(args: ToolArguments): string {
  const text = 'text' in args ? args.text : ''
  // Only what a model left half is worth parsing again.
  const isObject = text.startsWith('{') && text.endsWith('}')
  return isObject ? text : JSON.stringify(argumentsObject(args))
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !isExact(value)
    ? (value as Record<string, unknown>)
    : null
