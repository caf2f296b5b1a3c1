/** The composition root: opens what lives, hands it to the planes through Services, closes it in reverse order. */
import type { OpenConfig } from '../config/open.ts'
import type { Environment } from '../config/environment.ts'
import { BoundedSet } from '../lib/bounded-set.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { openWatch } from '../lib/watch.ts'
import type { Alert } from '../neutral/alert.ts'
import type { RequestRecord } from '../neutral/record.ts'
import type { PriceBook } from '../providers/prices.ts'
import { openClouds } from '../providers/cloud/clouds.ts'
import { openLocalModels } from '../providers/local-models.ts'
import { openTokenCalibration } from '../providers/token-calibration.ts'
import { openAccounts } from '../providers/accounts.ts'
import { openConcurrency } from '../providers/concurrency.ts'
import { openCooldowns } from '../providers/cooldown.ts'
import { openAlternatives } from '../providers/alternatives.ts'
import { openKnownNames } from '../providers/known-names.ts'
import { openDowngrades } from '../providers/downgrades.ts'
import { type Books, openBooks } from './books.ts'
import { openCollector } from './collect.ts'
import { type MoneyGuard, openMoneyGuard } from './money-guard.ts'
import type { ProvidersNow, Services } from './services.ts'
import { openAutomated } from '../rules/automated.ts'
import type { Handle } from '../pipeline/shadow-grade.ts'
import { openShadow } from '../pipeline/shadow.ts'
import { openGradingPurse } from '../rules/grading.ts'
import { openSignals } from '../rules/signals.ts'
import { openRepeats } from '../rules/signals-repeats.ts'
import { enterGrade, readGradingCosts } from '../store/grades.ts'
import { openHomes } from '../rules/homes.ts'

/** Timeouts and keep-alives are exact to this. */
const heartbeatMs = 250

/** After this, what is still open is left to the journal. A heartbeat and a few turns are enough for all that can be ended. */
const settleMs = 3000
const settleLookMs = 10

/** Sessions, or APIs, of which something is remembered. */
const maxRecalled = 10_000
const dayMs = 86_400_000

export interface Composed {
  readonly services: Services
  readonly books: Books
  readonly guard: MoneyGuard
  /** Requests in which a stage of ours failed and was skipped, since the start. */
  readonly bypassed: () => number
  /** Who answers what we ask ourselves: the pipeline, which is made from these services. */
  answersWith(handle: Handle): void
  /**
   * Once no client waits any more: ends what we ask ourselves, and resolves when no attempt is under way and each has its row, or
   * when that takes too long.
   */
  settle(): Promise<void>
  close(): void
}

export interface Parts {
  readonly environment: Environment
  readonly config: OpenConfig
  readonly log: Log
  readonly prices: PriceBook
  /** Nobody is called but providers. */
  readonly isOffline: boolean
  readonly providers: () => ProvidersNow
  readonly entered: (record: RequestRecord) => void
  readonly announce: (alert: Alert) => void
  /** Whether another thread of this process holds the database's write lock just now. */
  readonly isLocked: () => boolean
  /** Told when another file is the database. */
  readonly renewed: () => void
}

export function compose(parts: Parts): Composed {
  const { environment, config, log, prices, providers, entered, isLocked, renewed } = parts
  const watch = openWatch()
  let bypassed = 0
  const collector = openCollector(watch.size, () => Bun.gc(true))
  const books = openBooks(
    environment,
    log,
    prices,
    (record) => {
      collector.settled()
      if (record.bypass.length > 0) bypassed++
      entered(record)
    },
    isLocked,
    renewed,
  )
  const guard = openMoneyGuard({ ...parts, books })
  const knownNames = openKnownNames(prices)
  const cooldowns = openCooldowns(systemClock, () => config.current().reliability.cooldowns)
  const concurrency = openConcurrency(
    systemClock,
    (provider) => config.current().reliability.maxConcurrent[provider] ?? null,
  )
  let handle: Handle = () => Promise.reject(new Error('nothing is served yet'))
  const shadow = openShadow({
    clock: systemClock,
    log,
    settings: () => config.current().grading,
    handle: (request) => handle(request),
    purse: openGradingPurse(readGradingCosts(books.database(), systemClock.now() - dayMs)),
    keep: (grade) => enterGrade(books.database(), grade),
  })
  let beats = 0
  const heartbeat = setInterval(() => {
    watch.tick(systemClock.monotonic())
    concurrency.tick(systemClock.monotonic())
    collector.tick()
    books.look()
    if (++beats % 4 > 0) return
    guard.tick()
    // Failures that are long past are forgotten.
    cooldowns.state()
  }, heartbeatMs)
  return {
    services: {
      clock: systemClock,
      log,
      config: config.current,
      watch,
      providers,
      books,
      prices,
      clouds: openClouds({ now: systemClock.now, fetch, readText: (path) => Bun.file(path).text() }),
      localModels: openLocalModels(systemClock.monotonic),
      calibration: openTokenCalibration(),
      recalled: { missingApis: new BoundedSet(maxRecalled), unsigned: new BoundedSet(maxRecalled) },
      homes: openHomes(),
      automated: openAutomated(),
      alternatives: openAlternatives(prices, () => providers().catalog),
      knownNames,
      signals: openSignals(systemClock.now),
      repeats: openRepeats(),
      shadow,
      downgrades: openDowngrades(prices, systemClock),
      cooldowns,
      accounts: openAccounts(systemClock, cooldowns.isResting),
      concurrency,
      pause: (ms) => Bun.sleep(ms),
      random: Math.random,
      salt: crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n,
      ...guard.services,
    },
    books,
    guard,
    bypassed: () => bypassed,
    answersWith(given) {
      handle = given
    },
    async settle() {
      const giveUpAt = systemClock.monotonic() + settleMs
      // The heartbeat beats on: it is what tells attempts that nobody waits for them.
      let isGrading = true
      void shadow.close().then(() => (isGrading = false))
      const isOpen = () => isGrading || watch.size() > 0 || books.openRequests() > 0
      await Bun.sleep(0)
      while (isOpen() && systemClock.monotonic() < giveUpAt) await Bun.sleep(settleLookMs)
    },
    close() {
      clearInterval(heartbeat)
      guard.close()
      books.close()
    },
  }
}
