/** The listeners: which addresses, what is said of a busy port, how they end. */
import type { Server as BunServer, WebSocketHandler } from 'bun'
import { AppError } from '../neutral/error.ts'
import { portHolder } from './port-holder.ts'
import type { SocketData } from './responses-socket.ts'

export interface Binding {
  readonly port: number
  /** From the settings: `127.0.0.1`, `localhost`, `0.0.0.0`, … */
  readonly host: string
  readonly fetch: Serve
  readonly websocket: WebSocketHandler<SocketData>
}

/** @param upgrade Makes a WebSocket of the request; false where the client's handshake is none. */
export type Serve = (
  request: Request,
  upgrade: (data: SocketData) => boolean,
) => Response | undefined | Promise<Response | undefined>

export interface Listener {
  /** `http://127.0.0.1:4100`, one for each address bound. */
  readonly addresses: readonly string[]
  readonly port: number
  readonly pending: () => number
  /** Takes no new connections; with `now`, ends those that are open. */
  stop(now: boolean): Promise<void>
}

type Server = BunServer<SocketData>

/** @throws AppError `unavailable` with a sentence when the port is taken, or the host is none of this machine. */
export function listen(binding: Binding, flag: string): Listener {
  const isLoopback = isLoopbackHost(binding.host)
  const [first, ...others] = isLoopback ? ['127.0.0.1', '::1'] : [binding.host]
  const servers = [open({ ...binding, host: first ?? binding.host }, flag)]
  const port = servers[0]?.port ?? binding.port
  for (const host of others) {
    try {
      servers.push(open({ ...binding, host, port }, flag))
    } catch (fault) {
      // A machine without IPv6 has no ::1; `localhost` then resolves to 127.0.0.1 and nothing is missing.
      if (!(fault instanceof AppError && isHostless(fault.cause))) {
        for (const server of servers) void server.stop(true)
        throw fault
      }
    }
  }
  return {
    addresses: servers.map((server) => `http://${formatHost(server.hostname ?? binding.host)}:${server.port}`),
    port,
    pending: () => servers.reduce((sum, server) => sum + server.pendingRequests, 0),
    async stop(now) {
      await Promise.all(servers.map((server) => server.stop(now)))
    },
  }
}

export const isLoopbackHost = (host: string): boolean => ['127.0.0.1', '::1', '[::1]', 'localhost'].includes(host)

const formatHost = (host: string): string => (host.includes(':') ? `[${host.replace(/[[\]]/g, '')}]` : host)

function open(binding: Binding, flag: string): Server {
  try {
    return Bun.serve<SocketData>({
      port: binding.port,
      hostname: binding.host.replace(/[[\]]/g, ''),
      // Two processes would share the port without a word.
      reusePort: false,
      // Silence is judged per request; a model may think for minutes.
      idleTimeout: 0,
      // The body cap is checked by us, so that the answer is in the caller's dialect.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      // Bun would print faults of a stream, with the URL of the upstream and the lines of our source around them.
      development: false,
      fetch: (request, server) => binding.fetch(request, (data) => server.upgrade(request, { data })),
      websocket: binding.websocket,
      error: () => new Response('RelayPlane met a fault of its own.', { status: 500 }),
    })
  } catch (fault) {
    if (isBusy(fault)) throw busyPort(binding, flag, fault)
    throw isHostless(fault) ? foreignHost(binding.host, fault) : fault
  }
}

const codeOf = (fault: unknown): string => (fault instanceof Error && 'code' in fault ? String(fault.code) : '')
const isBusy = (fault: unknown): boolean => codeOf(fault) === 'EADDRINUSE'

/** An address that this machine does not have, or a name that leads to none: Bun says EINVAL of names that DNS does not know. */
const isHostless = (fault: unknown): boolean =>
  ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'ENOTFOUND'].includes(codeOf(fault))

const foreignHost = (host: string, cause: unknown): AppError =>
  new AppError(
    'unavailable',
    `Nothing can listen on ${host}: it is no address of this machine. Choose another with --host or server.host.`,
    { cause },
  )

function busyPort(binding: Binding, flag: string, cause: unknown): AppError {
  const holder = portHolder(binding.port)
  const by = holder === null ? 'in use by another program' : `in use by ${holder}`
  return new AppError('unavailable', `Port ${binding.port} is ${by}. Stop it, or choose another port with ${flag}.`, {
    cause,
  })
}
