/** What comes of comparing the answer of a routed request with the one that its baseline gives to the same. Never a word of either. */
import type { DialectId, Endpoint, TaskType } from './model.ts'
import type { RequestRecord, RouteName } from './record.ts'
import type { NeutralReply } from './reply.ts'

/** Of the routed answer, against the baseline's. */
export type Verdict = 'better' | 'same' | 'worse'

export interface Grade {
  /** Of the request that was routed. */
  readonly id: string
  /** Unix ms. */
  readonly atMs: number
  readonly provider: string
  readonly model: string
  readonly task: TaskType | null
  /** As it was asked for. */
  readonly baseline: string
  readonly judge: string
  /** null where it came to none. */
  readonly verdict: Verdict | null
  /** Why it came to none; null where it did. */
  readonly why: 'no-answer' | 'no-text' | 'unclear' | null
  /** Of the baseline's answer and of the judge, integer nano-USD. */
  readonly costNanoUsd: number
}

/** What grading needs to know of a call; the pipeline's has all of it. */
export interface Gradable {
  readonly id: string
  readonly endpoint: Endpoint
  readonly dialect: DialectId
  /** Without its content encoding. */
  readonly plainBody: Uint8Array
  readonly requestedModel: string | null
  readonly isStream: boolean
  readonly facts: { readonly answers: number }
  readonly notes: { readonly route: RouteName | null }
}

/** Grades a sample of what was routed, after it was answered and beside everything else. Never throws. */
export interface Shadow {
  /** Whether the answer is to be kept for `offer`: asked before it comes. */
  wants(call: Gradable): boolean
  /** Returns at once. @param row As it was entered. */
  offer(call: Gradable, reply: NeutralReply, row: RequestRecord): void
  isIdle(): boolean
  /** Ends what is under way. */
  close(): Promise<void>
}
