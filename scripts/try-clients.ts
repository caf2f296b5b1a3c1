/**
 * Installs the coding agents that docs/clients.md speaks of into a temporary folder and leads each through a conversation of
 * three streamed turns with real shell commands: on its own vendor's model by the line that the banner prints, and on other
 * vendors' models. A scripted model stands behind it, which signs its thoughts and refuses to go on without them. Claude Code is also
 * tried with routing on, before a model that counts what is read from its cache. Needs npm,
 * Node 20 or newer, its registry and about 1.3 GB of room for as long as it runs.
 * Usage: try-clients.ts [--all] [--latest] [--program=<file>] [--in=<folder>] [claude|codex|opencode|gemini …]. `--all` tries every
 * client on every vendor, `--program` another than dist/relayplane (src/main.ts does), `--in` what npm has installed there.
 * Exits with 1 when a client did not get through.
 */
import { join, resolve } from 'node:path'
import { tempFolder } from '../test/support/folder.ts'
import { clients, type Client } from './try-clients/clients.ts'
import { tryDiscovery } from './try-clients/discovery.ts'
import { tryRouting } from './try-clients/routing.ts'
import { run } from './try-clients/processes.ts'
import { showTrial } from './try-clients/show.ts'
import { faultsIn, tryClient } from './try-clients/trial.ts'
import { vendorIds, type VendorId } from './try-clients/vendors.ts'

const installMs = 300_000

async function install(chosen: readonly Client[], isLatest: boolean): Promise<string> {
  const home = tempFolder()
  const packages = new Set(chosen.map((client) => `${client.package}@${isLatest ? 'latest' : client.version}`))
  const environment = { ...process.env, npm_config_update_notifier: 'false' } as Record<string, string>
  const line = `npm install --prefix '${home}' --no-fund --no-audit --loglevel=error ${[...packages].join(' ')}`
  const { code, text, ms } = await run(line, home, environment, installMs)
  if (code !== 0) throw new Error(`npm could not install them:\n${text}`)
  console.log(`installed ${[...packages].join(', ')} in ${Math.round(ms / 1000)} s\n`)
  return home
}

async function programToTry(named: string | undefined): Promise<string> {
  const program = named === undefined ? join(import.meta.dir, '../dist/relayplane') : resolve(named)
  if (!(await Bun.file(program).exists())) throw new Error(`${program} is missing: run "bun run build" first`)
  return program
}

const vendorsFor = (client: Client, isAll: boolean): readonly VendorId[] =>
  isAll ? vendorIds : [client.own, ...client.others]

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
const words = process.argv.slice(2)
const named = words.filter((word) => !word.startsWith('--'))
const chosen = clients.filter(({ bin }) => named.length === 0 || named.includes(bin))
const valueOf = (flag: string) => words.find((word) => word.startsWith(flag))?.slice(flag.length)
const program = await programToTry(valueOf('--program='))
const installed = valueOf('--in=') ?? (await install(chosen, words.includes('--latest')))
const path = `${join(installed, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
const failed: string[] = []
let tried = 0
for (const client of chosen) {
  for (const vendor of vendorsFor(client, words.includes('--all'))) {
    const trial = await tryClient(client, vendor, program, path)
    showTrial(trial)
    tried++
    if (faultsIn(trial).length > 0) failed.push(`${client.name} on ${vendor}`)
  }
}
if (chosen.some(({ bin }) => bin === 'claude') && !(await tryDiscovery(program, path)))
  failed.push('discovery of models')
if (chosen.some(({ bin }) => bin === 'claude') && !(await tryRouting(program, path))) failed.push('routing')
console.log(failed.length === 0 ? `all ${tried} got through` : `not through: ${failed.join(', ')}`)
process.exit(failed.length === 0 ? 0 : 1)
