/** What `set` and `unset` share: changing the file, and saying what that does to a running server. */
import { readOnce } from '../../config/open.ts'
import { updateConfigFile } from '../../config/save.ts'
import type { Invocation } from '../command.ts'
import { logTo } from '../log.ts'
import { findServer } from '../remote.ts'
import { overrideOf } from './effective.ts'

/** @throws ConfigError where the outcome would not be valid. */
export async function changeSetting(
  name: string,
  done: string,
  { environment, print }: Invocation,
  change: (held: unknown) => unknown,
): Promise<void> {
  const unknown = updateConfigFile(environment.paths.config, logTo(print), change)
  print.done(done)
  const override = overrideOf(name, environment)
  if (override) print.warn(`${override.name} is set in this environment and overrules the file.`)
  for (const stray of unknown) print.warn(stray)
  if (!readOnce.includes(name)) return
  if ((await findServer(environment)) !== null) print.notice('The running server takes it over when it is restarted.')
}
