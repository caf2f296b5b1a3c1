/** What the browser test needs around it: a browser, a provider with known answers, and the real server as a process. */
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from '../support/folder.ts'
import { json, scriptedProvider, sse, type ScriptedProvider } from '../support/provider.ts'

const root = join(import.meta.dir, '../..')

/** Debian's chromium, or the one that RELAYPLANE_CHROMIUM names; null where there is none. */
export function findChromium(): string | null {
  const named = process.env['RELAYPLANE_CHROMIUM']
  if (named) return named
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  return names.map((name) => Bun.which(name)).find((path) => path !== null) ?? null
}

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launch = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, args: quiet })

/** Everything that the browser complains about: errors, warnings, and what the Content-Security-Policy kept out. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (fault) => complaints.push(fault.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  return complaints
}

const sonnet = {
  input_tokens: 1_200,
  cache_creation_input_tokens: 300,
  cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 0 },
  cache_read_input_tokens: 5_000,
  output_tokens: 250,
}
const frame = (type: string, fields: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`

const haikuStream = [
  frame('message_start', {
    message: {
      id: 'msg_2',
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [],
      usage: { input_tokens: 100, output_tokens: 1 },
    },
  }),
  frame('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  frame('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello' } }),
  frame('content_block_stop', { index: 0 }),
  frame('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 40 } }),
  frame('message_stop', {}),
]

/** Answers as Anthropic does: Sonnet whole, Haiku as a stream, Opus with an overload. */
export const provider = (): ScriptedProvider =>
  scriptedProvider(({ text }) => {
    if (text.includes('claude-haiku-4-5')) return sse(haikuStream, { 'request-id': 'req_haiku' })
    if (text.includes('claude-opus-4-5')) {
      return json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, { status: 529 })
    }
    return json(
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [{ type: 'text', text: 'Hello' }],
        stop_reason: 'end_turn',
        usage: sonnet,
      },
      { headers: { 'request-id': 'req_sonnet' } },
    )
  })

function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = server
  void server.stop(true)
  if (port === undefined) throw new Error('No port is free.')
  return port
}

export interface RunningServer {
  readonly origin: string
  stop(): Promise<void>
  /** The same server on the same port and files. */
  start(): Promise<void>
}

/** A server that has these requests on record, and no provider behind it. */
export function startOver(records: readonly RequestRecord[], home = tempFolder()): Promise<RunningServer> {
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1_000 })
  database.transaction(() => records.forEach(prepareRequestInsert(database)))()
  database.close()
  return startServer(home, 'http://127.0.0.1:9')
}

/** Starts the compiled file where RELAYPLANE_BINARY names one, else the source. */
export async function startServer(home: string, anthropicUrl: string): Promise<RunningServer> {
  const port = freePort()
  const origin = `http://127.0.0.1:${port}`
  const binary = process.env['RELAYPLANE_BINARY']
  const command = binary ? [binary, 'start'] : [process.execPath, join(root, 'src/main.ts'), 'start']
  let child: Bun.Subprocess<'ignore', 'ignore', 'pipe'> | undefined
  const start = async () => {
    const started = Bun.spawn(command, {
      cwd: home,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        RELAYPLANE_HOME: home,
        RELAYPLANE_PORT: String(port),
        RELAYPLANE_API_PORT: String(freePort()),
        RELAYPLANE_ANTHROPIC_BASE_URL: anthropicUrl,
      },
    })
    child = started
    await answers(origin, started).catch((fault: unknown) => {
      started.kill('SIGKILL')
      throw fault
    })
  }
  await start()
  return {
    origin,
    start,
    async stop() {
      child?.kill()
      await child?.exited
    },
  }
}

const readyWithinMs = 60_000

async function answers(origin: string, child: Bun.Subprocess<'ignore', 'ignore', 'pipe'>): Promise<void> {
  const deadline = performance.now() + readyWithinMs
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The server ended: ${await new Response(child.stderr).text()}`)
    const isReady = await fetch(`${origin}/health`).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return
    // A process that is starting has no event to wait for.
    await Bun.sleep(25)
  }
  throw new Error('The server was not ready in time.')
}

const fakeKey = 'sk-ant-api03-fakefakefakefakefakefakefake'
const fakePlanToken = 'sk-ant-oat01-fakefakefakefakefakefakefake'

/** One request through the server, its answer read to the end. */
export async function send(
  origin: string,
  model: string,
  how: { agent: string; session: string; plan?: boolean },
): Promise<number> {
  const credential: Record<string, string> = how.plan
    ? { authorization: `Bearer ${fakePlanToken}` }
    : { 'x-api-key': fakeKey }
  const response = await fetch(`${origin}/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-relayplane-agent': how.agent,
      'x-relayplane-session': how.session,
      ...credential,
    },
    body: JSON.stringify({
      model,
      max_tokens: 500,
      stream: model.includes('haiku'),
      messages: [{ role: 'user', content: 'Hello' }],
    }),
  })
  await response.arrayBuffer()
  return response.status
}
