/** What of a call, beside its body, keeps its answer apart from others'. */
import { describe, expect, test } from 'bun:test'
import { defaultConfig } from '../../src/config/schema.ts'
import { HeaderTable } from '../../src/lib/header-table.ts'
import { keyPartsOf, routingOf } from '../../src/pipeline/cache-parts.ts'
import { catalogOf } from '../../src/providers/catalog.ts'
import { fakeKeys } from '../support/fake-keys.ts'
import { asking } from './cache-kept.ts'

const body = { model: 'm' }

function partsOf(headers: Readonly<Record<string, string>>, over: { search?: string; mount?: string } = {}) {
  return keyPartsOf(
    asking('anthropic', { over: { headers: new HeaderTable(new Headers(headers)), ...over } }),
    body,
    'routing',
  )
}
const scopeOf = (...args: Parameters<typeof partsOf>) => partsOf(...args).credentialScope

describe('who pays', () => {
  test('each credential is a scope of its own, wherever it stands', () => {
    const scopes = [
      scopeOf({}),
      scopeOf({ 'x-api-key': fakeKeys.anthropic }),
      scopeOf({ 'x-api-key': `${fakeKeys.anthropic}1` }),
      scopeOf({ authorization: `Bearer ${fakeKeys.anthropic}` }),
      scopeOf({ 'x-goog-api-key': fakeKeys.google }),
      scopeOf({ 'api-key': fakeKeys.google }),
      scopeOf({}, { search: `?key=${fakeKeys.google}` }),
      scopeOf({ 'x-api-key': fakeKeys.anthropic, 'chatgpt-account-id': 'a' }),
      scopeOf({ cookie: 'session=1' }),
      scopeOf({ 'x-api-key': 'sk-local' }),
    ]
    expect(new Set(scopes).size).toBe(10)
    for (const scope of scopes) expect(scope).toMatch(/^[0-9a-f]{64}$/)
  })

  test('who brings no credential shares the scope of the configured key', () => {
    expect(scopeOf({ 'user-agent': 'one' })).toBe(scopeOf({ 'user-agent': 'other' }))
  })

  test('the provider named by the path counts', () => {
    expect(scopeOf({}, { mount: 'groq' })).not.toBe(scopeOf({}))
    expect(partsOf({}, { mount: 'groq' }).path).toBe('/groq/messages')
  })

  test('no part holds a key', () => {
    const parts = partsOf(
      { 'x-api-key': fakeKeys.anthropic, authorization: `Bearer ${fakeKeys.openai}`, cookie: 'c=1' },
      { search: `?beta=true&key=${fakeKeys.google}` },
    )
    const text = JSON.stringify(parts)
    for (const key of [...Object.values(fakeKeys), 'c=1']) expect(text).not.toContain(key)
    expect(parts.query).toBe('beta=true')
  })
})

describe('headers', () => {
  const namesOf = (headers: Readonly<Record<string, string>>) => partsOf(headers).headers

  test('those that choose versions, features, accounts and models count', () => {
    expect(
      namesOf({
        'X-RelayPlane-Model': 'gpt-5',
        'openai-project': 'proj_1',
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'context-1m',
        'openai-organization': 'org_1',
      }),
    ).toEqual([
      ['anthropic-beta', 'context-1m'],
      ['anthropic-version', '2023-06-01'],
      ['openai-organization', 'org_1'],
      ['openai-project', 'proj_1'],
      ['x-relayplane-model', 'gpt-5'],
    ])
  })

  test('so does one that nobody here has heard of', () => {
    expect(namesOf({ 'x-gateway-route': 'b' })).toEqual([['x-gateway-route', 'b']])
  })

  test('what names the program, the session, the connection or the trace does not', () => {
    expect(
      namesOf({
        accept: 'text/event-stream',
        'accept-encoding': 'gzip',
        'content-type': 'application/json',
        'content-length': '10',
        host: 'localhost',
        traceparent: '00-1-1-00',
        'user-agent': 'claude-cli/2.1.197',
        'x-app': 'cli',
        'x-claude-code-session-id': 's',
        'session-id': 's',
        'x-session-id': 's',
        'x-stainless-retry-count': '1',
        'x-client-request-id': 'r',
        'x-relayplane-session': 's',
        'x-relayplane-agent': 'a',
        'x-relayplane-tags': 'a=b',
        'x-relayplane-cache': 'refresh',
      }),
    ).toEqual([])
  })
})

describe('the settings that say where requests go', () => {
  const catalog = (config: Parameters<typeof catalogOf>[0]['config'], environment: Record<string, string> = {}) =>
    catalogOf({ config, credentials: {}, environment })
  const plain = routingOf(defaultConfig, catalog({}))

  test('another provider, base URL, list of models or key is another routing', () => {
    const others = [
      catalog({ own: { dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:1' } }),
      catalog({ openai: { baseUrl: 'http://127.0.0.1:1' } }),
      catalog({}, { RELAYPLANE_OPENAI_BASE_URL: 'http://127.0.0.1:2' }),
      catalog({ groq: { models: ['m'] } }),
      catalog({}, { OPENAI_API_KEY: fakeKeys.openai }),
    ].map((one) => routingOf(defaultConfig, one))
    expect(new Set([plain, ...others]).size).toBe(6)
  })

  test('so is another mapping of downgrades, or another model to fall back to', () => {
    const { downgrade, budget } = defaultConfig
    expect(routingOf({ ...defaultConfig, downgrade: { ...downgrade, mapping: { a: 'b' } } }, catalog({}))).not.toBe(
      plain,
    )
    expect(routingOf({ ...defaultConfig, budget: { ...budget, downgradeTo: 'x' } }, catalog({}))).not.toBe(plain)
  })

  test('a limit, or how long answers are kept, is not', () => {
    const { budget, cache } = defaultConfig
    const other = { ...defaultConfig, budget: { ...budget, dailyUsd: 1 }, cache: { ...cache, defaultTtlSeconds: 1 } }
    expect(routingOf(other, catalog({}))).toBe(plain)
  })
})
