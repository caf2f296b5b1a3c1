/** What of a call, beside its body, can change its answer or who pays for it: the parts of its key in the response cache. Pure. */
import type { Services } from '../app/services.ts'
import type { HeaderTable } from '../lib/header-table.ts'
import { addresseeOf } from '../providers/auth.ts'
import type { Catalog } from '../providers/provider.ts'
import type { KeyParts } from '../rules/cache-key.ts'
import type { Call } from './call.ts'

/** @param routing Of `routingOf`. */
export const keyPartsOf = (call: Call, body: unknown, routing: string): KeyParts => ({
  dialect: call.dialect,
  endpoint: call.endpoint,
  path: call.mount === null ? call.rest : `/${call.mount}${call.rest}`,
  query: withoutKeys(call.search),
  body,
  requestedModel: call.requestedModel,
  headers: tellingHeaders(call.headers),
  credentialScope: credentialScope(call),
  routing,
})

/**
 * Headers that no answer depends on. All others count, those that nobody here has heard of too: a gateway behind a base URL may
 * choose the model by one, and a hit that should have been a miss is the worse mistake.
 */
const silent = new Set(
  (
    'accept accept-charset accept-encoding accept-language access-control-request-headers access-control-request-method ' +
    'baggage cache-control cdn-loop cf-connecting-ip cf-ipcountry cf-ray cf-visitor connection content-encoding ' +
    'content-length content-type date dnt expect forwarded host http-referer idempotency-key if-modified-since if-none-match ' +
    'keep-alive newrelic origin pragma priority proxy-authorization proxy-connection referer sentry-trace te traceparent ' +
    'tracestate trailer transfer-encoding true-client-ip upgrade user-agent via x-amzn-trace-id x-api-client ' +
    'x-app x-client-request-id x-cloud-trace-context x-correlation-id x-datadog-parent-id x-datadog-sampling-priority ' +
    'x-datadog-trace-id x-gemini-api-privileged-user-id x-goog-api-client x-real-ip x-request-id x-requested-with x-title ' +
    // Who asks, by session and by program.
    'conversation_id originator session-id session_id thread-id version x-claude-code-session-id x-interaction-id ' +
    'x-session-affinity x-session-id ' +
    'x-relayplane-agent x-relayplane-automated x-relayplane-cache x-relayplane-session x-relayplane-tags'
  ).split(' '),
)
const silentPrefixes = /^(?:sec-|x-stainless-|x-forwarded-|x-b3-|x-codex-)/

/** In these the caller says who it is; they are in the scope. */
const credentialHeaders = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'chatgpt-account-id', 'cookie']
const credentials = new Set(credentialHeaders)

function tellingHeaders(headers: HeaderTable): KeyParts['headers'] {
  const telling = headers
    .names()
    .filter((name) => !silent.has(name) && !silentPrefixes.test(name) && !credentials.has(name))
  return telling.sort().map((name) => [name, headers.get(name) ?? ''])
}

const isKey = (parameter: string): boolean => parameter.startsWith('key=')

const parametersOf = (search: string): readonly string[] => search.slice(1).split('&')

const withoutKeys = (search: string): string =>
  parametersOf(search)
    .filter((parameter) => parameter !== '' && !isKey(parameter))
    .join('&')

/** Whatever a caller brings to be known by makes a scope of its own, whether it is used or not; who brings nothing shares ours. */
function credentialScope({ headers, search, mount, dialect }: Call): string {
  const brought = credentialHeaders.flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  const inQuery = search.includes('key=') ? parametersOf(search).filter(isKey) : []
  const who = brought.length + inQuery.length === 0 ? 'configured' : [...brought, ...inQuery]
  return sha256(JSON.stringify([addresseeOf(mount, dialect, headers), who]))
}

/** A fingerprint of what the settings say about where requests go. */
export function routingOf(config: ReturnType<Services['config']>, { list }: Catalog): string {
  const { downgrade, budget, routing, modelOverrides, fallbacks } = config
  const providers = list.map(({ id, urls, rawUrl, models, cloudSettings, key }) => [
    id,
    urls,
    rawUrl,
    models,
    cloudSettings ?? null,
    key !== null,
  ])
  return sha256(JSON.stringify([providers, downgrade, budget.downgradeTo, routing, modelOverrides, fallbacks]))
}

const sha256 = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')
