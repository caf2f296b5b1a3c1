import { afterAll, beforeAll, expect, test } from 'bun:test'
import { rawProvider, type RawProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'

let provider: RawProvider
let relay: Relay

beforeAll(async () => {
  provider = rawProvider((socket, request) => {
    const type = request.includes('"stream":true') ? 'text/event-stream' : 'application/json'
    socket.write(`HTTP/1.1 999 Denied\r\ncontent-type: ${type}\r\ncontent-length: 2\r\n\r\n{}`)
  })
  relay = await startRelay({ providers: { anthropic: provider.url } })
})
afterAll(async () => {
  await relay.stop()
  provider.stop()
})

for (const stream of [false, true]) {
  test(`a status that no client knows is a 502 that says so, ${stream ? 'on a stream' : 'as JSON'}`, async () => {
    const response = await fetch(`${relay.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 1, stream, messages: [] }),
      headers: { 'x-api-key': 'sk-ant-api03-not-a-real-key-000000' },
    })
    expect(response.status).toBe(502)
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'api_error', message: 'anthropic answered with the status 999, which no client knows.' },
    })
    expect(relay.lastRow()).toMatchObject({
      outcome: 'failed',
      status: 502,
      error_code: 'provider-failed',
      cost_nano_usd: 0,
    })
  })
}

test('a 405 says which methods there are', async () => {
  const allow = async (path: string, method: string) =>
    (
      await fetch(relay.url + path, { method, headers: { 'x-api-key': 'sk-ant-api03-not-a-real-key-000000' } })
    ).headers.get('allow')
  expect(await allow('/v1/messages', 'GET')).toBe('POST')
  expect(await allow('/v1/models', 'PUT')).toBe('GET, HEAD')
  expect(await allow('/v1/chat/completions', 'PUT')).toBe('POST, GET, HEAD')
})

test('what we refuse is not to be tried again; what may pass, and what a provider says, is left open', async () => {
  const ask = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(relay.url + path, { method: 'POST', body, headers })
    return [response.status, response.headers.get('x-should-retry')]
  }
  // Clients try a 401 for minutes otherwise.
  expect(await ask('/v1/messages', '{"model":"claude-sonnet-4-5"}', { 'x-api-key': 'sk-local' })).toEqual([
    401,
    'false',
  ])
  expect(await ask('/v1/messages', 'not JSON')).toEqual([400, 'false'])
  const key = { 'x-api-key': 'sk-ant-api03-not-a-real-key-000000' }
  expect(await ask('/v1/messages', '{"model":"claude-sonnet-4-5"}', key)).toEqual([502, null])
})
