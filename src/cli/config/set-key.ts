/** `config set-key`: a provider's key into credentials.json, never shown and never logged. */
import { storeKey } from '../../config/credentials.ts'
import { maskKey } from '../../config/mask.ts'
import { suggest } from '../../config/suggest.ts'
import { command, type Invocation, jsonArg, UsageError } from '../command.ts'
import { askUnseen, readPiped } from '../secret-input.ts'
import { otherOwner, readProviders } from '../providers.ts'

export const setKey = command({
  description: 'Store the key of a provider in credentials.json.',
  args: {
    key: {
      type: 'positional',
      required: false,
      description: 'The key; `-` reads it from standard input. Without it, a terminal asks.',
    },
    provider: { type: 'string', valueHint: 'name', description: 'Whose it is, where its beginning does not tell.' },
    json: jsonArg,
  },
  async run({ key: given, provider: named, json }, invocation) {
    const provider = named === undefined ? undefined : await knownProvider(named, invocation)
    const key = await readKey(given, invocation)
    if (!/^[\x21-\x7E]+$/.test(key)) throw new UsageError('A key is one word of printable characters.')
    const other = provider && (await otherOwner(key, provider))
    if (other) throw new UsageError(`By its beginning this is a key of ${other}, and is not for ${named}.`)
    const owner = provider?.id ?? (await ownerOf(key))
    const { credentials } = invocation.environment.paths
    storeKey(credentials, owner, key)
    invocation.print.done(`The key ${maskKey(key)} of ${owner} is stored in ${credentials}.`)
    if (json) invocation.print.json({ provider: owner, key: maskKey(key), path: credentials })
    if (given !== undefined && given !== '-') {
      invocation.print.notice('It may also be in the history of your shell; "set-key -" or no key at all avoids that.')
    }
  },
})

async function readKey(given: string | undefined, { print }: Invocation): Promise<string> {
  if (given !== undefined && given !== '-') return given
  if (given === undefined && !print.isInteractive) {
    throw new UsageError('Give the key, or `-` to read it from standard input.')
  }
  const key = given === '-' ? await readPiped() : await askUnseen('Key (not shown): ')
  if (key === '') throw new UsageError('There was no key.')
  return key
}

async function ownerOf(key: string): Promise<string> {
  const { ownerOfKey } = await import('../../app/offline.ts')
  const owner = ownerOfKey(key)
  if (owner?.isCertain) return owner.provider
  const guess = owner ? ` It may be one of ${owner.provider}: say --provider ${owner.provider}.` : ''
  throw new UsageError(`Whose key this is cannot be told from its beginning; name it with --provider.${guess}`)
}

/** @throws UsageError where neither RelayPlane nor the settings know the provider. */
async function knownProvider(named: string, { environment }: Invocation) {
  const { list } = await readProviders(environment)
  const provider = list.find(({ id }) => id === named)
  if (provider) return provider
  const ids = list.map(({ id }) => id)
  const near = suggest(named, ids)
  throw new UsageError(
    `There is no provider "${named}". ${near ? `Did you mean ${near}?` : `There are ${ids.join(', ')}.`}`,
  )
}
