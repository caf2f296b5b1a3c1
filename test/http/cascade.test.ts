/** A cascade over real HTTP: clients that leave, providers that take their time, and what the database has of it. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { Budgets } from '../../src/control/guard-shapes.ts'
import { scriptedProvider, type Script, type ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { modelOf, requestOf, variablesFor, written, type Asking } from '../pipeline/model-rig.ts'

let script: Script
let provider: ScriptedProvider
let relay: Relay

beforeAll(async () => {
  provider = scriptedProvider((seen, signal) => script(seen, signal))
  relay = await startRelay({
    variables: variablesFor(provider.url),
    config: {
      server: { keepAliveSeconds: 1 },
      reliability: { retries: 0 },
      budget: { enabled: true, dailyUsd: 100, hourlyUsd: null, perRequestUsd: null, onBreach: 'block' },
      routing: {
        mode: 'cascade',
        complexity: { enabled: false },
        cascade: { models: ['claude-cheap', 'claude-dear'], holdbackChars: 200 },
      },
      prices: {
        'anthropic/claude-cheap': { inputUsd: 1, outputUsd: 5 },
        'anthropic/claude-dear': { inputUsd: 15, outputUsd: 75 },
      },
    },
  })
})
afterAll(async () => {
  await relay.stop()
  await provider.stop()
})

const opened: PromiseWithResolvers<void>[] = []
afterEach(() => {
  for (const { resolve } of opened.splice(0)) resolve()
})

const ask = (asking: Asking): Promise<Response> => {
  const [target, init] = requestOf(asking)
  return fetch(relay.url + target, init)
}

const isStream = ({ text }: { readonly text: string }) => text.includes('"stream":true')

/** Says these words, and then nothing until the test lets it end. */
function falteringAfter(words: string): Script {
  const open = Promise.withResolvers<void>()
  opened.push(open)
  return (seen) => {
    const texts = written('anthropic', modelOf(seen), words, isStream(seen))
    const half = isStream(seen) ? texts.length - 3 : 0
    const body = new ReadableStream<Uint8Array>({
      async start(out) {
        out.enqueue(Buffer.from(texts.slice(0, half).join('') || ' '))
        await open.promise
        try {
          out.enqueue(Buffer.from(texts.slice(half).join('')))
          out.close()
        } catch {
          // The proxy has gone.
        }
      },
    })
    return new Response(body, {
      headers: { 'content-type': isStream(seen) ? 'text/event-stream' : 'application/json' },
    })
  }
}

const says =
  (words: Readonly<Record<string, string>>): Script =>
  (seen) => {
    const texts = written('anthropic', modelOf(seen), words[modelOf(seen)] ?? '', isStream(seen))
    const type = isStream(seen) ? 'text/event-stream' : 'application/json'
    return new Response(texts.join(''), { headers: { 'content-type': type } })
  }

const countRows = () => relay.rows<{ n: number }>('SELECT count(*) AS n FROM requests')[0]?.n ?? 0

describe('a client that hangs up while an answer is held back', () => {
  test.each([false, true])(
    'ends the provider’s call within a second, and has one row, streamed: %p',
    async (stream) => {
      script = falteringAfter('A beginning')
      const [asked, aborted, rows] = [provider.seen.length, provider.aborted(), countRows()]
      const going = new AbortController()
      const response = ask({ isStream: stream, signal: going.signal }).catch(() => null)
      await relay.until('the provider is asked', () => provider.seen.length === asked + 1)
      const left = performance.now()
      going.abort()
      await response
      await relay.until('the call upstream ends', () => provider.aborted() === aborted + 1)
      expect(performance.now() - left).toBeLessThan(1000)
      await relay.until('the row is there', () => countRows() === rows + 1)
      expect(relay.lastRow()).toMatchObject({ outcome: 'client_abort', status: null, routed_model: 'claude-cheap' })
      expect(provider.seen.length).toBe(asked + 1)
    },
  )
})

describe('a stream that takes its time', () => {
  test('is held for no longer than a client is kept waiting, and goes on as it came', async () => {
    const words = 'Too short to be judged.'
    script = falteringAfter(words)
    const [asked, begun] = [provider.seen.length, performance.now()]
    const response = await ask({ isStream: true })
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader()
    const first = Buffer.from((await reader.read()).value ?? []).toString()
    expect(performance.now() - begun).toBeGreaterThan(900)
    expect(performance.now() - begun).toBeLessThan(3000)
    expect(first).toStartWith('event: message_start')
    // It is silent still: the client is told that somebody is there.
    let text = first
    while (!text.includes(': keep-alive')) text += Buffer.from((await reader.read()).value ?? []).toString()
    for (const { resolve } of opened.splice(0)) resolve()
    for (let read = await reader.read(); !read.done; read = await reader.read())
      text += Buffer.from(read.value).toString()
    expect(text.replaceAll(': keep-alive\n\n', '')).toBe(written('anthropic', 'claude-cheap', words, true).join(''))
    expect(provider.seen.length).toBe(asked + 1)
    expect(response.headers.get('x-relayplane-escalations')).toBeNull()
  })

  test('is let go as soon as there is enough of it', async () => {
    script = falteringAfter('A good beginning of an answer. '.repeat(10))
    const begun = performance.now()
    const response = await ask({ isStream: true })
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader()
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toStartWith('event: message_start')
    expect(performance.now() - begun).toBeLessThan(900)
    await reader.cancel()
    await relay.until('the row is there', () => relay.lastRow()['outcome'] === 'client_abort')
  })
})

describe('what was given up', () => {
  test.each([false, true])('stands in the rows, and is spent, streamed: %p', async (stream) => {
    script = says({ 'claude-cheap': '', 'claude-dear': 'Better.' })
    const [before, rows] = [spentNanoUsd(), countRows()]
    const response = await ask({ isStream: stream })
    expect(await response.text()).toContain('Better.')
    expect(countRows()).toBe(rows + 1)
    const row = relay.lastRow()
    expect(row).toMatchObject({ outcome: 'complete', route: 'cascade', cost_nano_usd: 32_000_000 })
    expect(spentNanoUsd() - before).toBe(32_000_000)
    const attempts = relay.rows(
      'SELECT number, model, error_code, cost_nano_usd FROM attempts WHERE request_seq = ? ORDER BY number',
      Number(row['seq']),
    )
    expect(attempts).toEqual([
      { number: 1, model: 'claude-cheap', error_code: 'escalated: empty', cost_nano_usd: 2_000_000 },
      { number: 2, model: 'claude-dear', error_code: null, cost_nano_usd: 30_000_000 },
    ])
  })

  test('is spent in the ledger as it is in the table', async () => {
    const { spent, limits } = (await (await fetch(`${relay.url}/budgets`)).json()) as Budgets
    expect(spent.dayNanoUsd).toBe(spentNanoUsd())
    expect(limits[0]).toMatchObject({ name: 'daily limit', spentNanoUsd: spentNanoUsd(), reservedNanoUsd: 0 })
  })
})

const spentNanoUsd = () =>
  relay.rows<{ n: number }>('SELECT coalesce(sum(cost_nano_usd), 0) AS n FROM requests')[0]?.n ?? 0
