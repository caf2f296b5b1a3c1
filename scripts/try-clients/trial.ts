/** One client on one vendor's model: a conversation of three turns, each with a shell command, on a home and a proxy of its own. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../../test/support/folder.ts'
import type { Ask } from '../../test/support/mock-dialects/turn.ts'
import { askOf, marks, mockModels } from '../../test/support/mock-models.ts'
import { freePort, startProcess } from '../../test/support/relay.ts'
import { urlMark, type Client } from './clients.ts'
import { run, type Ended } from './processes.ts'
import { readRows, type Row } from './rows.ts'
import { proxyConfig, proxyVariables, vendors, type Vendor, type VendorId } from './vendors.ts'
import { openWiretap } from './wiretap.ts'

/** What its shell command prints: it stands nowhere in the conversation before it has run. */
const proof = 'relay-42'
const prompts = ['please', 'again', 'once more'].map((word) => `'${marks.tool} ${word}, ${marks.sign}'`)
export const turnMs = 90_000

/** Where things are for one client. */
export interface Stage {
  readonly client: Client
  /** Of its own vendor's default where null. */
  readonly vendor: Vendor | null
  readonly url: string
  readonly folder: string
  readonly environment: Record<string, string>
}

export interface Trial {
  readonly client: Client
  readonly vendor: VendorId
  readonly version: string
  readonly lines: readonly string[]
  readonly turns: readonly Ended[]
  readonly rows: readonly Row[]
  /** What the model was asked, in its own dialect. */
  readonly asks: readonly { readonly target: string; readonly ask: Ask }[]
  readonly sockets: number
  readonly requests: ReadonlyMap<string, number>
  /** Files that tell about discovery and the like. */
  readonly folder: string
}

/** @param program The compiled file, or a script for `bun`. @param path For programs, with the client's before all. */
export async function tryClient(
  client: Client,
  vendorId: VendorId,
  program: string,
  path: string,
  talk: (stage: Stage) => Promise<Pick<Trial, 'lines' | 'turns' | 'version'>> = converse,
): Promise<Trial> {
  const [home, clientHome, port, apiPort] = [tempFolder(), tempFolder(), freePort(), freePort()]
  const model = mockModels()
  await Bun.write(join(home, 'config.json'), JSON.stringify(proxyConfig(model.url)))
  const places = { HOME: home, RELAYPLANE_HOME: home, PATH: path }
  const ports = { RELAYPLANE_PORT: String(port), RELAYPLANE_API_PORT: String(apiPort) }
  const relay = await startProcess(program, { ...places, ...ports, ...proxyVariables(model.url) }, [])
  const endRelay = () => void process.kill(relay.pid, 'SIGKILL')
  process.once('exit', endRelay)
  const tap = await openWiretap(apiPort)
  const vendor = vendorId === client.own ? null : vendors[vendorId]
  try {
    const folder = join(clientHome, 'project')
    mkdirSync(folder)
    for (const [name, text] of Object.entries(client.files(vendor))) {
      await Bun.write(join(clientHome, name), text.replaceAll(urlMark, tap.url))
    }
    const environment = { HOME: clientHome, PATH: path, TERM: 'dumb', ...client.variables }
    const talked = await talk({ client, vendor, url: tap.url, folder, environment })
    const asks = model.seen.flatMap((seen) => {
      const ask = askOf(seen)
      return ask === null ? [] : [{ target: seen.target, ask }]
    })
    const wire = { sockets: tap.sockets(), requests: tap.requests() }
    return { client, vendor: vendorId, ...talked, rows: readRows(home), asks, ...wire, folder: clientHome }
  } finally {
    tap.stop()
    await relay.stop()
    process.off('exit', endRelay)
    await model.stop()
  }
}

async function converse({ client, vendor, url, folder, environment }: Stage) {
  const version = await run(`${client.bin} --version`, folder, environment, turnMs)
  const start = client.start(url, vendor)
  const lines = prompts.map((prompt, index) => `${start} ${client.turn(prompt, index > 0)}`)
  const turns: Ended[] = []
  for (const line of lines) {
    const turn = await run(line, folder, environment, turnMs)
    turns.push(turn)
    if (turn.code !== 0) break
  }
  return { lines, turns, version: versionIn(version.text) }
}

export const versionIn = (text: string): string => /\d+\.\d+\.\d+/.exec(text)?.[0] ?? '?'

/** What is wrong with it, in words; empty where the client got through. */
export function faultsIn(trial: Trial): readonly string[] {
  const { client, vendor, turns, rows, asks, sockets } = trial
  const isForeign = vendor !== client.own
  const answers = rows.filter(({ method }) => method === 'POST')
  const ofVendor = answers.filter(({ provider }) => provider === vendor)
  const signing = asks.filter(({ ask }) => ask.wantsThoughts && ask.tools.length > 0)
  const claims: readonly (readonly [isSo: boolean, fault: string])[] = [
    [turns.length === prompts.length && turns.every(({ code }) => code === 0), 'a turn ended with an error'],
    [turns.every(({ text }) => text.includes('The tool said:')), 'the last answer of a turn did not arrive'],
    [turns.every(({ text }) => text.includes(proof)), "the command's output did not come back"],
    [ofVendor.length >= 2 * prompts.length, `fewer than ${2 * prompts.length} rows of ${vendor}`],
    [answers.every(({ outcome }) => outcome === 'complete'), 'a row that is not complete'],
    [answers.every(({ output }) => output !== null), 'a row without tokens'],
    [
      answers.every(({ provider, cost_status: cost }) => cost === (provider === 'lab' ? 'unpriced' : 'priced')),
      'a price',
    ],
    [answers.every(({ agent, session }) => agent === client.agent && session !== null), 'an unknown agent or session'],
    [!isForeign || signing.length > 0, 'the model was never asked to think'],
    [asks.every(({ ask }) => ask.thoughts.complaint === null), 'the model refused a signature'],
    [
      signing.every(({ ask }) => ask.toolResult === null || ask.thoughts.intact > 0),
      'a turn went on without its signature',
    ],
    [client.usesSocket === sockets > 0, client.usesSocket ? 'no WebSocket was used' : 'a WebSocket was used'],
  ]
  return claims.flatMap(([isSo, fault]) => (isSo ? [] : [fault]))
}
