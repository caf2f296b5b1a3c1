/** `start`: runs the server in the foreground, says where it is and how to use it, drains it on a signal. */
import { raiseConnectionLimit } from '../app/raise-limit.ts'
import type { Environment } from '../config/environment.ts'
import { ConfigError } from '../config/error.ts'
import { type ConfigFlags, judgeOverride } from '../config/layers.ts'
import { openLog } from '../lib/log.ts'
import { clientLines, friendlyUrl } from './client-lines.ts'
import { command, type ExitCode, exitCodes, type Invocation, UsageError } from './command.ts'
import { readEffective } from './config/effective.ts'
import { onStopSignals } from './signals.ts'
import type { Printer } from './print.ts'
import { readProviders } from './providers.ts'

export const start = command({
  description: 'Start the proxy and stay in the foreground; this is what happens without a command.',
  args: {
    port: { type: 'string', valueHint: 'n', description: 'The port for everything (server.port, 4100).' },
    host: { type: 'string', valueHint: 'address', description: 'The address to listen on (server.host, 127.0.0.1).' },
    'api-port': {
      type: 'string',
      valueHint: 'n|off',
      description: 'The port for the LLM API alone (server.apiPort, 4801).',
    },
    insecure: { type: 'boolean', description: 'Allow an address that other machines reach, without a login.' },
    offline: {
      type: 'boolean',
      description: 'Call nobody but providers: what a webhook would get waits.',
    },
    verbose: { type: 'boolean', alias: 'v', description: 'Say everything (log.level debug).' },
    json: { type: 'boolean', description: 'Print the addresses as one line of JSON instead of the banner.' },
  },
  async run(args, invocation) {
    const { environment, print } = invocation
    print.outliveReaders()
    const flags = {
      ...(args.port === undefined ? {} : { port: readPort('--port', args.port) }),
      ...(args.host === undefined ? {} : { host: args.host }),
      ...(args['api-port'] === undefined ? {} : { apiPort: readApiPort(args['api-port']) }),
      ...(args.verbose ? { verbose: true } : {}),
      ...(args.insecure ? { insecure: true } : {}),
      ...(args.offline ? { offline: true } : {}),
    }
    raiseConnectionLimit(environment.variables, process.argv)
    if (!args.json) print.notice('Starting RelayPlane …')
    const log = openLog(levelOf(environment, flags))
    return runUntilStopped(invocation, async () => {
      const { startServer } = await import('../app/serve.ts')
      const running = await startServer({ environment, flags, log })
      const warnings = [...running.warnings, ...(await missingKeys(invocation))]
      if (args.json) print.jsonLine({ addresses: running.addresses, warnings })
      else printBanner(running.addresses, print)
      for (const warning of warnings) print.warn(warning)
      return running
    })
  },
})

const readPort = (flag: string, text: string): number => checked(flag, 'server.port', text, digits(text)) as number

const readApiPort = (text: string): number | null =>
  checked('--api-port', 'server.apiPort', text, text === 'off' ? null : digits(text)) as number | null

const digits = (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text)

/** A wrong flag is a wrong call, whatever the settings say. */
function checked(flag: string, setting: string, text: string, value: unknown): unknown {
  const problem = judgeOverride({ name: flag, setting, value })
  if (problem) throw new UsageError(text === '' ? `${flag} needs a value.` : problem)
  return value
}

function levelOf(environment: Environment, flags: ConfigFlags) {
  if (flags.verbose) return 'debug'
  try {
    return readEffective(environment).config.log.level
  } catch {
    return 'info' // The start itself says what is wrong with the settings.
  }
}

/** Without a key of ours everything works for clients that have one. */
async function missingKeys({ environment, name }: Invocation): Promise<readonly string[]> {
  try {
    const { list } = await readProviders(environment)
    if (list.some(({ kind, key }) => kind !== 'local' && key !== null)) return []
  } catch (fault) {
    // The start has mended the file, or gone on without it, and has said so.
    if (!(fault instanceof ConfigError)) throw fault
  }
  return [`No provider key is configured, so each client must bring its own. "${name} config set-key" stores one.`]
}

interface Addresses {
  readonly full: readonly string[]
  readonly api: readonly string[] | null
}

function printBanner({ full, api }: Addresses, print: Printer): void {
  const main = friendlyUrl(full[0] ?? '')
  const forClients = friendlyUrl(api?.[0] ?? full[0] ?? '')
  print.line()
  print.line(`  ${print.bold('Dashboard')}    ${main}/dashboard/`)
  print.line(`  ${print.bold('LLM API')}      ${forClients}`)
  print.line(`  ${print.dim('Listening')}    ${print.dim([...full, ...(api ?? [])].join('  '))}`)
  print.line()
  print.line('  Point a client here:')
  const lines = clientLines(forClients)
  const width = Math.max(...lines.map(({ client }) => client.length))
  for (const { client, line } of lines) print.line(`    ${client.padEnd(width)}  ${line}`)
  print.line()
}

interface Running {
  readonly closed: Promise<void>
  stop(): Promise<void>
  hurry(): Promise<void>
}

/** Longer than the server itself allows for it. */
const longestStopMs = 75_000
const longestHurryMs = 8000
/** Once all is closed, or was never open. */
const lingerMs = 500

/** Whatever holds the event loop by then: a connection or a look-up that can't be ended must not keep the process. */
const exitAfter = (ms: number, code: ExitCode): void => void setTimeout(() => process.exit(code), ms).unref()

/** The first signal, even one during the start, lets open requests end; the second ends them. */
async function runUntilStopped({ print }: Invocation, begin: () => Promise<Running>): Promise<ExitCode> {
  const { promise: asked, resolve: stop } = Promise.withResolvers<void>()
  let running: Running | null = null
  let code: ExitCode = exitCodes.failed
  let isHurried = false
  const forget = onStopSignals({
    first() {
      print.notice('Stopping: open requests are let to end. Once more ends them at once.')
      exitAfter(longestStopMs, exitCodes.failed)
      stop()
    },
    second() {
      if (running === null) process.exit(exitCodes.failed)
      isHurried = true
      exitAfter(longestHurryMs, exitCodes.failed)
      void running.hurry()
    },
  })
  try {
    running = await begin()
    await Promise.race([asked, running.closed])
    await running.stop()
    if (!isHurried) code = exitCodes.done
    return code
  } finally {
    forget()
    exitAfter(lingerMs, code)
  }
}
