/** What the money guard consists of, opened once: ledger, estimates, runaways, alerts, the response cache. */
import { join } from 'node:path'
import type { Environment } from '../config/environment.ts'
import type { OpenConfig } from '../config/open.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Alert } from '../neutral/alert.ts'
import { openRunaways } from '../rules/anomalies.ts'
import { openEstimates } from '../rules/estimates.ts'
import { openLedger } from '../rules/ledger.ts'
import { openResponseStore } from '../store/responses.ts'
import { openAlerts, type OpenAlerts } from './alerts.ts'
import type { Books } from './books.ts'
import { keepLedger, type LedgerKeeper } from './keep-ledger.ts'
import type { Services } from './services.ts'

/** Of ticks, which come once a second. */
const tidyEvery = 3600

export interface MoneyGuardParts {
  readonly environment: Environment
  readonly config: OpenConfig
  readonly log: Log
  readonly books: Books
  readonly isOffline: boolean
  readonly announce: (alert: Alert) => void
}

export interface MoneyGuard {
  readonly services: Pick<Services, 'ledger' | 'estimates' | 'runaways' | 'responses'> & { readonly alerts: OpenAlerts }
  readonly keeper: LedgerKeeper
  /** Once a second: what failed is tried again, what is too old goes. */
  tick(): void
  close(): void
}

export function openMoneyGuard({ environment, config, log, books, isOffline, announce }: MoneyGuardParts): MoneyGuard {
  const { database } = books
  const ledger = openLedger()
  const estimates = openEstimates()
  const alerts = openAlerts({
    database,
    settings: () => config.current().alerts,
    clock: systemClock,
    log,
    isOffline: () => isOffline,
    variable: (name) => environment.variables[name],
    announce,
  })
  const responses = openResponseStore({
    folder: join(environment.paths.home, 'cache'),
    database,
    maxBytes: () => config.current().cache.maxSizeMb * 1024 * 1024,
    clock: systemClock,
    log,
  })
  const flush = () => {
    books.flush()
    return books.state().spooledRows
  }
  const keeper = keepLedger({ ledger, estimates, database, flush, config: config.current, clock: systemClock, log })
  keeper.refresh()
  let ticks = 0
  const forget = config.subscribe(({ changed }) => {
    if (changed.some((name) => name.startsWith('budget') || name.startsWith('downgrade'))) keeper.refresh()
  })
  return {
    services: { ledger, estimates, runaways: openRunaways(), alerts, responses },
    keeper,
    tick() {
      keeper.tick()
      // Answers that are too old go also where none are kept any more.
      if (++ticks % tidyEvery === 0) void responses.tidy()
    },
    close() {
      forget()
      alerts.close()
      responses.close()
    },
  }
}
