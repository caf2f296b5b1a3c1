/** Azure OpenAI: OpenAI's own bodies; only the paths of the older API and the header of the key differ. */
import { AppError } from '../../neutral/error.ts'
import { takeKey } from './caller-key.ts'
import type { Cloud, CloudRequest, Prepared, Speech } from './cloud.ts'
import type { AzureSettings } from './settings.ts'

const speech: Speech = { apis: ['chat', 'responses', 'embeddings', 'models'], form: 'openai-chat' }

export const azure = (settings: AzureSettings): Cloud => ({
  speaks: () => speech,
  prepare: (request) => prepare(request, settings),
  adapt: (response) => response,
})

function prepare(request: CloudRequest, { apiVersion }: AzureSettings): Prepared {
  if (request.provider.baseUrl.includes('{')) {
    throw new AppError(
      'invalid-request',
      'Where your Azure OpenAI resource is, is not known. Set AZURE_OPENAI_ENDPOINT, AZURE_RESOURCE_NAME or providers.azure.baseUrl.',
    )
  }
  const { headers, body } = request
  const key = takeKey(headers)
  // Entra's tokens are JSON web tokens and go as bearers; a key has a header of its own.
  if (key !== null && webToken.test(key)) headers.set('authorization', `Bearer ${key}`)
  else if (key !== null) headers.set('api-key', key)
  return { url: apiVersion === null ? urlInV1(request) : datedUrl(request, apiVersion), headers, body, dropped: [] }
}

const webToken = /^ey[\w-]*\.[\w-]+\.[\w-]*$/

/** Azure's own client asks for paths that begin at the resource. */
function urlInV1({ url, provider, api }: CloudRequest): string {
  const fromResource = `${provider.baseUrl}/openai/`
  const isWhole = api === 'raw' && url.startsWith(fromResource)
  return isWhole ? `${rootOf(provider.baseUrl)}/${url.slice(fromResource.length)}` : url
}

/** Up to `/openai`, which all of its paths share. */
const rootOf = (baseUrl: string): string => `${baseUrl.replace(/\/openai(?:\/v1)?$/, '')}/openai`

/** The API before v1: a version in every query, and the deployment in the path of what a deployment does. */
function datedUrl(request: CloudRequest, apiVersion: string): string {
  const { provider, url } = request
  const path = datedPath(request)
  const inV1 = urlInV1(request)
  const isWhole = inV1 !== url
  const query = /\?.+$/.exec(url)?.[0] ?? ''
  const plain = path === null ? url.slice(provider.baseUrl.length) : path + query
  const target = isWhole ? inV1 : rootOf(provider.baseUrl) + plain
  if (/[?&]api-version=/.test(target)) return target
  return `${target}${target.includes('?') ? '&' : '?'}api-version=${encodeURIComponent(apiVersion)}`
}

/** null: the path as it came. */
function datedPath({ api, model }: CloudRequest): string | null {
  if (api === 'responses') return '/responses'
  if (model === null || (api !== 'chat' && api !== 'embeddings')) return null
  return `/deployments/${encodeURIComponent(model)}/${api === 'chat' ? 'chat/completions' : 'embeddings'}`
}
