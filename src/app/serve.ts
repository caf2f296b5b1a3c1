/** Starts the server: settings, store, planes, listeners; and ends it, letting what runs come to its end. */
import { Elysia } from 'elysia'
import type { Environment } from '../config/environment.ts'
import type { ConfigFlags } from '../config/layers.ts'
import { openConfig, type OpenConfig } from '../config/open.ts'
import { control } from '../control/index.ts'
import { health } from '../control/health.ts'
import { runOf } from '../control/run-line.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { AppError } from '../neutral/error.ts'
import type { RequestRecord } from '../neutral/record.ts'
import { inference } from '../pipeline/index.ts'
import { loadPrices } from '../providers/price-update.ts'
import { openPrices } from '../providers/prices.ts'
import { compose } from './compose.ts'
import { openControlServices, openFeed, type OpenControl } from './control-services.ts'
import { judgeVisitor } from './guard.ts'
import { leaveNote, makeHome, takeNote } from './home.ts'
import { isLoopbackHost, listen, type Listener } from './listen.ts'
import { openProviders } from './providers-now.ts'

export interface StartOptions {
  readonly environment: Environment
  readonly flags: ConfigFlags & { readonly insecure?: boolean }
  readonly log: Log
}

export interface Running {
  readonly addresses: { readonly full: readonly string[]; readonly api: readonly string[] | null }
  /** Sentences about what is missing or could not be had. */
  readonly warnings: readonly string[]
  /** Resolves when everything is closed. */
  readonly closed: Promise<void>
  /** Takes no new connections, lets open requests end, then closes. */
  stop(): Promise<void>
}

/** How long open requests may take to end after a stop; then they are cut off and recorded as that. */
const drainMs = 60_000
const drainLookMs = 25

type App = { readonly fetch: (request: Request) => Response | Promise<Response> }

/** @throws AppError or ConfigError with a sentence that says why it can't start and what to do. */
export async function startServer({ environment, flags, log }: StartOptions): Promise<Running> {
  const { paths } = environment
  makeHome(paths)
  const config = openConfig({ environment, flags, log })
  const { server } = config.current()
  if (!isLoopbackHost(server.host) && flags.insecure !== true) {
    config.close()
    throw new AppError(
      'unavailable',
      `${server.host} can be reached by other machines, and nothing asks callers for a key yet. Add --insecure to listen there all the same.`,
    )
  }
  const prices = openPrices({
    clock: systemClock,
    configPrices: () => config.current().prices,
    table: loadPrices(paths.home, log.warn),
  })
  const providers = openProviders(environment, config, prices, log)
  const feed = openFeed()
  const entered = (record: RequestRecord) => feed.publish(runOf(record))
  let plane: OpenControl | null = null
  const composed = openOr(config, () =>
    compose({
      environment,
      config,
      log,
      prices,
      providers: providers.current,
      entered,
      isLocked: () => plane?.isLocked() ?? false,
    }),
  )
  const listeners: Listener[] = []
  const inflight = () => composed.services.watch.size()
  const startedMs = systemClock.now()
  const opened = openControlServices({
    environment,
    config,
    composed,
    feed,
    providers,
    startedMs,
    inflight,
    apiPort: () => listeners[1]?.port ?? null,
  })

  plane = opened

  const llm = inference(composed.services)
  const full = new Elysia()
    .head('/', () => '')
    .use(control(opened.services))
    .use(llm)
  const api = new Elysia()
    .head('/', () => '')
    .use(health(opened.services))
    .use(llm)
  const guarded = (app: App) => (request: Request) => {
    const refusal = judgeVisitor(request, [...config.current().server.allowedHosts, server.host])
    return refusal === null ? app.fetch(request) : refuse(refusal)
  }
  const warnings = [...providers.problems()]
  const close = async () => {
    await opened.close()
    composed.close()
    config.close()
  }
  try {
    listeners.push(listen({ port: server.port, host: server.host, fetch: guarded(full.compile()) }, '--port'))
    const apiListener = listenForApi(server, guarded(api.compile()), warnings)
    if (apiListener !== null) listeners.push(apiListener)
  } catch (fault) {
    await close()
    throw fault
  }
  const main = listeners[0]?.port ?? server.port
  leaveNote(paths, { pid: process.pid, port: main, host: server.host, startedMs })

  const { promise: closed, resolve } = Promise.withResolvers<void>()
  let isStopping = false
  const stop = async () => {
    if (isStopping) return closed
    isStopping = true
    takeNote(paths, process.pid)
    feed.close()
    await drain(listeners)
    await close()
    resolve()
  }
  return {
    addresses: { full: listeners[0]?.addresses ?? [], api: listeners[1]?.addresses ?? null },
    warnings,
    closed,
    stop,
  }
}

/** @throws What `open` throws; the settings are closed then. */
function openOr<T>(config: OpenConfig, open: () => T): T {
  try {
    return open()
  } catch (fault) {
    config.close()
    throw fault
  }
}

/** A second port for the same API is a convenience: without it everything is on the first. */
function listenForApi(
  server: { apiPort: number | null; host: string },
  fetch: App['fetch'],
  warnings: string[],
): Listener | null {
  if (server.apiPort === null) return null
  try {
    return listen({ port: server.apiPort, host: server.host, fetch }, '--api-port')
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault
    warnings.push(`${fault.message} The LLM API is on the main port as well.`)
    return null
  }
}

async function drain(listeners: readonly Listener[]): Promise<void> {
  const giveUpAt = systemClock.monotonic() + drainMs
  const stopped = listeners.map((listener) => listener.stop(false))
  while (listeners.some((listener) => listener.pending() > 0) && systemClock.monotonic() < giveUpAt)
    await Bun.sleep(drainLookMs)
  await Promise.all(listeners.map((listener) => listener.stop(true)))
  await Promise.all(stopped)
}

const refuse = (error: AppError): Response =>
  Response.json({ error: { type: 'forbidden', code: error.code, message: error.message } }, { status: error.status })
