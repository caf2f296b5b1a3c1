/** A provider that breaks off, ends too early, drips or falls silent: no client waits past the limit, every request gets its row. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Socket } from 'bun'
import { rawProvider, type RawProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'
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
let relay: Relay

beforeAll(async () => {
  provider = rawProvider((socket, request) => answer(socket, request))
  relay = await startRelay({
    providers: {
      anthropic: provider.url,
      openai: provider.url,
      google: provider.url,
    },
    config: { timeouts: { firstByteSeconds: 1, idleSeconds: 1 } },
  })
})
afterAll(async () => {
  await relay.stop()
  provider.stop()
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

describe('a Gemini stream as a JSON array', () => {
  const array =
    '[{"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"index":0}]}\n,\n{"candidates":[{"content":{"parts":[{"text":"!"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":200},"modelVersion":"gemini-2.5-flash"}\n]\n'
  const stream = () =>
    fetch(`${relay.url}/v1beta/models/gemini-2.5-flash:streamGenerateContent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': keys.google },
      body: calls[3].body(true),
    })

  test('goes through as it is, and its usage is read', async () => {
    answer = (socket) => drip(socket, head('application/json', `content-length: ${array.length}`) + array, 1)
    const response = await stream()
    expect(await response.text()).toBe(array)
    expect(rowOf(response)).toMatchObject({
      outcome: 'complete',
      input_tokens: 1000,
      output_tokens: 200,
      cost_status: 'priced',
      response_bytes: array.length,
    })
  })

  test('that breaks off breaks off for the client too: an end that looks whole would be a lie', async () => {
    answer = async (socket) => {
      write(socket, head('application/json', 'transfer-encoding: chunked') + chunk(array.slice(0, 90)))
      await Bun.sleep(20)
      socket.terminate()
    }
    const response = await stream()
    expect(await response.text().catch(() => 'broken')).toBe('broken')
    expect(relay.log()).not.toContain(provider.url)
    expect(rowOf(response)).toMatchObject({ outcome: 'upstream_reset', cost_status: 'estimated' })
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

test('an error that the provider sends in the middle of a stream goes through, and is booked as a failure', async () => {
  const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
  answer = (socket) => write(socket, streamHead + chunk(half) + chunk(error) + lastChunk)
  const { text, row } = await ask(true)
  expect(text).toBe(half + error)
  expect(row).toMatchObject({
    outcome: 'failed',
    status: 200,
    error_code: 'overloaded_error',
    error_message: null,
    input_tokens: 1000,
    output_tokens: 7,
    cost_status: 'estimated',
  })
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
