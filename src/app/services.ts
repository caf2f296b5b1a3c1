/** What stages and planes may ask for. Everything that lives is built in `compose.ts` and handed in through this. */
import type { Config } from '../config/schema.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Watch } from '../lib/watch.ts'
import type { Billing, ModelRef } from '../neutral/model.ts'
import type { Cost, InflightRecord, RequestRecord } from '../neutral/record.ts'
import type { PriceTerms, Usage } from '../neutral/usage.ts'
import type { Catalog } from '../providers/provider.ts'
import type { KnownModels } from '../providers/resolve.ts'

/** The request table as the data plane sees it: written, never read. */
export interface Books {
  /** Notes that an attempt was sent. Returns at once; the row is committed within the same turn of the event loop. */
  open(record: InflightRecord): void
  /** Writes the finished request. Resolves when the row is safe (SQLite, else the spool); never rejects. */
  enter(record: RequestRecord): Promise<void>
}

export interface PriceQuery extends ModelRef {
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
}

/** The providers as the settings make them now, and the models that the price table knows. */
export interface ProvidersNow {
  readonly catalog: Catalog
  readonly knownModels: KnownModels
  /** Model ids that the price table has for a provider. */
  readonly modelsOf: (provider: string) => readonly string[]
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
}
