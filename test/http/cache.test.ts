/** The response cache over real HTTP: what is answered from it, what is kept in it, what the row and the headers say. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { json, sse } from '../support/provider.ts'
import { anthropicFrames, anthropicReply, chatFrames, chatReply } from '../support/replies.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { ask, countingProvider, everyDialect, speakers, usual, type Ask, type CountingProvider } from './cache-calls.ts'
import type { Script } from '../support/provider.ts'

let script: Script = usual
let provider: CountingProvider
let relay: Relay

beforeAll(async () => {
  provider = countingProvider((seen, signal) => script(seen, signal))
  relay = await startRelay({
    providers: { anthropic: provider.url, openai: provider.url, google: provider.url },
    config: { cache: { enabled: true, taskTtlSeconds: { long_context: 0 } }, reliability: { retries: 0 } },
  })
})
afterAll(async () => {
  await relay.stop()
  await provider.stop()
})

const cacheOf = (response: Response): string | null => response.headers.get('x-relayplane-cache')

/** Asks, reads the answer to its end and waits until what can be kept is kept. */
async function answered(dialect: Parameters<typeof ask>[1], one: Ask) {
  const response = await ask(relay.apiUrl, dialect, one)
  const text = await response.text()
  return { status: response.status, cache: cacheOf(response), headers: response.headers, text, row: relay.lastRow() }
}

/** Asks with another script than the usual one. */
async function answeredBy(other: Script, dialect: Parameters<typeof ask>[1], one: Ask) {
  script = other
  try {
    return await answered(dialect, one)
  } finally {
    script = usual
  }
}

describe.each([...everyDialect])('an answer of %s', (dialect) => {
  test.each([
    [false, false],
    [true, true],
    [false, true],
    [true, false],
  ])('asked for with stream %p, then with stream %p, is paid once', async (first, second) => {
    const text = `paid once ${dialect} ${first} ${second}`
    const one = await answered(dialect, { text, isStream: first })
    const other = await answered(dialect, { text, isStream: second })
    expect([one.status, one.cache, other.status, other.cache]).toEqual([200, 'miss', 200, 'hit'])
    expect(provider.asked(text)).toBe(1)
    if (first === second) expect(other.text).toBe(one.text)
    expect(other.headers.get('content-type')?.split(';')[0]).toBe(second ? 'text/event-stream' : 'application/json')
    expect(other.text).toContain(second ? 'data: ' : '"')
    expect(other.text).toContain(
      { anthropic: 'Hello there', 'openai-chat': 'Hello', 'openai-responses': 'Hi.', gemini: 'Hi' }[dialect],
    )
    const saved = one.row['cost_nano_usd']
    expect(saved).toBeGreaterThan(0)
    expect(other.row).toMatchObject({
      dialect,
      outcome: 'complete',
      status: 200,
      cache: 'hit',
      is_stream: second ? 1 : 0,
      cost_nano_usd: 0,
      cost_status: 'none',
      saved_nano_usd: saved,
      provider: one.row['provider'],
      routed_model: one.row['routed_model'],
      served_model: one.row['served_model'],
      billing: 'metered',
      input_tokens: one.row['input_tokens'],
      cache_read_tokens: one.row['cache_read_tokens'],
      output_tokens: 200,
      finish_reason: one.row['finish_reason'],
      task_type: one.row['task_type'],
      response_bytes: Buffer.byteLength(other.text),
    })
    expect(one.row).toMatchObject({ cache: 'miss', saved_nano_usd: null })
  })
})

test('a hit says who once answered, that it cost nothing, and has an id of its own', async () => {
  const one = await answered('anthropic', { text: 'whose is it' })
  const hit = await answered('anthropic', { text: 'whose is it' })
  const header = (name: string) => hit.headers.get(`x-relayplane-${name}`)
  expect(header('provider')).toBe('anthropic')
  expect(header('model')).toBe('claude-sonnet-4-5')
  expect(header('requested-model')).toBe('claude-sonnet-4-5')
  expect(header('route')).toBe('cache')
  expect(header('cost-usd')).toBe('0')
  expect(header('request-id')).toBe(String(hit.row['id']))
  expect(header('request-id')).not.toBe(one.headers.get('x-relayplane-request-id'))
  expect(String(hit.row['trace'])).toContain('answered from the cache')
})

test("Gemini's stream as a JSON array is given from one of events, and the other way about", async () => {
  for (const first of ['?alt=sse', '']) {
    const text = first === '' ? 'an array first' : 'events first'
    const path = (query: string) => `/v1beta/models/gemini-2.5-flash:streamGenerateContent${query}`
    const post = async (query: string) => {
      const { headers, body } = speakers.gemini
      const init = { method: 'POST', headers, body: JSON.stringify(body(text)) }
      const response = await fetch(relay.apiUrl + path(query), init)
      return { cache: cacheOf(response), text: await response.text() }
    }
    script = ({ target }) =>
      target.includes('alt=sse')
        ? sse(speakers.gemini.frames)
        : json(speakers.gemini.frames.map((frame) => JSON.parse(frame.slice(6))))
    const one = await post(first)
    const other = await post(first === '' ? '?alt=sse' : '')
    script = usual
    expect([one.cache, other.cache, provider.asked(text)]).toEqual(['miss', 'hit', 1])
    const array = JSON.parse(first === '' ? one.text : other.text) as { candidates: unknown[] }[]
    expect(array).toHaveLength(3)
    expect((first === '' ? other : one).text.match(/^data: /gm)).toHaveLength(3)
  }
})

describe('the caller', () => {
  test('may ask past the cache: nothing is looked up, and nothing kept', async () => {
    const text = 'past the cache'
    const headers = { 'x-relayplane-cache': 'bypass' }
    const first = await answered('anthropic', { text, headers })
    expect([first.cache, first.row['cache']]).toEqual(['bypass', 'bypass'])
    expect((await answered('anthropic', { text })).cache).toBe('miss')
    expect((await answered('anthropic', { text, headers: { 'x-relayplane-cache': 'Bypass' } })).cache).toBe('bypass')
    expect(provider.asked(text)).toBe(3)
  })

  test('may ask for a fresh answer, which takes the place of the kept one', async () => {
    const text = 'a fresh one'
    await answered('anthropic', { text })
    const changed = { ...anthropicReply, content: [{ type: 'text', text: 'Changed.' }] }
    const fresh = await answeredBy(() => json(changed), 'anthropic', {
      text,
      headers: { 'x-relayplane-cache': 'refresh' },
    })
    expect([fresh.cache, fresh.row['cache']]).toEqual(['miss', 'miss'])
    const hit = await answered('anthropic', { text })
    expect([hit.cache, hit.text]).toEqual(['hit', JSON.stringify(changed)])
    expect(provider.asked(text)).toBe(2)
  })

  test('with another key, model, parameter or feature gets an answer of its own', async () => {
    const text = 'one of its own'
    const base: Ask = { text }
    const others: readonly Ask[] = [
      { ...base, headers: { 'x-api-key': 'sk-ant-api03-another-key-0000000000' } },
      { ...base, headers: { 'anthropic-beta': 'context-1m-2025-08-07' } },
      { ...base, more: { model: 'claude-haiku-4-5' } },
      { ...base, more: { max_tokens: 101 } },
      { ...base, more: { system: 'Be brief.' } },
      { ...base, more: { top_p: 0.5 } },
      { ...base, more: { stop_sequences: ['x'] } },
      { ...base, more: { an_unknown_field: 1 } },
    ]
    for (const one of [base, ...others]) expect((await answered('anthropic', one)).cache).toBe('miss')
    for (const one of [base, ...others]) expect((await answered('anthropic', one)).cache).toBe('hit')
    expect(provider.asked(text)).toBe(9)
  })

  test('gets the same answer whatever program it is, and in whatever session', async () => {
    const text = 'whoever asks'
    await answered('anthropic', { text, headers: { 'user-agent': 'one/1', 'x-relayplane-session': 'a' } })
    const hit = await answered('anthropic', {
      text,
      headers: { 'user-agent': 'other/2', 'x-relayplane-session': 'b', 'x-relayplane-tags': 'team=c' },
    })
    expect(hit.cache).toBe('hit')
    expect(hit.row).toMatchObject({ session_id: 'b', tags: '{"team":"c"}' })
  })
})

describe('a request is left alone', () => {
  const leftAlone = async (text: string, more: Record<string, unknown>) => {
    for (const _ of [1, 2]) expect((await answered('anthropic', { text, more })).cache).toBe('bypass')
    expect(provider.asked(text)).toBe(2)
  }

  test('unless its temperature is 0', async () => {
    await leftAlone('no temperature', { temperature: undefined })
    await leftAlone('some temperature', { temperature: 0.1 })
  })

  test('when the provider is to search, or to build on what it has stored', async () => {
    await leftAlone('a search', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] })
    await leftAlone('a container', { container: 'container_1' })
  })

  test('when it asks for no answer of a model', async () => {
    const response = await fetch(`${relay.apiUrl}/v1/models`)
    expect(cacheOf(response)).toBe(null)
    await response.body?.cancel()
    expect(relay.lastRow()['cache']).toBe(null)
  })
})

describe('an answer is not kept', () => {
  const notKept = async (text: string, dialect: Parameters<typeof ask>[1], other: Script, isStream = false) => {
    for (const _ of [1, 2]) {
      const { cache, row } = await answeredBy(other, dialect, { text, isStream })
      expect({ text, cache, row: row['cache'] }).toEqual({ text, cache: 'miss', row: 'miss' })
    }
    expect(provider.asked(text)).toBe(2)
  }
  const message = (over: object) => () => json({ ...anthropicReply, ...over })
  const delta = (over: object) =>
    anthropicFrames.map((frame) =>
      frame.includes('"message_delta"')
        ? frame.replace('"stop_reason":"end_turn"', JSON.stringify(over).slice(1, -1))
        : frame,
    )

  test('when it calls a tool', async () => {
    const content = [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }]
    await notKept('a tool', 'anthropic', message({ content, stop_reason: 'tool_use' }))
    const message_ = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    }
    await notKept('a chat tool', 'openai-chat', () =>
      json({ ...chatReply, choices: [{ index: 0, message: message_, finish_reason: 'tool_calls' }] }),
    )
  })

  test('when it was cut off at its limit, or paused', async () => {
    await notKept('cut at max', 'anthropic', message({ stop_reason: 'max_tokens' }))
    await notKept('paused', 'anthropic', message({ stop_reason: 'pause_turn' }))
    await notKept('cut stream', 'anthropic', () => sse(delta({ stop_reason: 'max_tokens' })), true)
  })

  test('when the model refused, or a filter did', async () => {
    await notKept('refused', 'anthropic', message({ stop_reason: 'refusal' }))
    const choice = { index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'content_filter' }
    await notKept('filtered', 'openai-chat', () => json({ ...chatReply, choices: [choice] }))
  })

  test('when it is an error, whatever its status', async () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    await notKept('an error', 'anthropic', () => json(error, { status: 529 }))
    await notKept('an error as 200', 'anthropic', () => json(error))
    const frame = `event: error\ndata: ${JSON.stringify(error)}\n\n`
    await notKept('an error in a stream', 'anthropic', () => sse([...anthropicFrames.slice(0, 5), frame]), true)
    await notKept(
      'an error in a chat',
      'openai-chat',
      () => sse([chatFrames[0] ?? '', 'data: {"error":{"message":"x"}}\n\n']),
      true,
    )
  })

  test('when the stream ended before its end', async () => {
    await notKept('too short', 'anthropic', () => sse(anthropicFrames.slice(0, 6)), true)
    await notKept('no end', 'openai-chat', () => sse(chatFrames.slice(0, 3)), true)
  })

  test('when it can not be read', async () => {
    await notKept(
      'no json',
      'anthropic',
      () => new Response('{"half', { headers: { 'content-type': 'application/json' } }),
    )
    await notKept('no type', 'anthropic', () => new Response('hello', { headers: { 'content-type': 'text/plain' } }))
  })

  test('when its kind of task is not to be kept', async () => {
    const usage = { input_tokens: 10_001, output_tokens: 100 }
    await notKept('a long context', 'anthropic', message({ usage }))
    expect(relay.lastRow()['task_type']).toBe('long_context')
  })

  test('when it is larger than 8 MiB', async () => {
    const content = [{ type: 'text', text: 'x'.repeat(9 * 1024 * 1024) }]
    await notKept('large', 'anthropic', message({ content }))
  })
})

test('a large answer that can be kept is given again as it was', async () => {
  const large = JSON.stringify({ ...anthropicReply, content: [{ type: 'text', text: 'large ☃ '.repeat(300_000) }] })
  const type = { headers: { 'content-type': 'application/json' } }
  await answeredBy(() => new Response(large, type), 'anthropic', { text: 'quite large' })
  const hit = await answered('anthropic', { text: 'quite large' })
  expect([hit.cache, hit.text === large, provider.asked('quite large')]).toEqual(['hit', true, 1])
})

test('a client that hangs up in the middle leaves nothing behind that is given to others', async () => {
  const text = 'left in the middle'
  const hold = Promise.withResolvers<void>()
  script = () => {
    const body = new ReadableStream<Uint8Array>({
      async start(out) {
        out.enqueue(Buffer.from(anthropicFrames.slice(0, 5).join('')))
        await hold.promise
        out.close()
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  const going = new AbortController()
  const response = await ask(relay.apiUrl, 'anthropic', { text, isStream: true, signal: going.signal })
  await response.body?.getReader().read()
  going.abort()
  await relay.until('the row is there', () => relay.lastRow()['outcome'] === 'client_abort')
  hold.resolve()
  script = usual
  expect((await answered('anthropic', { text, isStream: true })).cache).toBe('miss')
  expect(provider.asked(text)).toBe(2)
})
