/** The client's request as the stages see it: what arrived, what it asks for, who sent it. */
import type { HeaderTable } from '../lib/header-table.ts'
import type { AppError } from '../neutral/error.ts'
import type { DialectId, Endpoint, ModelRef } from '../neutral/model.ts'
import type { CacheUse, GuardAct, RouteName, TraceStep } from '../neutral/record.ts'
import type { RequestShape } from '../neutral/shape.ts'
import type { CacheWrites } from '../rules/estimates-kinds.ts'
import type { BodyMedia } from '../wire/body-media.ts'
import type { RequestFacts } from '../wire/dialect.ts'
import type { Attempt } from './attempt.ts'
import type { Classified } from './classify.ts'
import type { Identity } from './identify.ts'
import type { ParsedBody } from './parsed-body.ts'

const never = (): boolean => false

/** What stages note on the way; the only thing about a request that changes. */
export class Notes {
  readonly trace: TraceStep[] = []
  /** Stages of ours that failed and were skipped. */
  readonly bypass: string[] = []
  #guard: GuardAct | null = null
  cache: CacheUse | null = null
  /** Once somebody has asked. */
  classified: Classified | null = null
  route: RouteName | null = null
  escalations = 0
  /** A cascade found nothing wrong with the answer's calls and format; false where none looked. */
  isUsable = false
  /** What the request marks for the prompt cache, once somebody has looked. */
  cacheWrites: CacheWrites | null = null
  /** The files that its body holds, once somebody has looked. */
  media: BodyMedia | null = null
  /** Who was chosen did not answer, and another did. */
  wentOn = false
  /** What the call wanted to be compared with, `provider/model`. */
  baseline: ModelRef | null = null
  /** Another was asked beside the first, which happens once. */
  isHedged = false
  /** What attempts that were given up count, nano-USD; in the ledger already. */
  chargedEarly = 0
  /** Whether others wait for the same answer. */
  isAwaited: () => boolean = never

  add(stage: string, did: string, why: string): void {
    this.trace.push({ stage, did, why })
  }

  /** The strongest of what the guard has done. */
  get guard(): GuardAct | null {
    return this.#guard
  }

  /** Headers of ours that the answer gets. */
  readonly headers: (readonly [name: string, value: string])[] = []

  tell(header: string, value: string): void {
    this.headers.push([header, value])
  }

  mark(act: GuardAct): void {
    if (this.#guard === null || strength.indexOf(act) > strength.indexOf(this.#guard)) this.#guard = act
  }
}

const strength: readonly GuardAct[] = ['warned', 'downgraded', 'cut', 'blocked', 'stopped']

/** One of two tries that run side by side for one call. */
export interface Lane {
  /** The call's own id, where this is the one that was asked later; null for the first. */
  readonly hedgeOf: string | null
  /** The other has answered: nothing more is sent. */
  isLost(): boolean
  /** Told of each attempt once it is noted and on its way. */
  sent(attempt: Attempt): void
}

export interface Arrival {
  /** UUIDv7. */
  readonly id: string
  /** Unix ms. */
  readonly startedMs: number
  /** Monotonic ms. */
  readonly startedAt: number
  readonly method: string
  /** As the caller sent it, without the query. */
  readonly path: string
  /** With its question mark, or ''. */
  readonly search: string
  readonly headers: HeaderTable
  /** Whether the client has hung up. Asked, not listened for: a request that ends soon need not have a signal at all. */
  readonly isGone: () => boolean
  readonly notes: Notes
}

export interface Call extends Arrival {
  readonly endpoint: Endpoint
  readonly dialect: DialectId
  /** The provider named by the path, or null. */
  readonly mount: string | null
  /** What the path takes, for saying so; null where any is forwarded. */
  readonly methods: readonly string[] | null
  /** The path without mount and version. */
  readonly rest: string
  /** As it came. */
  readonly body: Uint8Array
  /** Without its content encoding; the same bytes where there was none. */
  readonly plainBody: Uint8Array
  /** Absent where it was not read. */
  readonly parsed?: ParsedBody
  readonly facts: RequestFacts
  /** Counts and a person's last words: read when somebody asks. */
  readonly shape: () => RequestShape
  readonly requestedModel: string | null
  readonly isStream: boolean
  readonly identity: Identity
  readonly tags: Readonly<Record<string, string>> | null
  /** Why nothing can be sent, found while reading; null when all is well. */
  readonly refusal: AppError | null
  /** Absent where nobody is asked beside another. */
  readonly lane?: Lane
}
