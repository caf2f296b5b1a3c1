/** Vertex: a token for a credentials file, kept and renewed, paths and bodies by model, hosts by place. */
import { afterEach, expect, test } from 'bun:test'
import { createVerify, generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import type { AppError } from '../../../src/neutral/error.ts'
import type { Clouds } from '../../../src/providers/cloud/cloud.ts'
import { scriptedProvider, type Script, type ScriptedProvider } from '../../support/provider.ts'
import { catalogWith, named } from '../support.ts'
import { cloudsWith, nowMs, ready, refusal, send, textOf } from './support.ts'

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const servers: ScriptedProvider[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

function serve(script: Script): ScriptedProvider {
  const server = scriptedProvider(script)
  servers.push(server)
  return server
}

const tokenEndpoint = (): ScriptedProvider => {
  let count = 0
  return serve(() => Response.json({ access_token: `ya29.fake-${++count}`, expires_in: 3600, token_type: 'Bearer' }))
}

const serviceAccount = (tokenUri: string): string =>
  JSON.stringify({
    type: 'service_account',
    project_id: 'file-project',
    private_key_id: 'key-7',
    private_key: pair.privateKey,
    client_email: 'proxy@file-project.iam.gserviceaccount.com',
    token_uri: tokenUri,
  })

interface Clock {
  ms: number
}

function cloudsOver(text: string, clock: Clock = { ms: nowMs }): Clouds {
  const readText = (path: string) =>
    path === '/keys/vertex.json' ? Promise.resolve(text) : Promise.reject(new Error('no such file'))
  return cloudsWith({ readText, now: () => clock.ms, fetch: (url, init) => fetch(url, init) })
}

const environment = {
  GOOGLE_APPLICATION_CREDENTIALS: '/keys/vertex.json',
  GOOGLE_CLOUD_PROJECT: 'my-project',
  GOOGLE_CLOUD_LOCATION: 'us-east5',
}
const gemini = { settings: { environment }, api: 'generate', model: 'gemini-2.5-pro' } as const

const partsOf = (token: string): readonly string[] => token.split('.')
const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())

test('a service account signs an assertion that its public key verifies, and the token goes along as a bearer', async () => {
  const google = tokenEndpoint()
  const vertex = serve(() => Response.json({ candidates: [] }))
  const prepared = await ready('vertex', {
    ...gemini,
    settings: { environment: { ...environment, RELAYPLANE_VERTEX_BASE_URL: vertex.url } },
    clouds: cloudsOver(serviceAccount(`${google.url}/token`)),
    body: '{"contents":[] }',
  })
  await send(prepared)
  const [exchange] = google.seen
  expect([exchange?.method, exchange?.target]).toEqual(['POST', '/token'])
  expect(exchange?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  const form = new URLSearchParams(exchange?.text)
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  const [head = '', claims = '', signature = ''] = partsOf(form.get('assertion') ?? '')
  expect(decoded(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-7' })
  expect(decoded(claims)).toEqual({
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    iss: 'proxy@file-project.iam.gserviceaccount.com',
    sub: 'proxy@file-project.iam.gserviceaccount.com',
    aud: `${google.url}/token`,
    iat: 1440938160,
    exp: 1440941760,
  })
  const verifier = createVerify('RSA-SHA256').update(`${head}.${claims}`)
  expect(verifier.verify(pair.publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  const [asked] = vertex.seen
  expect(asked?.target).toBe(
    '/v1/projects/my-project/locations/us-east5/publishers/google/models/gemini-2.5-pro:generateContent',
  )
  expect(asked?.headers.get('authorization')).toBe('Bearer ya29.fake-1')
  expect(asked?.text).toBe('{"contents":[] }')
})

test('a token is kept until five minutes before its end, and then there is one exchange for all', async () => {
  const google = tokenEndpoint()
  const clock = { ms: nowMs }
  const clouds = cloudsOver(serviceAccount(`${google.url}/token`), clock)
  const token = async () => (await ready('vertex', { ...gemini, clouds })).headers.get('authorization')
  expect(await Promise.all([token(), token(), token()])).toEqual([
    'Bearer ya29.fake-1',
    'Bearer ya29.fake-1',
    'Bearer ya29.fake-1',
  ])
  clock.ms = nowMs + 55 * 60_000 - 1
  expect(await token()).toBe('Bearer ya29.fake-1')
  expect(google.seen.length).toBe(1)
  clock.ms = nowMs + 55 * 60_000
  expect(await Promise.all([token(), token()])).toEqual(['Bearer ya29.fake-2', 'Bearer ya29.fake-2'])
  expect(google.seen.length).toBe(2)
})

test("a person's login is renewed by its refresh token", async () => {
  const google = tokenEndpoint()
  const clouds = cloudsOver(
    JSON.stringify({
      type: 'authorized_user',
      client_id: 'id-1',
      client_secret: 'secret-1',
      refresh_token: '1//refresh',
      token_uri: `${google.url}/t`,
    }),
  )
  expect((await ready('vertex', { ...gemini, clouds })).headers.get('authorization')).toBe('Bearer ya29.fake-1')
  expect(Object.fromEntries(new URLSearchParams(google.seen[0]?.text))).toEqual({
    grant_type: 'refresh_token',
    client_id: 'id-1',
    client_secret: 'secret-1',
    refresh_token: '1//refresh',
  })
})

test('the login that gcloud keeps is found where no file is named', async () => {
  const google = tokenEndpoint()
  const paths: string[] = []
  const clouds = cloudsWith({
    readText: (path) => {
      paths.push(path)
      return Promise.resolve(serviceAccount(`${google.url}/token`))
    },
    fetch: (url, init) => fetch(url, init),
  })
  const settings = { environment: { HOME: '/home/ada' } }
  const { url } = await ready('vertex', { ...gemini, settings, clouds })
  expect(paths).toEqual(['/home/ada/.config/gcloud/application_default_credentials.json'])
  // The project is the file's, the place the one that needs no choice.
  expect(url).toBe(
    'https://aiplatform.googleapis.com/v1/projects/file-project/locations/global/publishers/google/models/gemini-2.5-pro:generateContent',
  )
})

test('a token that is set is used as it is, and nobody is asked for another', async () => {
  const settings = { environment: { ...environment, GOOGLE_VERTEX_ACCESS_TOKEN: 'ya29.static' } }
  expect((await ready('vertex', { ...gemini, settings })).headers.get('authorization')).toBe('Bearer ya29.static')
  const callers = await ready('vertex', { ...gemini, headers: { authorization: 'Bearer ya29.callers' } })
  expect(callers.headers.get('authorization')).toBe('Bearer ya29.callers')
  const google = tokenEndpoint()
  const clouds = cloudsOver(serviceAccount(`${google.url}/token`))
  const foreign = await ready('vertex', { ...gemini, clouds, headers: { 'x-goog-api-key': 'AIzaFAKEfake' } })
  expect(foreign.headers.get('authorization')).toBe('Bearer ya29.fake-1')
  expect(foreign.headers.has('x-goog-api-key')).toBe(false)
})

const withToken = { ...environment, GOOGLE_VERTEX_ACCESS_TOKEN: 'ya29.static' }
const models = 'https://us-east5-aiplatform.googleapis.com/v1/projects/my-project/locations/us-east5/publishers'

test('Claude is asked by rawPredict: no model in the body, the version in it, betas in the header', async () => {
  const asked = {
    settings: { environment: withToken },
    api: 'messages',
    model: 'claude-sonnet-4-5@20250929',
    rest: '?beta=true',
    headers: {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'oauth-2025-04-20,context-1m-2025-08-07,web-search-2025-03-05',
    },
    body: '{"model":"claude-sonnet-4-5@20250929","max_tokens":8, "stream":true,"messages":[]}',
  } as const
  const streamed = await ready('vertex', { ...asked, isStream: true })
  expect(streamed.url).toBe(`${models}/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict`)
  expect(textOf(streamed.body)).toBe(
    '{"anthropic_version":"vertex-2023-10-16","max_tokens":8,"stream":true,"messages":[]}',
  )
  expect(Object.fromEntries(streamed.headers)).toEqual({
    'anthropic-beta': 'context-1m-2025-08-07,web-search-2025-03-05',
    authorization: 'Bearer ya29.static',
  })
  expect(streamed.dropped).toEqual(['oauth-2025-04-20'])
  expect((await ready('vertex', asked)).url).toBe(`${models}/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`)
  const counted = await ready('vertex', { ...asked, api: 'count_tokens' })
  expect(counted.url).toBe(`${models}/anthropic/models/count-tokens:rawPredict`)
  expect(textOf(counted.body)).toContain('"model":"claude-sonnet-4-5@20250929"')
})

test('Gemini streams and counts at its own paths, with the query of the caller', async () => {
  const settings = { environment: withToken }
  const url = async (api: 'stream_generate' | 'gemini_count_tokens', rest: string) =>
    (await ready('vertex', { settings, api, model: 'models/gemini-3.5-flash', rest })).url
  expect(await url('stream_generate', '?alt=sse')).toBe(
    `${models}/google/models/gemini-3.5-flash:streamGenerateContent?alt=sse`,
  )
  expect(await url('gemini_count_tokens', '')).toBe(`${models}/google/models/gemini-3.5-flash:countTokens`)
})

test("other makers' models are asked by Vertex' Chat Completions", async () => {
  const body = '{"model":"meta/llama-4-scout","messages":[]}'
  const prepared = await ready('vertex', {
    settings: { environment: withToken },
    api: 'chat',
    model: 'meta/llama-4-scout',
    body,
  })
  expect(prepared.url).toBe(
    'https://us-east5-aiplatform.googleapis.com/v1/projects/my-project/locations/us-east5/endpoints/openapi/chat/completions',
  )
  expect(textOf(prepared.body)).toBe(body)
  const clouds = cloudsWith()
  const vertex = named(catalogWith(), 'vertex')
  expect(
    ['gemini-2.5-pro', 'claude-opus-4@20250514', 'meta/llama-4-scout'].map((m) => clouds.speaks(vertex, m)),
  ).toEqual([
    { apis: ['generate', 'stream_generate', 'gemini_count_tokens'], form: 'gemini' },
    { apis: ['messages', 'count_tokens'], form: 'anthropic' },
    { apis: ['chat'], form: 'openai-chat' },
  ])
})

test('places have hosts', () => {
  const host = (location: string) =>
    new URL(named(catalogWith({ config: { vertex: { location } } }), 'vertex').baseUrl).host
  expect(['europe-west1', 'global', 'us', 'eu'].map(host)).toEqual([
    'europe-west1-aiplatform.googleapis.com',
    'aiplatform.googleapis.com',
    'aiplatform.us.rep.googleapis.com',
    'aiplatform.eu.rep.googleapis.com',
  ])
})

test("raw paths get the token and keep the rest; Google's errors for Claude are told in its words", async () => {
  const settings = { environment: withToken }
  const rest = '/projects/p/locations/l/endpoints/7:predict?x=1'
  const raw = await ready('vertex', { settings, api: 'raw', isMount: true, rest, method: 'GET' })
  expect(raw.url).toBe(`https://us-east5-aiplatform.googleapis.com/v1${rest}`)
  const provider = named(catalogWith(), 'vertex')
  const error = () =>
    new Response('[{"error":{"code":404,"message":"Publisher model was not found.","status":"NOT_FOUND"}}]', {
      status: 404,
      headers: { 'content-type': 'application/json; charset=UTF-8' },
    })
  const claude = cloudsWith().adapt(error(), { provider, api: 'messages', model: 'claude-x' })
  expect(await claude.text()).toBe(
    '{"type":"error","error":{"type":"not_found_error","message":"Publisher model was not found."}}',
  )
  const own = error()
  expect(cloudsWith().adapt(own, { provider, api: 'generate', model: 'gemini-x' })).toBe(own)
})

test('a refusal says what to set', async () => {
  const bare = await refusal('vertex', { ...gemini, settings: { environment: { GOOGLE_CLOUD_PROJECT: 'p' } } })
  expect([bare.status, bare.message]).toEqual([
    401,
    'There are no credentials for Google Vertex AI. Set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file, run ' +
      '"gcloud auth application-default login", or set GOOGLE_VERTEX_ACCESS_TOKEN.',
  ])
  const settings = { environment: { GOOGLE_VERTEX_ACCESS_TOKEN: 'ya29.static' } }
  const noProject = await refusal('vertex', { ...gemini, settings })
  expect([noProject.status, noProject.message]).toEqual([
    400,
    'The project of Google Vertex AI is not known. Set GOOGLE_CLOUD_PROJECT or providers.vertex.project.',
  ])
})

/** Everything that a message, a log line or a printed error could show. */
const everythingIn = (error: AppError): string => inspect(error, { depth: 9 })

test('a refused exchange is told in a sentence without a secret, and the next request asks again', async () => {
  let status = 400
  const google = serve(() =>
    Response.json({ error: 'invalid_grant', error_description: `bad ${pair.privateKey}` }, { status }),
  )
  const clouds = cloudsOver(serviceAccount(`${google.url}/token`))
  const refused = await refusal('vertex', { ...gemini, clouds })
  expect([refused.code, refused.message]).toEqual([
    'unauthorized',
    "Google's token endpoint refused the credentials (invalid_grant). Check the file that GOOGLE_APPLICATION_CREDENTIALS " +
      'names, or log in again with "gcloud auth application-default login".',
  ])
  expect(everythingIn(refused)).not.toContain('PRIVATE KEY')
  status = 503
  expect((await refusal('vertex', { ...gemini, clouds })).code).toBe('provider-unreachable')
  expect(google.seen.length).toBe(2)
  await google.stop()
  const gone = await refusal('vertex', { ...gemini, clouds })
  expect([gone.code, gone.message]).toEqual([
    'provider-unreachable',
    "Google's token endpoint could not be reached. Try again.",
  ])
})

test('a file that can not be used is told by what it lacks, not by what it holds', async () => {
  const account = JSON.parse(serviceAccount('https://oauth2.googleapis.com/token')) as Record<string, unknown>
  const told = async (fields: unknown) =>
    (await refusal('vertex', { ...gemini, clouds: cloudsOver(JSON.stringify(fields)) })).message
  expect(await told({ ...account, client_email: undefined })).toBe(
    'The Google credentials file has no client_email. GOOGLE_APPLICATION_CREDENTIALS names it.',
  )
  expect(await told({ ...account, type: 'external_account' })).toContain(
    'neither a service account nor an authorized user',
  )
  expect(await told({ ...account, token_uri: 'http://evil.example/token' })).toContain(
    'token_uri that is no https:// URL',
  )
  expect(await told({ ...account, private_key: 'FAKE PRIVATE KEY' })).toBe(
    'The private_key of the Google credentials file can not be read as a PKCS #8 key.',
  )
  const noJson = await refusal('vertex', { ...gemini, clouds: cloudsOver('{"private_key":"FAKE-secret') })
  expect(everythingIn(noJson)).not.toContain('FAKE-secret')
})
