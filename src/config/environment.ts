/** The one reader of the environment. Hands out plain frozen values; nothing else looks at `process.env`. */
import { type Paths, pathsIn } from './paths.ts'
import { deepFreeze } from './schema.ts'

/** A setting given by a variable. */
export interface Override {
  /** `RELAYPLANE_PORT` */
  readonly name: string
  /** `server.port` */
  readonly setting: string
  /** As a setting would hold it; not judged yet. */
  readonly value: unknown
}

export interface Environment {
  /** A copy of all variables, for provider keys and base URLs. */
  readonly variables: Readonly<Record<string, string>>
  readonly paths: Paths
  readonly overrides: readonly Override[]
}

const word = (text: string): unknown => text
const lowerCase = (text: string): unknown => text.toLowerCase()
const number = (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text)
const numberOrOff = (text: string): unknown => (text.toLowerCase() === 'off' ? null : number(text))
const list = (text: string): unknown => text.split(',').flatMap((item) => item.trim() || [])

/** Variables that stand for a setting: they win over the config file and give way to flags. */
export const settingVariables = [
  { name: 'RELAYPLANE_PORT', setting: 'server.port', read: number, form: 'a number' },
  { name: 'RELAYPLANE_HOST', setting: 'server.host', read: word, form: 'an address' },
  { name: 'RELAYPLANE_API_PORT', setting: 'server.apiPort', read: numberOrOff, form: 'a number, or `off`' },
  { name: 'RELAYPLANE_ALLOWED_HOSTS', setting: 'server.allowedHosts', read: list, form: 'names separated by commas' },
  { name: 'RELAYPLANE_LOG_LEVEL', setting: 'log.level', read: lowerCase, form: 'a level' },
] as const

/** Variables that are no setting. `<NAME>` is a provider's name in upper case, with `_` for each `-` and `.`. */
export const otherVariables = [
  { name: 'RELAYPLANE_HOME', meaning: 'The directory of all files of RelayPlane; `~/.relayplane` unless set.' },
  { name: 'RELAYPLANE_CONFIG_PATH', meaning: 'The config file alone; `config.json` in that directory unless set.' },
  {
    name: 'RELAYPLANE_<NAME>_BASE_URL',
    meaning: 'Where the provider of that name is, before `providers.<name>.baseUrl`.',
  },
  { name: 'NO_COLOR', meaning: 'Anything but the empty string: no colours.' },
] as const

/** Empty variables count as unset. */
export function readEnvironment(source: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const set = Object.entries(source).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const variables: Record<string, string> = Object.assign(Object.create(null), Object.fromEntries(set))
  const overrides = settingVariables.flatMap(({ name, setting, read }) => {
    const text = variables[name]
    return text === undefined ? [] : [{ name, setting, value: read(text.trim()) }]
  })
  return deepFreeze({ variables, paths: pathsIn(variables), overrides })
}

/** A proxy for the world outside is no way to this machine; fetch reads the variable at each call. */
export function reachDirectly(host: string): void {
  const hosts = [process.env['NO_PROXY'], host].filter(Boolean).join(',')
  process.env['NO_PROXY'] = hosts
}
