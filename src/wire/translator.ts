/**
 * What a dialect must be able to do for a request to be answered by another dialect's model: read and write requests, answers,
 * streams and errors by way of the neutral form. Readers take any JSON; what has no neutral word is carried or foreign, never
 * thrown away. Writers name what they had to leave out. Nothing here knows a URL, a key or a clock.
 */
import type { ThinkingStyle } from '../neutral/capability.ts'
import type { AppError } from '../neutral/error.ts'
import type { StreamEvent } from '../neutral/event.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import type { NeutralRequest } from '../neutral/request.ts'

/** Where a request is written for. */
export interface Target {
  /** Provider id; what it signed itself goes back to it. */
  readonly provider: string
  /** As the provider names it. */
  readonly model: string
  /** The model wants its own earlier reasoning back as plain text (`reasoning_content`). */
  readonly echoesReasoning: boolean
  /** Output tokens to allow where the dialect must be told and the caller did not say. */
  readonly maxOutputTokens: number
  /** How the model is told to think, where its dialect has several ways. */
  readonly thinking: ThinkingStyle
  /** What the limit of output tokens is called, where servers of one dialect differ; `max_completion_tokens` when absent. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens'
  /** The model searches the web when told so in a dialect that has a place for it and models that refuse it. False when absent. */
  readonly searchesWeb?: boolean
  /** False: the server answers `stream_options` with an error, and gives usage unasked. True when absent. */
  readonly takesStreamOptions?: boolean
  /** The server wants ids of calls to be nine letters and digits, and the model's word between results and user. False when absent. */
  readonly checksCalls?: boolean
}

export interface Written {
  /** JSON value, ready to be written as text. */
  readonly body: unknown
  /**
   * What the dialect has no way to say, by neutral name (`top_k`, `cache_control`, `image url`): each once, in the words of
   * `docs/wire/`. Without what is carried or foreign to another dialect, which `wire/translate.ts` names for all.
   */
  readonly dropped: readonly string[]
}

/** What an answer in the caller's dialect is dated and named with. */
export interface Stamp {
  /** Our request id, hex digits and dashes: what the answer is named by where the provider gives no name. */
  readonly id: string
  /** Unix seconds. */
  readonly createdS: number
  /** The model to name where the provider names none. */
  readonly model: string
}

/** Who answers: signatures in the answer are his. */
export interface Signer {
  readonly provider: string
  /** Our request id: what tool calls are named by where the dialect gives them no id. */
  readonly id: string
}

/** Reads one stream; a fresh one for each. */
export interface EventReader {
  /**
   * @param event The frame's `event:` field, or ''.
   * @param data Its `data:` lines joined by a newline. What is no JSON is skipped.
   */
  read(event: string, data: string): readonly StreamEvent[]
  /** The stream is over. Holds a `message-end` where the dialect says the end by ending; nothing when it was cut off. */
  end(): readonly StreamEvent[]
}

/** Writes one stream; a fresh one for each. */
export interface EventWriter {
  /** @returns Whole frames, or '' for an event that has none. Those of `message-end` are what the client takes for the end. */
  write(event: StreamEvent): string
  /** What had no place in this dialect so far, each once. */
  readonly dropped: ReadonlySet<string>
}

/** The names that tools may have; others are shortened on the way there and restored on the way back. */
export interface ToolNameRule {
  readonly maxLength: number
  /** A character that may not stand in a name. */
  readonly illegal: RegExp
}

/** The side towards a client: its requests are read, its answers written. */
export interface ClientTranslator {
  /**
   * @param url What the path says where the dialect keeps it there (Gemini): the model, and whether a stream is asked for.
   * @throws AppError `invalid-request`, naming the field, for what can't be understood at all (`messages` is no list).
   */
  readRequest(body: unknown, url: { readonly model: string | null; readonly isStream: boolean }): NeutralRequest
  /** @param asked The request as this dialect's reader read it: custom tools, stream options. */
  writeReply(reply: NeutralReply, asked: NeutralRequest, stamp: Stamp): Written
  writeEvents(asked: NeutralRequest, stamp: Stamp): EventWriter
}

/** The side towards a provider: its requests are written, its answers read. */
export interface UpstreamTranslator {
  readonly toolNames: ToolNameRule
  writeRequest(request: NeutralRequest, target: Target): Written
  /** Never throws. */
  readReply(body: unknown, signer: Signer): NeutralReply
  readEvents(signer: Signer): EventReader
  /** The provider's own error, as ours: its sentence kept, its status kept. */
  readError(status: number, body: unknown): AppError
}

export type Translator = ClientTranslator & UpstreamTranslator
