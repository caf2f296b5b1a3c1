/**
 * Installs the coding agents that docs/clients.md speaks of into a temporary folder, leads each through a streamed turn with a
 * real shell command by the line that the banner prints, against a scripted model behind the compiled file, and prints what
 * was recorded. Needs npm, Node 20 or newer, its registry and about 1.2 GB of room for as long as it runs.
 * Usage: try-clients.ts [--latest] [claude|codex|opencode|gemini …]. Exits with 1 when a client did not get through.
 */
import { Database } from 'bun:sqlite'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { clientLines } from '../src/cli/client-lines.ts'
import { fakeKeys } from '../test/support/fake-keys.ts'
import { tempFolder } from '../test/support/folder.ts'
import { marks, mockModels } from '../test/support/mock-models.ts'
import { freePort, startProcess } from '../test/support/relay.ts'

interface Client {
  /** As the banner names it. */
  readonly name: string
  readonly bin: string
  readonly package: string
  /** The release that docs/clients.md speaks of. */
  readonly version: string
  /** What follows the banner's line: one turn without a terminal, with leave to run commands. */
  readonly turn: string
  readonly agent: string
  readonly variables: Readonly<Record<string, string>>
  /** Written into the fresh home, by path. */
  readonly files?: Readonly<Record<string, string>>
}

const prompt = `'${marks.tool} please'`

const clients: readonly Client[] = [
  {
    name: 'Claude Code',
    bin: 'claude',
    package: '@anthropic-ai/claude-code',
    version: '2.1.197',
    turn: `-p ${prompt} --allowedTools Bash`,
    agent: 'claude-code',
    variables: {
      ANTHROPIC_API_KEY: fakeKeys.anthropic,
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  },
  {
    name: 'Codex',
    bin: 'codex',
    package: '@openai/codex',
    version: '0.169.0',
    turn: `exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox ${prompt}`,
    agent: 'codex',
    variables: { CODEX_API_KEY: fakeKeys.openai },
  },
  {
    name: 'OpenCode',
    bin: 'opencode',
    package: 'opencode-ai',
    version: '1.18.33',
    turn: `run ${prompt}`,
    agent: 'opencode',
    variables: {
      ANTHROPIC_API_KEY: fakeKeys.anthropic,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
    },
  },
  {
    name: 'Gemini CLI',
    bin: 'gemini',
    package: '@google/gemini-cli',
    version: '0.61.0',
    turn: `--skip-trust --yolo -p ${prompt}`,
    agent: 'gemini-cli',
    variables: { GEMINI_API_KEY: fakeKeys.google },
    files: { '.gemini/settings.json': '{"security":{"auth":{"selectedType":"gemini-api-key"}}}' },
  },
]

/** The scripted model's answer to the command's output. */
const proof = 'relay-42'
const installMs = 300_000
const turnMs = 90_000

const paths = (home: string) => `${join(home, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`

interface Ended {
  readonly code: number | null
  readonly text: string
  readonly ms: number
}

/** Groups of processes that are running; a client leaves none behind, whichever way this ends. */
const groups = new Set<number>()
process.on('exit', () => {
  for (const group of groups) endGroup(group)
})

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // All of it has ended by itself.
  }
}

/** Runs a line in a shell with these variables alone; ends it, and what it started, when its time is over. */
async function run(line: string, cwd: string, env: Record<string, string>, timeoutMs: number): Promise<Ended> {
  const startedAt = performance.now()
  const child = Bun.spawn(['sh', '-c', line], {
    cwd,
    env,
    detached: true,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  groups.add(child.pid)
  const timer = setTimeout(() => endGroup(child.pid), timeoutMs)
  const texts = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  await child.exited
  const ms = performance.now() - startedAt
  clearTimeout(timer)
  // What it left running would hold its output open.
  endGroup(child.pid)
  const [out, err] = await texts
  groups.delete(child.pid)
  return { code: child.exitCode, text: out + err, ms }
}

async function install(chosen: readonly Client[], isLatest: boolean): Promise<string> {
  const home = tempFolder()
  const packages = chosen.map((client) => `${client.package}@${isLatest ? 'latest' : client.version}`)
  const environment = { ...process.env, npm_config_update_notifier: 'false' } as Record<string, string>
  const line = `npm install --prefix '${home}' --no-fund --no-audit --loglevel=error ${packages.join(' ')}`
  const { code, text, ms } = await run(line, home, environment, installMs)
  if (code !== 0) throw new Error(`npm could not install them:\n${text}`)
  console.log(`installed ${packages.join(', ')} in ${Math.round(ms / 1000)} s\n`)
  return home
}

interface Row {
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly outcome: string
  readonly model: string | null
  readonly started_ms: number
  readonly input: number | null
  readonly cached: number | null
  readonly output: number | null
  readonly nano_usd: number | null
  readonly cost_status: string
  readonly session: string | null
  readonly source: string | null
  readonly agent: string | null
}

function readRows(home: string): readonly Row[] {
  const database = new Database(join(home, 'relayplane.db'), { readonly: true })
  try {
    return database
      .query<Row, []>(
        `SELECT method, path, status, outcome, routed_model AS model, started_ms, input_tokens AS input,
           cache_read_tokens AS cached, output_tokens AS output, cost_nano_usd AS nano_usd, cost_status,
           session_id AS session, session_source AS source, agent
         FROM requests ORDER BY seq`,
      )
      .all()
  } finally {
    database.close()
  }
}

/** One client on a home and a RelayPlane of its own. @returns Whether it got through. */
async function tryClient(client: Client, binary: string, installed: string, modelUrl: string): Promise<boolean> {
  const [home, clientHome, port, apiPort] = [tempFolder(), tempFolder(), freePort(), freePort()]
  const relay = await startProcess(
    binary,
    {
      HOME: home,
      RELAYPLANE_HOME: home,
      RELAYPLANE_PORT: String(port),
      RELAYPLANE_API_PORT: String(apiPort),
      RELAYPLANE_ANTHROPIC_BASE_URL: modelUrl,
      RELAYPLANE_OPENAI_BASE_URL: modelUrl,
      RELAYPLANE_GOOGLE_BASE_URL: modelUrl,
    },
    [],
  )
  const endRelay = () => void process.kill(relay.pid, 'SIGKILL')
  process.once('exit', endRelay)
  try {
    const folder = join(clientHome, 'project')
    mkdirSync(folder)
    for (const [path, text] of Object.entries(client.files ?? {})) await Bun.write(join(clientHome, path), text)
    const environment = { HOME: clientHome, PATH: paths(installed), TERM: 'dumb', ...client.variables }
    const version = await run(`${client.bin} --version`, folder, environment, turnMs)
    const line = clientLines(`http://localhost:${apiPort}`).find(({ client: name }) => name === client.name)?.line
    const turn = await run(`${line} ${client.turn}`, folder, environment, turnMs)
    const rows = readRows(home)
    report(client, /\d+\.\d+\.\d+/.exec(version.text)?.[0] ?? '?', `${line} ${client.turn}`, turn, rows)
    const isThrough = judge(client, turn, rows)
    if (!isThrough) console.log(`  FAILED; it said:\n${turn.text.slice(-2000)}`)
    return isThrough
  } finally {
    await relay.stop()
    process.off('exit', endRelay)
  }
}

/** The turn's two requests at least are recorded with their cost, the command has run, and its output came back. */
function judge(client: Client, turn: Ended, rows: readonly Row[]): boolean {
  const turns = rows.filter(({ output, cost_status }) => output !== null && cost_status === 'priced')
  const isKnown = rows.every(({ agent, session }) => agent === client.agent && session !== null)
  return (
    turn.code === 0 && turn.text.includes(`The tool said:`) && turn.text.includes(proof) && turns.length > 1 && isKnown
  )
}

function report(client: Client, version: string, line: string, turn: Ended, rows: readonly Row[]): void {
  console.log(`${client.name} ${version}: exit ${turn.code} after ${(turn.ms / 1000).toFixed(1)} s`)
  console.log(`  ${line.replaceAll(/localhost:\d+/g, 'localhost:4801')}`)
  for (const [index, row] of rows.entries()) {
    const after = index === 0 ? '' : `+${row.started_ms - (rows[0]?.started_ms ?? 0)} ms`
    const tokens = row.output === null ? '' : `${row.input} in, ${row.cached} cached, ${row.output} out`
    const cost = row.nano_usd === null ? row.cost_status : `$${(row.nano_usd / 1e9).toFixed(6)}`
    const whose = `${row.agent}, session by ${row.source} (${row.session?.slice(0, 8)}…)`
    const cells = [after, `${row.method} ${row.path}`, row.status, row.model ?? '', tokens, cost, whose]
    console.log(`    ${cells.join(' | ')}`)
  }
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
  const words = process.argv.slice(2)
  const named = words.filter((word) => !word.startsWith('--'))
  const chosen = clients.filter(({ bin }) => named.length === 0 || named.includes(bin))
  const binary = join(import.meta.dir, '../dist/relayplane')
  if (!(await Bun.file(binary).exists())) throw new Error('dist/relayplane is missing: run "bun run build" first')
  const model = mockModels()
  const installed = await install(chosen, words.includes('--latest'))
  const failed: string[] = []
  for (const client of chosen) {
    if (!(await tryClient(client, binary, installed, model.url))) failed.push(client.name)
  }
  await model.stop()
  console.log(failed.length === 0 ? `\nall ${chosen.length} got through` : `\nnot through: ${failed.join(', ')}`)
  process.exit(failed.length === 0 ? 0 : 1)
}
