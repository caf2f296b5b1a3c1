/** The providers as the settings, the stored keys and the environment make them. */
import { readCredentials } from '../config/credentials.ts'
import type { Environment } from '../config/environment.ts'
import { silentLog } from '../lib/log.ts'
import { readEffective } from './config/effective.ts'

/**
 * Whose key this is, where its beginning leaves no doubt that it is not the built-in provider's it is about to be stored for.
 * A provider of the user's own may take any key.
 */
export async function otherOwner(key: string, { id, kind }: { id: string; kind: string }): Promise<string | null> {
  const { ownerOfKey } = await import('../app/offline.ts')
  const owner = ownerOfKey(key)
  return kind === 'vendor' && owner?.isCertain === true && owner.provider !== id ? owner.provider : null
}

/** @throws ConfigError where the settings cannot be used. */
export async function readProviders(environment: Environment) {
  // Price table and store come with it: `--version` and `--help` need not wait for them (8 ms of 25, measured compiled).
  const { providersOf } = await import('../app/offline.ts')
  return providersOf({
    config: readEffective(environment).config.providers,
    credentials: readCredentials(environment, silentLog),
    environment: environment.variables,
  })
}
