/** All that is behind the listeners: opens what lives, mounts the planes on the two apps, closes everything in reverse. */
import { Elysia } from 'elysia'
import type { Environment } from '../config/environment.ts'
import type { OpenConfig } from '../config/open.ts'
import { control } from '../control/index.ts'
import { health } from '../control/health.ts'
import { runOf } from '../control/run-line.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { inference } from '../pipeline/index.ts'
import { loadPrices } from '../providers/price-update.ts'
import { openPrices } from '../providers/prices.ts'
import { routingProblems } from './check-routing.ts'
import { compose } from './compose.ts'
import { openControlServices, openFeed, type OpenControl } from './control-services.ts'
import { judgeVisitor, refusalOf } from './guard.ts'
import type { Serve } from './listen.ts'
import { openProviders } from './providers-now.ts'
import { isSocketRequest, openResponsesSockets, socketData, type ResponsesSockets } from './responses-socket.ts'

export interface PlaneParts {
  readonly environment: Environment
  readonly config: OpenConfig
  readonly log: Log
  /** Unix ms. */
  readonly startedMs: number
  /** Of the listener for the LLM API alone; null when there is none. */
  readonly apiPort: () => number | null
  /** Nobody is called but providers. */
  readonly isOffline: boolean
}

export type Fetch = (request: Request) => Response | Promise<Response>

export interface Planes {
  /** LLM API, dashboard, telemetry. */
  readonly full: Serve
  /** LLM API and health. */
  readonly api: Serve
  readonly sockets: ResponsesSockets
  /** Sentences about providers that can't be used as they are set. */
  readonly problems: readonly string[]
  /** Ends the streams that would never end by themselves. */
  endStreams(): void
  /** To be called when no client waits any more. */
  close(): Promise<void>
}

/** @throws AppError `unavailable` when the database can't be opened. */
export function openPlanes({ environment, config, log, startedMs, apiPort, isOffline }: PlaneParts): Planes {
  const prices = openPrices({
    clock: systemClock,
    configPrices: () => config.current().prices,
    table: loadPrices(environment.paths.home, log.warn),
  })
  const providers = openProviders(environment, config, prices, log)
  const feed = openFeed()
  // The reader's thread is started after the books that it reads, and tells them when it holds the lock.
  let plane: OpenControl | null = null
  const composed = compose({
    environment,
    config,
    log,
    prices,
    providers: providers.current,
    isOffline,
    entered: (record) => feed.publish(() => runOf(record)),
    announce: ({ severity, message }) => (severity === 'info' ? log.info(message) : log.warn(message)),
    isLocked: () => plane?.isLocked() ?? false,
    renewed: () => plane?.reopen(),
  })
  const inflight = () => composed.services.watch.size()
  const parts = { environment, config, composed, feed, providers, startedMs, inflight, apiPort }
  const opened = openOrClose(() => openControlServices(parts), composed.close)
  plane = opened

  const routing = () => routingProblems(config.current(), providers.current(), composed.services.knownNames)
  config.subscribe(({ changed }) => {
    if (!changed.some((name) => /^(?:routing|modelOverrides|providers|credentials)/.test(name))) return
    for (const problem of routing()) log.warn(problem)
  })

  const llm = inference(composed.services)
  composed.answersWith((request) => Promise.resolve(llm.handle(request)))
  // Claude Code asks the one or the other before anything else, by its version.
  const probe = new Elysia({ name: 'probe' }).head('/', () => '').head('/api/hello', () => '')
  // Normalizing would take fields that nobody knows out of a body, and a misspelt `dryRun` would be a real run.
  const strict = { normalize: false }
  const full = new Elysia(strict).use(probe).use(control(opened.services)).use(llm).compile()
  const api = new Elysia(strict).use(probe).use(health(opened.services)).use(llm).compile()
  // What is listened on does not change with the settings; the names beside it do.
  const { host } = config.current().server
  const sockets = openResponsesSockets(log, systemClock.now)
  const guard =
    (app: { readonly fetch: Fetch }): Serve =>
    (request, upgrade) => {
      const { enabled, server } = config.current()
      const refusal = judgeVisitor(request, { host, allowedHosts: server.allowedHosts })
      if (refusal !== null) return refusalOf(refusal)
      // Asked once for every request, of which few are sockets.
      if (request.method === 'GET' && enabled && isSocketRequest(request) && upgrade(socketData(request, app.fetch)))
        return undefined
      return app.fetch(request)
    }
  return {
    full: guard(full),
    api: guard(api),
    sockets,
    problems: [...providers.problems(), ...routing()],
    endStreams() {
      feed.close()
      sockets.end()
    },
    async close() {
      await composed.settle()
      await opened.close()
      composed.close()
    },
  }
}

/** What was opened before is not left open, with its timers, by what fails after it. */
function openOrClose<Opened>(open: () => Opened, close: () => void): Opened {
  try {
    return open()
  } catch (fault) {
    close()
    throw fault
  }
}
