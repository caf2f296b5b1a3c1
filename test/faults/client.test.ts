/** A client that goes away: in every phase the provider is told within a second, and the row says what it cost. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Socket } from 'bun'
import { rawProvider, type RawProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import {
  callBytes,
  caller,
  calls,
  chunk,
  head,
  lastChunk,
  messages,
  send,
  streamHead,
  write,
  type Caller,
  type DialectCall,
} from './calls.ts'

let answer: (socket: Socket<unknown>) => void = () => undefined
let provider: RawProvider
let relay: Relay

beforeAll(async () => {
  provider = rawProvider((socket) => answer(socket))
  relay = await startRelay({ providers: { anthropic: provider.url, openai: provider.url, google: provider.url } })
})
afterAll(async () => {
  await relay.stop()
  provider.stop()
})

const { reply, frames } = messages
const whole = frames.join('')
const half = frames.slice(0, 5).join('')

const countRows = () => Number(relay.rows<{ n: number }>('SELECT count(*) AS n FROM requests')[0]?.n)

interface Leave {
  readonly call?: DialectCall
  readonly isStream: boolean
  /** Resolves when it is time to go. */
  readonly when: (client: Caller) => Promise<unknown>
  /** What the client sends, where that is not the whole request. */
  readonly cut?: (bytes: Buffer) => Buffer
}

/** Calls, goes away, and waits until the provider knows and the row is there. @returns The row. */
async function leave({ call = messages, isStream, when, cut }: Leave): Promise<Record<string, unknown>> {
  const [rows, closed, asked] = [countRows(), provider.closed(), provider.seen.length]
  const bytes = callBytes(relay.port, call, isStream)
  const client = await caller(relay.port, cut?.(bytes) ?? bytes)
  await when(client)
  const began = performance.now()
  client.hangUp()
  await relay.until('the row is there', () => countRows() > rows)
  if (provider.seen.length > asked) await relay.until('the provider is told', () => provider.closed() > closed)
  expect(performance.now() - began).toBeLessThan(1000)
  expect(countRows()).toBe(rows + 1)
  return relay.lastRow()
}

const providerAsked = () => {
  const before = provider.seen.length
  return () => relay.until('the provider is asked', () => provider.seen.length > before)
}

describe('a client that is gone', () => {
  test('while sending its body: nothing is sent on, and nothing was spent', async () => {
    const asked = provider.seen.length
    const row = await leave({
      isStream: true,
      cut: (bytes) => bytes.subarray(0, -10),
      when: () => Bun.sleep(30),
    })
    expect(row).toMatchObject({
      outcome: 'client_abort',
      status: null,
      provider: null,
      cost_status: 'none',
      cost_nano_usd: 0,
    })
    expect(provider.seen.length).toBe(asked)
  })

  for (const isStream of [false, true]) {
    test(`while waiting for the headers of ${isStream ? 'a stream' : 'JSON'}: the input is booked`, async () => {
      answer = () => undefined
      const row = await leave({ isStream, when: providerAsked() })
      expect(row).toMatchObject({ outcome: 'client_abort', status: null, error_code: null, cost_status: 'estimated' })
      expect(Number(row['input_tokens'])).toBeGreaterThan(20)
      expect(Number(row['cost_nano_usd'])).toBeGreaterThan(0)
    })
  }

  test('in the middle of JSON: the input is booked', async () => {
    for (const framing of [`content-length: ${reply.length}`, 'transfer-encoding: chunked']) {
      answer = (socket) => {
        const part = reply.slice(0, 100)
        write(socket, head('application/json', framing) + (framing.startsWith('content') ? part : chunk(part)))
      }
      const asked = providerAsked()
      const row = await leave({ isStream: false, when: () => asked().then(() => Bun.sleep(30)) })
      expect(row).toMatchObject({ outcome: 'client_abort', status: null, error_code: null, cost_status: 'estimated' })
      expect(Number(row['cost_nano_usd'])).toBeGreaterThan(0)
    }
  })

  // Frames sent, and the text in them at four characters to the token.
  for (const [call, count, tokens] of [
    [calls[0], 5, 7], // Hello there, who are you? ☃
    [calls[1], 3, 3], // Hello you.
    [calls[2], 2, 1], // Hi.
    [calls[3], 2, 2], // Hi you
  ] as const) {
    test(`in the middle of a stream of ${call.name}: what was seen is booked as estimated`, async () => {
      const part = call.frames.slice(0, count).join('')
      answer = (socket) => write(socket, streamHead + chunk(part))
      const row = await leave({ call, isStream: true, when: (client) => client.saw('\r\n\r\n') })
      expect(row).toMatchObject({
        outcome: 'client_abort',
        status: 200,
        output_tokens: tokens,
        response_bytes: Buffer.byteLength(part),
        cost_status: 'estimated',
        error_code: null,
      })
      expect(Number(row['input_tokens'])).toBeGreaterThan(0)
      expect(Number(row['cost_nano_usd'])).toBeGreaterThan(0)
    })
  }

  test('between the headers and the first byte of a stream', async () => {
    answer = (socket) => write(socket, streamHead)
    const asked = providerAsked()
    const row = await leave({ isStream: true, when: () => asked().then(() => Bun.sleep(30)) })
    expect(row).toMatchObject({ outcome: 'client_abort', status: 200, response_bytes: 0, cost_status: 'estimated' })
  })

  test('right after the terminal frame: the answer was whole', async () => {
    answer = (socket) => write(socket, streamHead + chunk(whole))
    const row = await leave({ isStream: true, when: (client) => client.saw('"message_stop"') })
    expect(row).toMatchObject({
      outcome: 'complete',
      status: 200,
      input_tokens: 1000,
      output_tokens: 200,
      cost_status: 'priced',
      cost_nano_usd: 6_000_000,
    })
  })

  test('at any moment at all: every request has one row, and none stays open', async () => {
    answer = (socket) => write(socket, streamHead + chunk(half))
    const [rows, asked, closed] = [countRows(), provider.seen.length, provider.closed()]
    const bytes = callBytes(relay.port, messages, true)
    for (let i = 0; i < 200; i++) {
      const client = await caller(relay.port, bytes)
      if (i % 4 > 0) await new Promise((resolve) => setTimeout(resolve, (i % 4) - 1))
      client.hangUp()
    }
    await relay.until('all rows are there', () => countRows() >= rows + 200)
    await relay.until('all calls are ended', () => provider.closed() - closed >= provider.seen.length - asked)
    const newest = 'SELECT outcome FROM requests ORDER BY seq DESC LIMIT 200'
    expect(relay.rows(`SELECT DISTINCT outcome FROM (${newest})`)).toEqual([{ outcome: 'client_abort' }])
    expect(countRows()).toBe(rows + 200)
  })
})

describe('a client that reads nothing', () => {
  test('makes the provider wait: what lies in between is bounded', async () => {
    const frame = `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${'x'.repeat(60_000)}"}}\n\n`
    const limit = 96 * 1024 * 1024
    let written = 0
    let isOver = false
    answer = (socket) => {
      socket.write(head('text/event-stream'))
      let rest = Buffer.from(frame)
      const go = () => {
        while (!isOver && written < limit) {
          const taken = socket.write(rest)
          if (taken < 0) return
          written += taken
          const isFull = taken < rest.length
          rest = isFull ? rest.subarray(taken) : Buffer.from(frame)
          if (isFull) break
        }
        if (!isOver && written < limit) setTimeout(go, 5)
      }
      go()
    }
    const client = await caller(relay.port, callBytes(relay.port, messages, true))
    await client.saw('text_delta')
    client.pause()
    let before = -1
    while (written !== before) {
      before = written
      await Bun.sleep(300)
    }
    isOver = true
    // The kernel's buffers on both sides of the proxy hold a few megabytes; the proxy itself next to nothing.
    expect(written).toBeLessThan(32 * 1024 * 1024)
    const rows = countRows()
    client.hangUp()
    await relay.until('the row is there', () => countRows() > rows)
    expect(relay.lastRow()).toMatchObject({ outcome: 'client_abort', cost_status: 'estimated' })
  })
})

test('the server still answers, and its settlement is exact', async () => {
  answer = (socket) => write(socket, streamHead + chunk(whole) + lastChunk)
  const response = await send(relay.url, messages, true)
  expect(await response.text()).toBe(whole)
  expect(relay.lastRow()).toMatchObject({ outcome: 'complete', cost_nano_usd: 6_000_000 })
})
