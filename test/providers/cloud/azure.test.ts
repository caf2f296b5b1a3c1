/** Azure OpenAI: where a resource is, both of its APIs, keys and Entra tokens in their headers. */
import { expect, test } from 'bun:test'
import { scriptedProvider } from '../../support/provider.ts'
import { catalogWith, named } from '../support.ts'
import { ready, refusal, send, type CloudAsk } from './support.ts'

const key = '0123456789abcdef0123456789abcdef'
const environment = { AZURE_OPENAI_API_KEY: key, AZURE_RESOURCE_NAME: 'contoso' }
const entra = 'eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiJ4In0.c2ln'

const url = async (asked: CloudAsk): Promise<string> =>
  (await ready('azure', { settings: { environment }, ...asked })).url

test('the v1 API is asked with the deployment in the body and the key in a header of its own', async () => {
  const mock = scriptedProvider(() => Response.json({}))
  const settings = { environment: { ...environment, RELAYPLANE_AZURE_BASE_URL: mock.url } }
  const body = '{"model":"my-deployment","messages":[] }'
  await send(await ready('azure', { settings, api: 'chat', model: 'my-deployment', body }))
  await mock.stop()
  const [seen] = mock.seen
  expect([seen?.target, seen?.text]).toEqual(['/openai/v1/chat/completions', body])
  expect([seen?.headers.get('api-key'), seen?.headers.get('authorization')]).toEqual([key, null])
  expect(await url({ api: 'responses', model: 'd' })).toBe('https://contoso.openai.azure.com/openai/v1/responses')
  expect(await url({ api: 'embeddings', model: 'd' })).toBe('https://contoso.openai.azure.com/openai/v1/embeddings')
})

test('a resource is named by its endpoint, its name or the config', () => {
  const base = (variables: Readonly<Record<string, string>>, baseUrl?: string) =>
    named(catalogWith({ environment: variables, config: baseUrl === undefined ? {} : { azure: { baseUrl } } }), 'azure')
      .baseUrl
  expect(base({ AZURE_OPENAI_ENDPOINT: 'https://contoso.openai.azure.com/' })).toBe(
    'https://contoso.openai.azure.com/openai/v1',
  )
  expect(base({ AZURE_OPENAI_ENDPOINT: 'https://contoso.services.ai.azure.com/openai/v1/' })).toBe(
    'https://contoso.services.ai.azure.com/openai/v1',
  )
  expect(base({ AZURE_RESOURCE_NAME: 'contoso' })).toBe('https://contoso.openai.azure.com/openai/v1')
  expect(base({ AZURE_RESOURCE_NAME: 'evil.example/#' })).toBe('https://{resource}.openai.azure.com/openai/v1')
  expect(base({ AZURE_RESOURCE_NAME: 'contoso' }, 'https://fabrikam.openai.azure.com')).toBe(
    'https://fabrikam.openai.azure.com/openai/v1',
  )
})

test('without a resource nothing is sent, and the sentence says what to set', async () => {
  const refused = await refusal('azure', { settings: { environment: { AZURE_API_KEY: key } }, api: 'chat', model: 'd' })
  expect([refused.status, refused.message]).toEqual([
    400,
    'Where your Azure OpenAI resource is, is not known. Set AZURE_OPENAI_ENDPOINT, AZURE_RESOURCE_NAME or providers.azure.baseUrl.',
  ])
  const noKey = await refusal('azure', {
    settings: { environment: { AZURE_RESOURCE_NAME: 'contoso' } },
    api: 'chat',
    model: 'd',
  })
  expect([noKey.status, noKey.message]).toEqual([
    401,
    'There is no key for Azure OpenAI. Set AZURE_OPENAI_API_KEY, run "relayplane config set-key", or send a key of Azure OpenAI with the request.',
  ])
})

test("Entra's tokens go as bearers and keys in api-key, from the settings as from a caller", async () => {
  const sent = async (variables: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => {
    const settings = { environment: { AZURE_RESOURCE_NAME: 'contoso', ...variables } }
    const prepared = await ready('azure', { settings, api: 'chat', model: 'd', isMount: true, headers })
    return Object.fromEntries(prepared.headers)
  }
  expect(await sent({ AZURE_OPENAI_AD_TOKEN: entra })).toEqual({ authorization: `Bearer ${entra}` })
  expect(await sent({ AZURE_API_KEY: key })).toEqual({ 'api-key': key })
  // OpenAI's own client, pointed at the mount, has one header for both.
  expect(await sent({}, { authorization: `Bearer ${key}` })).toEqual({ 'api-key': key })
  expect(await sent({}, { authorization: `Bearer ${entra}` })).toEqual({ authorization: `Bearer ${entra}` })
  expect(await sent({}, { 'api-key': entra })).toEqual({ authorization: `Bearer ${entra}` })
})

test('the API before v1 has the deployment in the path and its version in the query', async () => {
  const dated = (asked: CloudAsk) =>
    url({ ...asked, settings: { environment, config: { azure: { apiVersion: '2024-10-21' } } } })
  const root = 'https://contoso.openai.azure.com/openai'
  expect(await dated({ api: 'chat', model: 'my deployment/1' })).toBe(
    `${root}/deployments/my%20deployment%2F1/chat/completions?api-version=2024-10-21`,
  )
  expect(await dated({ api: 'embeddings', model: 'e' })).toBe(`${root}/deployments/e/embeddings?api-version=2024-10-21`)
  expect(await dated({ api: 'responses', model: 'r' })).toBe(`${root}/responses?api-version=2024-10-21`)
  expect(await dated({ api: 'chat', model: 'c', rest: '?x=1' })).toBe(
    `${root}/deployments/c/chat/completions?x=1&api-version=2024-10-21`,
  )
  expect(await dated({ api: 'raw', isMount: true, rest: '/files' })).toBe(`${root}/files?api-version=2024-10-21`)
})

test("Azure's own client, pointed at the mount, finds its paths and keeps its version", async () => {
  const rest = '/openai/deployments/gpt/chat/completions?api-version=2025-04-01-preview'
  const whole =
    'https://contoso.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2025-04-01-preview'
  expect(await url({ api: 'raw', isMount: true, rest })).toBe(whole)
  const settings = { environment, config: { azure: { apiVersion: '2024-10-21' } } }
  expect(await url({ settings, api: 'raw', isMount: true, rest })).toBe(whole)
  expect(await url({ api: 'raw', isMount: true, rest: '/files?limit=2' })).toBe(
    'https://contoso.openai.azure.com/openai/v1/files?limit=2',
  )
})

test('a setting of a cloud is a problem at a provider that has no use for it', () => {
  const config = { groq: { region: 'us-east-1' }, azure: { project: 'p' }, bedrock: { region: 'eu-west-1' } }
  expect(catalogWith({ config }).problems).toEqual([
    'providers.groq.region: Groq has no such setting.',
    'providers.azure.project: Azure OpenAI has no such setting.',
  ])
})
