/** Which key reaches whom, through the whole program; and that no key is written anywhere. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fakeKeys, keyVariables, startEveryone, type Everyone, type ProviderName } from '../support/everyone.ts'
import { json, scriptedProvider } from '../support/provider.ts'
import { anthropicReply, chatReply, geminiReply } from '../support/replies.ts'

const answer = ({ target }: { target: string }) => {
  if (target.includes('echo')) return json({}, { headers: { 'request-id': `req_for_${fakeKeys.anthropic}` } })
  if (target.includes('messages')) return json(anthropicReply)
  return json(target.includes('generateContent') ? geminiReply : chatReply)
}

/** Keys of the configuration, told apart from those that callers bring. */
const configured = Object.fromEntries(Object.entries(keyVariables).map(([name, key]) => [name, `${key}99`]))
const configuredKey = (provider: ProviderName): string =>
  configured[provider === 'google' ? 'GEMINI_API_KEY' : `${provider.toUpperCase()}_API_KEY`] ?? ''

let keyed: Everyone
let keyless: Everyone
beforeAll(async () => {
  ;[keyed, keyless] = await Promise.all([startEveryone(answer, { variables: configured }), startEveryone(answer)])
})
afterAll(() => Promise.all([keyed.stop(), keyless.stop()]))

const post = (all: Everyone, path: string, headers: Record<string, string>, body: unknown) =>
  fetch(all.relay.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

const message = (all: Everyone, headers: Record<string, string>, model = 'claude-sonnet-4-5') =>
  post(all, '/v1/messages', headers, { model, messages: [] })
const chat = (all: Everyone, headers: Record<string, string>, model: string) =>
  post(all, '/v1/chat/completions', headers, { model, messages: [] })
const gemini = (all: Everyone, headers: Record<string, string>, query = '') =>
  post(all, `/v1beta/models/gemini-2.5-flash:generateContent${query}`, headers, { contents: [] })

const credentialsOf = (headers: Headers) =>
  Object.fromEntries(
    ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'cookie', 'chatgpt-account-id'].flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )

describe('a caller’s key of the provider’s own shape goes as it is, whatever is configured', () => {
  test.each([
    ['x-api-key', fakeKeys.anthropic ?? ''],
    ['authorization', `Bearer ${fakeKeys.anthropic}`],
  ])('to Anthropic in %s', async (header, value) => {
    for (const all of [keyed, keyless]) {
      expect((await message(all, { [header]: value })).status).toBe(200)
      expect(credentialsOf(all.last().headers)).toEqual({ [header]: value })
      expect(all.relay.lastRow()).toMatchObject({ billing: 'metered' })
    }
  })

  test('a Claude plan’s token too, and the row is of a subscription', async () => {
    const login = { authorization: 'Bearer sk-ant-oat01-FAKE', 'anthropic-beta': 'oauth-2025-04-20' }
    expect((await message(keyed, login)).status).toBe(200)
    expect(credentialsOf(keyed.last().headers)).toEqual({ authorization: 'Bearer sk-ant-oat01-FAKE' })
    expect(keyed.last().headers.get('anthropic-beta')).toBe('oauth-2025-04-20')
    expect(keyed.relay.lastRow()).toMatchObject({ billing: 'subscription', cost_nano_usd: 6_000_000 })
  })
})

describe('a placeholder gives way to the configured key', () => {
  test.each([
    ['x-api-key', 'dummy'],
    ['authorization', 'Bearer sk-local'],
    ['authorization', 'Bearer'],
    ['x-api-key', 'your-api-key-here'],
  ])('%s: %s', async (header, value) => {
    expect((await message(keyed, { [header]: value })).status).toBe(200)
    expect(credentialsOf(keyed.last().headers)).toEqual({ 'x-api-key': configuredKey('anthropic') })
  })

  test('and so does no key at all', async () => {
    expect((await chat(keyed, {}, 'gpt-4o-mini')).status).toBe(200)
    expect(credentialsOf(keyed.last().headers)).toEqual({ authorization: `Bearer ${configuredKey('openai')}` })
    expect((await gemini(keyed, {})).status).toBe(200)
    expect(credentialsOf(keyed.last().headers)).toEqual({ 'x-goog-api-key': configuredKey('google') })
  })
})

describe('without any key', () => {
  test.each([
    ['anthropic', 'claude-sonnet-4-5', 'ANTHROPIC_API_KEY'],
    ['openai', 'gpt-4o-mini', 'OPENAI_API_KEY'],
    ['groq', 'groq/openai/gpt-oss-120b', 'GROQ_API_KEY'],
    ['openrouter', 'openrouter/x-ai/grok-4', 'OPENROUTER_API_KEY'],
  ])('%s is not asked; the answer is a 401 that names the variable', async (provider, model, variable) => {
    const before = keyless.seen.length
    const response = await (provider === 'anthropic' ? message(keyless, {}, model) : chat(keyless, {}, model))
    expect(response.status).toBe(401)
    const { error } = (await response.json()) as { error: { message: string; type: string } }
    expect(error.message).toContain(`Set ${variable}`)
    expect(error.type).toBe(provider === 'anthropic' ? 'authentication_error' : 'invalid_request_error')
    expect(keyless.seen).toHaveLength(before)
    expect(keyless.relay.lastRow()).toMatchObject({ outcome: 'refused', status: 401, error_code: 'unauthorized' })
  })

  test('Gemini says it in Google’s words', async () => {
    const response = await gemini(keyless, {})
    expect(await response.json()).toMatchObject({ error: { code: 401, status: 'UNAUTHENTICATED' } })
  })

  test('a server of one’s own needs none', async () => {
    expect((await chat(keyless, {}, 'ollama/llama3.2:3b')).status).toBe(200)
    expect(credentialsOf(keyless.last().headers)).toEqual({})
    expect(keyless.relay.lastRow()).toMatchObject({ billing: 'local', provider: 'ollama' })
  })
})

describe('a key never reaches another provider', () => {
  const models: Readonly<Partial<Record<ProviderName, string>>> = {
    anthropic: 'anthropic/claude-sonnet-4-5',
    openai: 'openai/gpt-4o-mini',
    google: 'google/gemini-2.5-flash',
    xai: 'xai/grok-4',
    deepseek: 'deepseek/deepseek-chat',
    mistral: 'mistral/mistral-small-latest',
    groq: 'groq/openai/gpt-oss-120b',
    together: 'together/Qwen/Qwen3-8B',
    fireworks: 'fireworks/accounts/fireworks/models/kimi-k2',
    perplexity: 'perplexity/sonar',
    openrouter: 'openrouter/x-ai/grok-4',
  }
  const vendors = Object.keys(models) as ProviderName[]

  test.each(vendors)('%s sees its own and no other, in whatever header the caller puts them', async (vendor) => {
    for (const owner of vendors.filter((other) => other !== vendor)) {
      const foreign = fakeKeys[owner] ?? ''
      const brought = {
        authorization: `Bearer ${foreign}`,
        'x-api-key': foreign,
        'x-goog-api-key': foreign,
        'api-key': foreign,
        cookie: `session=${foreign}`,
      }
      expect((await chat(keyed, brought, models[vendor] ?? '')).status).toBe(200)
      const { provider, headers, target } = keyed.last()
      const seen = [...headers].map(([, value]) => value).join('\n') + target
      expect([owner, provider, seen.includes(foreign)]).toEqual([owner, vendor, false])
      expect(seen).toContain(configuredKey(vendor))
      for (const other of vendors.filter((one) => one !== vendor)) expect(seen).not.toContain(configuredKey(other))
    }
  })

  test('and where its own is missing, the 401 says whose it is and not what it is', async () => {
    const response = await chat(keyless, { authorization: `Bearer ${fakeKeys.openai}` }, models.groq ?? '')
    expect(response.status).toBe(401)
    const text = await response.text()
    expect(text).toContain("looks like OpenAI's, so it was not sent there")
    expect(text).not.toContain(fakeKeys.openai ?? '')
  })

  test('a ChatGPT login stays with ChatGPT', async () => {
    const login = { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJmYWtlIjoxfQ.FAKE', 'chatgpt-account-id': 'acc-FAKE' }
    expect((await chat(keyed, login, 'groq/openai/gpt-oss-120b')).status).toBe(200)
    expect(credentialsOf(keyed.last().headers)).toEqual({ authorization: `Bearer ${configuredKey('groq')}` })
  })

  test('a cookie goes only to the mount that is named', async () => {
    await message(keyed, { cookie: 'a=1' })
    expect(credentialsOf(keyed.last().headers)).not.toHaveProperty('cookie')
    await post(keyed, '/anthropic/v1/messages', { cookie: 'a=1' }, { model: 'claude-sonnet-4-5' })
    expect(credentialsOf(keyed.last().headers)).toHaveProperty('cookie', 'a=1')
  })
})

describe('Gemini’s key in the URL', () => {
  test('moves into the header, and the rest of the query stays', async () => {
    const response = await gemini(keyed, {}, `?alt=json&key=${fakeKeys.google}&x=%20y`)
    expect(response.status).toBe(200)
    expect(keyed.last().target).toBe('/v1beta/models/gemini-2.5-flash:generateContent?alt=json&x=%20y')
    expect(credentialsOf(keyed.last().headers)).toEqual({ 'x-goog-api-key': fakeKeys.google ?? '' })
  })

  test('that is a placeholder goes, and the configured one takes its place', async () => {
    expect((await gemini(keyed, {}, '?key=dummy')).status).toBe(200)
    expect(keyed.last().target).toBe('/v1beta/models/gemini-2.5-flash:generateContent')
    expect(credentialsOf(keyed.last().headers)).toEqual({ 'x-goog-api-key': configuredKey('google') })
  })

  test('that is another vendor’s is not passed on', async () => {
    expect((await gemini(keyed, {}, `?key=${fakeKeys.openai}`)).status).toBe(200)
    expect(keyed.last().target).not.toContain('key=')
    expect(credentialsOf(keyed.last().headers)).toEqual({ 'x-goog-api-key': configuredKey('google') })
  })
})

test('a redirect is the client’s to follow: no key goes where it points', async () => {
  const elsewhere = scriptedProvider(() => json({}))
  const moved = await startEveryone(
    () => new Response('moved', { status: 307, headers: { location: elsewhere.url } }),
    {
      variables: configured,
    },
  )
  const response = await fetch(`${moved.relay.url}/v1/messages`, {
    method: 'POST',
    body: '{"model":"claude-sonnet-4-5"}',
    redirect: 'manual',
  })
  expect([response.status, response.headers.get('location')]).toEqual([307, elsewhere.url])
  expect(await response.text()).toBe('moved')
  expect(elsewhere.seen).toEqual([])
  await moved.stop()
  await elsewhere.stop()
})

test('no key is in any file of the home, nor in the log', async () => {
  // After all that the tests above have sent; and an error of a provider that repeats the key.
  await chat(keyed, { authorization: `Bearer ${fakeKeys.openai}` }, 'no-such-model')
  // And where a key stands by mistake: as a model, in a path, in the provider's own id of the exchange.
  await chat(keyed, {}, `openai/${fakeKeys.openai}`)
  await chat(keyed, {}, fakeKeys.anthropic ?? '')
  await fetch(`${keyed.relay.url}/v1/files/${fakeKeys.openai}/echo`)
  const secrets = [
    ...Object.values(fakeKeys),
    ...Object.values(configured),
    'sk-ant-oat01-FAKE',
    'eyJhbGciOiJSUzI1NiJ9',
  ]
  for (const { relay } of [keyed, keyless]) {
    expect(relay.rows('SELECT 1 FROM requests').length).toBeGreaterThan(5)
    const files = readdirSync(relay.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.map(({ name }) => name)).toContain('relayplane.db')
    for (const { parentPath, name } of files) {
      const text = readFileSync(join(parentPath, name), 'latin1')
      expect([name, secrets.filter((secret) => text.includes(secret))]).toEqual([name, []])
    }
    expect(secrets.filter((secret) => relay.log().includes(secret))).toEqual([])
  }
})

test('a provider’s error that repeats the key goes to the client alone', async () => {
  const echo = await startEveryone(
    ({ headers }) =>
      json(
        { error: { type: 'invalid_request_error', message: `Bad key ${headers.get('authorization')}` } },
        { status: 401 },
      ),
    { variables: configured },
  )
  const response = await chat(echo, {}, 'gpt-4o-mini')
  expect(response.status).toBe(401)
  expect(await response.text()).toContain(configuredKey('openai'))
  const row = JSON.stringify(echo.relay.rows('SELECT * FROM requests'))
  expect(row).not.toContain(configuredKey('openai'))
  expect(echo.relay.lastRow()).toMatchObject({ outcome: 'failed', error_message: null, cost_nano_usd: 0 })
  await echo.stop()
})
