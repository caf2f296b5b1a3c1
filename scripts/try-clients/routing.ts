/**
 * Whether routing costs an agent its prompt cache: the same work by Claude Code and a helper of its own, passed through and routed,
 * before a model that counts what it reads from its cache.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../../test/support/folder.ts'
import { freePort, startProcess } from '../../test/support/relay.ts'
import { cachingModel, lead, type Read } from './caching-model.ts'
import { clients } from './clients.ts'
import { run } from './processes.ts'
import { turnMs } from './trial.ts'
import { proxyVariables, vendors } from './vendors.ts'

const auto = {
  mode: 'auto',
  complexity: { simple: 'claude-haiku-4-5', moderate: 'claude-sonnet-4-6', complex: 'claude-opus-4-6' },
}

/** Changes its mind between the two prompts, for a model of the same price: nothing to be saved, and a cache to be lost. */
const wavering = {
  rules: [
    { when: { agent: ['claude-code'], tags: { prompt: '1' } }, use: 'claude-sonnet-4-5' },
    { when: { agent: ['claude-code'], tags: { prompt: '2' } }, use: 'claude-sonnet-4-6' },
  ],
}

interface Worked {
  readonly reads: readonly Read[]
  readonly isDone: boolean
  readonly text: string
}

async function work(routing: object, program: string, path: string): Promise<Worked> {
  const claude = clients.find(({ bin }) => bin === 'claude')
  if (claude === undefined) throw new Error('there is no Claude Code among the clients')
  const [home, clientHome, port, apiPort] = [tempFolder(), tempFolder(), freePort(), freePort()]
  const model = cachingModel()
  await Bun.write(join(home, 'config.json'), JSON.stringify({ routing }))
  const ports = { RELAYPLANE_PORT: String(port), RELAYPLANE_API_PORT: String(apiPort) }
  const places = { HOME: home, RELAYPLANE_HOME: home, PATH: path }
  const relay = await startProcess(program, { ...places, ...ports, ...proxyVariables(model.url) }, [])
  const endRelay = () => void process.kill(relay.pid, 'SIGKILL')
  process.once('exit', endRelay)
  try {
    const folder = join(clientHome, 'project')
    mkdirSync(folder)
    const environment = { HOME: clientHome, PATH: path, TERM: 'dumb', ...claude.variables }
    // Left to itself it takes a conversation up again with the model that the last answer named.
    const start = `${claude.start(`http://127.0.0.1:${apiPort}`, null)} --model ${vendors.anthropic.model}`
    const texts: string[] = []
    let isDone = true
    for (const prompt of [1, 2]) {
      const line = `${start} ${claude.turn(`'${lead}, please'`, prompt === 2)},Agent,Task`
      const tagged = { ...environment, ANTHROPIC_CUSTOM_HEADERS: `X-RelayPlane-Tags: prompt=${prompt}` }
      const { code, text } = await run(line, folder, tagged, turnMs)
      texts.push(text)
      isDone &&= code === 0
    }
    return { reads: [...model.reads], isDone, text: texts.join('\n') }
  } finally {
    await relay.stop()
    process.off('exit', endRelay)
    await model.stop()
  }
}

interface Sum {
  readonly requests: number
  readonly models: readonly string[]
  readonly prompt: number
  readonly read: number
}

function sumOf(reads: readonly Read[], who: Read['who']): Sum {
  const own = reads.filter((one) => one.who === who)
  const add = (key: 'promptTokens' | 'readTokens') => own.reduce((total, one) => total + one[key], 0)
  return {
    requests: own.length,
    models: [...new Set(own.map(({ model }) => model))],
    prompt: add('promptTokens'),
    read: add('readTokens'),
  }
}

/** Folders and times in the prompts differ by a few characters from one run to the next. */
const tolerance = 0.01

/** @returns Whether nothing of the cache was lost where conversations stay; and something where they do not, for it to say anything. */
export async function tryRouting(program: string, path: string): Promise<boolean> {
  const through = await work({}, program, path)
  const ways = [
    { name: 'routed by mode auto', routing: auto, mayLose: false },
    { name: 'routed by a rule that wavers', routing: wavering, mayLose: false },
    { name: 'the same, not sticky', routing: { ...wavering, sticky: false }, mayLose: true },
  ]
  console.log('Claude Code with a helper of its own, by what it reads from its cache')
  show('passed through', through)
  let isWell = through.isDone && sumOf(through.reads, 'helper').requests >= 3
  for (const { name, routing, mayLose } of ways) {
    const worked = await work(routing, program, path)
    show(name, worked)
    isWell &&= worked.isDone && hasLost(through, worked) === mayLose
    if (!worked.isDone) console.log(worked.text.slice(-1500))
  }
  console.log(isWell ? '  as it should be\n' : '  FAILED\n')
  return isWell
}

function hasLost(through: Worked, worked: Worked): boolean {
  return (['main', 'helper'] as const).some((who) => {
    const [before, after] = [sumOf(through.reads, who), sumOf(worked.reads, who)]
    return shareOf(after) < shareOf(before) - tolerance
  })
}

const shareOf = ({ read, prompt }: Sum): number => (prompt === 0 ? 0 : read / prompt)

function show(name: string, { reads }: Worked): void {
  for (const who of ['main', 'helper'] as const) {
    const sum = sumOf(reads, who)
    const percent = (100 * shareOf(sum)).toFixed(1)
    const what = `${sum.prompt} tokens, ${sum.read} of them from the cache (${percent} %)`
    console.log(`  ${name}, ${who}: ${sum.requests} requests to ${sum.models.join(', ')}, ${what}`)
  }
}
