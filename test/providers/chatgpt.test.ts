/** A ChatGPT login, as Codex sends it: where it goes, how its paths are mapped, and who never sees it. */
import { expect, test } from 'bun:test'
import { AppError } from '../../src/neutral/error.ts'
import { addresseeOf, chooseCredential, isChatGptLogin } from '../../src/providers/auth.ts'
import { rows } from '../../src/providers/catalog.ts'
import type { ApiId } from '../../src/providers/provider.ts'
import { resolveModel } from '../../src/providers/resolve.ts'
import { upstreamUrl } from '../../src/providers/urls.ts'
import { catalogWith, named, sent } from './support.ts'

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJmYWtlIjoxfQ.FAKE'

const chatGptLogin = { authorization: `Bearer ${jwt}`, 'chatgpt-account-id': 'acc-FAKE', originator: 'codex_cli_rs' }

/** The whole way of a request that Codex sends with a ChatGPT login. */
function codex(mount: string | null, api: ApiId | 'raw', rest: string, headers: Record<string, string>) {
  const catalog = catalogWith({ environment: { OPENAI_API_KEY: 'sk-proj-CONFIGURED' } })
  const addressee = addresseeOf(mount, 'openai-responses', new Headers(headers))
  const model = api === 'raw' || api === 'models' ? null : 'gpt-5.3-codex'
  const knownModels = { providersOf: () => [], names: () => [] }
  const resolution = resolveModel(model, { catalog, addressee, api, knownModels })
  if (resolution.kind !== 'found') throw new Error(resolution.kind)
  const { provider } = resolution
  const credential = chooseCredential({ provider, api, addressee, headers: new Headers(headers), search: '' })
  if (credential instanceof AppError) throw credential
  return {
    url: upstreamUrl(provider, api, rest, resolution.model),
    headers: sent(credential, headers),
    billing: credential.billing,
  }
}

test('Codex with a ChatGPT login reaches the ChatGPT backend, at our /v1 and at both mounts', () => {
  expect(isChatGptLogin(new Headers(chatGptLogin))).toBe(true)
  const base = 'https://chatgpt.com/backend-api/codex'
  for (const mount of [null, 'openai', 'openai-chatgpt']) {
    expect(codex(mount, 'responses', '/responses', chatGptLogin)).toEqual({
      url: `${base}/responses`,
      headers: chatGptLogin,
      billing: 'subscription',
    })
    expect(codex(mount, 'responses_compact', '/responses/compact', chatGptLogin).url).toBe(`${base}/responses/compact`)
    expect(codex(mount, 'models', '/models', chatGptLogin).url).toBe(`${base}/models`)
    expect(codex(mount, 'raw', '/alpha/search', chatGptLogin).url).toBe(`${base}/alpha/search`)
  }
  const personal = { ...chatGptLogin, authorization: 'Bearer at-FAKE' }
  expect(codex(null, 'responses', '/responses', personal)).toMatchObject({
    url: `${base}/responses`,
    headers: personal,
  })
})

test('a login gives way to a provider that the model names, but not to a mount', () => {
  const catalog = catalogWith({ environment: { XAI_API_KEY: 'xai-FAKE' } })
  const headers = new Headers(chatGptLogin)
  const knownModels = { providersOf: () => [], names: () => [] }
  const goesTo = (mount: string | null, model: string) => {
    const addressee = addresseeOf(mount, 'openai-responses', headers)
    const resolution = resolveModel(model, { catalog, addressee, api: 'responses', knownModels })
    if (resolution.kind !== 'found') throw new Error(resolution.kind)
    const { provider } = resolution
    const credential = chooseCredential({ provider, api: 'responses', addressee, headers, search: '' })
    if (credential instanceof AppError) throw credential
    return [provider.id, sent(credential, chatGptLogin).authorization]
  }
  expect(goesTo(null, 'grok-4.3')).toEqual(['xai', 'Bearer xai-FAKE'])
  expect(goesTo(null, 'gpt-7')).toEqual(['openai-chatgpt', `Bearer ${jwt}`])
  expect(goesTo('openai', 'grok-4.3')).toEqual(['openai-chatgpt', `Bearer ${jwt}`])
})

test('Codex with an API key reaches the platform, and a stray account header does not go along', () => {
  const caller = { authorization: 'Bearer sk-proj-FAKE', 'chatgpt-account-id': 'acc-FAKE' }
  expect(isChatGptLogin(new Headers(caller))).toBe(false)
  expect(codex(null, 'responses', '/responses', caller)).toEqual({
    url: 'https://api.openai.com/v1/responses',
    headers: { authorization: 'Bearer sk-proj-FAKE' },
    billing: 'metered',
  })
  expect(codex(null, 'responses', '/responses', { authorization: 'Bearer x' })).toMatchObject({
    headers: { authorization: 'Bearer sk-proj-CONFIGURED' },
  })
})

test('a ChatGPT token goes to nobody but ChatGPT', () => {
  for (const { id } of rows) {
    if (id === 'openai-chatgpt') continue
    const settings = { credentials: { [id]: 'configured-for-this-one' } }
    const provider = named(catalogWith(settings), id)
    const headers = new Headers(chatGptLogin)
    for (const by of ['dialect', 'mount'] as const) {
      const credential = chooseCredential({
        provider,
        api: 'chat',
        headers,
        search: '',
        addressee: { provider: id, by },
      })
      if (credential instanceof AppError) throw credential
      const left = sent(credential, chatGptLogin)
      expect([id, by, JSON.stringify(left).includes(jwt), left['chatgpt-account-id']]).toEqual([
        id,
        by,
        false,
        undefined,
      ])
    }
  }
})
