/**
 * `bun run bench:guard`: what the money guard costs in time. The compiled file with every stage of the guard on beside the same
 * file at its defaults, in turns, on one mock; and answers from the response cache. Loopback only.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Load {
  readonly answered: number
  readonly failed: number
  readonly perSecond: number
  readonly latency: { readonly p50: number; readonly p99: number }
}

const binary = process.env['RELAYPLANE_BINARY'] ?? join(import.meta.dir, '../dist/relayplane')
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const running: Bun.Subprocess[] = []
const homes: string[] = []

const message = (over: object, size: number) =>
  JSON.stringify({
    model: 'claude-sonnet-4-5',
    max_tokens: 100,
    ...over,
    messages: [{ role: 'user', content: 'some words '.repeat(Math.ceil(size / 11)).slice(0, size) }],
  })

/** Limits that nothing here reaches, so that every request is judged, set aside and passed. */
const guarded = {
  budget: { enabled: true, dailyUsd: 100_000, hourlyUsd: 100_000, perRequestUsd: 100, onBreach: 'block' },
  downgrade: { enabled: true },
  anomaly: { enabled: true },
  alerts: { enabled: true },
  cache: { enabled: true },
}

async function main(): Promise<void> {
  const mock = await startScript('bench/mock.ts')
  const plain = await startRelay(mock, {})
  const guard = await startRelay(mock, guarded)
  const small = message({}, 200)
  for (const port of [plain, guard]) await load(port, small, 16, 4000)
  await compare('requests/s, 16 connections, 300 bytes', plain, guard, small, 16, 8000)
  await compare('requests/s, 4 connections, 100 kB', plain, guard, message({}, 100_000), 4, 1500)
  await compare('200-chunk streams/s, 16 connections', plain, guard, message({ stream: true }, 180), 16, 1000)
  const kept = message({ temperature: 0 }, 100_000)
  await load(guard, kept, 1, 5)
  const hits = await load(guard, kept, 1, 500)
  print(
    'an answer from the cache, request of 100 kB',
    `${hits.latency.p50.toFixed(2)} ms p50, ${hits.latency.p99.toFixed(2)} ms p99`,
  )
}

async function compare(
  name: string,
  plain: number,
  guard: number,
  body: string,
  connections: number,
  requests: number,
): Promise<void> {
  const ratios: number[] = []
  const added: number[] = []
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [plain, guard] : [guard, plain]
    const loads = new Map<number, Load>()
    for (const port of order) loads.set(port, await load(port, body, connections, requests))
    const [base, ours] = [loads.get(plain)?.perSecond ?? 0, loads.get(guard)?.perSecond ?? 0]
    ratios.push(ours / base)
    added.push(1e6 / ours - 1e6 / base)
  }
  print(
    name,
    `${median(ratios).toFixed(2)} of the defaults (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}), ${median(added).toFixed(0)} us more each`,
  )
}

async function load(port: number, body: string, connections: number, requests: number): Promise<Load> {
  const order = { port, connections, requests, body, path: '/v1/messages' }
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'bench/load.ts')], {
    stdin: new Blob([JSON.stringify(order)]),
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const done = (await new Response(child.stdout).json()) as Load
  if (done.failed > 0 || done.answered !== requests) throw new Error(`${done.failed} of ${requests} requests failed`)
  return done
}

async function startRelay(mock: number, config: object): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'relayplane-bench-guard-'))
  homes.push(home)
  writeFileSync(join(home, 'config.json'), JSON.stringify(config))
  const port = freePort()
  const child = Bun.spawn([binary, 'start', '--json'], {
    env: {
      HOME: home,
      RELAYPLANE_HOME: home,
      RELAYPLANE_PORT: String(port),
      RELAYPLANE_API_PORT: 'off',
      RELAYPLANE_ANTHROPIC_BASE_URL: `http://127.0.0.1:${mock}`,
      ANTHROPIC_API_KEY: 'sk-ant-api03-bench-1234567890abcdef1234567890abcdef',
    },
    stdout: 'pipe',
    stderr: 'ignore',
  })
  running.push(child)
  await child.stdout.getReader().read()
  return port
}

async function startScript(file: string): Promise<number> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, file)], { stdout: 'pipe', stderr: 'inherit' })
  running.push(child)
  const { value } = await child.stdout.getReader().read()
  return Number(new TextDecoder().decode(value))
}

function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  const { port } = server
  server.stop(true)
  return port
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

function print(name: string, figure: string): void {
  process.stdout.write(`${name.padEnd(48)} ${figure}\n`)
}

try {
  await main()
} finally {
  for (const child of running) child.kill('SIGTERM')
  await Promise.all(running.map((child) => child.exited))
  for (const home of homes) rmSync(home, { recursive: true, force: true })
}
