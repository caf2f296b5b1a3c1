/** Replaying what was asked under other settings: a request of the past as far as its row tells it, and what came of the replay. */
import type { Billing, DialectId, Endpoint, ModelRef, TaskType } from './model.ts'
import type { RecordedFacts } from './record.ts'
import type { PriceTerms, Usage } from './usage.ts'

/** No prompt is needed for any of it. */
export interface PastRequest {
  readonly id: string
  /** Unix ms. */
  readonly startedMs: number
  readonly endpoint: Endpoint
  /** The provider named in the path. */
  readonly mount: string | null
  readonly dialect: DialectId
  readonly asked: string
  /** `X-RelayPlane-Model` decided: the row tells where that led, and not what it said. */
  readonly isHeaderChosen: boolean
  /** Who answered; null for a request that was not sent. */
  readonly served: ModelRef | null
  readonly billing: Billing
  readonly usage: Usage
  readonly terms: PriceTerms
  /** Of all attempts, integer nano-USD; null where no price was known, or it was not sent. */
  readonly costNanoUsd: number | null
  readonly session: string | null
  readonly agent: string | null
  readonly tags: Readonly<Record<string, string>> | null
  readonly task: TaskType | null
  /** 0 to 100; null where it was not scored. */
  readonly score: number | null
  readonly isAutomated: boolean
  readonly facts: RecordedFacts | null
}

/** Integer nano-USD, of requests that have a price both then and now. */
export interface SimulatedSum {
  readonly requests: number
  /** Of these, answered by another model. */
  readonly changed: number
  readonly thenNanoUsd: number
  readonly nowNanoUsd: number
}

export interface SimulatedGroup extends SimulatedSum {
  readonly key: string
}

export interface SimulatedPair extends SimulatedSum {
  readonly from: string
  readonly to: string
}

export interface SimulatedChange {
  readonly id: string
  readonly session: string | null
  readonly from: string
  readonly to: string
  readonly rule: string
  /** One sentence without its full stop. */
  readonly reason: string
  readonly thenNanoUsd: number
  readonly nowNanoUsd: number
}

export interface Simulation {
  /** Of the first and the last request replayed, Unix ms; null where there was none. */
  readonly fromMs: number | null
  readonly toMs: number | null
  readonly replayed: number
  /** There were more; the newest were replayed. */
  readonly isCut: boolean
  /** Requests that can't be replayed: no answer was asked for, none was billed, or the response cache gave it. */
  readonly skipped: number
  readonly totals: SimulatedSum
  /** The part of the totals that is really billed; a plan's cost is notional. */
  readonly metered: { readonly thenNanoUsd: number; readonly nowNanoUsd: number }
  /** Replayed, but in no sum: no price is known of then or now. */
  readonly unpriced: number
  /** Nobody could have answered them; in no sum. */
  readonly refused: number
  /** Would have gone to another model, but stayed with their conversation's. */
  readonly stayed: number
  /** Without a score of complexity: taken for moderate. */
  readonly unscored: number
  /** Requests whose prompt cache would have been lost, and the tokens in it. */
  readonly cacheLost: { readonly requests: number; readonly tokens: number }
  readonly byRule: readonly SimulatedGroup[]
  readonly byTask: readonly SimulatedGroup[]
  /** Those whose cost changes most. */
  readonly bySession: readonly SimulatedGroup[]
  readonly byPair: readonly SimulatedPair[]
  /** Single requests whose cost changes most. */
  readonly changes: readonly SimulatedChange[]
  /** Sentences. */
  readonly assumed: readonly string[]
}
