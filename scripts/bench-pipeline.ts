/**
 * `bun run bench:pipeline [OTHER_CHECKOUT]`: what a request costs inside the process, from the door to the response, its row
 * included and the network left out: `fetch` answers at once. Two figures, optimised and with the optimising compilers off; the
 * second hardly varies, and tells two checkouts apart where the first is lost in the machine's noise.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Home from '../src/app/home.ts'
import type * as Planes from '../src/app/planes.ts'
import type * as EnvironmentModule from '../src/config/environment.ts'
import type * as Open from '../src/config/open.ts'
import { openLog } from '../src/lib/log.ts'
import { answer } from './bench/answer.ts'

const here = join(import.meta.dir, '..')
const [other, checkout] = process.argv.slice(2)
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const lanes = 16
const requestsARound = 4000
const warmUpRounds = 5

const body = JSON.stringify({
  model: 'claude-sonnet-4-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'x'.repeat(200) }],
})
const headers = {
  host: 'localhost:4100',
  'content-type': 'application/json',
  'content-length': String(body.length),
  'x-api-key': 'sk-ant-api03-benchmark-000000000000',
  'anthropic-version': '2023-06-01',
}
/** µs a request, the fastest round. */
async function measure(root: string): Promise<number> {
  const { readEnvironment } = (await import(join(root, 'src/config/environment.ts'))) as typeof EnvironmentModule
  const { openConfig } = (await import(join(root, 'src/config/open.ts'))) as typeof Open
  const { openPlanes } = (await import(join(root, 'src/app/planes.ts'))) as typeof Planes
  const { makeHome } = (await import(join(root, 'src/app/home.ts'))) as typeof Home
  const home = mkdtempSync(join(tmpdir(), 'relayplane-bench-'))
  const environment = readEnvironment({ HOME: home, RELAYPLANE_HOME: home })
  makeHome(environment.paths)
  const log = openLog('error', (line) => process.stderr.write(`${line}\n`))
  const config = openConfig({ environment, flags: {}, log })
  globalThis.fetch = Object.assign(() => Promise.resolve(reply()), { preconnect: () => undefined })
  const startedMs = Date.now()
  const planes = openPlanes({ environment, config, log, startedMs, apiPort: () => null, isOffline: true })
  const ask = async (): Promise<void> => {
    const request = new Request('http://localhost:4100/v1/messages', { method: 'POST', headers, body })
    const response = await planes.full(request, () => false)
    if (response?.status !== 200) throw new Error(`answered ${response?.status}`)
    await response.arrayBuffer()
  }
  const lane = async (): Promise<void> => {
    for (let i = 0; i < requestsARound / lanes; i++) await ask()
  }
  const times: number[] = []
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    const startedAt = Bun.nanoseconds()
    await Promise.all(Array.from({ length: lanes }, lane))
    times.push((Bun.nanoseconds() - startedAt) / requestsARound / 1000)
  }
  await planes.close()
  config.close()
  rmSync(home, { recursive: true, force: true })
  return Math.min(...times.slice(warmUpRounds))
}

const reply = (): Response =>
  new Response(answer, { headers: { 'content-type': 'application/json', 'content-length': String(answer.length) } })

function measureApart(root: string, isOptimised: boolean): number {
  const { stdout, success, stderr } = Bun.spawnSync([process.execPath, import.meta.path, 'measure', root], {
    env: { ...process.env, ...(isOptimised ? {} : { BUN_JSC_useDFGJIT: '0' }) },
  })
  if (!success) throw new Error(stderr.toString())
  return Number(stdout.toString())
}

if (other === 'measure' && checkout !== undefined) {
  process.stdout.write(`${await measure(checkout)}\n`)
  process.exit(0)
}
for (const root of other === undefined ? [here] : [other, here, other, here]) {
  const [optimised, plain] = [measureApart(root, true), measureApart(root, false)]
  process.stdout.write(`${root}: ${optimised.toFixed(1)} µs a request, ${plain.toFixed(1)} unoptimised\n`)
}
