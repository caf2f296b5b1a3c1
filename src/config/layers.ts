/** One configuration out of its layers: flag before environment before config file before default. */
import type { Environment, Override } from './environment.ts'
import { ConfigError } from './error.ts'
import { merge } from './merge.ts'
import { type Config, ConfigSchema, deepFreeze, defaultConfig } from './schema.ts'
import { parsePath, withValueAt } from './setting-path.ts'
import { judge, schemaAt, validate } from './validate.ts'

/** What the command line may set. */
export interface ConfigFlags {
  readonly port?: number
  readonly host?: string
  readonly apiPort?: number | null
  /** The same as `log.level` `debug`. */
  readonly verbose?: boolean
}

export interface Layered {
  readonly config: Config
  /** Names in the file that no setting has. */
  readonly unknown: readonly string[]
}

/**
 * @param file What the config file holds, undefined where there is none.
 * @throws ConfigError with every fault of every layer.
 */
export function layerConfig(file: unknown, environment: Environment, flags: ConfigFlags = {}): Layered {
  const verdict = validate(ConfigSchema, merge(defaultConfig, file))
  const overrides = [...environment.overrides, ...flagOverrides(flags)]
  const problems = [...verdict.errors]
  let value = verdict.value
  for (const override of overrides) {
    const problem = judgeOverride(override)
    if (problem) problems.push(problem)
    else value = withValueAt(value, parsePath(override.setting) ?? [], override.value)
  }
  if (problems.length > 0) throw new ConfigError(`The configuration (${environment.paths.config})`, problems)
  return { config: deepFreeze(value as Config), unknown: verdict.unknown }
}

export function judgeOverride({ name, setting, value }: Override): string | undefined {
  const path = parsePath(setting) ?? []
  const schema = schemaAt(ConfigSchema, path)
  const problem = schema && judge(schema, path, value)
  return problem && `${name}: ${problem}`
}

const flagOverrides = (flags: ConfigFlags): readonly Override[] => [
  ...(flags.port === undefined ? [] : [{ name: '--port', setting: 'server.port', value: flags.port }]),
  ...(flags.host === undefined ? [] : [{ name: '--host', setting: 'server.host', value: flags.host }]),
  ...(flags.apiPort === undefined ? [] : [{ name: '--api-port', setting: 'server.apiPort', value: flags.apiPort }]),
  ...(flags.verbose ? [{ name: '--verbose', setting: 'log.level', value: 'debug' }] : []),
]
