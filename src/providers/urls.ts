/** Where a request goes: base URLs joined with paths, each version segment once. Pure. */
import type { ApiId, Provider, ProviderRow } from './provider.ts'

const versionAtEnd = /\/v\d\w*$/
const versionWithin = /\/v\d\w*(?=\/|$)/
const versionFirst = /^\/v\d\w*(?=\/|$)/

/** For the paths of a row. One that brings its own version replaces the one that the base URL ends with. */
export const joinUrl = (base: string, path: string): string =>
  versionWithin.test(path) ? base.replace(versionAtEnd, '') + path : base + path

/**
 * The base URL that a setting asks for. An origin alone keeps the path of the row's own base URL (`http://127.0.0.1:9000`
 * stands for the same API on another host); anything longer replaces it whole.
 * @returns null when the text is no http(s) URL, or holds a user, a query or a fragment.
 */
export function overriddenBaseUrl(row: ProviderRow, text: string): string | null {
  const url = URL.parse(text.trim())
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null
  const path = url.pathname === '/' ? new URL(row.baseUrl).pathname : url.pathname
  return (url.origin + path).replace(/\/+$/, '')
}

/**
 * @param rest The caller's path after mount and version (`/chat/completions`, `/files/file-1`); a version that is still on
 *   it is kept. What the provider is asked for where it has no path of its own for the API.
 * @param model Put into paths that hold the model; null leaves such a path as the caller wrote it.
 */
export function upstreamUrl(provider: Provider, api: ApiId | 'raw', rest: string, model: string | null): string {
  const url = api === 'raw' ? undefined : provider.urls[api]
  if (url === undefined || (model === null && url.includes('{model}'))) return rawUrl(provider, rest)
  const asked = inVersionOf(rest, url, provider)
  if (api === 'models') return asked + (/\/models(\/.+)?$/.exec(rest)?.[1] ?? '')
  return model === null ? asked : asked.replace('{model}', () => modelInPath(model))
}

/** The version that is still on the caller's path takes the place of the one in the base URL. */
function inVersionOf(rest: string, url: string, { baseUrl }: Provider): string {
  const version = versionFirst.exec(rest)?.[0]
  if (version === undefined || !url.startsWith(baseUrl)) return url
  return baseUrl.replace(versionAtEnd, version) + url.slice(baseUrl.length)
}

/** Google takes files at `/upload/v1beta/files`, in front of its version. */
const versionInUpload = /^\/upload\/v\d\w*(?=\/)/

/** Without its slash a path could change the host. A file may be called v2, so only a version in front is one. */
function rawUrl(provider: Provider, rest: string): string {
  const path = rest.startsWith('/') ? rest : `/${rest}`
  return versionFirst.test(path) || versionInUpload.test(path)
    ? provider.rawUrl.replace(versionAtEnd, '') + path
    : provider.rawUrl + path
}

const modelInPath = (model: string): string => encodeURIComponent(model.replace(/^models\//, '')).replaceAll('%3A', ':')
