/** The accounts of a provider as the settings make them. A key goes into a box that does not show it, and is known by its label. */
import { isSameKey, Secret } from './keys.ts'
import type { Provider } from './provider.ts'

export interface Account {
  readonly label: string
  readonly key: Secret
  /** The lowest goes first. */
  readonly priority: number
}

/** As `providers.<name>.accounts` has it. */
export interface AccountSettings {
  readonly label: string
  /** `env:NAME`, or the key itself. */
  readonly apiKey: string
  readonly priority?: number | undefined
}

/** Of the provider's one key, if it has that. */
export const defaultLabel = 'default'

type Variables = Readonly<Record<string, string | undefined>>

/** @param problems Gets sentences about accounts that can't be used; these are left out. */
export function accountsOf(
  { id, key }: Pick<Provider, 'id' | 'key'>,
  settings: readonly AccountSettings[],
  variables: Variables,
  problems: string[],
): readonly Account[] {
  const listed: Account[] = []
  for (const [index, entry] of settings.entries()) {
    const account = readAccount(entry, listed, variables)
    if (typeof account === 'string') problems.push(`providers.${id}.accounts[${index}]: ${account}`)
    else listed.push(account)
  }
  // One key is one account: what it was refused is not asked again under another label.
  if (key === null || listed.some((account) => isSameKey(account.key, key))) return listed
  return [{ label: defaultLabel, key, priority: 0 }, ...listed]
}

/** @returns A sentence where it can't be used. */
function readAccount(
  { label, apiKey, priority = 0 }: AccountSettings,
  before: readonly Account[],
  variables: Variables,
): Account | string {
  const name = /^env:(.+)$/.exec(apiKey)?.[1]
  const text = (name === undefined ? apiKey : variables[name])?.trim() ?? ''
  if (text === '') return name === undefined ? 'its key is empty.' : `the variable ${name} is not set.`
  if (!/^[\x21-\x7e]+$/.test(text)) return 'its key holds a space or a character that no header can carry.'
  const key = new Secret(text)
  const same = before.find((account) => isSameKey(account.key, key))
  if (same !== undefined) return `it has the same key as ${JSON.stringify(same.label)}.`
  const isTaken = label === defaultLabel || before.some((account) => account.label === label)
  return isTaken ? `there is another account ${JSON.stringify(label)}.` : { label, key, priority }
}
