/** Stands between a client and the proxy, passes every byte on, and counts how the client asks: over HTTP or a WebSocket. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export interface Wiretap {
  readonly url: string
  /** Connections that became WebSockets. */
  readonly sockets: () => number
  /** Requests by their first lines, `POST /v1/messages`, with how often each came. */
  readonly requests: () => ReadonlyMap<string, number>
  stop(): void
}

const firstLine = /^([A-Z]+ [^ ?]+)\S* HTTP\/1\.1\r\n/

/** @param port Where the proxy listens on loopback. */
export async function openWiretap(port: number): Promise<Wiretap> {
  const requests = new Map<string, number>()
  const open = new Set<Socket>()
  let sockets = 0
  const server: Server = createServer((client) => {
    const relay = connect(port, '127.0.0.1')
    for (const socket of [client, relay]) {
      open.add(socket)
      // Either side may go; the other goes with it.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        relay.destroy()
        open.delete(socket)
      })
    }
    client.on('data', (chunk) => {
      const asked = firstLine.exec(chunk.toString('latin1'))?.[1]
      if (asked !== undefined) requests.set(asked, (requests.get(asked) ?? 0) + 1)
    })
    relay.once('data', (chunk) => {
      if (chunk.toString('latin1').startsWith('HTTP/1.1 101')) sockets++
    })
    client.pipe(relay)
    relay.pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: () => sockets,
    requests: () => requests,
    stop() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
