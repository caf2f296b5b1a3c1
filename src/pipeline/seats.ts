/** With which keys one candidate may be asked, best first: the caller's own, else those of the provider's accounts. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { defaultLabel } from '../providers/accounts-list.ts'
import type { Asked } from '../providers/cooldown.ts'
import type { Call } from './call.ts'
import { credentialOf } from './payee.ts'
import type { Destination } from './target.ts'

export interface Seat {
  /** Known by a label, never by a key. */
  readonly asked: Asked
  readonly destination: Destination
  readonly isReady: boolean
  /** A key of ours. */
  readonly isOurs: boolean
}

export function seatsOf(call: Call, destination: Destination, s: Services): readonly Seat[] {
  const { provider } = destination
  const callers = callersLabel(call, destination, s)
  const only = (account: string, isOurs: boolean): readonly Seat[] => [
    { asked: { provider: provider.id, account }, destination, isReady: true, isOurs },
  ]
  if (callers !== null) return only(callers, false)
  const [first, ...others] = provider.accounts
  if (others.length === 0) return only(first?.label ?? defaultLabel, first !== undefined)
  const session = call.identity.session?.id ?? null
  return s.accounts.rank(provider.id, provider.accounts, session).map(({ account, readiness }) => ({
    asked: { provider: provider.id, account: account.label },
    destination: { ...destination, provider: { ...provider, key: account.key } },
    isReady: readiness === 'ready',
    isOurs: true,
  }))
}

const credentialHeaders = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'] as const

/**
 * null where the caller's key does not go there: it brings none, or a placeholder, or one for somebody else. Callers are told
 * apart by a hash with a salt that lives as long as the process.
 */
function callersLabel(call: Call, destination: Destination, s: Services): string | null {
  const { headers, search } = call
  const brought = credentialHeaders.map((name) => headers.get(name) ?? '').join('\n')
  const inQuery = search.includes('key=') ? search : ''
  if (brought.length < credentialHeaders.length && inQuery === '') return null
  const credential = credentialOf(call, destination)
  if (credential instanceof AppError || credential.kind !== 'caller') return null
  return `caller ${Bun.hash.xxHash64(brought + inQuery, s.salt).toString(36)}`
}
