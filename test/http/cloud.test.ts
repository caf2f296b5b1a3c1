/** Cloud platforms through the whole relay: each model asked its platform's way, from its own dialect and from others. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chunk, event, exception } from '../providers/cloud/aws-messages.ts'
import { json, sse } from '../support/provider.ts'
import { anthropicFrames, anthropicReply, chatReply, geminiFrames, geminiReply } from '../support/replies.ts'
import { ask, framesIn, headersOf, startTranslating, type Asking, type Translating } from './translating.ts'

let answer: (target: string) => Response | null = () => null
let all: Translating
beforeAll(async () => {
  all = await startTranslating(({ target }) => answer(target) ?? usual(target), { variables: cloudVariables })
})
afterAll(() => all.stop())

const cloudVariables = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'FAKE-secret',
  AWS_REGION: 'us-east-1',
  GOOGLE_CLOUD_PROJECT: 'acme-project',
  GOOGLE_VERTEX_ACCESS_TOKEN: 'ya29.FAKE-vertex',
  AZURE_OPENAI_API_KEY: '0123456789abcdef0123456789abcdef',
}

const converseReply = {
  output: { message: { role: 'assistant', content: [{ text: 'Hallo.' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1000, outputTokens: 200, totalTokens: 1200 },
  metrics: { latencyMs: 10 },
}

const converseEvents = Buffer.concat([
  event('messageStart', { role: 'assistant' }),
  event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hal' } }),
  event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'lo.' } }),
  event('contentBlockStop', { contentBlockIndex: 0 }),
  event('messageStop', { stopReason: 'end_turn' }),
  event('metadata', { usage: converseReply.usage, metrics: { latencyMs: 10 } }),
])

/** The Messages API's events, each in a message of AWS's. */
const invokeEvents = Buffer.concat(anthropicFrames.map((frame) => chunk(/^data: (.*)$/m.exec(frame)?.[1] ?? '')))

const awsStream = (bytes: Uint8Array): Response =>
  new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'aws-1' },
  })

function usual(target: string): Response {
  if (target.endsWith('/invoke') || target.endsWith(':rawPredict')) return json(anthropicReply)
  if (target.endsWith('/invoke-with-response-stream')) return awsStream(invokeEvents)
  if (target.endsWith('/converse')) return json(converseReply)
  if (target.endsWith('/converse-stream')) return awsStream(converseEvents)
  if (target.endsWith(':streamRawPredict')) return sse(anthropicFrames)
  if (target.includes(':streamGenerateContent')) return sse(geminiFrames)
  if (target.includes(':generateContent')) return json(geminiReply)
  return json(chatReply)
}

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const nova = 'us.amazon.nova-pro-v1:0'
const claudePath = '/bedrock/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0'

const said = async (client: Parameters<typeof ask>[1], asking: Asking) => {
  const response = await ask(all, client, asking)
  return { response, text: await response.text(), row: all.relay.lastRow() }
}
const route = (response: Response) => response.headers.get('x-relayplane-route')

describe('Claude on Bedrock', () => {
  test('is invoked with the body as it came, less what stands in the path, and signed', async () => {
    const { response, text, row } = await said('anthropic', { model: `bedrock/${claude}` })
    expect(text).toBe(JSON.stringify(anthropicReply))
    expect(route(response)).toBe('passthrough')
    expect(all.last().target).toBe(`${claudePath}/invoke`)
    expect(all.last().text).toBe(
      '{"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["callers-2026-01-01"],"max_tokens":500,"messages":[{"role":"user","content":"Who are you?"}]}',
    )
    expect(headersOf(all.last())['authorization']).toStartWith('AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/')
    expect(headersOf(all.last())['x-api-key']).toBeUndefined()
    expect(row).toMatchObject({ provider: 'bedrock', translated_to: null, outcome: 'complete', cost_status: 'priced' })
    // A region's profile costs a tenth more: 3.30 and 16.50 USD.
    expect(row['cost_nano_usd']).toBe(6_600_000)
  })

  test('streams server-sent events', async () => {
    const { response, text, row } = await said('anthropic', { model: `bedrock/${claude}`, isStream: true })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(text).toBe(anthropicFrames.join(''))
    expect(all.last().target).toBe(`${claudePath}/invoke-with-response-stream`)
    expect(row).toMatchObject({ outcome: 'complete', output_tokens: 200, upstream_request_id: 'aws-1' })
  })

  test('answers a chat, whole and streamed', async () => {
    const whole = await said('openai-chat', { model: `bedrock/${claude}` })
    expect(JSON.parse(whole.text)).toMatchObject({ choices: [{ message: { content: 'Hello there.' } }] })
    expect(route(whole.response)).toBe('translated')
    expect(JSON.parse(all.last().text)).toMatchObject({ anthropic_version: 'bedrock-2023-05-31' })
    const streamed = await said('openai-chat', { model: `bedrock/${claude}`, isStream: true })
    expect(framesIn(streamed.text).at(-1)).toBe('[DONE]')
    expect(streamed.text).toContain('who are you? ☃')
    expect(streamed.row).toMatchObject({ translated_to: 'anthropic', outcome: 'complete', cost_nano_usd: 6_600_000 })
  })

  test('has no count of its own: estimated for every client', async () => {
    const seen = all.seen.length
    const counted = [
      ['/v1/messages/count_tokens', { model: `bedrock/${claude}`, messages: [{ role: 'user', content: 'Hi' }] }],
      [
        `/v1beta/models/${encodeURIComponent(`bedrock/${claude}`)}:countTokens`,
        { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
      ],
    ] as const
    for (const [path, body] of counted) {
      const response = await fetch(all.relay.url + path, { method: 'POST', body: JSON.stringify(body) })
      expect([path, response.status]).toEqual([path, 200])
      expect(response.headers.get('x-relayplane-estimated')).toBe('tokens')
    }
    expect(all.seen.length).toBe(seen)
  })

  test('a throttled stream is an error of the caller’s dialect', async () => {
    answer = () => awsStream(exception('throttlingException', { message: 'Slow down.' }))
    const { text, row } = await said('openai-chat', { model: `bedrock/${claude}`, isStream: true })
    expect(framesIn(text)).toMatchObject([{ error: { message: 'Slow down.', code: 'rate_limit_exceeded' } }])
    expect(row).toMatchObject({ outcome: 'failed', error_code: 'rate_limit_error' })
    answer = () => null
  })

  test('a refused request is one too', async () => {
    answer = () =>
      json(
        { message: 'Input is too long for requested model.' },
        { status: 400, headers: { 'x-amzn-errortype': 'ValidationException' } },
      )
    const { response, text } = await said('openai-chat', { model: `bedrock/${claude}` })
    expect(response.status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({ error: { message: 'Input is too long for requested model.' } })
    answer = () => null
  })
})

describe.each(['anthropic', 'openai-chat', 'openai-responses', 'gemini'] as const)(
  'Nova on Bedrock for %s',
  (client) => {
    test('is asked by Converse', async () => {
      const whole = await said(client, { model: `bedrock/${nova}` })
      expect(whole.response.status).toBe(200)
      expect(whole.text).toContain('Hallo.')
      expect(route(whole.response)).toBe('translated')
      expect(all.last().target).toBe('/bedrock/model/us.amazon.nova-pro-v1%3A0/converse')
      expect(JSON.parse(all.last().text)).toMatchObject({
        messages: [{ role: 'user', content: [{ text: 'Who are you?' }] }],
      })
      // 0.80 and 3.20 USD.
      expect(whole.row).toMatchObject({ translated_to: 'converse', input_tokens: 1000, cost_nano_usd: 1_440_000 })
    })

    test('and streams', async () => {
      const { response, text, row } = await said(client, { model: `bedrock/${nova}`, isStream: true })
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
      expect(all.last().target).toBe('/bedrock/model/us.amazon.nova-pro-v1%3A0/converse-stream')
      expect(text).toContain('"Hal"')
      expect(text).toContain('"lo."')
      expect(row).toMatchObject({
        translated_to: 'converse',
        outcome: 'complete',
        output_tokens: 200,
        cost_nano_usd: 1_440_000,
      })
    })
  },
)

describe('Vertex', () => {
  const place = '/vertex/projects/acme-project/locations/global/publishers'

  test('passes Messages to Claude', async () => {
    const { text, row } = await said('anthropic', { model: 'vertex/claude-sonnet-4-5@20250929' })
    expect(text).toBe(JSON.stringify(anthropicReply))
    expect(all.last().target).toBe(`${place}/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`)
    expect(headersOf(all.last())['authorization']).toBe('Bearer ya29.FAKE-vertex')
    expect(row).toMatchObject({ provider: 'vertex', translated_to: null, cost_status: 'priced' })
  })

  test('translates a chat for Claude, streamed', async () => {
    const { text, row } = await said('openai-chat', { model: 'vertex/claude-sonnet-4-5@20250929', isStream: true })
    expect(framesIn(text).at(-1)).toBe('[DONE]')
    expect(all.last().target).toBe(`${place}/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict`)
    expect(row).toMatchObject({ translated_to: 'anthropic', outcome: 'complete', output_tokens: 200 })
  })

  test('translates Messages for Gemini, whole and streamed', async () => {
    const whole = await said('anthropic', { model: 'vertex/gemini-2.5-flash' })
    expect(JSON.parse(whole.text)).toMatchObject({ type: 'message', content: [{ text: 'Hi.' }] })
    expect(all.last().target).toBe(`${place}/google/models/gemini-2.5-flash:generateContent`)
    expect(whole.row).toMatchObject({ translated_to: 'gemini', cost_nano_usd: 692_000 })
    const streamed = await said('anthropic', { model: 'vertex/gemini-2.5-flash', isStream: true })
    expect(all.last().target).toBe(`${place}/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse`)
    expect(framesIn(streamed.text).at(-1)).toEqual({ type: 'message_stop' })
  })

  test('asks other makers’ models by chat', async () => {
    const { text } = await said('anthropic', { model: 'vertex/meta/llama-4-maverick-17b-128e-instruct-maas' })
    expect(JSON.parse(text)).toMatchObject({ type: 'message', content: [{ text: 'Hello.' }] })
    expect(all.last().target).toBe('/vertex/projects/acme-project/locations/global/endpoints/openapi/chat/completions')
  })
})

describe('Azure', () => {
  test('passes a chat to its deployment', async () => {
    const { text, row } = await said('openai-chat', { model: 'azure/gpt-4o-mini' })
    expect(text).toBe(JSON.stringify(chatReply))
    expect(all.last().target).toBe('/azure/openai/v1/chat/completions')
    expect(headersOf(all.last())['api-key']).toBe('0123456789abcdef0123456789abcdef')
    expect(row).toMatchObject({ provider: 'azure', translated_to: null, cost_status: 'priced', cost_nano_usd: 270_000 })
  })

  test('translates Messages for it', async () => {
    const { text, row } = await said('anthropic', { model: 'azure/gpt-4o-mini' })
    expect(JSON.parse(text)).toMatchObject({ type: 'message', content: [{ text: 'Hello.' }] })
    expect(headersOf(all.last())['authorization']).toBeUndefined()
    expect(row).toMatchObject({ provider: 'azure', translated_to: 'openai-chat', cost_nano_usd: 270_000 })
  })
})
