/**
 * What one wire format means: how to read the facts of a request, the usage of a reply and of a stream, and how to say an
 * error. A dialect knows no URL of a provider, no key and no clock, and never rewrites a body.
 */
import type { AppError } from '../neutral/error.ts'
import type { DialectId } from '../neutral/model.ts'
import type { ModelUsage, PriceTerms, Usage } from '../neutral/usage.ts'
import type { RepeatedCalls } from './repeated-calls.ts'

/** What the pipeline needs to know of a request body. Absent or oddly typed fields are null: the provider judges them. */
export interface RequestFacts {
  /** The `model` field when it is a string; null when absent. Gemini's model is in the URL and comes from there. */
  readonly model: string | null
  readonly isStream: boolean
  /** True when the body itself asks for usage in the stream (`stream_options.include_usage: true`). */
  readonly asksStreamUsage: boolean
  readonly maxOutputTokens: number | null
  /** A session id that the body carries: Anthropic `metadata.user_id`'s session part, OpenAI `prompt_cache_key`. */
  readonly session: { readonly id: string; readonly source: 'metadata' | 'prompt_cache_key' } | null
  /** The start of the first system prompt and of the first user message: to be hashed, never kept. */
  readonly opening: { readonly system: string; readonly user: string }
  /** Terms that the request asks for (`service_tier`, `speed`, `inference_geo`), used where the reply is silent. */
  readonly terms: PriceTerms
  /** Counts for the trace. */
  readonly messageCount: number
  readonly toolCount: number
  /** A hash of how the last message ends; '' where it ends in no text. */
  readonly ending: string
  /** The tool calls that the conversation ends in over and over; null where the last turn is none of such. */
  readonly repeated: RepeatedCalls | null
  /** How many answers at once are asked for (`n`); 1 where nothing is said. */
  readonly answers: number
}

/** What a reply, whole or streamed, says about itself. */
export interface ReplyFacts {
  readonly usage: Usage | null
  /** A count of it was there and was none: what the usage says is not all. Absent where all are sound. */
  readonly isMiscounted?: true
  readonly terms: PriceTerms
  readonly model: string | null
  readonly finishReason: string | null
  /** The provider's error type when the reply is an error (`overloaded_error`, `insufficient_quota`, …). */
  readonly errorCode: string | null
  /**
   * What the same reply bills at other models' prices and `usage` leaves out: Anthropic's advisor, a model that declined
   * halfway. Absent when there is none.
   */
  readonly alsoBilled?: readonly ModelUsage[]
}

/** What a stream's frame is to the one who passes it on. */
export type FrameKind =
  /** Nothing to hold. */
  | 'plain'
  /** The client will take this frame as the end: hold it until the row is written. */
  | 'terminal'
  /** Carries nothing but usage: left out where the client did not ask for it. */
  | 'usage-only'
  /** The provider's own error inside the stream. */
  | 'error'

export interface StreamReader {
  /**
   * Reads one SSE frame that holds a mark of `marks`.
   * @param event The frame's `event:` field, or ''.
   * @param data Its `data:` lines joined by a newline.
   */
  read(event: string, data: string): FrameKind
  /** Characters of text, reasoning and tool arguments in one frame's data; for estimating what an aborted stream cost. */
  countText(data: string): number
  facts(): ReplyFacts
}

/** Byte marks: a chunk that holds none of them is passed on without being read. All ASCII. */
export interface StreamMarks {
  readonly read: readonly string[]
  /** The same, to be looked for in bytes. */
  readonly bytes: readonly Buffer[]
  /** Finds any of them in text. */
  readonly pattern: RegExp
}

export interface Dialect {
  readonly id: DialectId
  readonly marks: StreamMarks
  /**
   * True where a terminal frame is surely the last (`[DONE]`). False where more may follow and only the stream's end settles
   * it (Gemini: several candidates each have their `finishReason`, and usage may come after).
   */
  readonly isTerminalLast: boolean
  /** @param body The parsed JSON body. Never throws. */
  readRequest(body: unknown): RequestFacts
  /** @param body The parsed JSON reply, success or error. Never throws. */
  readReply(body: unknown): ReplyFacts
  /** A fresh reader for one stream. */
  readStream(): StreamReader
  /** The JSON body of an error in this dialect. */
  writeError(error: AppError): unknown
  /** The same error as a whole SSE frame inside an open stream, blank line included. */
  writeErrorFrame(error: AppError): string
  /**
   * The same error as a whole stream, for a client that asked for one and looks for this kind of error there only; null where a
   * plain answer will do. Absent where that is so for all.
   * @param id What the answer is named by, without a prefix.
   */
  writeErrorStream?(error: AppError, id: string): string | null
}
