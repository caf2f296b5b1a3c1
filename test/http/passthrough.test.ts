import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { scriptedProvider, json, sse, type ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { anthropicFrames, anthropicReply } from '../support/replies.ts'

const key = 'sk-ant-api03-not-a-real-key-000000'
let provider: ScriptedProvider
let relay: Relay

beforeAll(async () => {
  provider = scriptedProvider(({ text }) =>
    text.includes('"stream":true')
      ? sse(anthropicFrames)
      : json(anthropicReply, { headers: { 'request-id': 'req_9' } }),
  )
  relay = await startRelay({ providers: { anthropic: provider.url } })
})
afterAll(async () => {
  await relay.stop()
  await provider.stop()
})

const ask = (body: string, path = '/v1/messages') =>
  fetch(relay.url + path, {
    method: 'POST',
    body,
    headers: { 'x-api-key': key, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
  })

describe('a message at Anthropic', () => {
  test('as JSON: bytes through, a row with usage and the exact cost, the cost in a header', async () => {
    const body = '{"model":"claude-sonnet-4-5","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}'
    const response = await ask(body, '/v1/messages?beta=true')
    expect(await response.text()).toBe(JSON.stringify(anthropicReply))
    expect(provider.seen.at(-1)).toMatchObject({ target: '/v1/messages?beta=true', text: body })
    expect(response.headers.get('x-relayplane-cost-usd')).toBe('0.006')
    expect(relay.lastRow()).toMatchObject({
      endpoint: 'messages',
      provider: 'anthropic',
      routed_model: 'claude-sonnet-4-5',
      served_model: 'claude-sonnet-4-5-20250929',
      outcome: 'complete',
      status: 200,
      input_tokens: 1000,
      output_tokens: 200,
      cost_status: 'priced',
      cost_nano_usd: 6_000_000,
      billing: 'metered',
      upstream_request_id: 'req_9',
      is_stream: 0,
    })
  })

  test('as a stream: the same frames, and the row is there when the last one arrives', async () => {
    const body =
      '{"model":"claude-sonnet-4-5","max_tokens":10,"stream":true,"messages":[{"role":"user","content":"hi"}]}'
    const before = relay.rows('SELECT 1 FROM requests').length
    const response = await ask(body)
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk)
      if (text.includes('message_stop')) expect(relay.rows('SELECT 1 FROM requests')).toHaveLength(before + 1)
    }
    expect(text).toBe(anthropicFrames.join(''))
    expect(relay.lastRow()).toMatchObject({
      outcome: 'complete',
      is_stream: 1,
      input_tokens: 1000,
      output_tokens: 200,
      cost_nano_usd: 6_000_000,
    })
  })
})
