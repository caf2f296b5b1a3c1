/** Where a call goes: provider, the model as that provider names it, the URL. Pure; a refusal is an AppError value. */
import type { ProvidersNow } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { addresseeOf } from '../providers/auth.ts'
import type { ApiId, Provider } from '../providers/provider.ts'
import { refusalOf, resolveModel, type Addressee } from '../providers/resolve.ts'
import { upstreamUrl } from '../providers/urls.ts'
import type { Call } from './call.ts'

export interface Destination {
  readonly provider: Provider
  readonly addressee: Addressee
  readonly api: ApiId | 'raw'
  /** The provider's own id; null on raw paths. */
  readonly model: string | null
  /** How the provider was found: `mount`, `prefix`, … */
  readonly by: string
  readonly url: string
}

/** @param api What the call's endpoint is to a provider; `raw` sends the path as it is. */
export function chooseDestination(call: Call, providers: ProvidersNow, api: ApiId | 'raw'): Destination | AppError {
  const addressee = addresseeOf(call.mount, call.dialect, call.headers)
  const name = api === 'raw' || api === 'models' ? null : askedModel(call)
  const resolution = resolveModel(name, { ...providers, addressee, api })
  if (resolution.kind !== 'found') return refusalOf(resolution, name ?? '', call.path)
  const { provider, model, by } = resolution
  return { provider, addressee, api, model, by, url: upstreamUrl(provider, api, call.rest, model) }
}

/** The model that the caller wants: the header's word goes before the request's. */
export const askedModel = (call: Call): string | null => call.headers.get('x-relayplane-model') || call.requestedModel
