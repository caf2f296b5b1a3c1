/** The same request from many at once, over real HTTP: one call upstream, which ends when its last listener left. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { json, sse, type Script } from '../support/provider.ts'
import { anthropicFrames, anthropicReply } from '../support/replies.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { ask, countingProvider, type Ask, type CountingProvider } from './cache-calls.ts'

let script: Script
/** Lets the provider answer. */
let open: PromiseWithResolvers<void>
let provider: CountingProvider
let relay: Relay

const whenOpen =
  (answer: Script): Script =>
  async (seen, signal) => {
    await open.promise
    return answer(seen, signal)
  }
const whole = whenOpen(() => json(anthropicReply))

/** The first frames at once, the others when it is time. */
const streamed: Script = () => {
  const body = new ReadableStream<Uint8Array>({
    async start(out) {
      out.enqueue(Buffer.from(anthropicFrames.slice(0, 4).join('')))
      await open.promise
      out.enqueue(Buffer.from(anthropicFrames.slice(4).join('')))
      out.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

beforeAll(async () => {
  provider = countingProvider((seen, signal) => script(seen, signal))
  relay = await startRelay({
    providers: { anthropic: provider.url },
    config: { cache: { enabled: true }, reliability: { retries: 0 } },
  })
})
afterAll(async () => {
  await relay.stop()
  await provider.stop()
})
beforeEach(() => {
  script = whole
  open = Promise.withResolvers()
})

interface Client {
  readonly response: Promise<Response>
  /** What it got; null when it hung up. */
  readonly got: Promise<{ readonly cache: string | null; readonly text: string; readonly status: number } | null>
  hangUp(): void
}

function client(one: Omit<Ask, 'signal'>): Client {
  const going = new AbortController()
  const response = ask(relay.apiUrl, 'anthropic', { ...one, signal: going.signal })
  const got = response
    .then(async (answer) => ({
      cache: answer.headers.get('x-relayplane-cache'),
      status: answer.status,
      text: await answer.text(),
    }))
    .catch(() => null)
  return { response, got, hangUp: () => going.abort() }
}

/** Requests that the relay has not ended yet. */
async function inflight(): Promise<number> {
  const response = await fetch(`${relay.url}/health`)
  return Number(((await response.json()) as { inflight: number }).inflight)
}

/** Resolves when so many requests are under way. */
async function underWay(count: number): Promise<void> {
  const giveUpAt = performance.now() + 5000
  while ((await inflight()) !== count) {
    if (performance.now() > giveUpAt) throw new Error(`never were ${count} requests under way`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A leader that the provider has been asked for, and others who wait for its answer. */
async function crowd(text: string, followers: number, isStream = false): Promise<[Client, Client[]]> {
  const leader = client({ text, isStream })
  await relay.until('the provider is asked', () => provider.asked(text) === 1)
  const others = Array.from({ length: followers }, () => client({ text, isStream }))
  await underWay(1 + followers)
  return [leader, others]
}

const rowsSince = (seq: number) => relay.rows('SELECT * FROM requests WHERE seq > ? ORDER BY seq', seq)
const lastSeq = () => Number(relay.lastRow()['seq'] ?? 0)

test('ten at once are one call upstream, paid once', async () => {
  const [before, text] = [lastSeq(), 'ten at once']
  const [leader, others] = await crowd(text, 9)
  open.resolve()
  const all = await Promise.all([leader, ...others].map(({ got }) => got))
  expect(provider.asked(text)).toBe(1)
  expect(all.map((one) => one?.cache)).toEqual(['miss', ...Array.from({ length: 9 }, () => 'hit')])
  expect(new Set(all.map((one) => one?.text))).toEqual(new Set([JSON.stringify(anthropicReply)]))
  const rows = rowsSince(before)
  expect(rows.filter(({ cost_nano_usd }) => cost_nano_usd === 6_000_000)).toHaveLength(1)
  expect(rows.filter(({ cache, saved_nano_usd }) => cache === 'hit' && saved_nano_usd === 6_000_000)).toHaveLength(9)
  expect(rows).toHaveLength(10)
  expect(await inflight()).toBe(0)
})

test('those who want it whole and those who want it streamed share it', async () => {
  const text = 'both forms'
  script = streamed
  const [leader, others] = await crowd(text, 1, true)
  const wholly = client({ text })
  await underWay(3)
  open.resolve()
  const [stream, again, json_] = await Promise.all([leader.got, others[0]?.got, wholly.got])
  expect([stream?.cache, again?.cache, json_?.cache]).toEqual(['miss', 'hit', 'hit'])
  expect(again?.text).toBe(anthropicFrames.join(''))
  expect(JSON.parse(json_?.text ?? '')).toMatchObject({ content: [{ text: 'Hello there, who are you? ☃' }] })
  expect(provider.asked(text)).toBe(1)
})

test('who asks for a fresh answer, or past the cache, does not wait', async () => {
  const text = 'will not wait'
  const [leader] = await crowd(text, 0)
  const others = ['refresh', 'bypass'].map((wish) => client({ text, headers: { 'x-relayplane-cache': wish } }))
  await relay.until('all are sent', () => provider.asked(text) === 3)
  open.resolve()
  await Promise.all([leader, ...others].map(({ got }) => got))
})

describe('where the answer can not be shared', () => {
  test.each([
    ['the provider failed', () => json({ type: 'error', error: { type: 'api_error', message: 'x' } }, { status: 500 })],
    [
      'it calls a tool',
      () =>
        json({
          ...anthropicReply,
          content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }],
          stop_reason: 'tool_use',
        }),
    ],
  ])('because %s, all go on by themselves', async (why, answer) => {
    const text = `alone as ${why}`
    script = whenOpen(answer)
    const [leader, others] = await crowd(text, 3)
    open.resolve()
    const all = await Promise.all([leader, ...others].map(({ got }) => got))
    expect(all.map((one) => one?.cache)).toEqual(['miss', 'miss', 'miss', 'miss'])
    expect(provider.asked(text)).toBe(4)
    expect(await inflight()).toBe(0)
  })

  test('the next one that can be is shared again', async () => {
    const text = 'better then'
    script = whenOpen(() => json({ type: 'error', error: { type: 'api_error', message: 'x' } }, { status: 500 }))
    const [leader] = await crowd(text, 0)
    open.resolve()
    expect((await leader.got)?.status).toBe(500)
    script = whole
    expect((await client({ text }).got)?.cache).toBe('miss')
    expect((await client({ text }).got)?.cache).toBe('hit')
    expect(provider.asked(text)).toBe(2)
  })
})

describe('when the one that was sent hangs up', () => {
  test.each([
    ['before a whole answer began', whole, false],
    ['in the middle of a stream', streamed, true],
  ] as const)('%s, it goes on for the others', async (when, answer, isStream) => {
    const [before, text] = [lastSeq(), `goes on ${when}`]
    script = answer
    const [leader, others] = await crowd(text, 2, isStream)
    if (isStream) await leader.response
    leader.hangUp()
    expect(await leader.got).toBe(null)
    // Two beats of the heart that looks after clients.
    await Bun.sleep(600)
    expect(provider.aborted()).toBe(0)
    open.resolve()
    const got = await Promise.all(others.map((one) => one.got))
    expect(got.map((one) => one?.cache)).toEqual(['hit', 'hit'])
    expect(got[0]?.text).toBe(isStream ? anthropicFrames.join('') : JSON.stringify(anthropicReply))
    expect(provider.asked(text)).toBe(1)
    const rows = rowsSince(before)
    expect(rows).toHaveLength(3)
    // 1000 tokens in at $3 and 200 out at $15 a million, once.
    expect(rows.find(({ outcome }) => outcome === 'client_abort')).toMatchObject({
      cache: 'miss',
      status: isStream ? 200 : null,
      cost_status: 'priced',
      cost_nano_usd: 6_000_000,
      output_tokens: 200,
    })
    expect(rows.filter(({ cache, cost_nano_usd }) => cache === 'hit' && cost_nano_usd === 0)).toHaveLength(2)
    expect(await inflight()).toBe(0)
  })
})

describe('when all hang up', () => {
  test.each([
    ['before the answer began', whole, false],
    ['in the middle of a stream', streamed, true],
  ] as const)('%s, the call upstream ends within a second', async (when, answer, isStream) => {
    const [before, text, aborted] = [lastSeq(), `all leave ${when}`, provider.aborted()]
    script = answer
    const [leader, others] = await crowd(text, 2, isStream)
    if (isStream) await leader.response
    leader.hangUp()
    others[0]?.hangUp()
    await underWay(2)
    expect(provider.aborted()).toBe(aborted)
    const began = performance.now()
    others[1]?.hangUp()
    await relay.until('the provider is told', () => provider.aborted() > aborted)
    expect(performance.now() - began).toBeLessThan(1000)
    await relay.until('all rows are there', () => rowsSince(before).length === 3)
    const rows = rowsSince(before)
    expect(rows.map(({ outcome }) => outcome)).toEqual(['client_abort', 'client_abort', 'client_abort'])
    expect(rows.filter(({ provider: who }) => who === null).map(({ cost_nano_usd }) => cost_nano_usd)).toEqual([0, 0])
    open.resolve()
    expect(await inflight()).toBe(0)
  })
})

test('a follower that hangs up is noticed, and the others get their answer', async () => {
  const text = 'one of them leaves'
  const [leader, others] = await crowd(text, 2)
  others[0]?.hangUp()
  await underWay(2)
  expect(relay.lastRow()).toMatchObject({ outcome: 'client_abort', provider: null, cost_nano_usd: 0, cache: 'miss' })
  open.resolve()
  expect([(await leader.got)?.cache, (await others[1]?.got)?.cache]).toEqual(['miss', 'hit'])
})

test('a client that asks again right after the end gets a hit', async () => {
  script = () => sse(anthropicFrames)
  for (let round = 0; round < 20; round++) {
    const text = `right after ${round}.`
    expect((await client({ text, isStream: true }).got)?.cache).toBe('miss')
    expect((await client({ text, isStream: true }).got)?.cache).toBe('hit')
    expect(provider.asked(text)).toBe(1)
  }
})
