/** Bad input: a clear 4xx in the shape that the caller's client reads, nothing sent to anybody, and a row. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { keyVariables, startEveryone, type Everyone } from '../support/everyone.ts'
import { json } from '../support/provider.ts'
import { rawRequest } from '../support/raw-client.ts'
import { anthropicReply } from '../support/replies.ts'

let all: Everyone
beforeAll(async () => {
  all = await startEveryone(() => json(anthropicReply), { variables: keyVariables })
})
afterAll(() => all.stop())

type Api = 'anthropic' | 'chat' | 'responses' | 'embeddings' | 'gemini'

const targets: Readonly<Record<Api, string>> = {
  anthropic: '/v1/messages',
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  embeddings: '/v1/embeddings',
  gemini: '/v1beta/models/gemini-2.5-flash:generateContent',
}
const apis = Object.keys(targets) as Api[]
const withModelInBody = apis.filter((api) => api !== 'gemini')

/** The whole body of an error, typed by hand for each dialect. */
function errorBody(api: Api, status: 400 | 404 | 405, message: unknown): unknown {
  const openAiCode = { 400: null, 404: 'not_found', 405: 'method_not_supported' }[status]
  const googleStatus = status === 404 ? 'NOT_FOUND' : 'INVALID_ARGUMENT'
  switch (api) {
    case 'anthropic': {
      const type = status === 404 ? 'not_found_error' : 'invalid_request_error'
      return { type: 'error', error: { type, message } }
    }
    case 'gemini':
      return { error: { code: status, message, status: googleStatus } }
    default:
      return { error: { message, type: 'invalid_request_error', param: null, code: openAiCode } }
  }
}

const ask = (target: string, body: Uint8Array | string, method = 'POST') =>
  rawRequest(all.relay.port, { method, target, headers: [['content-type', 'application/json']], body })

/** Asks, and checks all that a refusal is. */
async function expectRefusal(api: Api, status: 400 | 404 | 405, message: unknown, asked: ReturnType<typeof ask>) {
  const before = all.seen.length
  const response = await asked
  expect(response.status).toBe(status)
  expect(response.get('content-type')).toBe('application/json')
  expect(JSON.parse(response.text)).toEqual(errorBody(api, status, message) as Record<string, unknown>)
  expect(response.get('x-relayplane-request-id')).toBe(String(all.relay.lastRow()['id']))
  expect(all.seen).toHaveLength(before)
  expect(all.relay.lastRow()).toMatchObject({
    outcome: 'refused',
    status,
    provider: null,
    routed_model: null,
    cost_status: 'none',
    cost_nano_usd: 0,
    input_tokens: null,
  })
  return response
}

describe.each(apis)('at %s', (api) => {
  const target = targets[api]
  test.each([
    ['is empty', '', 'The request body is empty. Send a JSON object.'],
    ['is no JSON', 'model=x', 'The request body is not valid JSON.'],
    ['is half of its JSON', '{"model":"gpt-4o-mini","messages":[', 'The request body is not valid JSON.'],
    ['is an array', '[{"model":"x"}]', 'The request body must be a JSON object.'],
    ['is null', 'null', 'The request body must be a JSON object.'],
    ['is a word', '"gpt-4o-mini"', 'The request body must be a JSON object.'],
  ])('a body that %s', (_what, body, message) => expectRefusal(api, 400, message, ask(target, body)))

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('a %s', (method) =>
    expectRefusal(
      api,
      405,
      expect.stringContaining(`not ${method}`),
      ask(target, method === 'OPTIONS' ? '' : '{}', method),
    ),
  )
})

// OpenAI lists stored completions with a GET.
test.each(apis.filter((api) => api !== 'chat'))('a GET at %s, with the methods that are taken', async (api) => {
  const message = expect.stringContaining('takes POST, not GET')
  const response = await expectRefusal(api, 405, message, ask(targets[api], '', 'GET'))
  expect(response.get('allow')).toContain('POST')
})

describe.each(withModelInBody)('the model at %s', (api) => {
  const noModel = 'The request names no model. Set "model" to a model name (a string).'
  test.each(['{}', '{"model":null}', '{"model":5}', '{"model":["gpt-4o-mini"]}', '{"model":""}', '{"messages":[]}'])(
    'is not one in %s',
    (body) => expectRefusal(api, 400, noModel, ask(targets[api], body)),
  )
})

describe('an unknown model', () => {
  test.each([
    ['anthropic', 'gpt4o-mini', 'gpt-4o-mini'],
    ['chat', 'gemni-2.5-flash', 'gemini-2.5-flash'],
    ['responses', 'gpt5', 'gpt-5'],
    ['embeddings', 'txt-embedding-3-small', 'text-embedding-3-small'],
  ] as const)('at %s is a 404 that names near ones: %s, %s', async (api, model, near) => {
    const message = expect.stringContaining(near)
    await expectRefusal(api, 404, message, ask(targets[api], JSON.stringify({ model, stream: true })))
    expect(all.relay.lastRow()).toMatchObject({ requested_model: model, is_stream: 1, error_code: 'not-found' })
  })

  test('at Gemini, whose model stands in the path', async () => {
    const asked = ask('/v1beta/models/gemni-2.5-flash:streamGenerateContent?alt=sse', '{"contents":[]}')
    await expectRefusal('gemini', 404, expect.stringContaining('gemini-2.5-flash'), asked)
    expect(all.relay.lastRow()).toMatchObject({ requested_model: 'gemni-2.5-flash', is_stream: 1 })
  })

  test('with nothing near is a 404 all the same, and a long name is cut', async () => {
    const model = 'q'.repeat(5000)
    const { text } = await expectRefusal('chat', 404, expect.any(String), ask(targets.chat, JSON.stringify({ model })))
    expect(text.length).toBeLessThan(600)
    expect(text).not.toContain('Did you mean')
  })

  test('whose path can’t be decoded is a 404, not a fault', async () => {
    await expectRefusal('gemini', 404, expect.any(String), ask('/v1beta/models/50%zz:generateContent', '{}'))
    expect(all.relay.lastRow()).toMatchObject({ requested_model: '50%zz', bypass: null })
  })
})

describe('a known model at a provider that does not speak this API', () => {
  test.each([
    ['embeddings', 'claude-sonnet-4-5', 'which has nothing like /v1/embeddings.'],
    ['embeddings', 'grok-4', 'It answers at /v1/chat/completions, /v1/responses or /v1/messages.'],
  ] as const)('%s, %s: a 400 that names where it is to be had', (api, model, part) =>
    expectRefusal(api, 400, expect.stringContaining(part), ask(targets[api], JSON.stringify({ model }))),
  )
})

describe('a path that is nobody’s', () => {
  test.each(['/', '/nothing', '/v1', '/v2x/messages', '/nobody/v1/messages', '//'])('%s is a 404', async (target) => {
    await expectRefusal('chat', 404, expect.stringContaining('The LLM API is under /v1'), ask(target, '{}'))
  })

  test('below the other port is a 404 too', async () => {
    const response = await fetch(`${all.relay.apiUrl}/nothing`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } })
  })

  test.each(['/v1/files/..%2f..%2fadmin', '/v1/files/%2e%2e%2fx', '/v1/files/..%5cx', '/groq/v1/..%2F'])(
    'with dot segments is refused: %s',
    (target) => expectRefusal('chat', 400, expect.stringContaining('dot segments'), ask(target, '{}')),
  )
})

test('a refusal leaves the connection open for the next request', async () => {
  const body = '{"model":"claude-sonnet-4-5","messages":[]}'
  for (let round = 0; round < 3; round++) {
    const refused = await fetch(`${all.relay.url}/v1/messages`, { method: 'POST', body: 'x'.repeat(200_000) })
    expect(refused.status).toBe(400)
    const nowhere = await fetch(`${all.relay.url}/nothing`, { method: 'POST', body: 'x'.repeat(200_000) })
    expect(nowhere.status).toBe(404)
    const fine = await fetch(`${all.relay.url}/v1/messages`, { method: 'POST', body })
    expect([fine.status, await fine.text()]).toEqual([200, JSON.stringify(anthropicReply)])
  }
})
