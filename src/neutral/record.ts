/** What is kept of one request: the row in SQLite, the line in a spool, the value behind the dashboard. Never prompt text. */
import type { Billing, DialectId, Endpoint, FormId, TaskType } from './model.ts'
import type { ModelUsage, PriceTerms, Usage } from './usage.ts'

/** How a request or an attempt ended; one set of names everywhere. */
export type Outcome = 'complete' | 'client_abort' | 'upstream_reset' | 'timeout' | 'refused' | 'failed'

/**
 * `priced`: usage from the provider and a known price. `estimated`: usage or tier had to be inferred. `unpriced`: used,
 * but no price is known (cost null). `none`: nothing was billed (refused here, count_tokens, models), cost 0.
 */
export type CostStatus = 'priced' | 'estimated' | 'unpriced' | 'none'

export interface Cost {
  readonly status: CostStatus
  /** Integer nano-USD; null when unpriced. */
  readonly nanoUsd: number | null
  /** The price table's row, `provider/model`, or null when unpriced. */
  readonly priceId: string | null
  /** Where the price came from: `genai-prices 0.1.8`, `override`, `config`. */
  readonly priceSource: string | null
  /** When that price was last checked at its source, ISO date. */
  readonly priceDate: string | null
  /** One per billed kind, for showing the formula. */
  readonly lines: readonly CostLine[]
}

export interface CostLine {
  /** `input`, `cache read`, `cache write 5m`, `cache write 1h`, `output`, `audio input`, `web search`, … */
  readonly kind: string
  readonly quantity: number
  /** Nano-USD per million units, tier and multipliers included; null for an attempt that was given up, which is no quantity at a price. */
  readonly nanoUsdPerMillion: number | null
  /** Exact product before rounding, as a decimal string of nano-USD (`1234.5`). */
  readonly nanoUsd: string
}

/** What its price is told by stands here too: one request may be paid for at two providers, or by a plan and a key. */
export interface AttemptRecord {
  /** From 1. */
  readonly number: number
  readonly provider: string
  /** What was sent. */
  readonly model: string | null
  /** What the reply names. */
  readonly servedModel: string | null
  readonly billing: Billing
  readonly startedMs: number
  readonly status: number | null
  readonly outcome: Outcome
  readonly errorCode: string | null
  readonly firstByteMs: number | null
  readonly durationMs: number
  readonly usage: Usage | null
  /** See {@link RequestRecord.isUsageInferred}. */
  readonly isUsageInferred: boolean
  /** See {@link RequestRecord.alsoBilled}. */
  readonly alsoBilled: readonly ModelUsage[] | null
  readonly terms: PriceTerms
  readonly costStatus: CostStatus
  readonly costNanoUsd: number | null
}

export interface RequestRecord {
  /** UUIDv7: sorts by start time. */
  readonly id: string
  /** Unix milliseconds. */
  readonly startedMs: number
  readonly endpoint: Endpoint
  readonly method: string
  /** Path without query, as the caller sent it, cut at 200 characters. */
  readonly path: string
  readonly dialect: DialectId
  readonly requestedModel: string | null
  /** What was sent upstream. */
  readonly routedModel: string | null
  /** What the reply names. */
  readonly servedModel: string | null
  readonly provider: string | null
  readonly billing: Billing | null
  readonly isStream: boolean
  /** HTTP status the client got; null when it was gone before one was sent. */
  readonly status: number | null
  readonly outcome: Outcome
  /** Our ErrorCode, or the provider's error type (a short word, never its message). */
  readonly errorCode: string | null
  /** Our own sentence; null for a provider's error. */
  readonly errorMessage: string | null
  readonly finishReason: string | null
  readonly usage: Usage | null
  /** Counted by us, in whole or in part: the provider did not say. */
  readonly isUsageInferred: boolean
  /** What the same reply bills at other models' prices, and `usage` leaves out; null where there is none, as nearly always. */
  readonly alsoBilled: readonly ModelUsage[] | null
  readonly terms: PriceTerms
  /** Of all attempts; usage and terms are the last one's. */
  readonly cost: Cost
  readonly requestBytes: number
  readonly responseBytes: number
  /** From arrival to the first body byte sent on to the client. */
  readonly firstByteMs: number | null
  readonly durationMs: number
  readonly sessionId: string | null
  /** Where the session id was found: `header`, `claude-code`, `codex`, `metadata`, `prompt_cache_key`, `fingerprint`. */
  readonly sessionSource: string | null
  readonly agent: string | null
  readonly agentSource: 'header' | 'user-agent' | 'fingerprint' | null
  readonly tags: Readonly<Record<string, string>> | null
  /** Stages of ours that failed and were skipped. */
  readonly bypass: readonly string[]
  /** The provider's own id of the exchange, from its response headers. */
  readonly upstreamRequestId: string | null
  /** The wire format that the request was put into; null where it went in its own. */
  readonly translatedTo: FormId | null
  /** What that dialect, or the caller's on the way back, had no word for, by name. */
  readonly dropped: readonly string[]
  /** By its tokens and tools, once the real output is known; null where no model was asked for an answer. */
  readonly taskType: TaskType | null
  /** What the money guard did about it; null for nothing. */
  readonly guard: GuardAct | null
  /** Whether it was answered from the response cache; null where it had no part in it. */
  readonly cache: CacheUse | null
  /** The rule that decided where it went; null where nothing was decided. */
  readonly route: RouteName | null
  /** No person asked for it, as far as can be told. */
  readonly isAutomated: boolean
  /** How hard it looked; null where that was not looked at. */
  readonly complexity: { readonly score: number; readonly tier: Tier } | null
  /** What savings are measured against, `provider/model`; null where nothing was routed. */
  readonly baselineModel: string | null
  /** What that would have cost at the same tokens, integer nano-USD; null where it has no price. */
  readonly baselineNanoUsd: number | null
  /** What the provider's prompt cache saved, integer nano-USD, negative where it cost more; null where it had no part or has no price. */
  readonly promptCacheSavedNanoUsd: number | null
  /** What a simulation needs to know of it beside all this; null where it was not looked at. */
  readonly facts: RecordedFacts | null
  /** What a hit would have cost, integer nano-USD; null where that is not known, or it was no hit. */
  readonly savedNanoUsd: number | null
  readonly trace: readonly TraceStep[]
  readonly attempts: readonly AttemptRecord[]
}

/** `downgrade`: a limit led elsewhere. `fallback`: who was chosen did not answer. */
export type RouteName =
  | 'passthrough'
  | 'header'
  | 'override'
  | 'suffix'
  | 'alias'
  | 'rule'
  | 'complexity'
  | 'cascade'
  | 'auto'
  | 'sticky'
  | 'downgrade'
  | 'fallback'

export type Tier = 'simple' | 'moderate' | 'complex'

/** Counts and marks, never text. */
export interface RecordedFacts {
  readonly tools: number
  readonly messages: number
  readonly images: boolean
  /** It ends in results of tools. */
  readonly toolTurn: boolean
  /** `title`, `summary`, …; null for work. */
  readonly sideCall: string | null
  readonly maxOutputTokens: number | null
  /** What was expected before the call, cached input included: by this it was routed. Absent in rows of earlier versions. */
  readonly expected?: { readonly inputTokens: number; readonly outputTokens: number }
  /** The request of the session that asked the same just before and was answered; absent where there is none. */
  readonly repeats?: string
  /** Whether the answer's tool calls or structured output keep to what was asked for; absent where nobody looked. */
  readonly isUsable?: boolean
}

/** The strongest of what was done: `blocked` by a limit, `stopped` as a runaway, `cut` in mid-stream, and what passed all the same. */
export type GuardAct = 'warned' | 'downgraded' | 'cut' | 'blocked' | 'stopped'

/** `bypass`: the caller asked for it, or the request is none that may be answered so. */
export type CacheUse = 'hit' | 'miss' | 'bypass'

/** One decision on the way, in order: which stage, what it chose, why. */
export interface TraceStep {
  readonly stage: string
  readonly did: string
  readonly why: string
}

/** Written when an attempt is sent; what is left of it after a crash is booked as estimated spend. */
export interface InflightRecord {
  readonly id: string
  readonly startedMs: number
  readonly endpoint: Endpoint
  readonly method: string
  readonly path: string
  readonly dialect: DialectId
  readonly requestedModel: string | null
  readonly routedModel: string | null
  readonly provider: string
  readonly billing: Billing
  readonly isStream: boolean
  readonly requestBytes: number
  readonly estimatedInputTokens: number
  /** What was set aside for the answer; 0 where nothing is guarded. */
  readonly estimatedOutputTokens: number
  /** From 1; the last one noted counts. */
  readonly attempt: number
  /** Those before it, with what they have really cost; absent where there were none. */
  readonly earlier?: readonly AttemptRecord[]
  readonly sessionId: string | null
  readonly agent: string | null
  /** The request that this was sent for beside another attempt, and whose row holds it; absent of all others. */
  readonly hedgeOf?: string
}
