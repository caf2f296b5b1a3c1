/** The pipeline without listeners and files: real services but for the books, which keep their rows in a list. */
import type { ProvidersNow, Services } from '../../src/app/services.ts'
import { merge } from '../../src/config/merge.ts'
import { type Config, defaultConfig } from '../../src/config/schema.ts'
import { BoundedSet } from '../../src/lib/bounded-set.ts'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import { openLog } from '../../src/lib/log.ts'
import { openWatch } from '../../src/lib/watch.ts'
import type { NewAlert } from '../../src/neutral/alert.ts'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { inference } from '../../src/pipeline/index.ts'
import { catalogOf } from '../../src/providers/catalog.ts'
import { openClouds } from '../../src/providers/cloud/clouds.ts'
import { openAccounts } from '../../src/providers/accounts.ts'
import { openConcurrency } from '../../src/providers/concurrency.ts'
import { openCooldowns } from '../../src/providers/cooldown.ts'
import { openAlternatives } from '../../src/providers/alternatives.ts'
import { openKnownNames } from '../../src/providers/known-names.ts'
import { openDowngrades } from '../../src/providers/downgrades.ts'
import { openLocalModels } from '../../src/providers/local-models.ts'
import { readPlan } from '../../src/providers/plan-account.ts'
import { openPrices } from '../../src/providers/prices.ts'
import { openTokenCalibration } from '../../src/providers/token-calibration.ts'
import { openRunaways } from '../../src/rules/anomalies.ts'
import { openEstimates } from '../../src/rules/estimates.ts'
import { openLedger } from '../../src/rules/ledger.ts'
import type { ResponseStore } from '../../src/store/responses.ts'
import { openAutomated } from '../../src/rules/automated.ts'
import { openSignals } from '../../src/rules/signals.ts'
import { openRepeats } from '../../src/rules/signals-repeats.ts'
import { openHomes } from '../../src/rules/homes.ts'

export interface Pipeline {
  readonly services: Services
  readonly alerts: readonly NewAlert[]
  /** What was waited for between tries, ms. */
  readonly pauses: readonly number[]
  /** Sends a request through the pipeline, no port between. */
  ask(target: string, init?: RequestInit): Promise<Response>
  readonly rows: readonly RequestRecord[]
  readonly log: readonly string[]
}

export interface PipelineParts {
  /** Variables: base URLs and keys. */
  readonly variables?: Readonly<Record<string, string>>
  /** Laid over the default settings. */
  readonly config?: unknown
  readonly clock?: Clock
  /** Services to put in place of the real ones. */
  readonly replace?: (services: Services) => Partial<Services>
}

export function openPipeline(parts: PipelineParts): Pipeline {
  const { variables = {}, replace = () => ({}), clock = systemClock } = parts
  const config = merge(defaultConfig, parts.config) as Config
  const alerts: NewAlert[] = []
  const rows: RequestRecord[] = []
  const lines: string[] = []
  const book = openPrices({ clock, configPrices: () => config.prices })
  const providers: ProvidersNow = {
    catalog: catalogOf({ config: config.providers, credentials: {}, environment: variables }),
    knownModels: { providersOf: book.knownModels, names: book.modelNames },
    modelsOf: book.modelsOf,
    plan: readPlan(config.auth, variables, []),
  }
  const cooldowns = openCooldowns(clock, () => config.reliability.cooldowns)
  const pauses: number[] = []
  const services: Services = {
    clock,
    log: openLog('info', (line) => lines.push(line)),
    config: () => config,
    watch: openWatch(),
    providers: () => providers,
    books: { open: () => undefined, enter: (row) => Promise.resolve(void rows.push(row)) },
    prices: book,
    clouds: openClouds({ now: systemClock.now, fetch, readText: (path) => Bun.file(path).text() }),
    localModels: openLocalModels(systemClock.monotonic),
    calibration: openTokenCalibration(),
    recalled: { missingApis: new BoundedSet(100), unsigned: new BoundedSet(100) },
    cooldowns,
    accounts: openAccounts(clock, cooldowns.isResting),
    concurrency: openConcurrency(clock, (provider) => config.reliability.maxConcurrent[provider] ?? null),
    pause: (ms) => Promise.resolve(void pauses.push(ms)),
    random: () => 0,
    salt: 7n,
    ledger: openLedger(),
    homes: openHomes(),
    automated: openAutomated(),
    alternatives: openAlternatives(book, () => providers.catalog),
    knownNames: openKnownNames(book),
    signals: openSignals(clock.now),
    repeats: openRepeats(),
    shadow: { wants: () => false, offer: () => undefined, isIdle: () => true, close: () => Promise.resolve() },
    downgrades: openDowngrades(book, clock),
    estimates: openEstimates(),
    runaways: openRunaways(),
    alerts: { raise: (alert) => void alerts.push(alert) },
    responses: openCachedResponses(),
  }
  const app = inference({ ...services, ...replace(services) })
  return {
    services,
    alerts,
    pauses,
    ask: (target, init) => Promise.resolve(app.handle(new Request(`http://localhost${target}`, init))),
    rows,
    log: lines,
  }
}

/** A function that throws at these calls, counted from 1, and else does as the one that it wraps. */
export function failingAt<A extends unknown[], R>(
  calls: readonly number[],
  inner: (...args: A) => R,
): (...args: A) => R {
  let count = 0
  return (...args) => {
    if (calls.includes(++count)) throw new Error('a fault put here by the test')
    return inner(...args)
  }
}

export const everyTime: readonly number[] = Array.from({ length: 50 }, (_, index) => index + 1)

/** Until a test hands in another: no answer is kept. */
const openCachedResponses = (): ResponseStore => ({
  get: () => Promise.resolve(null),
  put: () => Promise.resolve(),
  status: () => ({ entries: 0, bytes: 0, oldestMs: null }),
  clear: () => ({ entries: 0, bytes: 0 }),
  tidy: () => Promise.resolve(),
  close: () => undefined,
})
