/** Who would be paid for a call, and how: the provider that it goes to and the credential that may go there. */
import { AppError } from '../neutral/error.ts'
import type { Billing } from '../neutral/model.ts'
import { chooseCredential, type Credential } from '../providers/auth.ts'
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
  const credential = credentialOf(call, destination)
  if (credential instanceof AppError) return null
  return { provider: destination.provider.id, model: destination.model, billing: credential.billing }
}

/** The one that would go there, by the way that is asked first. */
export function credentialOf(call: Call, destination: Destination): Credential | AppError {
  const { provider, addressee } = destination
  const way = directWay(destination, call, destination.by === 'mount') ?? translatedWays(destination, call)[0] ?? null
  return chooseCredential({
    provider,
    api: way === null ? 'raw' : plainApi(way.api),
    addressee,
    headers: call.headers,
    search: call.search,
    isTranslated: way?.isTranslated ?? false,
  })
}
