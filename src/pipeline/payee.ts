/** Who would be paid for a call, and how: the provider that it goes to and the credential that may go there. */
import { AppError } from '../neutral/error.ts'
import type { Billing } from '../neutral/model.ts'
import { chooseCredential } from '../providers/auth.ts'
import type { Call } from './call.ts'
import { plainApi, type Destination } from './target.ts'
import { directWay, translatedWays } from './ways.ts'

/** One model that a call may go to. */
export interface Payee {
  readonly provider: string
  /** null on raw paths. */
  readonly model: string | null
  readonly billing: Billing
}

/** @returns null where no credential may go there. */
export function payeeOf(call: Call, destination: Destination): Payee | null {
  const { provider, model, addressee } = destination
  const way = directWay(destination, call, destination.by === 'mount') ?? translatedWays(destination, call)[0] ?? null
  const credential = chooseCredential({
    provider,
    api: way === null ? 'raw' : plainApi(way.api),
    addressee,
    headers: call.headers,
    search: call.search,
    isTranslated: way?.isTranslated ?? false,
  })
  return credential instanceof AppError ? null : { provider: provider.id, model, billing: credential.billing }
}
