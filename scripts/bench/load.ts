/**
 * Keep-alive connections on plain sockets, each asking again as soon as it is answered. A process of its own; prints one line
 * of JSON: how many, how long, latencies and times to the first body byte in ms, each of the latter where there are few.
 */
interface Order {
  readonly port: number
  readonly connections: number
  readonly requests: number
  readonly body: string
  readonly path: string
}

const order = JSON.parse(await Bun.stdin.text()) as Order
const bytes = Buffer.from(
  `POST ${order.path} HTTP/1.1\r\nhost: localhost:${order.port}\r\ncontent-type: application/json\r\nx-api-key: sk-ant-api03-benchmark-000000000000\r\n` +
    `anthropic-version: 2023-06-01\r\ncontent-length: ${Buffer.byteLength(order.body)}\r\n\r\n${order.body}`,
)
const latencies: number[] = []
const firstBytes: number[] = []
let left = order.requests
let failed = 0
const { promise: done, resolve: finish } = Promise.withResolvers<void>()
let open = order.connections

interface Reading {
  text: string
  sentAt: number
  firstAt: number
  /** Bytes still to come, or null while the head is read, or -1 for a chunked body. */
  rest: number | null
}

function ask(socket: { data: Reading; write(bytes: Uint8Array): number; end(): void }): void {
  if (left-- <= 0) {
    socket.end()
    return
  }
  socket.data = { text: '', sentAt: performance.now(), firstAt: 0, rest: null }
  write(socket, bytes)
}

const unsent = new WeakMap<object, Buffer>()

function write(socket: { write(bytes: Uint8Array): number }, data: Buffer): void {
  const written = socket.write(data)
  if (written < data.length) unsent.set(socket, data.subarray(Math.max(0, written)))
  else unsent.delete(socket)
}

const startedAt = performance.now()
for (let i = 0; i < order.connections; i++) {
  void Bun.connect<Reading>({
    hostname: '127.0.0.1',
    port: order.port,
    socket: {
      open: ask,
      drain(socket) {
        const rest = unsent.get(socket)
        if (rest !== undefined) write(socket, rest)
      },
      data(socket, chunk) {
        const reading = socket.data
        reading.text =
          reading.rest === null
            ? reading.text + chunk.toString('latin1')
            : (reading.text + chunk.toString('latin1')).slice(-8)
        if (reading.rest === null) {
          const head = reading.text.indexOf('\r\n\r\n')
          if (head < 0) return
          if (!reading.text.startsWith('HTTP/1.1 200')) failed++
          const length = /content-length: *(\d+)/i.exec(reading.text.slice(0, head))?.[1]
          const bodyBytes = reading.text.length - head - 4
          if (bodyBytes === 0 && length !== '0') {
            reading.rest = length === undefined ? -1 : Number(length)
            reading.text = ''
            return
          }
          reading.firstAt = performance.now()
          reading.rest = length === undefined ? -1 : Number(length) - bodyBytes
        } else {
          if (reading.firstAt === 0) reading.firstAt = performance.now()
          if (reading.rest > 0) reading.rest -= chunk.length
        }
        const isWhole = reading.rest === -1 ? reading.text.endsWith('0\r\n\r\n') : reading.rest === 0
        if (!isWhole) return
        const now = performance.now()
        latencies.push(now - reading.sentAt)
        firstBytes.push(reading.firstAt - reading.sentAt)
        ask(socket)
      },
      close() {
        if (--open === 0) finish()
      },
      error() {
        failed++
      },
    },
  })
}
await done
const seconds = (performance.now() - startedAt) / 1000
const at = (sorted: number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
const spread = (values: number[]) => {
  const sorted = values.toSorted((a, b) => a - b)
  return { p50: at(sorted, 0.5), p90: at(sorted, 0.9), p99: at(sorted, 0.99) }
}
const few = 200
process.stdout.write(
  `${JSON.stringify({
    answered: latencies.length,
    failed,
    perSecond: latencies.length / seconds,
    latency: spread(latencies),
    firstByte: spread(firstBytes),
    firstBytes: firstBytes.length > few ? [] : firstBytes,
  })}\n`,
)
