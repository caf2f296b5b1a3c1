/** With which keys one candidate may be asked, best first: the caller's own, else those of the provider's accounts. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { defaultLabel } from '../providers/accounts-list.ts'
import type { Asked } from '../providers/cooldown.ts'
import { planAccount } from '../providers/plan-account.ts'
import type { Call } from './call.ts'
import { credentialOf } from './payee.ts'
import type { Destination } from './target.ts'

export interface Seat {
  /** Known by a label, never by a key. */
  readonly asked: Asked
  readonly destination: Destination
  readonly isReady: boolean
  /** One of several keys of ours. */
  readonly isPooled: boolean
}

export function seatsOf(call: Call, destination: Destination, s: Services): readonly Seat[] {
  const { provider, model } = destination
  const only = (account: string): readonly Seat[] => [
    { asked: { provider: provider.id, account }, destination, isReady: true, isPooled: false },
  ]
  const plan = planAccount(provider, model, s.providers().plan)
  if (provider.accounts.length < 2 && plan === null) return only(callersLabel(call, s) ?? defaultLabel)
  const credential = credentialOf(call, destination)
  if (credential instanceof AppError || credential.kind === 'caller') return only(callersLabel(call, s) ?? defaultLabel)
  const accounts = plan === null ? provider.accounts : [plan]
  const session = call.identity.session?.id ?? null
  return s.accounts.rank(provider.id, accounts, session).map(({ account, readiness }) => ({
    asked: { provider: provider.id, account: account.label },
    destination: { ...destination, provider: { ...provider, key: account.key } },
    isReady: readiness === 'ready',
    isPooled: true,
  }))
}

const credentialHeaders = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'] as const

/** Told apart by a hash with a salt that lives as long as the process; null where the caller brings no key. */
function callersLabel({ headers, search }: Call, s: Services): string | null {
  const brought = credentialHeaders.map((name) => headers.get(name) ?? '').join('\n')
  const inQuery = search.includes('key=') ? search : ''
  if (brought.length < credentialHeaders.length && inQuery === '') return null
  return `caller ${Bun.hash.xxHash64(brought + inQuery, s.salt).toString(36)}`
}
