/** The listeners: both loopbacks, a busy port's sentence, never a shared port, the end. */
import { afterEach, describe, expect, test } from 'bun:test'
import { networkInterfaces } from 'node:os'
import { isLoopbackHost, listen, type Listener } from '../../src/app/listen.ts'
import { AppError } from '../../src/neutral/error.ts'
import { freePort } from '../support/relay.ts'

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)
if (!hasIPv6) console.warn('skipped in part: this machine has no ::1')

let open: Listener[] = []
afterEach(async () => {
  await Promise.all(open.map((listener) => listener.stop(true)))
  open = []
})

function start(port: number, host = '127.0.0.1', fetch: (request: Request) => Response = () => new Response('hi')) {
  const listener = listen({ port, host, fetch, websocket: { message: () => undefined } }, '--port')
  open.push(listener)
  return listener
}

function refusal(run: () => unknown): AppError {
  try {
    run()
  } catch (fault) {
    if (fault instanceof AppError) return fault
    throw fault
  }
  throw new Error('it was not refused')
}

const answerAt = async (address: string) => (await fetch(address)).text()

test('loopback is 127.0.0.1 and ::1, by whichever of its names', async () => {
  for (const host of ['127.0.0.1', 'localhost', '::1']) {
    const port = freePort()
    const listener = start(port, host)
    expect(listener.port).toBe(port)
    expect(await answerAt(`http://127.0.0.1:${port}`)).toBe('hi')
    if (!hasIPv6) continue
    expect(await answerAt(`http://[::1]:${port}`)).toBe('hi')
    expect(listener.addresses).toEqual([`http://127.0.0.1:${port}`, `http://[::1]:${port}`])
  }
})

describe('a busy port', () => {
  test('is a sentence that names the port, its holder and the flag', () => {
    const port = freePort()
    start(port)
    const { code, message } = refusal(() => start(port))
    expect(code).toBe('unavailable')
    expect(message).toStartWith(`Port ${port} is in use by `)
    expect(message).toEndWith('Stop it, or choose another port with --port.')
    if (process.platform === 'linux') expect(message).toContain(`(process ${process.pid})`)
  })

  test('is not shared with another program', () => {
    const port = freePort()
    const other = Bun.serve({ port, hostname: '127.0.0.1', reusePort: true, fetch: () => new Response('other') })
    expect(refusal(() => start(port)).code).toBe('unavailable')
    void other.stop(true)
  })

  test.if(hasIPv6)('on one loopback alone leaves the other free again', async () => {
    const port = freePort()
    const other = Bun.serve({ port, hostname: '::1', fetch: () => new Response('other') })
    expect(refusal(() => start(port)).message).toContain(`Port ${port} is in use`)
    await other.stop(true)
    start(port)
    expect(await answerAt(`http://127.0.0.1:${port}`)).toBe('hi')
  })
})

test('a host that is not of this machine is a sentence that names it and where to set it', () => {
  // The first is reserved for documents, the second can be resolved by nobody (RFC 5737, RFC 6761).
  for (const host of ['192.0.2.1', 'no-such-host.invalid']) {
    const { code, message } = refusal(() => start(freePort(), host))
    expect([code, message]).toEqual([
      'unavailable',
      `Nothing can listen on ${host}: it is no address of this machine. Choose another with --host or server.host.`,
    ])
  }
})

test('a fault in what answers is a 500 that says nothing of itself', async () => {
  const { port } = start(freePort(), '127.0.0.1', () => {
    throw new Error('sk-ant-FAKE-in-a-fault')
  })
  const response = await fetch(`http://127.0.0.1:${port}/`)
  expect(response.status).toBe(500)
  expect(await response.text()).toBe('RelayPlane met a fault of its own.')
})

test('requests that are open are counted, and ended by a stop that does not wait', async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const listener = start(freePort(), '127.0.0.1', () => {
    resolve()
    return new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }))
  })
  const asked = fetch(`http://127.0.0.1:${listener.port}/`).then((response) => response.text())
  await arrived
  expect(listener.pending()).toBeGreaterThan(0)
  await listener.stop(true)
  expect(await asked.catch((fault: unknown) => fault)).toBeInstanceOf(Error)
})

test('which hosts are loopback', () => {
  expect(['127.0.0.1', '::1', '[::1]', 'localhost'].map(isLoopbackHost)).toEqual([true, true, true, true])
  expect(['0.0.0.0', '::', '192.168.0.7', 'box.lan', ''].map(isLoopbackHost)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
})
