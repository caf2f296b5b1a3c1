/** Where a call goes: provider, the model as that provider names it, and how it is asked. Pure; a refusal is an AppError value. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { addresseeOf } from '../providers/auth.ts'
import type { CloudApi, Speech } from '../providers/cloud/cloud.ts'
import type { ApiId, Provider } from '../providers/provider.ts'
import { refusalOf, resolveModel, type Addressee } from '../providers/resolve.ts'
import { withPlan } from '../providers/plan-account.ts'
import { upstreamUrl } from '../providers/urls.ts'
import type { Call } from './call.ts'
import { isCount, translatedWays, type Asked, type Way } from './ways.ts'

export interface Destination extends Asked {
  readonly addressee: Addressee
  /** The provider's own id; null on raw paths. */
  readonly model: string | null
  /** How the provider was found: `mount`, `prefix`, … */
  readonly by: string
  /** The name that it was found by: the caller's, or one that took its place; null where there is none. */
  readonly wanted: string | null
}

/** Where else to look than at what the caller asked for. */
export interface Elsewhere {
  readonly model: string
  /** Whoever the caller named in the path has no say in it. */
  readonly leavesMount: boolean
}

/**
 * @param api What the call's endpoint is to a provider; `raw` sends the path as it is.
 * @param translates Whether a provider of another dialect will do.
 */
export function chooseDestination(
  call: Call,
  api: ApiId | 'raw',
  translates: boolean,
  s: Pick<Services, 'providers' | 'clouds'>,
  elsewhere?: Elsewhere,
): Destination | AppError {
  const addressee = addresseeOf(call.mount, call.dialect, call.headers)
  const seeker = elsewhere?.leavesMount === true ? addresseeOf(null, call.dialect, call.headers) : addressee
  const name = api === 'raw' || api === 'models' ? null : (elsewhere?.model ?? askedModel(call))
  // A count that no provider makes is estimated here.
  const canTranslate = (provider: Provider, model: string) =>
    translates &&
    (isCount(call.endpoint) || translatedWays({ provider, speech: speechOf(provider, model, s) }, call).length > 0)
  const resolution = resolveModel(name, { ...s.providers(), addressee: seeker, api, canTranslate })
  if (resolution.kind !== 'found') return refusalOf(resolution, name ?? '', call.path)
  const { model, by } = resolution
  const provider = withPlan(resolution.provider, model, s.providers().plan)
  // The addressee is who the caller's credential is for, wherever the call goes.
  return { provider, speech: speechOf(provider, model, s), addressee, model, by, wanted: name }
}

/** To another model of the same provider. */
export function redirect(from: Destination, model: string, s: Pick<Services, 'providers' | 'clouds'>): Destination {
  const { catalog, plan } = s.providers()
  // A plan may be used for one of its models and not for another.
  const provider = withPlan(catalog.get(from.provider.id) ?? from.provider, model, plan)
  return { ...from, provider, model, speech: speechOf(provider, model, s), wanted: model }
}

const speechOf = (provider: Provider, model: string | null, s: Pick<Services, 'clouds'>): Speech | null =>
  provider.cloud === undefined || model === null ? null : s.clouds.speaks(provider, model)

/** Where a provider is asked the caller's own way. */
export const directUrl = (call: Call, { provider, model }: Destination, api: ApiId | 'raw'): string =>
  upstreamUrl(provider, api, call.rest, model)

/** Where it is asked another way; the caller's path and query mean nothing there. */
export const translatedUrl = ({ provider, model }: Destination, { api }: Way): string =>
  upstreamUrl(provider, plainApi(api), '', model) + (api === 'stream_generate' ? '?alt=sse' : '')

/** Converse has no path of its own in a row: its cloud makes it. */
export const plainApi = (api: CloudApi): ApiId | 'raw' => (api === 'converse' ? 'raw' : api)

/** The model that the caller wants: the header's word goes before the request's. */
export const askedModel = (call: Call): string | null => call.headers.get('x-relayplane-model') || call.requestedModel
