/** What stages and planes may ask for. Everything that lives is built in `compose.ts` and handed in through this. */
import type { Config } from '../config/schema.ts'
import type { BoundedSet } from '../lib/bounded-set.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Watch } from '../lib/watch.ts'
import type { Alerts } from '../neutral/alert.ts'
import type { Billing, ModelRef } from '../neutral/model.ts'
import type { Cost, InflightRecord, RequestRecord } from '../neutral/record.ts'
import type { PriceTerms, Usage } from '../neutral/usage.ts'
import type { Clouds } from '../providers/cloud/cloud.ts'
import type { Downgrades } from '../providers/downgrades.ts'
import type { LocalModels } from '../providers/local-models.ts'
import type { PriceListing } from '../providers/price-list.ts'
import type { Alternatives } from '../providers/alternatives.ts'
import type { Accounts } from '../providers/accounts.ts'
import type { Concurrency } from '../providers/concurrency.ts'
import type { Cooldowns } from '../providers/cooldown.ts'
import type { KnownNames } from '../providers/known-names.ts'
import type { Plan } from '../providers/plan-account.ts'
import type { Catalog } from '../providers/provider.ts'
import type { KnownModels } from '../providers/resolve.ts'
import type { TokenCalibration } from '../providers/token-calibration.ts'
import type { AutomatedWatch } from '../rules/automated.ts'
import type { Homes } from '../rules/homes.ts'
import type { Shadow } from '../neutral/grade.ts'
import type { SignalBook } from '../rules/signals.ts'
import type { Repeats } from '../rules/signals-repeats.ts'
import type { Runaways } from '../rules/anomalies.ts'
import type { Estimates } from '../rules/estimates.ts'
import type { Ledger } from '../rules/ledger.ts'
import type { ResponseStore } from '../store/responses.ts'

/** The request table as the data plane sees it: written, never read. */
export interface Books {
  /** Notes that an attempt was sent. Returns at once; the row is committed within the same turn of the event loop. */
  open(record: InflightRecord): void
  /** Writes the finished request. Resolves when the row is safe (SQLite, else the spool); never rejects. */
  enter(record: RequestRecord): Promise<void>
}

export interface PriceQuery extends ModelRef {
  /** What the answer calls the model; absent or null where there is none, or it names nothing. */
  readonly served?: string | null
  readonly usage: Usage
  readonly terms: PriceTerms
  readonly billing: Billing
  /** Unix ms: prices are dated. */
  readonly atMs: number
  /** True where the usage was inferred (an aborted stream). */
  readonly isEstimated: boolean
}

export interface Prices {
  /** Never throws; an unknown price is `unpriced`. */
  price(query: PriceQuery): Cost
  /** The price in force now. @param reference `provider/model` */
  lookUp(reference: string): PriceListing | undefined
}

/** What answers have taught about providers; in memory, bounded, lost at the end. */
export interface Recalled {
  /** APIs that are not where the catalog has them. */
  readonly missingApis: BoundedSet
  /** Sessions in which a provider has refused what models signed. */
  readonly unsigned: BoundedSet
}

/** The providers as the settings make them now, and the models that the price table knows. */
export interface ProvidersNow {
  readonly catalog: Catalog
  readonly knownModels: KnownModels
  /** Model ids that the price table has for a provider. */
  readonly modelsOf: (provider: string) => readonly string[]
  /** The user's own plan at one of them. */
  readonly plan: Plan | null
}

export interface Services {
  readonly clock: Clock
  readonly log: Log
  /** The configuration in force now; one frozen value, replaced as a whole on reload. */
  readonly config: () => Config
  /** The one heartbeat of everything that waits. */
  readonly watch: Watch
  readonly providers: () => ProvidersNow
  readonly books: Books
  readonly prices: Prices
  readonly clouds: Clouds
  readonly localModels: LocalModels
  readonly calibration: TokenCalibration
  readonly recalled: Recalled
  readonly cooldowns: Cooldowns
  readonly accounts: Accounts
  readonly concurrency: Concurrency
  /** Resolves after a while. */
  readonly pause: (ms: number) => Promise<void>
  /** Of [0, 1). */
  readonly random: () => number
  /** For names of what must not be told; another one in each process. */
  readonly salt: bigint
  readonly homes: Homes
  readonly automated: AutomatedWatch
  readonly alternatives: Alternatives
  /** Whether somebody lists a model of this very name. */
  readonly knownNames: KnownNames
  /** How models have done at tasks. */
  readonly signals: SignalBook
  /** Questions that are asked again. */
  readonly repeats: Repeats
  readonly shadow: Shadow
  readonly ledger: Ledger
  readonly downgrades: Downgrades
  readonly estimates: Estimates
  readonly runaways: Runaways
  readonly alerts: Alerts
  readonly responses: ResponseStore
}
