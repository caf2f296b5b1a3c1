/** The configuration as the commands see it: what is in force, where each value comes from, what is wrong. Changes nothing. */
import type { Environment, Override } from '../../config/environment.ts'
import { layerConfig } from '../../config/layers.ts'
import { readJsonFile } from '../../config/load.ts'
import { ConfigError } from '../../config/error.ts'
import { type Config, ConfigSchema, defaultConfig } from '../../config/schema.ts'
import { formatPath, isJsonObject, parsePath, type SettingPath, valueAt } from '../../config/setting-path.ts'
import { suggest } from '../../config/suggest.ts'
import { schemaAt, settingNames } from '../../config/validate.ts'
import { UsageError } from '../command.ts'

export interface Effective {
  readonly config: Config
  /** What the file holds, undefined where there is none. */
  readonly file: unknown
  readonly unknown: readonly string[]
}

/** @throws ConfigError where the file or the environment cannot be used. */
export function readEffective(environment: Environment): Effective {
  const { config: path } = environment.paths
  const held = readJsonFile(path)
  if (held.kind === 'broken') throw new ConfigError(path, [held.problem])
  const file = held.kind === 'value' ? held.value : undefined
  return { ...layerConfig(file, environment), file }
}

export interface Setting {
  readonly name: string
  readonly value: unknown
  /** `default`, `config.json`, or the variable's name. */
  readonly source: string
}

/** Every single setting in force. */
export function listSettings({ config, file }: Effective, environment: Environment): readonly Setting[] {
  return leaves(config).map(([path, value]) => {
    const name = formatPath(path)
    return {
      name,
      value,
      source: overrideOf(name, environment)?.name ?? (isIn(file, path) ? 'config.json' : 'default'),
    }
  })
}

const isIn = (file: unknown, path: SettingPath): boolean => valueAt(file, path) !== undefined

function leaves(value: unknown, at: SettingPath = []): readonly (readonly [SettingPath, unknown])[] {
  if (!isJsonObject(value)) return [[at, value]]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...at, name]))
}

/** The variable that overrules a setting in the file. */
export const overrideOf = (name: string, environment: Environment): Override | undefined =>
  environment.overrides.find(({ setting }) => setting === name)

/** @throws UsageError where no setting has this name. */
export function settingPath(name: string): SettingPath {
  const path = parsePath(name)
  if (path && schemaAt(ConfigSchema, path)) return path
  const names = settingNames(ConfigSchema)
  const near = suggest(name, names) ?? names.find((full) => full.endsWith(`.${name}`))
  throw new UsageError(`There is no setting "${name}".${near ? ` Did you mean ${near}?` : ''}`, 'config')
}

export const defaultOf = (path: SettingPath): unknown => valueAt(defaultConfig, path)
