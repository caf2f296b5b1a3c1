/** What the dashboard's plane is given: the reader's thread, the feed of finished requests, health, the admin. */
import type { Environment } from '../config/environment.ts'
import type { OpenConfig } from '../config/open.ts'
import { readAdminToken } from '../control/admin-token.ts'
import { openAdmin } from '../control/admin.ts'
import { openFeed, type Feed } from '../control/feed.ts'
import type { ControlServices } from '../control/services.ts'
import type { Health } from '../control/shapes.ts'
import { asAppError } from '../neutral/error.ts'
import { commit, version } from '../version.ts'
import type { Composed } from './compose.ts'
import { dashboardPage } from './dashboard-page.ts'
import { openGuardDesk } from './guard-desk.ts'
import type { Reader } from '../store/reader.ts'
import { openStoreReader } from './open-reader.ts'
import type { LiveProviders } from './providers-now.ts'
import { openSimulateDesk } from './simulate-desk.ts'
import { reliabilityOf } from './reliability.ts'

export interface ControlParts {
  readonly environment: Environment
  readonly config: OpenConfig
  readonly composed: Composed
  readonly feed: Feed
  readonly providers: LiveProviders
  /** Unix ms. */
  readonly startedMs: number
  readonly inflight: () => number
  /** Of the listener for the LLM API alone; null when there is none. */
  readonly apiPort: () => number | null
}

export interface OpenControl {
  readonly services: ControlServices
  /** Whether the reader's thread holds the database's write lock just now. */
  readonly isLocked: () => boolean
  /** Tells that thread that another file is the database. */
  reopen(): void
  close(): Promise<void>
}

export { openFeed }

export function openControlServices(parts: ControlParts): OpenControl {
  const { environment, config, composed, feed, providers, inflight } = parts
  const { clock, log } = composed.services
  const retentionDays = () => config.current().retention.days
  const { file, damaged } = composed.books
  const { database: path } = environment.paths
  // Before anything is opened: it may not be there for us.
  const admin = openAdmin(readAdminToken(environment.paths.adminToken), clock)
  const reader = openStoreReader({ path, retentionDays: retentionDays(), file, damaged, clock, log })
  const forget = config.subscribe(() => reader.keep(retentionDays()))
  // Limits are judged by what things cost by the prices in force.
  const repriced: Reader['reprice'] = async (range, priceSettings) => {
    const result = await reader.reprice(range, priceSettings)
    composed.guard.keeper.refresh()
    return result
  }
  const startedAt = clock.monotonic()
  let isClosing = false
  // What models showed before; a request that ends meanwhile is told by itself.
  void reader.recentShowings(clock.now()).then(
    (recent) => recent.forEach((showings) => composed.services.signals.tell(showings, null)),
    (fault: unknown) => {
      // A start that fails asks for nothing more.
      if (!isClosing) log.warn(`How models did before is not known: ${asAppError(fault).message}`)
    },
  )

  const health = (): Health => {
    const store = composed.books.state()
    const problems = [...providers.problems(), ...storeProblems(store)]
    return {
      status: problems.length === 0 ? 'ok' : 'degraded',
      version,
      commit,
      startedMs: parts.startedMs,
      uptimeMs: Math.round(clock.monotonic() - startedAt),
      inflight: inflight(),
      ...apiPortOf(parts.apiPort()),
      bypassed: composed.bypassed(),
      store: {
        state: store.isSpooling ? 'spooling' : 'ok',
        spooledRows: store.spooledRows,
        lostRows: store.lostRows,
        unfoldedRows: reader.unfoldedRows(),
        lastError: store.lastError,
      },
      ...reliabilityOf(composed.services),
      problems,
    }
  }

  return {
    services: {
      clock,
      log,
      reader: { ...reader, reprice: repriced },
      simulator: openSimulateDesk(composed.services, reader),
      guard: openGuardDesk({ environment, config, log, books: composed.books, guard: composed.guard, reader }),
      feed,
      inflight,
      health,
      admin,
      dashboard: dashboardPage,
      providers: () =>
        providers
          .current()
          .catalog.list.filter((provider) => provider.key !== null || provider.kind === 'custom')
          .map(({ id, key, baseUrl }) => ({ provider: id, hasKey: key !== null, baseUrl })),
      reliability: () => reliabilityOf(composed.services),
      priceSettings: () => config.current().prices,
    },
    isLocked: reader.isWriting,
    reopen: reader.reopen,
    async close() {
      isClosing = true
      forget()
      feed.close()
      await reader.close()
    },
  }
}

const apiPortOf = (port: number | null) => (port === null ? {} : { apiPort: port })

function storeProblems(store: ReturnType<Composed['books']['state']>): readonly string[] {
  return [
    ...(store.isSpooling
      ? [`The database takes no rows (${store.lastError}); ${store.spooledRows} wait in the spool file.`]
      : []),
    ...(store.lostRows > 0 ? [`${store.lostRows} requests could be recorded nowhere: is the disk full?`] : []),
  ]
}
