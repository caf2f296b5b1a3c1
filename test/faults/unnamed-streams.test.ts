/** Streams that their headers call something else: told by how they begin, and then read, counted and ended as any. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Socket } from 'bun'
import { rawProvider, type RawProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { callBytes, caller, calls, chat, chunk, drip, keys, lastChunk, messages, send, write } from './calls.ts'

let answer: (socket: Socket<unknown>) => void | Promise<void> = () => undefined
let provider: RawProvider
let relay: Relay

beforeAll(async () => {
  provider = rawProvider((socket) => answer(socket))
  relay = await startRelay({
    providers: { anthropic: provider.url, openai: provider.url, google: provider.url },
    variables: { ANTHROPIC_API_KEY: keys.anthropic },
  })
})
afterAll(async () => {
  await relay.stop()
  provider.stop()
})

const types = [
  'text/plain; charset=utf-8',
  'application/octet-stream',
  'application/x-ndjson',
  'application/json',
  null,
]

/** The head of a chunked answer. @param type null for none. */
const headOf = (type: string | null): string =>
  ['HTTP/1.1 200 OK', ...(type === null ? [] : [`content-type: ${type}`]), 'transfer-encoding: chunked', '', ''].join(
    '\r\n',
  )

/** A call that does not ask for usage itself: the chunk that we ask for is ours to take out. */
const plainChat = {
  ...chat,
  body: (stream: boolean) =>
    JSON.stringify({ model: 'gpt-4o-mini', stream, messages: [{ role: 'user', content: 'hi' }] }),
}
const usageChunk = chat.frames[4] ?? ''
const withoutUsage = chat.frames.filter((frame) => frame !== usageChunk).join('')

async function ask(call = messages, isStream = true) {
  const response = await send(relay.url, call, isStream)
  return { response, text: await response.text(), row: relay.lastRow() }
}

describe.each(types)('a stream that calls itself %p', (type) => {
  test.each(calls)('in $name goes on as it came, and its usage is read', async (call) => {
    const whole = call.frames.join('')
    answer = (socket) => write(socket, headOf(type) + chunk(whole) + lastChunk)
    const { response, text, row } = await ask(call)
    expect(text).toBe(whole)
    expect(response.headers.get('content-type')).toBe(type)
    expect(row).toMatchObject({ outcome: 'complete', cost_status: 'priced', output_tokens: 200 })
  })

  test('keeps no usage chunk that the client did not ask for', async () => {
    answer = (socket) => write(socket, headOf(type) + chunk(chat.frames.join('')) + lastChunk)
    const { text, row } = await ask(plainChat)
    expect(text).toBe(withoutUsage)
    expect(row).toMatchObject({ cost_status: 'priced', output_tokens: 200 })
  })

  test('may come byte by byte', async () => {
    answer = async (socket) => {
      write(socket, headOf(type))
      for (const byte of chat.frames.join('')) write(socket, chunk(byte))
      write(socket, lastChunk)
    }
    const { text, row } = await ask(plainChat)
    expect(text).toBe(withoutUsage)
    expect(row).toMatchObject({ outcome: 'complete', cost_status: 'priced', output_tokens: 200 })
  })

  test('reaches the client while it is written', async () => {
    let goOn = () => {}
    answer = (socket) => {
      write(socket, headOf(type) + chunk(messages.frames.slice(0, 4).join('')))
      goOn = () => write(socket, chunk(messages.frames.slice(4).join('')) + lastChunk)
    }
    const client = await caller(relay.port, callBytes(relay.port, messages, true))
    await client.saw('Hello there')
    goOn()
    expect(await client.saw('message_stop')).toContain('who are you?')
  })

  test('ends with the dialect’s own error where the provider’s connection breaks', async () => {
    answer = (socket) => {
      write(socket, headOf(type) + chunk(messages.frames.slice(0, 5).join('')))
      setTimeout(() => socket.terminate(), 20)
    }
    const { text, row } = await ask()
    expect(text).toStartWith(messages.frames.slice(0, 5).join(''))
    expect(text).toContain('event: error')
    expect(row).toMatchObject({ outcome: 'upstream_reset', cost_status: 'estimated', input_tokens: 1000 })
  })

  test('is a failure where the provider says an error in it', async () => {
    const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"No room."}}\n\n'
    answer = (socket) => write(socket, headOf(type) + chunk(messages.frames[0] + error) + lastChunk)
    const { text, row } = await ask()
    expect(text).toBe(messages.frames[0] + error)
    expect(row).toMatchObject({ outcome: 'failed', error_code: 'overloaded_error' })
  })

  test('is paid as far as it came where the client hangs up', async () => {
    answer = (socket) => write(socket, headOf(type) + chunk(messages.frames.slice(0, 5).join('')))
    const client = await caller(relay.port, callBytes(relay.port, messages, true))
    await client.saw('who are you?')
    const closed = provider.closed()
    client.hangUp()
    await relay.until('the row is there', () => relay.lastRow()['outcome'] === 'client_abort')
    await relay.until('the provider is told', () => provider.closed() > closed)
    // 27 characters of answer are seven tokens.
    expect(relay.lastRow()).toMatchObject({ cost_status: 'estimated', input_tokens: 1000, output_tokens: 7 })
  })

  test('has its row where the client hangs up before its first byte', async () => {
    const asked = provider.seen.length
    answer = (socket) => write(socket, headOf(type))
    const client = await caller(relay.port, callBytes(relay.port, messages, true))
    await relay.until('the provider is asked', () => provider.seen.length > asked)
    const rows = relay.rows('SELECT id FROM requests').length
    client.hangUp()
    await relay.until('the row is there', () => relay.rows('SELECT id FROM requests').length > rows)
    expect(relay.lastRow()).toMatchObject({ outcome: 'client_abort', cost_status: 'estimated' })
  })
})

test.each([
  ['a byte order mark', '\u{feff}'],
  ['a comment', ': hello\n\n'],
  ['a time to wait', 'retry: 3000\n\n'],
  ['an id', 'id: 1\n\n'],
  ['blank lines', '\n\r\n\n'],
])('it may begin with %s', async (_, start) => {
  const whole = start + messages.frames.join('')
  answer = (socket) => drip(socket, headOf('text/plain') + chunk(whole) + lastChunk, 0)
  const { text, row } = await ask()
  // A client's own reader takes the mark off.
  expect(text).toBe(whole.replace('\u{feff}', ''))
  expect(row).toMatchObject({ outcome: 'complete', output_tokens: 200 })
})

test('it is translated as it comes', async () => {
  let goOn = () => {}
  answer = (socket) => {
    write(socket, headOf('application/json') + chunk(messages.frames.slice(0, 4).join('')))
    goOn = () => write(socket, chunk(messages.frames.slice(4).join('')) + lastChunk)
  }
  const body = () =>
    JSON.stringify({ model: 'claude-sonnet-4-5', stream: true, messages: [{ role: 'user', content: 'hi' }] })
  const client = await caller(relay.port, callBytes(relay.port, { ...chat, body }, true))
  expect(await client.saw('Hello there')).toContain('text/event-stream')
  goOn()
  await client.saw('[DONE]')
  expect(relay.lastRow()).toMatchObject({ translated_to: 'anthropic', outcome: 'complete', output_tokens: 200 })
})

describe('what is no stream stays what it is, though a stream was asked for', () => {
  test.each(calls)('the JSON of $name, whose cost stands in a header', async (call) => {
    for (const body of [call.reply, `\n  ${call.reply}\n`]) {
      answer = (socket) => write(socket, headOf('application/json') + chunk(body) + lastChunk)
      const { response, text, row } = await ask(call)
      expect(text).toBe(body)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(row).toMatchObject({ outcome: 'complete', cost_status: 'priced', output_tokens: 200 })
      // Gemini's answer to a call for a stream passes as it comes.
      if (call.provider !== 'google') expect(response.headers.get('x-relayplane-cost-usd')).not.toBeNull()
    }
  })

  test('JSON in single bytes, and with its length', async () => {
    answer = (socket) => {
      write(socket, headOf('application/json'))
      for (const byte of messages.reply) write(socket, chunk(byte))
      write(socket, lastChunk)
    }
    expect((await ask()).text).toBe(messages.reply)
    const length = `content-length: ${messages.reply.length}`
    answer = (socket) =>
      write(socket, `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${length}\r\n\r\n${messages.reply}`)
    const { response, text } = await ask()
    expect([text, response.headers.get('content-length')]).toEqual([messages.reply, String(messages.reply.length)])
  })

  test('text, nothing, and words that begin as a field does', async () => {
    for (const body of ['<html>log in</html>', 'dat', 'database', 'events: none'])
      for (const type of types) {
        answer = (socket) => write(socket, headOf(type) + chunk(body) + lastChunk)
        expect([type, (await ask()).text]).toEqual([type, body])
      }
    answer = (socket) => write(socket, headOf('text/plain') + lastChunk)
    expect((await ask()).text).toBe('')
  })

  test('an error with its status', async () => {
    const error = 'data: {"type":"error","error":{"type":"overloaded_error","message":"No room."}}\n\n'
    answer = (socket) =>
      write(socket, headOf('text/plain').replace('200 OK', '400 Bad Request') + chunk(error) + lastChunk)
    const { response, text, row } = await ask()
    expect([response.status, text, row['outcome']]).toEqual([400, error, 'failed'])
  })
})
