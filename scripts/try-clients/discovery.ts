/** Whether clients find the models that can be asked for here by themselves. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { clients } from './clients.ts'
import { run } from './processes.ts'
import { typed } from './show.ts'
import { tryClient, turnMs, versionIn, type Stage } from './trial.ts'

/** Claude Code asks for the list when it is told to, and keeps it for `/model`. @returns Whether it did. */
export async function tryDiscovery(program: string, path: string): Promise<boolean> {
  const claude = clients.find(({ bin }) => bin === 'claude')
  if (claude === undefined) return false
  const trial = await tryClient(claude, 'openai', program, path, ask)
  const kept = await keptModels(trial.folder)
  console.log(`${claude.name} ${trial.version} told to discover models`)
  console.log(`  $ ${typed(trial.lines[0] ?? '')}`)
  console.log(`  over the wire: ${[...trial.requests.keys()].join(', ')}`)
  const others = kept.filter((id) => !id.startsWith('claude')).length
  console.log(`  kept ${kept.length} models, ${others} of them with names that do not begin with "claude"\n`)
  return trial.requests.has('GET /v1/models') && kept.length > 0
}

async function ask({ client, vendor, url, folder, environment }: Stage) {
  const line = `CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1 ${client.start(url, vendor)} -p hello`
  const version = await run(`${client.bin} --version`, folder, environment, turnMs)
  return { lines: [line], turns: [await run(line, folder, environment, turnMs)], version: versionIn(version.text) }
}

async function keptModels(home: string): Promise<readonly string[]> {
  const cache = join(home, '.claude/cache')
  if (!readdirSync(join(home, '.claude')).includes('cache')) return []
  const file = Bun.file(join(cache, 'gateway-models.json'))
  if (!(await file.exists())) return []
  const { models } = (await file.json()) as { readonly models?: readonly { readonly id: string }[] }
  return models?.map(({ id }) => id) ?? []
}
