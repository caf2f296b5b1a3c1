/** What a provider, or the network before it, can do wrong: every client gets an answer in time, every request its row. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import type { Socket } from 'bun'
import { json, rawProvider, scriptedProvider, type RawProvider, type ScriptedProvider } from '../support/provider.ts'
import { freePort, startRelay, type Relay } from '../support/relay.ts'
import {
  callBytes,
  caller,
  calls,
  chunk,
  drip,
  head,
  keys,
  lastChunk,
  messages,
  send,
  streamHead,
  write,
} from './calls.ts'

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

describe('a connection that breaks', () => {
  const breaks: readonly (readonly [string, boolean, (socket: Socket<unknown>) => void])[] = [
    ['before the first byte', false, (socket) => socket.terminate()],
    [
      'in the headers',
      false,
      (socket) => {
        write(socket, 'HTTP/1.1 200 OK\r\ncontent-ty')
        socket.end()
      },
    ],
    [
      'in the middle of JSON',
      false,
      (socket) => {
        write(socket, head('application/json', `content-length: ${reply.length}`) + reply.slice(0, 100))
        socket.end()
      },
    ],
    ['before the first byte of a stream', true, (socket) => socket.terminate()],
  ]
  for (const [when, isStream, act] of breaks) {
    test(`${when} is a 502 in the caller's dialect`, async () => {
      answer = act
      for (const call of calls) {
        const response = await send(relay.url, call, isStream)
        const body: unknown = await response.json()
        expect({ status: response.status, error: call.error(body) }).toEqual({
          status: 502,
          error: { anthropic: 'api_error', openai: 'provider_unreachable', google: 'UNAVAILABLE' }[call.provider],
        })
        expect(rowOf(response)).toMatchObject({
          outcome: 'upstream_reset',
          status: 502,
          error_code: 'provider-unreachable',
          cost_status: 'estimated',
        })
      }
    })
  }

  for (const call of calls) {
    test(`in the middle of a stream of ${call.name} ends it with an error frame, and books what was seen`, async () => {
      const seen = call.frames[0] ?? ''
      const next = call.frames[1] ?? ''
      answer = async (socket) => {
        write(socket, streamHead + chunk(seen) + chunk(next.slice(0, 9)))
        await Bun.sleep(20)
        socket.terminate()
      }
      const response = await send(relay.url, call, true)
      const text = await response.text()
      expect(text).toStartWith(seen)
      const frame = text.slice(seen.length)
      expect(frame).toMatch(/^(event: error\n)?data: \{.*\}\n\n$/)
      expect(frame).toContain('The connection to ')
      expect(rowOf(response)).toMatchObject({
        outcome: 'upstream_reset',
        status: 200,
        cost_status: 'estimated',
        response_bytes: Buffer.byteLength(text),
      })
      expect(Number(rowOf(response)['cost_nano_usd'])).toBeGreaterThan(0)
    })
  }

  test('a hundred at once in the middle of streams leave the server serving', async () => {
    const sockets: Socket<unknown>[] = []
    answer = (socket) => {
      sockets.push(socket)
      write(socket, streamHead + chunk(half))
    }
    const clients = await Promise.all(
      Array.from({ length: 100 }, () => caller(relay.port, callBytes(relay.port, messages, true))),
    )
    await Promise.all(clients.map((client) => client.saw('who are you?')))
    for (const socket of sockets) socket.terminate()
    const texts = await Promise.all(clients.map((client) => client.saw('\r\n0\r\n\r\n')))
    expect(texts.filter((text) => text.includes('event: error'))).toHaveLength(100)
    expect(relay.rows('SELECT 1 FROM requests ORDER BY seq DESC LIMIT 100').length).toBe(100)
    for (const client of clients) client.hangUp()
    answer = (socket) => write(socket, streamHead + chunk(whole) + lastChunk)
    expect((await ask(true)).text).toBe(whole)
  })
})

describe('a stream that ends in the middle as if it were whole', () => {
  test('is passed on as it is, and booked as what it was: cut short, estimated', async () => {
    answer = (socket) => write(socket, streamHead + chunk(half) + lastChunk)
    const { text, row } = await ask(true)
    expect(text).toBe(half)
    expect(row).toMatchObject({
      outcome: 'upstream_reset',
      error_code: 'provider-failed',
      input_tokens: 1000,
      // 27 characters of answer
      output_tokens: 7,
      cost_status: 'estimated',
      cost_nano_usd: 3_105_000,
    })
  })

  test('a whole one without framing, ended by the connection, is complete', async () => {
    answer = (socket) => {
      write(socket, head('text/event-stream', 'connection: close') + whole)
      socket.end()
    }
    const { text, row } = await ask(true)
    expect(text).toBe(whole)
    expect(row).toMatchObject({ outcome: 'complete', output_tokens: 200, response_bytes: Buffer.byteLength(whole) })
  })
})

describe('a slow provider', () => {
  test('that sends byte after byte is waited for, however long it takes in all', async () => {
    answer = (socket) => drip(socket, head('application/json', `content-length: ${reply.length}`) + reply, 3)
    const one = await ask()
    expect(one.text).toBe(reply)
    expect(one.row).toMatchObject({ outcome: 'complete', output_tokens: 200, cost_status: 'priced' })
    answer = async (socket) => {
      await drip(socket, head('text/event-stream') + whole, 1)
      socket.end()
    }
    const other = await ask(true)
    expect(other.text).toBe(whole)
    expect(other.row).toMatchObject({ outcome: 'complete', output_tokens: 200, cost_status: 'priced' })
    expect(Number(one.row['duration_ms'])).toBeGreaterThan(1000)
  })

  test('that says nothing at all is given up with a 504 in every dialect', async () => {
    answer = () => undefined
    const began = performance.now()
    await Promise.all(
      calls.map(async (call) => {
        const response = await send(relay.url, call, true)
        const body: unknown = await response.json()
        expect({ status: response.status, error: call.error(body) }).toEqual({
          status: 504,
          error: { anthropic: 'timeout_error', openai: 'timeout', google: 'DEADLINE_EXCEEDED' }[call.provider],
        })
        expect(rowOf(response)).toMatchObject({ outcome: 'timeout', status: 504, error_code: 'timed-out' })
      }),
    )
    expect(performance.now() - began).toBeLessThan(2000)
  })

  test('that falls silent in the middle is given up: an error frame in a stream, a 504 for JSON', async () => {
    answer = (socket, request) => {
      const call = calls.find((one) => request.includes(` ${one.path(true)} `)) ?? messages
      if (request.includes('"stream":true') || call.provider === 'google')
        write(socket, streamHead + chunk(call.frames[0] ?? ''))
      else write(socket, head('application/json', `content-length: ${reply.length}`) + reply.slice(0, 100))
    }
    const began = performance.now()
    const closed = provider.closed()
    await Promise.all([
      ...calls.map(async (call) => {
        const response = await send(relay.url, call, true)
        const text = await response.text()
        expect(text).toStartWith(call.frames[0] ?? '')
        expect(text).toContain('fell silent')
        expect(rowOf(response)).toMatchObject({ outcome: 'timeout', status: 200, cost_status: 'estimated' })
      }),
      ask().then(({ response, row }) => {
        expect(response.status).toBe(504)
        expect(row).toMatchObject({ outcome: 'timeout', status: 504, error_code: 'timed-out' })
      }),
    ])
    expect(performance.now() - began).toBeLessThan(2000)
    await relay.until('the silent connections are closed', () => provider.closed() >= closed + 5)
  })
})

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
