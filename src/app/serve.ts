/** Starts the server: settings, planes, listeners; and ends it, letting what runs come to its end. */
import { type Environment, reachDirectly } from '../config/environment.ts'
import type { ConfigFlags } from '../config/layers.ts'
import { openConfig, type OpenConfig } from '../config/open.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { AppError } from '../neutral/error.ts'
import { leaveNote, makeHome, takeNote } from './home.ts'
import { isLoopbackHost, listen, type Listener } from './listen.ts'
import { openPlanes, type Planes } from './planes.ts'
import { findRunningServer } from './running-server.ts'

export interface StartOptions {
  readonly environment: Environment
  readonly flags: ConfigFlags & { readonly insecure?: boolean; readonly offline?: boolean }
  readonly log: Log
  /** How long open requests may take to end after a stop; a minute unless given. */
  readonly drainMs?: number
}

export interface Running {
  readonly addresses: { readonly full: readonly string[]; readonly api: readonly string[] | null }
  /** Sentences about what is missing or could not be had. */
  readonly warnings: readonly string[]
  /** Resolves when everything is closed. */
  readonly closed: Promise<void>
  /** Takes no new connections, lets open requests end for as long as they may, cuts off the others, closes. */
  stop(): Promise<void>
  /** As `stop`, and what is open is cut off now. */
  hurry(): Promise<void>
}

const minuteMs = 60_000
const drainLookMs = 25

/** @throws AppError or ConfigError with a sentence that says why it can't start and what to do. */
export async function startServer({ environment, flags, log, drainMs = minuteMs }: StartOptions): Promise<Running> {
  const { paths } = environment
  makeHome(paths)
  await refuseSecond(environment)
  // A proxy for the world outside is no way to the user's own servers.
  for (const host of ['localhost', '127.0.0.1', '::1']) reachDirectly(host)
  const config = openConfig({ environment, flags, log })
  let planes: Planes | null = null
  try {
    refuseOpenDoor(config, flags.insecure === true)
    const startedMs = systemClock.now()
    let listeners: Listeners | null = null
    const apiPort = () => listeners?.api?.port ?? null
    planes = openPlanes({ environment, config, log, startedMs, apiPort, isOffline: flags.offline === true })
    listeners = openListeners(config, planes)
    const { main, api, warnings } = listeners
    leaveNote(paths, { pid: process.pid, port: main.port, host: config.current().server.host, startedMs })
    return {
      addresses: { full: main.addresses, api: api?.addresses ?? null },
      warnings: [...planes.problems, ...warnings],
      ...stopper({ environment, config, planes, listeners: api === null ? [main] : [main, api], drainMs }),
    }
  } catch (fault) {
    await planes?.close()
    config.close()
    throw fault
  }
}

/** Each has its limits and its caches to itself, and commands know but one. */
async function refuseSecond({ paths }: Environment): Promise<void> {
  const other = await findRunningServer(paths)
  if (other === null) return
  throw new AppError(
    'unavailable',
    `RelayPlane runs already with the files in ${paths.home}: process ${other.note.pid}, at ${other.url}. Stop it first, or give this one a folder of its own with RELAYPLANE_HOME.`,
  )
}

function refuseOpenDoor(config: OpenConfig, isInsecure: boolean): void {
  const { host } = config.current().server
  if (isLoopbackHost(host) || isInsecure) return
  throw new AppError(
    'unavailable',
    `${host} can be reached by other machines, and nothing asks callers for a key yet. Add --insecure to listen there all the same.`,
  )
}

interface Listeners {
  readonly main: Listener
  readonly api: Listener | null
  readonly warnings: readonly string[]
}

function openListeners(config: OpenConfig, planes: Planes): Listeners {
  const { host, port, apiPort } = config.current().server
  const main = listen({ port, host, fetch: planes.full, websocket: planes.sockets.handler }, '--port')
  if (apiPort === null) return { main, api: null, warnings: [] }
  try {
    return {
      main,
      api: listen({ port: apiPort, host, fetch: planes.api, websocket: planes.sockets.handler }, '--api-port'),
      warnings: [],
    }
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault
    // A second port for the same API is a convenience: without it everything is on the first.
    return { main, api: null, warnings: [`${fault.message} The LLM API is on the main port as well.`] }
  }
}

interface Stoppable {
  readonly environment: Environment
  readonly config: OpenConfig
  readonly planes: Planes
  readonly listeners: readonly Listener[]
  readonly drainMs: number
}

function stopper({
  environment,
  config,
  planes,
  listeners,
  drainMs,
}: Stoppable): Pick<Running, 'closed' | 'stop' | 'hurry'> {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  let isStopping = false
  let cutOffAt = Infinity
  async function stop(): Promise<void> {
    if (isStopping) return closed
    isStopping = true
    cutOffAt = Math.min(cutOffAt, systemClock.monotonic() + drainMs)
    takeNote(environment.paths, process.pid)
    planes.endStreams()
    await drain(listeners, () => systemClock.monotonic() < cutOffAt)
    await planes.close()
    config.close()
    resolve()
  }
  return {
    closed,
    stop,
    hurry() {
      cutOffAt = 0
      return stop()
    },
  }
}

async function drain(listeners: readonly Listener[], mayWait: () => boolean): Promise<void> {
  const stopped = listeners.map((listener) => listener.stop(false))
  while (listeners.some((listener) => listener.pending() > 0) && mayWait()) await Bun.sleep(drainLookMs)
  await Promise.all(listeners.map((listener) => listener.stop(true)))
  await Promise.all(stopped)
}
