/** The configuration as a living thing: one frozen value in force, replaced as a whole when its files change for the better. */
import type { Log } from '../lib/log.ts'
import { type Credentials, readCredentials, remarksOnKeys } from './credentials.ts'
import type { Environment } from './environment.ts'
import { ConfigError } from './error.ts'
import { type ConfigFlags, layerConfig } from './layers.ts'
import { loadConfigFile, readJsonFile } from './load.ts'
import { changedPaths } from './merge.ts'
import type { Config } from './schema.ts'
import { systemTimer, type Timer, watchFiles } from './watch.ts'

export interface ConfigChange {
  readonly config: Config
  readonly credentials: Credentials
  /** Names of the settings that differ, sorted; a key is `credentials.<provider>`. */
  readonly changed: readonly string[]
  /** Those of them that only a restart brings into force. */
  readonly needRestart: readonly string[]
}

export interface OpenConfig {
  current(): Config
  credentials(): Credentials
  /** @returns Ends the subscription. */
  subscribe(listener: (change: ConfigChange) => void): () => void
  /** Reads the files now, after a change that is to hold at once. */
  reload(): void
  close(): void
}

export interface OpenConfigOptions {
  readonly environment: Environment
  readonly flags?: ConfigFlags
  readonly log: Log
  readonly timer?: Timer
}

/** Settings that are read once, at the start. */
export const readOnce: readonly string[] = ['server.port', 'server.host', 'server.apiPort', 'log.level']
const isReadOnce = (name: string): boolean => readOnce.includes(name)

/**
 * Reads the configuration and watches its files.
 * @throws ConfigError with all reasons where it cannot be used; nothing is in force then.
 */
export function openConfig({ environment, flags = {}, log, timer = systemTimer }: OpenConfigOptions): OpenConfig {
  const { paths } = environment
  const read = (file: unknown, before: Credentials | null) => {
    const { config, unknown } = layerConfig(file, environment, flags)
    for (const remark of [...unknown, ...remarksOnKeys(config, environment)]) log.warn(remark)
    return { config, credentials: readCredentials(environment, log, before) }
  }
  let held = loadConfigFile(paths.config, log)
  let inForce = read(held, null)
  const listeners = new Set<(change: ConfigChange) => void>()

  const reload = () => {
    const before = inForce
    try {
      const file = fileNow(paths.config, held)
      inForce = read(file, before.credentials)
      held = file
    } catch (fault) {
      log.error(
        `${fault instanceof Error ? fault.message : String(fault)}\nThe last good configuration stays in force.`,
      )
      return
    }
    const changed = changedPaths(named(before), named(inForce))
    if (changed.length > 0) announce({ ...inForce, changed, needRestart: changed.filter(isReadOnce) })
  }

  const announce = (change: ConfigChange) => {
    log.info(`The configuration changed: ${change.changed.join(', ')}.`)
    if (change.needRestart.length > 0) log.warn(`A restart brings into force: ${change.needRestart.join(', ')}.`)
    for (const listener of listeners) tell(listener, change, log)
  }
  const stop = watchFiles([paths.config, paths.credentials], timer, reload)

  return {
    current: () => inForce.config,
    credentials: () => inForce.credentials,
    reload,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      stop()
      listeners.clear()
    },
  }
}

const named = ({ config, credentials }: { config: Config; credentials: Credentials }) => ({ ...config, credentials })

/**
 * @param held What was in force; it stays where the file has gone, or has never been.
 * @throws ConfigError where the file cannot be used: somebody may still be editing it, so nothing is moved or restored.
 */
function fileNow(path: string, held: unknown): unknown {
  const file = readJsonFile(path)
  if (file.kind === 'broken') throw new ConfigError(path, [file.problem])
  if (file.kind === 'absent' && held !== undefined) throw new ConfigError(path, ['it is gone'])
  return file.kind === 'value' ? file.value : undefined
}

/** One listener's fault keeps the news from no other, and ends no process. */
function tell(listener: (change: ConfigChange) => void, change: ConfigChange, log: Log): void {
  try {
    listener(change)
  } catch (fault) {
    log.error(`A part of RelayPlane could not take over the changed configuration: ${String(fault)}`)
  }
}
