/**
 * `bun run bench`: ratios within one run against a bare passthrough and against calling the provider directly, the compiled
 * file at its defaults, recording included. Rounds alternate, so that a slow moment of the machine hits both. Loopback only.
 */
import { Database } from 'bun:sqlite'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

interface Load {
  readonly answered: number
  readonly failed: number
  readonly perSecond: number
  readonly latency: Spread
  readonly firstByte: Spread
  /** ms, each; none where there were many. */
  readonly firstBytes: readonly number[]
}
interface Spread {
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

const root = join(import.meta.dir, '..')
const binary = process.env['RELAYPLANE_BINARY'] ?? join(root, 'dist/relayplane')
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const filled = process.argv[2]
const home = mkdtempSync(join(tmpdir(), 'relayplane-bench-'))
const running: Bun.Subprocess[] = []

const message = (over: object, size: number) =>
  JSON.stringify({
    model: 'claude-sonnet-4-5',
    max_tokens: 100,
    ...over,
    messages: [{ role: 'user', content: 'x'.repeat(size) }],
  })
const smallBody = message({}, 200)
const streamBody = message({ stream: true }, 180)
const pacedBody = message({ stream: true, pace: 1 }, 180)
const largeBody = JSON.stringify({
  model: 'claude-sonnet-4-5',
  max_tokens: 100,
  messages: Array.from({ length: 100 }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: 'some words of text '.repeat(550),
  })),
})

async function main(): Promise<void> {
  // A database to be polled while it is measured, as scripts/generate-rows.ts makes it.
  if (filled !== undefined) cpSync(filled, join(home, 'relayplane.db'))
  const mock = await startScript('bench/mock.ts')
  const bare = await startScript('bench/bare.ts', `http://127.0.0.1:${mock}`)
  const frame = await startScript('bench/frame.ts', `http://127.0.0.1:${mock}`)
  const relay = await startRelay(`http://127.0.0.1:${mock}`)
  const before = countRows()
  let sent = 0
  const measure: Measure = async (port, body, connections, requests, path = '/v1/messages') => {
    const load = await runLoad({ port, connections, requests, body, path })
    if (load.failed > 0 || load.answered !== requests)
      throw new Error(`port ${port}: ${load.failed} failed, ${load.answered} of ${requests} answered`)
    if (port === relay.port) sent += requests
    return load
  }
  const poll = filled === undefined ? null : pollDashboard(relay.port)
  print(
    `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Bun ${Bun.version}, ${rounds} rounds${filled === undefined ? '' : ', dashboard polled'}`,
  )

  const ports = [bare, frame, relay.port]
  for (const port of ports) await measure(port, smallBody, 16, 8000)
  const small = await inTurn(ports, (port) => measure(port, smallBody, 16, 10_000))
  row('requests/s, 16 connections, 300 bytes', small, (load) => load.perSecond, '/s', 'at least 0.65')
  const single = await inTurn(ports, (port) => measure(port, smallBody, 1, 1500))
  row('p50 latency, 1 connection', single, (load) => load.latency.p50, 'ms', 'at most 1.5')
  const streams = await inTurn(ports, (port) => measure(port, streamBody, 16, 1500))
  row('200-chunk streams/s, 16 connections', streams, (load) => load.perSecond, '/s', 'at least 0.85')
  const paced = await inTurn([bare, relay.port], (port) => measure(port, pacedBody, 4, 60))
  const [bareP99 = 0, relayP99 = 0] = [0, 1].map((target) =>
    p99(paced.flatMap((loads) => at(loads, target).firstBytes)),
  )
  print(
    `${'p99 added to the first chunk of a paced stream'.padEnd(48)} ${(relayP99 - bareP99).toFixed(2)} ms (at most 1; of ${60 * rounds} streams)`,
  )

  const direct = await inTurn([mock, relay.port], (port) => measure(port, largeBody, 1, 200))
  const once = readOnce(largeBody)
  const extra = median(direct.map((loads) => at(loads, 1).latency.p50 - at(loads, 0).latency.p50))
  print(
    `${`p50 added to a ${(largeBody.length / 1e6).toFixed(1)} MB conversation`.padEnd(48)} ${extra.toFixed(2)} ms = ${(extra / once).toFixed(2)} x parsing and hashing it once (${once.toFixed(2)} ms; at most 2)`,
  )
  await translated(relay, measure)
  poll?.stop()
  await memory(relay, measure)
  const rows = countRows() - before
  print(`${'rows recorded'.padEnd(48)} ${rows} of ${sent}${rows === sent ? '' : '  MISSING ROWS'}`)
  if (rows !== sent) process.exitCode = 1
  await starts()
}

type Measure = (port: number, body: string, connections: number, requests: number, path?: string) => Promise<Load>

/** A Chat Completions client on the same Messages model, beside a client of its own dialect; both through RelayPlane. */
async function translated({ port }: Relay, measure: Measure): Promise<void> {
  const chat = '/v1/chat/completions'
  const streams: number[] = []
  const added: number[] = []
  for (let i = 0; i < rounds; i++) {
    const passed = await measure(port, streamBody, 16, 1000)
    const turned = await measure(port, streamBody, 16, 1000, chat)
    streams.push(passed.perSecond / turned.perSecond)
    const large = await measure(port, largeBody, 1, 100)
    const turnedLarge = await measure(port, largeBody, 1, 100, chat)
    added.push(turnedLarge.latency.p50 - large.latency.p50)
  }
  print(
    `${'a translated 200-chunk stream, unpaced'.padEnd(48)} ${median(streams).toFixed(2)} x a passed-through one (at most 2)`,
  )
  const once = parseOnce(largeBody)
  print(
    `${'p50 added by translating a 1.0 MB conversation'.padEnd(48)} ${median(added).toFixed(2)} ms = ${(median(added) / once).toFixed(2)} x parsing it once (${once.toFixed(2)} ms; at most 4)`,
  )
}

/** One round: a load for each target, in their order. */
type Round = readonly Load[]

const at = (round: Round, target: number): Load => {
  const load = round[target]
  if (load === undefined) throw new Error('no such target')
  return load
}

/** Every other round backwards. */
async function inTurn(
  targets: readonly number[],
  measureOne: (port: number) => Promise<Load>,
): Promise<readonly Round[]> {
  const all: Round[] = []
  for (let i = 0; i < rounds; i++) {
    const round: Load[] = []
    const order = [...targets.keys()]
    for (const target of i % 2 === 0 ? order : order.toReversed()) {
      const port = targets[target]
      if (port !== undefined) round[target] = await measureOne(port)
    }
    all.push(round)
  }
  return all
}

/** @param loads Of the bare passthrough, the frame alone, and RelayPlane. */
function row(name: string, loads: readonly Round[], of: (load: Load) => number, unit: string, bound: string): void {
  const ratios = (target: number) => loads.map((round) => of(at(round, target)) / of(at(round, 0)))
  const figure = (target: number) =>
    `${median(loads.map((round) => of(at(round, target)))).toFixed(unit === 'ms' ? 3 : 0)} ${unit}`
  const frame = ratios(1)
  const relay = ratios(2)
  print(
    `${name.padEnd(48)} ${median(relay).toFixed(2)} (${spreadOf(relay)}; ${bound})  bare ${figure(0)}, RelayPlane ${figure(2)}; with nothing but Elysia, journal and row ${median(frame).toFixed(2)} (${spreadOf(frame)})`,
  )
}

const spreadOf = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)}`

async function memory(relay: Relay, measure: Measure): Promise<void> {
  const first = residentMb(relay.pid)
  await measure(relay.port, smallBody, 16, 20_000)
  const second = residentMb(relay.pid)
  print(`${'memory'.padEnd(48)} ${first} MB before, ${second} MB after 20,000 more requests`)
}

/** ms to parse a body and hash it once, median of 30. */
function readOnce(body: string): number {
  const bytes = new TextEncoder().encode(body)
  return median(
    Array.from({ length: 30 }, () => {
      const startedAt = performance.now()
      JSON.parse(new TextDecoder().decode(bytes))
      new Bun.CryptoHasher('sha256').update(bytes).digest()
      return performance.now() - startedAt
    }),
  )
}

/** ms to parse a body once, median of 30. */
function parseOnce(body: string): number {
  const bytes = new TextEncoder().encode(body)
  return median(Array.from({ length: 30 }, () => timed(() => void JSON.parse(new TextDecoder().decode(bytes)))))
}

async function starts(): Promise<void> {
  const version = median(Array.from({ length: 11 }, () => timed(() => void Bun.spawnSync([binary, '--version']))))
  print(`${'relayplane --version'.padEnd(48)} ${version.toFixed(0)} ms (under 30)`)
  const ready: number[] = []
  for (let i = 0; i < 5; i++) {
    const folder = mkdtempSync(join(tmpdir(), 'relayplane-bench-start-'))
    const startedAt = performance.now()
    const child = spawnRelay(folder, 'http://127.0.0.1:9')
    await child.answer
    ready.push(performance.now() - startedAt)
    child.process.kill('SIGTERM')
    await child.process.exited
    rmSync(folder, { recursive: true, force: true })
  }
  print(`${'ready to serve'.padEnd(48)} ${median(ready).toFixed(0)} ms (under 150)`)
}

const timed = (work: () => void): number => {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}

interface Relay {
  readonly port: number
  readonly pid: number
}

function spawnRelay(folder: string, upstream: string) {
  const port = freePort()
  const env = {
    HOME: folder,
    RELAYPLANE_HOME: folder,
    RELAYPLANE_PORT: String(port),
    RELAYPLANE_API_PORT: 'off',
    RELAYPLANE_ANTHROPIC_BASE_URL: upstream,
  }
  const child = Bun.spawn([binary, 'start', '--json'], { env, stdout: 'pipe', stderr: 'ignore' })
  return { port, process: child, answer: child.stdout.getReader().read() }
}

async function startRelay(upstream: string): Promise<Relay> {
  const { port, process: child, answer } = spawnRelay(home, upstream)
  running.push(child)
  await answer
  return { port, pid: child.pid }
}

async function startScript(file: string, ...args: string[]): Promise<number> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, file), ...args], {
    // The frame's rows lie beside RelayPlane's.
    env: { ...process.env, RELAYPLANE_HOME: join(home, 'frame') },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  running.push(child)
  const { value } = await child.stdout.getReader().read()
  return Number(new TextDecoder().decode(value))
}

async function runLoad(order: object): Promise<Load> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'bench/load.ts')], {
    stdin: new Blob([JSON.stringify(order)]),
    stdout: 'pipe',
    stderr: 'inherit',
  })
  return (await new Response(child.stdout).json()) as Load
}

/** What an open dashboard asks for, once a second. */
function pollDashboard(port: number): { stop(): void } {
  const timer = setInterval(() => {
    for (const path of ['stats?window=24h', 'stats?window=7d', 'runs?limit=100']) {
      void fetch(`http://127.0.0.1:${port}/v1/telemetry/${path}`).then((response) => response.arrayBuffer())
    }
  }, 1000)
  return { stop: () => clearInterval(timer) }
}

function countRows(): number {
  const database = new Database(join(home, 'relayplane.db'), { readonly: true })
  const { rows } = database.query<{ rows: number }, []>('SELECT count(*) AS rows FROM requests').get() ?? { rows: 0 }
  database.close()
  return rows
}

function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  const { port } = server
  server.stop(true)
  return port
}

const residentMb = (pid: number): number =>
  process.platform === 'linux'
    ? Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
    : 0

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** The nearest rank. */
const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? 0

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  await main()
} finally {
  for (const child of running) child.kill('SIGTERM')
  await Promise.all(running.map((child) => child.exited))
  rmSync(home, { recursive: true, force: true })
}
