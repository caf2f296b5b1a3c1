/** What forward brings back. */
import type { AppError } from '../neutral/error.ts'
import type { Outcome } from '../neutral/record.ts'
import type { NoAnswer } from '../rules/failure.ts'
import type { Attempt } from './attempt.ts'
import type { Settlement } from './settlement.ts'
import type { Hit } from './cache.ts'
import type { Translation } from './translation.ts'

/** The provider's answer; its body is still open. */
export interface Answered {
  readonly kind: 'answered'
  readonly upstream: Response
  readonly attempt: Attempt
  /** We asked for usage in the stream, the client did not: the usage chunk is ours to take out. */
  readonly stripUsage: boolean
  /** Whether its body is a stream of events though its headers do not say so; absent where nobody had to look. */
  readonly isUnnamedStream?: boolean
  /** Null where the provider speaks the caller's dialect. */
  readonly translation: Translation | null
  /** Gets all that goes to the client, in order, before the row is written; absent where the answer is not kept. */
  readonly collect?: (piece: Uint8Array) => void
}

/** Sent, and no answer came. */
export interface Unanswered {
  readonly kind: 'unanswered'
  readonly error: AppError
  readonly outcome: Outcome
  readonly attempt: Attempt
  /** null where nobody waited for it any more. */
  readonly noAnswer: NoAnswer | null
}

export type Reply =
  | Answered
  | Unanswered
  /** Nothing was sent. @property after How an attempt before it ended, which was given up for one that can't be asked. */
  | { readonly kind: 'refused'; readonly error: AppError; readonly after?: Settlement }
  /** Answered from the cache. */
  | { readonly kind: 'cached'; readonly hit: Hit }
  /** The client is gone, and nothing was sent. */
  | { readonly kind: 'left' }
  /** Answered here: models, estimates, counts. @property isEstimate A provider would know better. */
  | { readonly kind: 'local'; readonly body: unknown; readonly isEstimate?: boolean }
