/** What a cloud platform is to the pipeline: which form a model is spoken to in, the request made ready, the answer undone. */
import type { AppError } from '../../neutral/error.ts'
import type { FormId } from '../../neutral/model.ts'
import type { ApiId, Provider } from '../provider.ts'

/** `converse` has no path of a client's: only translated requests go there. */
export type CloudApi = ApiId | 'converse' | 'raw'

/** How a platform's model wants to be asked; it depends on whose model it is. */
export interface Speech {
  /** Requests to these go through in their own dialect. */
  readonly apis: readonly ApiId[]
  /** What all other requests are translated to. */
  readonly form: FormId
}

export interface CloudRequest {
  readonly provider: Provider
  readonly api: CloudApi
  /** The platform's own id; null on raw paths. */
  readonly model: string | null
  readonly isStream: boolean
  readonly method: string
  /** Where the request would go were the platform plain, with the query. */
  readonly url: string
  /** With the credential that was chosen, if one was. Changed in place: they belong to this attempt. */
  readonly headers: Headers
  /** Without content encoding: it may have to be edited, and is signed. */
  readonly body: Uint8Array
}

/** Ready to be sent. */
export interface Prepared {
  readonly url: string
  /** Holds keys: not to be logged. */
  readonly headers: Headers
  readonly body: Uint8Array
  /** Betas that the platform would refuse the request for, so that they were left out. */
  readonly dropped: readonly string[]
}

export interface CloudTools {
  /** Unix ms. */
  readonly now: () => number
  /** For a platform's token endpoint, and nothing else. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Rejects when the file can't be read. */
  readonly readText: (path: string) => Promise<string>
}

/** One platform. */
export interface Cloud {
  speaks(model: string): Speech
  /** @throws AppError that says what to set. */
  prepare(request: CloudRequest): Prepared | Promise<Prepared>
  /** The answer in the form that was asked in; raw ones as they are. */
  adapt(response: Response, api: CloudApi, form: FormId | null): Response
}

/** The platforms that are open now. */
export interface Clouds {
  /** null for a provider that is no platform: its row says all. */
  speaks(provider: Provider, model: string): Speech | null
  /** A provider that is no platform gets its request back unchanged. */
  prepare(request: CloudRequest): Promise<Prepared | AppError>
  adapt(response: Response, request: Pick<CloudRequest, 'provider' | 'api' | 'model'>): Response
}
