/**
 * A running RelayPlane for tests over real HTTP: in this process, or the compiled file where RELAYPLANE_TEST_BINARY names it,
 * so that the same tests hold for both.
 */
import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startServer } from '../../src/app/serve.ts'
import { readEnvironment } from '../../src/config/environment.ts'
import { openLog } from '../../src/lib/log.ts'
import { keepTrack } from './children.ts'
import { tempFolder } from './folder.ts'

export interface Relay {
  /** `http://127.0.0.1:<port>`: everything. */
  readonly url: string
  /** The LLM API alone. */
  readonly apiUrl: string
  readonly port: number
  readonly home: string
  readonly pid: number
  /** All lines it wrote to standard error. */
  readonly log: () => string
  /** Rows of a query on its database. */
  rows<T = Record<string, unknown>>(sql: string, ...params: (string | number)[]): T[]
  /** The newest request row; waits for it when `count` rows are not there yet. */
  lastRow(): Record<string, unknown>
  /** Resolves when `ask` is true; fails the test after five seconds. */
  until(what: string, ask: () => boolean): Promise<void>
  stop(): Promise<void>
  /** Compiled only: ends it at once. */
  kill(signal: NodeJS.Signals): Promise<void>
}

export interface RelayOptions {
  /** Base URLs by provider: set as RELAYPLANE_<NAME>_BASE_URL. */
  readonly providers?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
  /** Written as config.json. */
  readonly config?: unknown
  readonly home?: string
  readonly args?: readonly string[]
  /** In a process of its own, so that it can be killed and weighed: the compiled file where there is one, else the source. */
  readonly apart?: boolean
}

export const binaryUnderTest: string | null = process.env['RELAYPLANE_TEST_BINARY'] ?? null

const built = process.env['RELAYPLANE_BINARY'] ?? ''

/** What a process of its own runs. */
export const program: string =
  binaryUnderTest ?? (existsSync(built) ? built : join(import.meta.dir, '../../src/main.ts'))

export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  const home = options.home ?? tempFolder()
  if (options.config !== undefined) await Bun.write(join(home, 'config.json'), JSON.stringify(options.config))
  const [port, apiPort] = [freePort(), freePort()]
  const variables: Record<string, string> = {
    HOME: home,
    PATH: process.env['PATH'] ?? '',
    RELAYPLANE_HOME: home,
    // From source, Bun would keep what it has transpiled in the home, which is small in a test of full disks.
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: '0',
    RELAYPLANE_PORT: String(port),
    RELAYPLANE_API_PORT: String(apiPort),
    ...Object.fromEntries(
      Object.entries(options.providers ?? {}).map(([name, url]) => [
        `RELAYPLANE_${name.toUpperCase().replaceAll('-', '_')}_BASE_URL`,
        url,
      ]),
    ),
    ...options.variables,
  }
  const isHere = binaryUnderTest === null && options.apart !== true
  const started = isHere ? await startHere(variables) : await startProcess(program, variables, options.args ?? [])
  const open = () => new Database(join(home, 'relayplane.db'), { readonly: true })
  const relay: Relay = {
    url: `http://127.0.0.1:${port}`,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    port,
    home,
    ...started,
    rows<T>(sql: string, ...params: (string | number)[]) {
      const database = open()
      try {
        return database.query<T, (string | number)[]>(sql).all(...params)
      } finally {
        database.close()
      }
    },
    lastRow: () => relay.rows('SELECT * FROM requests ORDER BY seq DESC LIMIT 1')[0] ?? {},
    until,
  }
  return relay
}

async function until(what: string, ask: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 5000
  while (!ask()) {
    if (performance.now() > giveUpAt) throw new Error(`never happened within 5 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

type Started = Pick<Relay, 'pid' | 'log' | 'stop' | 'kill'>

async function startHere(variables: Record<string, string>): Promise<Started> {
  const lines: string[] = []
  const log = openLog('info', (line) => lines.push(line))
  const running = await startServer({ environment: readEnvironment(variables), flags: {}, log })
  return {
    pid: process.pid,
    log: () => lines.join('\n'),
    stop: () => running.stop(),
    kill: () => Promise.reject(new Error('only the compiled file can be killed')),
  }
}

/** @param file The compiled file, or a script for `bun`. */
export async function startProcess(
  file: string,
  variables: Record<string, string>,
  args: readonly string[],
): Promise<Started> {
  const command = file.endsWith('.ts') ? [process.execPath, file] : [file]
  const child = Bun.spawn([...command, 'start', '--json', ...args], {
    env: variables,
    stdout: 'pipe',
    stderr: 'pipe',
    stdin: 'ignore',
  })
  keepTrack(child)
  let text = ''
  const reading = (async () => {
    for await (const chunk of child.stderr) text += new TextDecoder().decode(chunk)
  })()
  const first = await child.stdout.getReader().read()
  if (first.done) {
    await reading
    throw new Error(`it did not start (exit ${await child.exited}): ${text}`)
  }
  return {
    pid: child.pid,
    log: () => text,
    async stop() {
      child.kill('SIGTERM')
      await child.exited
    },
    async kill(signal) {
      child.kill(signal)
      await child.exited
    },
  }
}

/** A port nobody listens on just now. */
export function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  const { port } = server
  server.stop(true)
  return port
}
