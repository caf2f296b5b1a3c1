/** The pipeline without listeners and files: real services but for the books, which keep their rows in a list. */
import type { ProvidersNow, Services } from '../../src/app/services.ts'
import { defaultConfig } from '../../src/config/schema.ts'
import { BoundedSet } from '../../src/lib/bounded-set.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { openLog } from '../../src/lib/log.ts'
import { openWatch } from '../../src/lib/watch.ts'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { inference } from '../../src/pipeline/index.ts'
import { catalogOf } from '../../src/providers/catalog.ts'
import { openClouds } from '../../src/providers/cloud/clouds.ts'
import { openLocalModels } from '../../src/providers/local-models.ts'
import { openPrices } from '../../src/providers/prices.ts'
import { openTokenCalibration } from '../../src/providers/token-calibration.ts'

export interface Pipeline {
  /** Sends a request through the pipeline, no port between. */
  ask(target: string, init?: RequestInit): Promise<Response>
  readonly rows: readonly RequestRecord[]
  readonly log: readonly string[]
}

export interface PipelineParts {
  /** Variables: base URLs and keys. */
  readonly variables?: Readonly<Record<string, string>>
  /** Services to put in place of the real ones. */
  readonly replace?: (services: Services) => Partial<Services>
}

export function openPipeline({ variables = {}, replace = () => ({}) }: PipelineParts): Pipeline {
  const rows: RequestRecord[] = []
  const lines: string[] = []
  const book = openPrices({ clock: systemClock, configPrices: () => ({}) })
  const providers: ProvidersNow = {
    catalog: catalogOf({ config: {}, credentials: {}, environment: variables }),
    knownModels: { providersOf: book.knownModels, names: book.modelNames },
    modelsOf: book.modelsOf,
  }
  const services: Services = {
    clock: systemClock,
    log: openLog('info', (line) => lines.push(line)),
    config: () => defaultConfig,
    watch: openWatch(),
    providers: () => providers,
    books: { open: () => undefined, enter: (row) => Promise.resolve(void rows.push(row)) },
    prices: book,
    clouds: openClouds({ now: systemClock.now, fetch, readText: (path) => Bun.file(path).text() }),
    localModels: openLocalModels(systemClock.monotonic),
    calibration: openTokenCalibration(),
    recalled: { missingApis: new BoundedSet(100), unsigned: new BoundedSet(100) },
  }
  const app = inference({ ...services, ...replace(services) })
  return {
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
