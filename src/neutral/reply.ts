/** An answer, whole: what the model said, why it stopped, what it used. */
import type { Carried, Part } from './message.ts'
import type { Usage } from './usage.ts'

export type FinishKind =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'tool-calls'
  | 'refusal'
  | 'content-filter'
  /** The provider paused a long turn; the client sends the answer back to go on. */
  | 'pause'
  /** The context window is full. */
  | 'context'
  | 'error'
  | 'other'

export interface Finish {
  readonly kind: FinishKind
  /** The sequence that was met, where the dialect says it. */
  readonly stopSequence?: string
}

export interface NeutralReply {
  /** The provider's id of the answer; null when it gives none. */
  readonly id: string | null
  readonly model: string | null
  readonly parts: readonly Part[]
  readonly finish: Finish
  /** Null when the provider reports none. */
  readonly usage: Usage | null
  readonly carried?: Carried
}
