/** `config`: every setting in force, and where it comes from; keys masked. */
import { readCredentials } from '../../config/credentials.ts'
import { maskKey, maskSecrets } from '../../config/mask.ts'
import { logTo } from '../log.ts'
import type { Invocation } from '../command.ts'
import { listSettings, readEffective } from './effective.ts'

export function showConfig(isJson: boolean, { environment, print }: Invocation): void {
  const effective = readEffective(environment)
  const keys = Object.entries(readCredentials(environment, logTo(print)))
  const credentials = keys.map(([provider, key]) => [provider, maskKey(key)] as const)
  if (isJson) {
    const shown = maskSecrets(effective.config) as object
    print.json({ ...shown, credentials: Object.fromEntries(credentials) })
    return
  }
  const settings = listSettings(effective, environment).map(({ name, value, source }) => [
    name,
    shownValue(maskSecrets(value, name.split('.').at(-1))),
    source,
  ])
  const stored = credentials.map(([provider, key]) => [`credentials.${provider}`, key, 'credentials.json'])
  print.table([{ title: 'setting' }, { title: 'value' }, { title: 'from' }], [...settings, ...stored])
  for (const stray of effective.unknown) print.warn(stray)
}

/** Words bare, everything else as JSON. */
export const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
