/** Bedrock: paths and bodies by model, signatures that AWS would take, keys, and what is said when something is missing. */
import { afterEach, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { scriptedProvider, type ScriptedProvider, type Seen } from '../../support/provider.ts'
import { catalogWith, named } from '../support.ts'
import { expectedAuthorization } from './aws-signature.ts'
import { cloudsWith, nowMs, prepare, ready, refusal, send, textOf, type CloudAsk } from './support.ts'

const keys = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const environment = { AWS_ACCESS_KEY_ID: keys.id, AWS_SECRET_ACCESS_KEY: keys.secret, AWS_REGION: 'eu-west-3' }
const haiku = 'anthropic.claude-3-haiku-20240307-v1:0'

let server: ScriptedProvider | null = null
afterEach(async () => {
  await server?.stop()
  server = null
})

async function sentToMock(asked: CloudAsk): Promise<Seen> {
  const mock = scriptedProvider(() => Response.json({}))
  server = mock
  const settings = {
    ...asked.settings,
    environment: { ...environment, ...asked.settings?.environment, RELAYPLANE_BEDROCK_BASE_URL: mock.url },
  }
  const response = await send(await ready('bedrock', { ...asked, settings }), asked.method)
  expect(response.status).toBe(200)
  const [seen] = mock.seen
  if (seen === undefined) throw new Error('nothing arrived')
  return seen
}

const expectedFor = (seen: Seen, region = 'eu-west-3', withKeys = keys): string => {
  const [path = '', query = ''] = seen.target.split('?')
  const header = (name: string) => seen.headers.get(name)
  return expectedAuthorization({ method: seen.method, path, query, header, body: seen.body }, withKeys, {
    region,
    service: 'bedrock',
  })
}

test("the tests' own signing gives the signature that AWS publishes for its first example", () => {
  const header = (name: string) =>
    ({
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: 'SignedHeaders=host;x-amz-date,',
    })[name] ?? null
  const received = { method: 'GET', path: '/', query: '', header, body: new Uint8Array() }
  expect(expectedAuthorization(received, keys, { region: 'us-east-1', service: 'service' })).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
      'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  )
})

test('a request for Claude is signed over what arrives: path, host, time and body', async () => {
  const seen = await sentToMock({
    model: haiku,
    body: '{"model":"x","max_tokens":9,"messages":[]}',
    headers: { 'user-agent': 'claude-cli/2', accept: '*/*', 'x-custom': 'a  b' },
  })
  expect(seen.target).toBe('/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke')
  expect(seen.headers.get('x-amz-date')).toBe('20150830T123600Z')
  expect(seen.headers.get('authorization')).toStartWith(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-3/bedrock/aws4_request, SignedHeaders=host;x-amz-date, ',
  )
  expect(seen.headers.get('authorization')).toBe(expectedFor(seen))
  expect(seen.headers.get('x-custom')).toBe('a  b')
})

test('the signature is over this body: another one would not fit', async () => {
  const seen = await sentToMock({ model: haiku, body: '{"messages":[]}' })
  expect(expectedFor({ ...seen, body: Buffer.from('{"messages":[1]}') })).not.toBe(seen.headers.get('authorization'))
})

test('temporary keys bring their session token, and sign it', async () => {
  const seen = await sentToMock({
    model: haiku,
    settings: { environment: { AWS_SESSION_TOKEN: 'FAKE/session+token==' } },
  })
  expect(seen.headers.get('x-amz-security-token')).toBe('FAKE/session+token==')
  expect(seen.headers.get('authorization')).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token')
  expect(seen.headers.get('authorization')).toBe(expectedFor(seen))
})

test('an ARN is one segment of the path, and is signed as one', async () => {
  const arn = 'arn:aws:bedrock:eu-west-3:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0'
  const seen = await sentToMock({ model: arn, isStream: true })
  expect(seen.target).toBe(
    '/model/arn%3Aaws%3Abedrock%3Aeu-west-3%3A123456789012%3Ainference-profile%2Feu.anthropic.claude-sonnet-4-5-20250929-v1%3A0' +
      '/invoke-with-response-stream',
  )
  expect(seen.headers.get('authorization')).toBe(expectedFor(seen))
  expect(seen.headers.get('accept')).toBe('application/vnd.amazon.eventstream')
})

test('other models are asked by Converse, with the body as it was written', async () => {
  const body = '{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}'
  const model = 'us.amazon.nova-lite-v1:0'
  const whole = await sentToMock({ model, api: 'converse', body })
  expect([whole.target, whole.text]).toEqual(['/model/us.amazon.nova-lite-v1%3A0/converse', body])
  expect(whole.headers.get('authorization')).toBe(expectedFor(whole))
  await server?.stop()
  const streamed = await sentToMock({ model, api: 'converse', body, isStream: true })
  expect(streamed.target).toBe('/model/us.amazon.nova-lite-v1%3A0/converse-stream')
})

test("the model's own form is told by its id", () => {
  const bedrock = named(catalogWith({ environment }), 'bedrock')
  const clouds = cloudsWith()
  const forms = [
    haiku,
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
    'amazon.nova-pro-v1:0',
    'us.meta.llama4-scout-17b-instruct-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3',
    'openai.gpt-oss-120b-1:0',
  ].map((model) => clouds.speaks(bedrock, model)?.form)
  expect(forms).toEqual(['anthropic', 'anthropic', 'anthropic', 'converse', 'converse', 'converse', 'converse'])
  expect(clouds.speaks(bedrock, haiku)?.apis).toEqual(['messages'])
  expect(clouds.speaks(named(catalogWith(), 'groq'), haiku)).toBeNull()
})

test('model and stream leave the body, the version joins it, and every other member keeps its bytes', async () => {
  const { body, headers, dropped } = await ready('bedrock', {
    settings: { environment },
    model: haiku,
    isStream: true,
    headers: {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'claude-code-20250219,oauth-2025-04-20, context-1m-2025-08-07,advanced-tool-use-2025-11-20',
    },
    body: '{ "model":"a", "max_tokens" : 1.0,\n "stream":true,"metadata":{"stream":true, "id":12345678901234567890},"temperature":1e0 }',
  })
  expect(textOf(body)).toBe(
    '{"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["context-1m-2025-08-07","tool-search-tool-2025-10-19"],' +
      '"max_tokens" : 1.0,"metadata":{"stream":true, "id":12345678901234567890},"temperature":1e0}',
  )
  expect(dropped).toEqual(['claude-code-20250219', 'oauth-2025-04-20'])
  expect([headers.get('anthropic-version'), headers.get('anthropic-beta')]).toEqual([null, null])
})

test('a body that names its version and betas itself keeps them', async () => {
  const body = '{"anthropic_version":"bedrock-2099-01-01","anthropic_beta":["x-1"],"messages":[]}'
  const prepared = await ready('bedrock', {
    settings: { environment },
    model: haiku,
    headers: { 'anthropic-beta': 'context-1m-2025-08-07' },
    body,
  })
  expect(textOf(prepared.body)).toBe(body)
  expect(
    textOf((await ready('bedrock', { settings: { environment }, model: haiku, body: '{"model":"m"}' })).body),
  ).toBe('{"anthropic_version":"bedrock-2023-05-31"}')
})

test('a Bedrock API key goes as a bearer, before any other credential, and nothing is signed', async () => {
  const { url, headers } = await ready('bedrock', {
    settings: { environment: { ...environment, AWS_BEARER_TOKEN_BEDROCK: 'ABSKfakefakefake' } },
    model: haiku,
  })
  expect(url).toBe(
    'https://bedrock-runtime.eu-west-3.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke',
  )
  expect(headers.get('authorization')).toBe('Bearer ABSKfakefakefake')
  expect(headers.has('x-amz-date')).toBe(false)
})

test("a caller's own Bedrock key is used as it is; another vendor's key and a placeholder are not", async () => {
  const own = await ready('bedrock', {
    settings: { environment },
    model: haiku,
    headers: { 'x-api-key': 'ABSKcallercaller' },
  })
  expect(own.headers.get('authorization')).toBe('Bearer ABSKcallercaller')
  expect(own.headers.has('x-api-key')).toBe(false)
  for (const headers of [
    { 'x-api-key': 'sk-ant-api03-FAKE' },
    { authorization: 'Bearer sk-proj-FAKE' },
    { 'x-api-key': 'dummy' },
    { authorization: 'Bearer sk-local', cookie: 'a=b' },
  ]) {
    const other = await ready('bedrock', { settings: { environment }, model: haiku, headers })
    expect(other.headers.get('authorization')).toStartWith('AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/')
    expect(JSON.stringify([...other.headers])).not.toContain('sk-')
    expect(other.headers.has('x-api-key')).toBe(false)
    expect(other.headers.has('cookie')).toBe(false)
  }
})

test("a raw path is signed anew: a caller's signature was over this host, not over AWS's", async () => {
  const seen = await sentToMock({
    api: 'raw',
    isMount: true,
    rest: '/model/amazon.titan-embed-text-v2%3A0/invoke?x=1',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDCALLER/20150830/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00',
      'x-amz-date': '20150830T000000Z',
      'x-amz-security-token': 'callers',
    },
    body: '{"inputText":"Hi"}',
  })
  expect(seen.target).toBe('/model/amazon.titan-embed-text-v2%3A0/invoke?x=1')
  expect(seen.headers.get('authorization')).toBe(expectedFor(seen))
  expect(seen.headers.has('x-amz-security-token')).toBe(false)
  expect(seen.text).toBe('{"inputText":"Hi"}')
})

const profiles = `[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = defaultsecret

# a comment
[work]
aws_access_key_id=AKIDWORK
aws_secret_access_key=work/secret+1
aws_session_token = worktoken
[empty]
region = us-east-1
`

test('without keys in the environment the profile of the shared credentials file signs', async () => {
  const read: string[] = []
  let clock = nowMs
  const readText = (path: string) => {
    read.push(path)
    return Promise.resolve(profiles)
  }
  const clouds = cloudsWith({ readText, now: () => clock })
  const signer = async (extra: Readonly<Record<string, string>>) => {
    const settings = { environment: { AWS_REGION: 'us-east-1', HOME: '/home/ada', ...extra } }
    const { headers } = await ready('bedrock', { clouds, settings, model: haiku })
    return [/Credential=(\w+)/.exec(headers.get('authorization') ?? '')?.[1], headers.get('x-amz-security-token')]
  }
  expect(await signer({})).toEqual(['AKIDDEFAULT', null])
  expect(await signer({ AWS_PROFILE: 'work' })).toEqual(['AKIDWORK', 'worktoken'])
  // Read once for both; again later, since tools that log in write to it.
  expect(read).toEqual(['/home/ada/.aws/credentials'])
  clock += 60_000
  expect(await signer({ AWS_PROFILE: 'work' })).toEqual(['AKIDWORK', 'worktoken'])
  expect(read.length).toBe(2)
  expect(await signer({ AWS_SHARED_CREDENTIALS_FILE: '/etc/aws' })).toEqual(['AKIDDEFAULT', null])
  expect(read[2]).toBe('/etc/aws')
  const missing = await refusal('bedrock', {
    clouds,
    settings: { environment: { AWS_REGION: 'us-east-1', HOME: '/home/ada', AWS_PROFILE: 'empty' } },
    model: haiku,
  })
  expect([missing.code, missing.message]).toEqual([
    'unauthorized',
    'There are no credentials for AWS Bedrock. Set AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ' +
      'or put keys for the profile "empty" into the shared credentials file.',
  ])
})

test('a refusal says which variable to set', async () => {
  const noRegion = await refusal('bedrock', {
    settings: { environment: { AWS_ACCESS_KEY_ID: keys.id, AWS_SECRET_ACCESS_KEY: keys.secret } },
    model: haiku,
  })
  expect([noRegion.status, noRegion.message]).toEqual([
    400,
    'The AWS region of Bedrock is not known. Set AWS_REGION or providers.bedrock.region.',
  ])
  const noKeys = await refusal('bedrock', { settings: { environment: { AWS_REGION: 'us-east-1' } }, model: haiku })
  expect([noKeys.status, noKeys.message]).toEqual([
    401,
    'There are no credentials for AWS Bedrock. Set AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ])
})

test('the region comes from the environment, else from the config, and is a word or nothing', async () => {
  const region = async (config: string, variables: Readonly<Record<string, string>>) => {
    const environmentHere = { AWS_BEARER_TOKEN_BEDROCK: 'ABSKfakefakefake', ...variables }
    const settings = { config: { bedrock: { region: config } }, environment: environmentHere }
    return new URL((await ready('bedrock', { settings, model: haiku })).url).host
  }
  expect(await region('us-west-2', {})).toBe('bedrock-runtime.us-west-2.amazonaws.com')
  expect(await region('us-west-2', { AWS_REGION: 'eu-north-1' })).toBe('bedrock-runtime.eu-north-1.amazonaws.com')
  expect(await region('us-west-2', { AWS_DEFAULT_REGION: 'ap-south-1' })).toBe(
    'bedrock-runtime.ap-south-1.amazonaws.com',
  )
  const catalog = catalogWith({ environment: { AWS_REGION: 'evil.example/#' } })
  expect(catalog.problems).toEqual(['AWS_REGION: expected letters, digits, dots, colons and dashes.'])
  expect(named(catalog, 'bedrock').baseUrl).toBe('https://bedrock-runtime.{region}.amazonaws.com')
})

test('no secret shows when a provider is printed, or in a refusal', async () => {
  const settings = { environment: { ...environment, AWS_SESSION_TOKEN: 'FAKEsession' } }
  const provider = named(catalogWith(settings), 'bedrock')
  const refused = await prepare('bedrock', {
    settings: { environment: { ...settings.environment, AWS_REGION: '' } },
    model: haiku,
  })
  for (const text of [JSON.stringify(provider), inspect(provider, { depth: 9 }), inspect(refused)]) {
    expect(text).not.toContain(keys.secret)
    expect(text).not.toContain('FAKEsession')
  }
})
