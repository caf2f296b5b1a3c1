/** Where RelayPlane keeps its files. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Paths {
  /** The directory of all the others, 0700; `RELAYPLANE_HOME` moves it. */
  readonly home: string
  /** `RELAYPLANE_CONFIG_PATH` moves this one alone; its backup and moved-aside copies lie beside it. */
  readonly config: string
  readonly credentials: string
  readonly database: string
  /** What the running server says about itself: `{ pid, port, host, startedMs }`. */
  readonly server: string
  /** The token for writes, 0600. */
  readonly adminToken: string
}

/** @param variables The environment. Relative paths count from the current directory. */
export function pathsIn(variables: Readonly<Record<string, string>>): Paths {
  const home = resolve(variables['RELAYPLANE_HOME'] || join(variables['HOME'] || homedir(), '.relayplane'))
  return Object.freeze({
    home,
    config: resolve(variables['RELAYPLANE_CONFIG_PATH'] || join(home, 'config.json')),
    credentials: join(home, 'credentials.json'),
    database: join(home, 'relayplane.db'),
    server: join(home, 'server.json'),
    adminToken: join(home, 'admin-token'),
  })
}

export const backupPath = (config: string): string => `${config}.bak`

/** Owner only: settings may hold keys, records tell who asked what when. */
export const fileMode = 0o600
export const directoryMode = 0o700
