/** `simulate`: what other settings of routing would have done with the past, with requests of a file, or with one. */
import { readFileSync } from 'node:fs'
import { layerConfig } from '../config/layers.ts'
import { readJsonFile } from '../config/load.ts'
import { isJsonObject, withValueAt } from '../config/setting-path.ts'
import type { Playground } from '../control/simulate-shapes.ts'
import { AppError } from '../neutral/error.ts'
import type { Simulation } from '../neutral/simulation.ts'
import { command, type Invocation, jsonArg, UsageError } from './command.ts'
import { readEffective, settingPath } from './config/effective.ts'
import { readValue } from './config/set.ts'
import { filterQuery, windowArgs } from './filter-args.ts'
import { printPlayground } from './playground-lines.ts'
import { readProviders } from './providers.ts'
import { findServer } from './remote.ts'
import { printSimulation } from './simulate-lines.ts'

export const simulate = command({
  description: 'Show what other settings of routing would have done: with the past, with requests of a file, with one.',
  args: {
    file: {
      type: 'positional',
      required: false,
      description: 'Lines of JSON: requests with their "endpoint" and "body", or what "logs --json" prints.',
    },
    config: { type: 'string', valueHint: 'file', description: 'Take routing from this file instead of the settings.' },
    set: {
      type: 'string',
      valueHint: 'name=value',
      description: 'Try this setting, as routing.mode=auto; may be given several times.',
    },
    ...windowArgs,
    limit: { type: 'string', alias: 'n', valueHint: 'count', description: 'The newest so many; default 100000.' },
    request: {
      type: 'string',
      valueHint: 'file',
      description: 'Decide on this one request by a running server, and say why; it is not sent.',
    },
    endpoint: { type: 'string', valueHint: 'path', description: 'Where that would go; default by its form.' },
    json: jsonArg,
  },
  async run(args, invocation, words) {
    const trial = trialOf(args.config, valuesOf('--set', words), invocation)
    if (args.request !== undefined) {
      const found = await decide(args.request, args.endpoint, trial, invocation)
      return args.json ? invocation.print.json(found) : printPlayground(found, invocation.print)
    }
    const window = filterQuery(args, windowArgs)
    const found =
      args.file === undefined
        ? await ofHistory(window, readLimit(args.limit), trial, invocation)
        : await ofFile(args.file, trial, invocation)
    if (args.json) invocation.print.json(found)
    else printSimulation(found, invocation.print)
  },
})

interface Trial {
  readonly base: 'current' | 'default'
  readonly settings: { readonly routing?: unknown; readonly modelOverrides?: unknown }
}

/** Given again, a flag's last value is all that the parser keeps. */
const valuesOf = (flag: string, words: readonly string[]): readonly string[] =>
  words.flatMap((word, index) =>
    word === flag ? [words[index + 1] ?? ''] : word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : [],
  )

function trialOf(file: string | undefined, sets: readonly string[], { environment }: Invocation): Trial {
  let settings: unknown = file === undefined ? {} : routingIn(file, environment)
  for (const text of sets) {
    const equals = text.indexOf('=')
    const path = settingPath(equals < 0 ? text : text.slice(0, equals))
    if (equals < 0) throw new UsageError(`--set needs name=value, not "${text}".`)
    if (path[0] !== 'routing' && path[0] !== 'modelOverrides') {
      throw new UsageError(`--set tries settings of routing and modelOverrides; ${text.slice(0, equals)} is none.`)
    }
    settings = withValueAt(settings, path, readValue(path, text.slice(equals + 1)))
  }
  return { base: file === undefined ? 'current' : 'default', settings: settings as Trial['settings'] }
}

function routingIn(path: string, environment: Invocation['environment']): Trial['settings'] {
  const held = readJsonFile(path)
  if (held.kind === 'absent') throw new AppError('not-found', `There is no file ${path}.`)
  if (held.kind === 'broken') throw new AppError('invalid-request', `${path} is broken: ${held.problem}.`)
  const { routing, modelOverrides } = layerConfig(held.value, environment).config
  return { routing, modelOverrides }
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const limit = Number(text)
  if (!/^\d+$/.test(text) || limit < 1 || limit > 1_000_000) {
    throw new UsageError(`--limit takes 1 to 1000000, not "${text}".`)
  }
  return limit
}

async function ofHistory(
  window: URLSearchParams,
  limit: number | undefined,
  trial: Trial,
  invocation: Invocation,
): Promise<Simulation> {
  const { environment, name } = invocation
  const server = await findServer(environment)
  if (server !== null) {
    const ask = { ...Object.fromEntries(window), ...(limit === undefined ? {} : { limit }), ...trial }
    return (await server.post('/v1/telemetry/simulate', ask)) as Simulation
  }
  const { simulateRecorded } = await import('../app/offline-simulate.ts')
  const found = await simulateRecorded(environment.paths.database, window, limit, await partsOf(trial, invocation))
  if (found === null) {
    throw new AppError('not-found', `Nothing is recorded in ${environment.paths.home} yet. "${name} start" begins.`)
  }
  return found
}

async function ofFile(path: string, trial: Trial, invocation: Invocation): Promise<Simulation> {
  const { simulateLines } = await import('../app/offline-simulate.ts')
  return simulateLines(readText(path), await partsOf(trial, invocation))
}

async function partsOf(trial: Trial, invocation: Invocation) {
  const { environment, clock, print } = invocation
  const { tryRouting } = await import('../app/offline-simulate.ts')
  return {
    config: tryRouting(readEffective(environment).config, trial),
    catalog: await readProviders(environment),
    home: environment.paths.home,
    clock,
    warn: print.warn,
  }
}

async function decide(
  path: string,
  endpoint: string | undefined,
  trial: Trial,
  { environment, name }: Invocation,
): Promise<Playground> {
  const server = await findServer(environment)
  if (server === null) {
    throw new AppError('unavailable', `--request needs a running server; "${name} start" starts one.`)
  }
  const held = readJsonFile(path)
  if (held.kind !== 'value') {
    throw new AppError('invalid-request', held.kind === 'absent' ? `There is no file ${path}.` : `${path} is no JSON.`)
  }
  const request = isJsonObject(held.value) && isJsonObject(held.value['body']) ? held.value : { body: held.value }
  const { headers, home, body, endpoint: own } = request as Readonly<Record<string, unknown>>
  const ask = { headers, home, body, endpoint: endpoint ?? own ?? endpointFor(body), ...trial }
  return (await server.post('/v1/telemetry/playground', ask)) as Playground
}

/** By the field that only one API has. */
function endpointFor(body: unknown): string {
  if (!isJsonObject(body)) return '/v1/messages'
  if ('input' in body) return '/v1/responses'
  if ('contents' in body) throw new UsageError("Gemini's model is in the path: name it with --endpoint.")
  return 'system' in body || 'max_tokens' in body ? '/v1/messages' : '/v1/chat/completions'
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new AppError('not-found', `There is no file ${path} that can be read.`)
  }
}
