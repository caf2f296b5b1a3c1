/** One request made ready as the pipeline would, from literal settings, with a clock and files of the test's own. */
import { AppError } from '../../../src/neutral/error.ts'
import { chooseCredential } from '../../../src/providers/auth.ts'
import type { CloudApi, Clouds, CloudTools, Prepared } from '../../../src/providers/cloud/cloud.ts'
import { openClouds } from '../../../src/providers/cloud/clouds.ts'
import type { ProviderSettings } from '../../../src/providers/provider.ts'
import { sendUpstream } from '../../../src/providers/send.ts'
import { catalogWith, named } from '../support.ts'

/** 30 August 2015, 12:36:00 UTC. */
export const nowMs = Date.UTC(2015, 7, 30, 12, 36)

export const noFiles = (path: string): Promise<string> => Promise.reject(new Error(`no file ${path}`))

export const cloudsWith = (tools: Partial<CloudTools> = {}): Clouds =>
  openClouds({
    now: () => nowMs,
    fetch: () => Promise.reject(new Error('nobody is to be asked')),
    readText: noFiles,
    ...tools,
  })

export interface CloudAsk {
  readonly clouds?: Clouds
  readonly settings?: Partial<ProviderSettings>
  readonly api?: CloudApi
  readonly model?: string | null
  readonly isStream?: boolean
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What follows the base URL on raw paths, and the query. */
  readonly rest?: string
  /** The caller named the provider in the path. */
  readonly isMount?: boolean
}

export async function prepare(id: string, asked: CloudAsk): Promise<Prepared | AppError> {
  const { clouds = cloudsWith(), api = 'messages', model = null, rest = '', method = 'POST' } = asked
  const provider = named(catalogWith(asked.settings), id)
  const caller = new Headers(asked.headers)
  const credential = chooseCredential({
    provider,
    api: api === 'converse' ? 'raw' : api,
    headers: caller,
    search: '',
    addressee: { provider: asked.isMount === true ? id : 'openai', by: asked.isMount === true ? 'mount' : 'dialect' },
  })
  if (credential instanceof AppError) return credential
  for (const name of credential.headersToDrop) caller.delete(name)
  for (const [name, value] of credential.headersToSet) caller.set(name, value)
  return await clouds.prepare({
    provider,
    api,
    model,
    isStream: asked.isStream ?? false,
    method,
    url: (api === 'raw' || api === 'converse' ? provider.baseUrl : (provider.urls[api] ?? provider.baseUrl)) + rest,
    headers: caller,
    body: Buffer.from(asked.body ?? '{}'),
  })
}

export async function ready(id: string, asked: CloudAsk): Promise<Prepared> {
  const prepared = await prepare(id, asked)
  if (prepared instanceof AppError) throw prepared
  return prepared
}

export async function refusal(id: string, asked: CloudAsk): Promise<AppError> {
  const prepared = await prepare(id, asked)
  if (prepared instanceof AppError) return prepared
  throw new Error(`not refused: ${prepared.url}`)
}

/** Over the real socket, by the one function that sends. */
export const send = ({ url, headers, body }: Prepared, method = 'POST'): Promise<Response> =>
  sendUpstream({ url, method, headers, body, signal: new AbortController().signal })

export const textOf = (body: Uint8Array): string => Buffer.from(body).toString()
