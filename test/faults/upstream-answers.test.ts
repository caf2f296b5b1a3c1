/** Nonsense, unwelcome answers and providers out of reach: what comes is passed on or said, and every request gets its row. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import type { Socket } from 'bun'
import { json, rawProvider, scriptedProvider, type RawProvider, type ScriptedProvider } from '../support/provider.ts'
import { freePort, startRelay, type Relay } from '../support/relay.ts'
import { chunk, head, keys, lastChunk, messages, send, streamHead, write } from './calls.ts'

let answer: (socket: Socket<unknown>, request: string) => void | Promise<void> = () => undefined
let provider: RawProvider
let plain: ScriptedProvider
let relay: Relay

beforeAll(async () => {
  provider = rawProvider((socket, request) => answer(socket, request))
  plain = scriptedProvider(() => json({}))
  relay = await startRelay({
    providers: {
      anthropic: provider.url,
      openai: provider.url,
      google: provider.url,
      groq: plain.url.replace('http:', 'https:'),
      mistral: `http://127.0.0.1:${freePort()}`,
      deepseek: 'http://provider.invalid',
    },
    config: { timeouts: { firstByteSeconds: 1, idleSeconds: 1 } },
  })
})
afterAll(async () => {
  await relay.stop()
  provider.stop()
  await plain.stop()
})

const { reply, frames } = messages
const whole = frames.join('')
const half = frames.slice(0, 5).join('')

const rowOf = (response: Response) =>
  relay.rows('SELECT * FROM requests WHERE id = ?', response.headers.get('x-relayplane-request-id') ?? '')[0] ?? {}

/** Asks Anthropic's provider; what came back, and the row. */
async function ask(isStream = false) {
  const response = await send(relay.url, messages, isStream)
  return { response, text: await response.text(), row: rowOf(response) }
}

describe('nonsense', () => {
  test('instead of events is passed on as it is', async () => {
    const garbage = 'data: {"type":"message_st\n\n\u0000\u0001\u0002 \n\nevent\n\n: \n\ndata: [DONE]\n\n\n\n\n"error"'
    answer = (socket) => write(socket, streamHead + chunk(garbage) + lastChunk)
    const { text, row } = await ask(true)
    expect(text).toBe(garbage)
    expect(row).toMatchObject({ outcome: 'upstream_reset', status: 200 })
  })

  test('half a JSON document of the promised length is passed on, its usage estimated', async () => {
    answer = (socket) => write(socket, head('application/json', 'content-length: 100') + reply.slice(0, 100))
    const { response, text, row } = await ask()
    expect({ status: response.status, text }).toEqual({ status: 200, text: reply.slice(0, 100) })
    expect(row).toMatchObject({ outcome: 'complete', cost_status: 'estimated' })
  })

  test('a length that promises too little ends the answer there; the rest harms no other request', async () => {
    answer = (socket) => write(socket, head('application/json', 'content-length: 50') + reply)
    expect((await ask()).text).toBe(reply.slice(0, 50))
    answer = (socket) => write(socket, head('application/json', `content-length: ${reply.length}`) + reply)
    expect((await ask()).text).toBe(reply)
  })

  test('a length that promises too much is a broken connection', async () => {
    answer = (socket) => {
      write(socket, head('application/json', 'content-length: 99999') + reply)
      socket.end()
    }
    const { response, row } = await ask()
    expect(response.status).toBe(502)
    expect(row).toMatchObject({ outcome: 'upstream_reset', status: 502 })
  })

  test('another protocol, broken chunks and broken compression are a 502 or an error frame', async () => {
    answer = (socket) => write(socket, 'SSH-2.0-OpenSSH_9.2\r\n\r\n')
    expect((await ask()).response.status).toBe(502)
    answer = (socket) =>
      write(socket, head('application/json', 'content-encoding: gzip', 'content-length: 9') + 'not gzip!')
    expect((await ask()).response.status).toBe(502)
    answer = async (socket) => {
      write(socket, streamHead + chunk(half))
      await Bun.sleep(20)
      write(socket, 'zz\r\nno chunk\r\n')
    }
    const { text } = await ask(true)
    expect(text).toStartWith(half)
    expect(text).toContain('event: error')
  })
})

describe('odd and unwelcome answers', () => {
  test('a header of a megabyte and two hundred headers go through', async () => {
    const big = 'x'.repeat(1_000_000)
    const many = Array.from({ length: 200 }, (_, i) => `x-many-${i}: ${i}`)
    answer = (socket) =>
      write(socket, head('application/json', `x-big: ${big}`, ...many, `content-length: ${reply.length}`) + reply)
    const { response, text } = await ask()
    expect(text).toBe(reply)
    expect(response.headers.get('x-big')?.length).toBe(big.length)
    expect(many.filter((_, i) => response.headers.get(`x-many-${i}`) === String(i))).toHaveLength(200)
  })

  test('gzip comes decoded, JSON and stream, and is read', async () => {
    for (const [type, body, isStream] of [
      ['application/json', reply, false],
      ['text/event-stream', whole, true],
    ] as const) {
      const packed = gzipSync(body)
      answer = (socket) => {
        socket.write(head(type, 'content-encoding: gzip', `content-length: ${packed.length}`))
        socket.write(packed)
        socket.flush()
      }
      const { response, text, row } = await ask(isStream)
      expect(text).toBe(body)
      expect(response.headers.get('content-encoding')).toBeNull()
      expect(row).toMatchObject({ outcome: 'complete', output_tokens: 200, cost_nano_usd: 6_000_000 })
    }
  })

  test('204 goes through without a body', async () => {
    answer = (socket) => write(socket, 'HTTP/1.1 204 No Content\r\nrequest-id: req_204\r\n\r\n')
    const { response, text, row } = await ask()
    expect({ status: response.status, text }).toEqual({ status: 204, text: '' })
    expect(row).toMatchObject({ status: 204, upstream_request_id: 'req_204' })
  })

  for (const status of [301, 302, 303, 307, 308]) {
    test(`a redirect (${status}) goes to the client and is not followed`, async () => {
      const before = provider.seen.length
      answer = (socket) =>
        write(
          socket,
          `HTTP/1.1 ${status} Elsewhere\r\nlocation: ${provider.url}/elsewhere\r\ncontent-length: 0\r\n\r\n`,
        )
      const { response, row } = await ask()
      expect({ status: response.status, location: response.headers.get('location') }).toEqual({
        status,
        location: `${provider.url}/elsewhere`,
      })
      expect(provider.seen.length).toBe(before + 1)
      expect(row).toMatchObject({ status, cost_status: 'none', cost_nano_usd: 0 })
    })
  }

  for (const [status, type] of [
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [529, 'overloaded_error'],
  ] as const) {
    test(`the provider's own ${status} goes through, body and headers, and costs nothing`, async () => {
      const body = `{"type":"error", "error":{"type":"${type}","message":"\\u0041"} }`
      const lines = [
        'retry-after: 7',
        'anthropic-ratelimit-requests-remaining: 0',
        'x-should-retry: true',
        'request-id: req_9',
      ]
      for (const isStream of [false, true]) {
        answer = (socket) =>
          write(
            socket,
            `HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\n${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
          )
        const { response, text, row } = await ask(isStream)
        expect({ status: response.status, text }).toEqual({ status, text: body })
        expect(lines.map((line) => response.headers.get(line.split(': ')[0] ?? ''))).toEqual([
          '7',
          '0',
          'true',
          'req_9',
        ])
        expect(row).toMatchObject({
          outcome: 'failed',
          status,
          error_code: type,
          cost_status: 'none',
          cost_nano_usd: 0,
        })
      }
    })
  }
})

describe('a provider that can’t be reached', () => {
  for (const [what, name, key] of [
    ['nobody listens', 'mistral', 'NotARealKeyNotARealKeyNotARealKey'],
    ['the name does not resolve', 'deepseek', 'sk-0123456789abcdef0123456789abcdef'],
    ['TLS meets a server without it', 'groq', 'gsk_NotARealKeyNotARealKeyNotARealKey'],
  ] as const) {
    test(`(${what}) is a 502 at once, says so, and costs nothing`, async () => {
      const began = performance.now()
      const response = await fetch(`${relay.url}/${name}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model: 'some-model', messages: [] }),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      })
      const body = (await response.json()) as { error: { message: string; code: string } }
      expect(response.status).toBe(502)
      expect(body.error.code).toBe('provider_unreachable')
      expect(body.error.message).toContain(name)
      expect(performance.now() - began).toBeLessThan(1000)
      expect(rowOf(response)).toMatchObject({ outcome: 'failed', status: 502, cost_status: 'none', cost_nano_usd: 0 })
    })
  }
})

test('no key has reached a log line, a row or a file', async () => {
  const files = await Array.fromAsync(new Bun.Glob('**').scan({ cwd: relay.home, dot: true }))
  expect(files).toContain('relayplane.db')
  const texts = await Promise.all(files.map((file) => Bun.file(`${relay.home}/${file}`).bytes()))
  for (const key of Object.values(keys)) {
    expect(relay.log()).not.toContain(key)
    expect(texts.filter((text) => Buffer.from(text).includes(key))).toEqual([])
  }
})
