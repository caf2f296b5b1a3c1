/** Bytes on raw sockets, both ways: what a client wrote is what the provider reads, and the other way round. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Socket } from 'bun'
import { rawProvider, type RawProvider } from '../support/provider.ts'
import { rawRequest } from '../support/raw-client.ts'
import { startRelay, type Relay } from '../support/relay.ts'

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

/** What the provider writes next, byte for byte. */
let reply: Buffer = Buffer.alloc(0)
let provider: RawProvider
let relay: Relay

beforeAll(async () => {
  provider = rawProvider((socket) => writeAll(socket, reply))
  relay = await startRelay({ providers: { anthropic: provider.url, openai: provider.url, google: provider.url } })
})
afterAll(async () => {
  await relay.stop()
  provider.stop()
})

/** A socket takes what fits; the rest waits until it has gone. */
async function writeAll(socket: Socket<{ text: string }>, from: Buffer): Promise<void> {
  let at = 0
  while (at < from.length) {
    at += Math.max(0, socket.write(from.subarray(at)))
    if (at < from.length) await new Promise((resolve) => setImmediate(resolve))
  }
}

const httpReply = (type: string, body: Buffer, status = '200 OK'): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`),
    body,
  ])

const apis = {
  anthropic: { target: '/v1/messages', key: ['x-api-key', 'sk-ant-api03-FAKE'], model: 'claude-sonnet-4-5' },
  chat: { target: '/v1/chat/completions', key: ['authorization', 'Bearer sk-proj-FAKE-key'], model: 'gpt-4o-mini' },
  responses: { target: '/v1/responses', key: ['authorization', 'Bearer sk-proj-FAKE-key'], model: 'gpt-5' },
  gemini: {
    target: '/v1beta/models/gemini-2.5-flash:generateContent',
    key: ['x-goog-api-key', 'AIzaSyFAKE-google'],
    model: 'models/gemini-2.5-flash',
  },
} as const
type Api = keyof typeof apis
const names = Object.keys(apis) as Api[]

const send = (api: Api, body: Uint8Array, chunks?: readonly Uint8Array[]) =>
  rawRequest(relay.port, {
    target: apis[api].target,
    headers: [['content-type', 'application/json'], apis[api].key],
    ...(chunks === undefined ? { body } : { chunks }),
  })

/** The body that the provider read last. */
const arrived = (): Buffer => {
  const request = provider.seen.at(-1) ?? ''
  return Buffer.from(request.slice(request.indexOf('\r\n\r\n') + 4), 'latin1')
}

const odd = (model: string): readonly (readonly [title: string, body: Buffer])[] => [
  ['1e400', bytes(`{"model":"${model}","temperature":1e400,"messages":[]}`)],
  ['escapes', bytes(`{"model":"${model}","messages":[{"role":"user","content":"\\u0041\\/\\ud83d\\ude00\\ud800"}]}`)],
  ['repeated keys', bytes(`{"model":"${model}","a":1,"a":2,"messages":[],"messages":[],"model":"${model}"}`)],
  ['keys inside strings', bytes(`{"t":"\\"model\\":\\"x\\",\\"stream\\":true","model":"${model}","messages":[]}`)],
  ['a byte order mark', bytes([0xef, 0xbb, 0xbf], `{"model":"${model}","messages":[]}`)],
  ['invalid UTF-8', bytes(`{"model":"${model}","t":"`, [0xff, 0xfe, 0xc3, 0x28, 0x80], '"}')],
  ['big integers', bytes(`{"model":"${model}","seed":12345678901234567890,"z":-0,"y":1.0,"x":0.10}`)],
  ['white space', bytes(`\r\n { "messages" :\t[ ] ,\n"model"  :"${model}"\n}  \n\n`)],
  ['unknown fields', bytes(`{"zzz":{"b":[null,true]},"model":"${model}","__proto__":{"x":1},"":""}`)],
  ['control characters in escapes', bytes(`{"model":"${model}","t":"\\u0000\\u001f\u2028\u007f"}`)],
  ['not ASCII', bytes(`{"model":"${model}","t":"Grüße ☃ 💥 ‮"}`)],
]

describe('a request body arrives as it was written:', () => {
  for (const api of names) {
    test.each(odd(apis[api].model))(`${api}, %s`, async (_title, body) => {
      reply = httpReply('application/json', Buffer.from('{}'))
      expect((await send(api, body)).status).toBe(200)
      expect(arrived().equals(body)).toBe(true)
      expect((await send(api, body, [body.subarray(0, 5), body.subarray(5)])).status).toBe(200)
      expect(arrived().equals(body)).toBe(true)
    })
  }

  test('5 MB of it', async () => {
    reply = httpReply('application/json', Buffer.from('{}'))
    const body = bytes(`{"model":"claude-sonnet-4-5","t":"${'é\\u0041'.repeat(600_000)}"}`)
    expect((await send('anthropic', body)).status).toBe(200)
    expect(arrived().equals(body)).toBe(true)
    expect(relay.lastRow()).toMatchObject({ request_bytes: body.length })
  })
})

const oddReply = bytes(
  [0xef, 0xbb, 0xbf],
  '\n{ "id":"x", "n":1e400, "big":12345678901234567890, "a":1, "a":2, "e":"\\u0041\\/", "bad":"',
  [0xff, 0xc3, 0x28],
  '" ,\r\n"usage":{"input_tokens":7,"output_tokens":3}}\n\n',
)

describe('a response body arrives as it was written:', () => {
  for (const api of names) {
    test(`${api}, JSON`, async () => {
      reply = httpReply('application/json', oddReply)
      const response = await send(api, odd(apis[api].model)[0]?.[1] ?? Buffer.alloc(0))
      expect(response.status).toBe(200)
      expect(response.body.equals(oddReply)).toBe(true)
      expect(response.get('content-length')).toBe(String(oddReply.length))
    })

    test(`${api}, an error as JSON, and as text`, async () => {
      const request = odd(apis[api].model)[0]?.[1] ?? Buffer.alloc(0)
      const error = bytes('{"error" : {"type":"overloaded_error","n":1e400,"t":"', [0xff], '"}}\n')
      reply = httpReply('application/json', error, '529 Site Is Overloaded')
      const json = await send(api, request)
      expect([json.status, json.body.equals(error)]).toEqual([529, true])
      const page = bytes('<html>502 Bad ', [0xff, 0x00, 0x0a], '</html>')
      reply = httpReply('text/html', page, '502 Bad Gateway')
      const html = await send(api, request)
      expect([html.status, html.body.equals(page), html.get('content-type')]).toEqual([502, true, 'text/html'])
      expect(relay.lastRow()).toMatchObject({ outcome: 'failed', status: 502, cost_nano_usd: 0 })
    })
  }

  test('JSON without a length, ended by the connection’s end', async () => {
    const head = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n')
    const closing = rawProvider(async (socket) => {
      await writeAll(socket, Buffer.concat([head, oddReply]))
      socket.end()
    })
    const other = await startRelay({ providers: { anthropic: closing.url } })
    const response = await rawRequest(other.port, {
      target: '/v1/messages',
      headers: [apis.anthropic.key],
      body: '{"model":"claude-sonnet-4-5"}',
    })
    expect(response.body.equals(oddReply)).toBe(true)
    await other.stop()
    closing.stop()
  })

  test('9 MB of JSON, too much to be held, with its usage', async () => {
    const text = `{"pad":"${'x\\u00e9'.repeat(1_300_000)}","model":"claude-sonnet-4-5","usage":{"input_tokens":1000,"output_tokens":200}}\n`
    reply = httpReply('application/json', Buffer.from(text))
    expect(reply.length).toBeGreaterThan(9_000_000)
    const response = await send('anthropic', bytes('{"model":"claude-sonnet-4-5"}'))
    expect(response.body.equals(Buffer.from(text))).toBe(true)
    expect(response.get('x-relayplane-cost-usd')).toBeNull()
    expect(relay.lastRow()).toMatchObject({
      outcome: 'complete',
      response_bytes: text.length,
      input_tokens: 1000,
      cost_nano_usd: 6_000_000,
    })
  })

  test('audio, which is no text at all', async () => {
    const audio = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 256))
    reply = httpReply('audio/mpeg', audio)
    const response = await rawRequest(relay.port, {
      target: '/v1/audio/speech',
      headers: [['content-type', 'application/json'], apis.chat.key],
      body: '{"model":"tts-1","input":"hi"}',
    })
    expect(response.body.equals(audio)).toBe(true)
    expect(response.get('content-type')).toBe('audio/mpeg')
    expect(relay.lastRow()).toMatchObject({ endpoint: 'raw', outcome: 'complete', response_bytes: 300_000 })
  })
})

describe('a stream arrives as it was written:', () => {
  const oddEvents = bytes(
    ': a comment\n\n',
    'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":1000,"output_tokens":1},"n":1e400}}\n\n',
    'data:{"t":"no space, \\u0041, 12345678901234567890"}\n\n',
    'id: 7\nretry: 10\nevent: ping\ndata: {"type": "ping"}\n\n',
    'data: half\ndata: and half\n\n',
    'data: ',
    [0xff, 0xc3, 0x28],
    '\n\n',
    'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":200}}\n\n',
    'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ': and one after the end\n\n',
  )
  const withCrLf = Buffer.from(oddEvents.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')

  test.each([
    ['with line feeds', oddEvents],
    ['with CRLF', withCrLf],
    ['with a byte order mark', bytes([0xef, 0xbb, 0xbf], oddEvents.toString('latin1'))],
    ['without a blank line at its end', oddEvents.subarray(0, oddEvents.length - 1)],
  ] as const)('%s', async (_title, events) => {
    reply = httpReply('text/event-stream; charset=utf-8', Buffer.from(events))
    const response = await send('anthropic', bytes('{"model":"claude-sonnet-4-5","stream":true}'))
    expect(response.body.equals(Buffer.from(events))).toBe(true)
    expect(response.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(relay.lastRow()).toMatchObject({
      outcome: 'complete',
      input_tokens: 1000,
      output_tokens: 200,
    })
  })
})
