/** A model, its fallbacks and their failures, through all stages: who is asked, what the client gets, what the row says. */
import { afterEach, describe, expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import {
  openChain,
  answerNanoUsd,
  chainKeys,
  errorOf,
  question,
  type Act,
  type Acts,
  type Chain,
  type Who,
} from '../support/chain.ts'
import type { PipelineParts } from '../support/services.ts'
import { openTestTime, until } from '../support/time.ts'

const chains: Chain[] = []
afterEach(() => {
  for (const chain of chains.splice(0)) chain.stop()
})

function open(
  acts: Partial<Readonly<Record<Who, Acts>>>,
  parts: PipelineParts & { readonly config?: object } = {},
): Chain {
  const chain = openChain(acts, parts)
  chains.push(chain)
  return chain
}

const ten = Date.UTC(2026, 10, 22, 10)
const alone = { fallbacks: { 'claude-one': [] } }
const fail = (status: number, headers: Record<string, string> = {}): Act => ({ status, headers })

const triesOf = (row: RequestRecord | undefined) =>
  row?.attempts.map(({ number, provider, status, outcome }) => `${number} ${provider} ${status} ${outcome}`)
const reasonsOf = (row: RequestRecord | undefined) =>
  row?.trace.flatMap(({ did, why }) => (/again|went on/.test(did) ? [`${did}: ${why}`] : []))

/** Each row's cost is the sum of its attempts', and all rows' that of the providers' books. */
function expectBooksToAgree(chain: Chain): void {
  const costs = chain.rows.map(({ cost }) => cost.nanoUsd)
  const ofAttempts = chain.rows.map(({ attempts }) =>
    attempts.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0),
  )
  expect(ofAttempts).toEqual(costs as number[])
  expect(costs.reduce((sum: number, cost) => sum + (cost ?? 0), 0)).toBe(chain.billedNanoUsd())
}

describe('alone, a provider that answers', () => {
  test.each([
    ['408', fail(408), 250],
    ['429 with nothing said', fail(429), 250],
    ['429 with a short retry-after', fail(429, { 'retry-after': '2' }), 2000],
    ['429 with retry-after-ms', fail(429, { 'retry-after-ms': '700' }), 700],
    [
      '429 whose limit is free in 2 s',
      fail(429, {
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:02Z',
      }),
      2000,
    ],
    ['500', fail(500), 250],
    ['503 with a short retry-after', fail(503, { 'retry-after': '1' }), 1000],
    ['529', fail(529), 250],
    ['409 with x-should-retry: true', fail(409, { 'x-should-retry': 'true' }), 250],
  ])('%s is asked once more, after a wait', async (_what, act, waitMs) => {
    const time = openTestTime(ten)
    const chain = open({ first: [act, 'answer'] }, { config: alone, clock: time.clock })
    const response = await chain.post()
    expect([response.status, ((await response.json()) as { id: string }).id]).toEqual([200, 'msg_01'])
    expect(chain.pauses).toEqual([waitMs])
    const { status } = act as { status: number }
    expect(triesOf(chain.rows[0])).toEqual([`1 anthropic ${status} failed`, '2 anthropic 200 complete'])
    expect(chain.rows[0]).toMatchObject({ outcome: 'complete', status: 200, cost: { nanoUsd: answerNanoUsd } })
    expectBooksToAgree(chain)
  })

  test.each([
    ['429 that asks for more than is waited', fail(429, { 'retry-after': '3' })],
    ['503 that asks for more than is waited', fail(503, { 'retry-after': 'Sun, 22 Nov 2026 10:05:00 GMT' })],
    ['500 with x-should-retry: false', fail(500, { 'x-should-retry': 'false' })],
    ['400', fail(400)],
    ['400 with x-should-retry: true', fail(400, { 'x-should-retry': 'true' })],
    ['401', fail(401)],
    ['402', fail(402)],
    ['403', fail(403)],
    ['409', fail(409)],
    ['413', fail(413)],
    ['422', fail(422)],
  ])('%s is asked once', async (_what, act) => {
    const chain = open({ first: [act] }, { config: alone, clock: openTestTime(ten).clock })
    const { status, headers = {} } = act as Exclude<Act, string>
    const response = await chain.post()
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(errorOf('first'))
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value)
    expect(chain.asked).toEqual(['first'])
    expect(chain.pauses).toEqual([])
    expect(triesOf(chain.rows[0])).toEqual([`1 anthropic ${status} failed`])
    expectBooksToAgree(chain)
  })

  test('529 is looked at a second time and no third, however many retries are set, unless it says when', async () => {
    const chain = open(
      { first: [fail(529)] },
      { config: { ...alone, reliability: { retries: 4, cooldowns: { enabled: false } } } },
    )
    expect((await chain.post()).status).toBe(529)
    expect(chain.asked).toHaveLength(2)
    const saying = open(
      { first: [fail(529, { 'retry-after': '1' })] },
      { config: { ...alone, reliability: { retries: 4, cooldowns: { enabled: false } } } },
    )
    expect((await saying.post()).status).toBe(529)
    expect(saying.asked).toHaveLength(5)
  })

  test('503 again and again is asked as often as is set, at growing intervals, and its own words reach the client', async () => {
    const body = '{"type":"error","error":{"type":"overloaded_error","message":"four"},"request_id":"req_4"}'
    const chain = open(
      {
        first: [
          fail(503),
          fail(503),
          fail(503),
          { status: 503, headers: { 'request-id': 'req_4', 'retry-after': '60' }, body },
        ],
      },
      { config: { ...alone, reliability: { retries: 3 } } },
    )
    const response = await chain.post()
    expect(response.status).toBe(503)
    expect(await response.text()).toBe(body)
    expect([response.headers.get('request-id'), response.headers.get('retry-after')]).toEqual(['req_4', '60'])
    expect(chain.pauses).toEqual([250, 500, 1000])
    expect(chain.rows[0]).toMatchObject({
      outcome: 'failed',
      status: 503,
      errorCode: 'overloaded_error',
      upstreamRequestId: 'req_4',
    })
    expect(chain.rows[0]?.attempts).toHaveLength(4)
  })

  test('nothing, since nobody listens, is asked twice and is a 502', async () => {
    const chain = open({ first: 'off' }, { config: alone })
    const response = await chain.post()
    expect(response.status).toBe(502)
    expect(((await response.json()) as { type: string }).type).toBe('error')
    expect(chain.pauses).toEqual([250])
    expect(triesOf(chain.rows[0])).toEqual(['1 anthropic null failed', '2 anthropic null failed'])
    expect(chain.rows[0]).toMatchObject({ cost: { nanoUsd: 0 }, errorCode: 'provider-unreachable' })
  })
})

describe('in a chain of three', () => {
  const failures: readonly (readonly [string, Acts, number])[] = [
    ['answers 500', [fail(500)], 2],
    ['answers 529', [fail(529)], 2],
    ['answers 503 with a long retry-after', [fail(503, { 'retry-after': '3600' })], 1],
    ['answers 429', [fail(429)], 2],
    ['answers 429 with a long retry-after', [fail(429, { 'retry-after': '3600' })], 1],
    ['answers 402', [fail(402)], 1],
    ['answers 500 with x-should-retry: false', [fail(500, { 'x-should-retry': 'false' })], 1],
    ['answers 409 with x-should-retry: true', [fail(409, { 'x-should-retry': 'true' })], 2],
  ]
  describe.each([...failures])('a candidate that %s', (_what, acts, tries) => {
    test('is asked, and then the next', async () => {
      const chain = open({ first: acts })
      const response = await chain.post()
      expect(response.status).toBe(200)
      expect(response.headers.get('x-relayplane-provider')).toBe('second')
      expect(chain.asked).toEqual([...Array.from({ length: tries }, (): Who => 'first'), 'second'])
      expect(chain.rows[0]).toMatchObject({
        provider: 'second',
        routedModel: 'claude-two',
        requestedModel: 'claude-one',
        outcome: 'complete',
      })
      expect(reasonsOf(chain.rows[0])?.at(-1)).toStartWith('went on from anthropic/claude-one: ')
      expectBooksToAgree(chain)
    })

    test('gives way at each place', async () => {
      const chain = open({ first: acts, second: acts, third: ['answer'] })
      expect((await chain.post()).status).toBe(200)
      expect(chain.asked.filter((who) => who === 'first')).toHaveLength(tries)
      expect(chain.asked.filter((who) => who === 'second')).toHaveLength(tries)
      expect(chain.asked.at(-1)).toBe('third')
      expect(chain.rows[0]?.attempts.map(({ number }) => number)).toEqual(
        Array.from({ length: 2 * tries + 1 }, (_, i) => i + 1),
      )
      expectBooksToAgree(chain)
    })

    test('is the last to speak where nobody does better', async () => {
      const chain = open({ first: acts, second: acts, third: acts })
      const { status, headers = {} } = acts[0] as Exclude<Act, string>
      const response = await chain.post()
      expect([response.status, await response.text()]).toEqual([status, errorOf('third')])
      expect(response.headers.get('retry-after')).toBe(headers['retry-after'] ?? null)
      expect(chain.rows).toHaveLength(1)
      expect(chain.rows[0]).toMatchObject({ provider: 'third', outcome: 'failed', status, cost: { nanoUsd: 0 } })
    })
  })

  test('one that nobody listens at is asked twice, and then the next', async () => {
    const chain = open({ first: 'off', second: 'off' })
    expect((await chain.post()).status).toBe(200)
    expect(chain.asked).toEqual(['third'])
    expect(triesOf(chain.rows[0])).toEqual([
      '1 anthropic null failed',
      '2 anthropic null failed',
      '3 second null failed',
      '4 second null failed',
      '5 third 200 complete',
    ])
  })

  test.each([
    ['400', 400],
    ['401', 401],
    ['403', 403],
    ['413', 413],
    ['422', 422],
  ])('%s is about the request or the key, and nobody else is asked', async (_what, status) => {
    const chain = open({ first: [fail(status)] })
    const response = await chain.post()
    expect([response.status, await response.text()]).toEqual([status, errorOf('first')])
    expect(chain.asked).toEqual(['first'])
  })

  test.each([
    ['first', { first: ['reset'] }, 1],
    ['second', { first: [fail(500)], second: ['reset'] }, 3],
    ['third', { first: [fail(500)], second: [fail(500)], third: ['reset'] }, 5],
  ] as const)(
    'a connection that breaks after the request was sent to the %s ends it: it may be paid',
    async (who, acts, count) => {
      const chain = open(acts as Partial<Record<Who, Acts>>)
      const response = await chain.post()
      expect(response.status).toBe(502)
      expect(chain.asked).toHaveLength(count)
      expect(chain.asked.filter((one) => one === who)).toHaveLength(1)
      expect(chain.rows[0]).toMatchObject({ outcome: 'upstream_reset', cost: { status: 'estimated' } })
      expect(chain.rows[0]?.cost.nanoUsd).toBeGreaterThan(0)
      expect(chain.rows[0]?.attempts).toHaveLength(count)
    },
  )

  test('a connection that was used before and breaks under the next request does not have it sent again', async () => {
    const chain = open({ first: ['answer', 'reset'] })
    await (await chain.post()).text()
    expect((await chain.post()).status).toBe(502)
    expect(chain.asked).toEqual(['first', 'first'])
  })

  test('a provider that says nothing in time is given up, and nobody else is asked', async () => {
    const time = openTestTime(ten)
    const chain = open({ first: ['silence'] }, { clock: time.clock, config: { timeouts: { firstByteSeconds: 30 } } })
    const asking = chain.post()
    await until('the provider is asked', () => chain.asked.length === 1)
    time.pass(29_999)
    chain.services.watch.tick(time.clock.monotonic())
    time.pass(1)
    chain.services.watch.tick(time.clock.monotonic())
    expect((await asking).status).toBe(504)
    expect(chain.asked).toEqual(['first'])
    expect(chain.rows[0]).toMatchObject({ outcome: 'timeout', durationMs: 30_000, cost: { status: 'estimated' } })
  })

  test('a fallback that says nothing in time is given up, too, and nobody after it is asked', async () => {
    const time = openTestTime(ten)
    const chain = open(
      { first: [fail(402)], second: ['silence'] },
      { clock: time.clock, config: { timeouts: { firstByteSeconds: 30 } } },
    )
    const asking = chain.post()
    await until('the fallback is asked', () => chain.asked.length === 2)
    time.pass(30_000)
    chain.services.watch.tick(time.clock.monotonic())
    expect((await asking).status).toBe(504)
    expect(chain.asked).toEqual(['first', 'second'])
    expect(triesOf(chain.rows[0])).toEqual(['1 anthropic 402 failed', '2 second null timeout'])
  })

  test('what happens to the connection is no matter of the account: no other is asked', async () => {
    const config = {
      ...alone,
      providers: { anthropic: { accounts: [{ label: 'lab', apiKey: 'sk-ant-api03-FAKE-lab-000000' }] } },
    }
    const broken = open({ first: ['reset'] }, { config })
    expect((await broken.post()).status).toBe(502)
    expect(broken.asked).toEqual(['first'])
    const absent = open({ first: 'off' }, { config })
    expect((await absent.post()).status).toBe(502)
    expect(absent.rows[0]?.attempts).toHaveLength(2)
    expect(absent.rows[0]?.trace.filter(({ did }) => did.includes('another account'))).toEqual([])
  })

  test('once the client has a byte nothing is sent again, whatever comes', async () => {
    const chain = open({ first: ['reset-later'] })
    const response = await chain.post({ stream: true })
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(text).toContain('Hello there, ')
    expect(text).toContain('event: error')
    expect(chain.asked).toEqual(['first'])
    expect(chain.rows[0]).toMatchObject({ outcome: 'upstream_reset', status: 200 })
  })

  test('a stream of the second is passed on as it comes, with its cost in the row', async () => {
    const chain = open({ first: [fail(529)], second: ['stream'] })
    const response = await chain.post({ stream: true })
    expect(response.headers.get('content-type')).toStartWith('text/event-stream')
    expect(await response.text()).toEndWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')
    expect(chain.rows[0]).toMatchObject({ provider: 'second', isStream: true, outcome: 'complete' })
    expectBooksToAgree(chain)
  })

  test('the body of each is its own: the model’s name changes, and nothing else', async () => {
    const chain = open({ first: [fail(529)], second: [fail(500)] })
    await chain.post()
    const bodies = chain.seen.map((request) => request.slice(request.indexOf('\r\n\r\n') + 4))
    expect(bodies).toEqual(
      ['claude-one', 'claude-one', 'claude-two', 'claude-two', 'claude-three'].map((model) =>
        question(false).replace('claude-one', model),
      ),
    )
  })

  test('each gets its own key and nobody else’s', async () => {
    const chain = open({ first: [fail(529)], second: [fail(500)] })
    await chain.post()
    const keys = Object.values(chainKeys)
    const sent = chain.seen.map((request) => keys.filter((key) => request.includes(key)))
    const { first, second, third } = chainKeys
    expect(sent).toEqual([[first], [first], [second], [second], [third]])
  })

  test('an error too long to be held, whose rest does not come, is let go when somebody else answers', async () => {
    const headers = { 'x-should-retry': 'false', 'content-length': '3000000' }
    const chain = open({ first: [{ status: 500, headers, body: 'x'.repeat(100_000) }] })
    expect((await chain.post()).status).toBe(200)
    await until('its connection is closed', () => chain.closed() === 1)
  })

  test('an error that falls silent in its middle is not waited for longer than five seconds', async () => {
    const time = openTestTime(ten)
    const headers = { 'content-length': '300' }
    const chain = open(
      { first: [{ status: 500, headers }] },
      { clock: time.clock, config: { reliability: { retries: 0 } } },
    )
    const asking = chain.post()
    await until('the head is there', () => chain.asked.length === 1)
    // The watch holds the attempt until its head is there, and again while its body is read.
    await until('the body is read', () => {
      time.pass(100)
      chain.services.watch.tick(time.clock.monotonic())
      return chain.asked.length === 2
    })
    expect((await asking).status).toBe(200)
    expect(chain.asked).toEqual(['first', 'second'])
    expect(time.clock.now() - ten).toBeLessThan(20_000)
  })

  test('an error too long to be held reaches the client whole where nobody does better', async () => {
    const body = `"${'x'.repeat(300_000)}"`
    const chain = open({ first: [{ status: 500, body }] }, { config: alone })
    expect(await (await chain.post()).text()).toBe(body)
  })
})

describe('what may not be sent twice', () => {
  const unknown = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

  test('a POST to a path that nobody knows is sent once', async () => {
    const chain = open({ first: [fail(503)] })
    expect((await chain.ask('/v1/messages/batches', unknown)).status).toBe(503)
    expect(chain.asked).toEqual(['first'])
    expect(chain.pauses).toEqual([])
  })

  test('a GET is sent again, also when its connection broke', async () => {
    const chain = open({ first: [fail(503), 'answer'] })
    expect((await chain.ask('/v1/messages/batches/b1')).status).toBe(200)
    const broken = open({ first: ['reset', 'answer'] })
    expect((await broken.ask('/v1/messages/batches/b1')).status).toBe(200)
    expect(broken.asked).toEqual(['first', 'first'])
    expect(triesOf(broken.rows[0])).toEqual(['1 anthropic null upstream_reset', '2 anthropic 200 complete'])
    expect(broken.rows[0]?.cost.nanoUsd).toBe(0)
  })

  test('with enabled: false nothing is sent twice', async () => {
    const chain = open({ first: [fail(503)] }, { config: { enabled: false } })
    expect((await chain.post()).status).toBe(503)
    expect(chain.asked).toEqual(['first'])
  })
})

describe('rest', () => {
  const fails3 = { reliability: { retries: 0, cooldowns: { allowedFails: 3 } } }

  test('who has failed three times is left alone, then tried once, and is well again', async () => {
    const time = openTestTime(ten)
    const chain = open(
      { first: [fail(500), fail(500), fail(500), fail(500), 'answer'] },
      { clock: time.clock, config: fails3 },
    )
    const turn = async () => {
      const at = chain.asked.length
      await (await chain.post()).text()
      return chain.asked.slice(at)
    }
    expect(await turn()).toEqual(['first', 'second'])
    expect(await turn()).toEqual(['first', 'second'])
    expect(await turn()).toEqual(['first', 'second'])
    expect(await turn()).toEqual(['second'])
    expect(reasonsOf(chain.rows[3])).toEqual(['went on from anthropic/claude-one: anthropic rests after failures'])
    time.pass(120_000)
    // The first after its rest tries; it fails, and the rest begins anew.
    expect(await turn()).toEqual(['first', 'second'])
    expect(await turn()).toEqual(['second'])
    time.pass(120_000)
    expect(await turn()).toEqual(['first'])
    expect(await turn()).toEqual(['first'])
    expectBooksToAgree(chain)
  })

  test('who rests is asked all the same where there is nobody else, once and without retries', async () => {
    const chain = open(
      { first: [fail(500)] },
      { config: { ...alone, reliability: { retries: 1, cooldowns: { allowedFails: 2 } } } },
    )
    await chain.post()
    expect(chain.asked).toHaveLength(2)
    expect((await chain.post()).status).toBe(500)
    expect(chain.asked).toHaveLength(3)
  })

  test('a caller’s mistakes give nobody a rest', async () => {
    for (const status of [400, 401, 403, 404, 413, 422]) {
      const chain = open({ first: [fail(status)] }, { config: fails3 })
      for (let i = 0; i < 5; i++) await chain.post()
      expect([status, chain.asked.length, chain.services.cooldowns.state()]).toEqual([status, 5, []])
    }
  })

  test('a caller’s own exhausted key gives no rest to another caller, nor to the configured one', async () => {
    const time = openTestTime(ten)
    const chain = open({ first: [fail(429, { 'retry-after': '3600' }), 'answer'] }, { clock: time.clock })
    const of = (key: string) => chain.post({ headers: { 'x-api-key': `sk-ant-api03-FAKE-${key}-00000000` } })
    await of('one')
    await of('two')
    await chain.post()
    await of('one')
    expect(chain.asked).toEqual(['first', 'second', 'first', 'first', 'second'])
    const state = chain.services.cooldowns.state()
    expect(state).toMatchObject([
      { provider: 'anthropic', account: expect.stringMatching(/^caller [0-9a-z]+$/), state: 'resting' },
    ])
    expect(JSON.stringify(state)).not.toContain('FAKE')
  })

  test('a placeholder, or a key for somebody else, counts as the account whose key is sent in its place', async () => {
    const chain = open({ first: [fail(429, { 'retry-after': '3600' })] })
    await chain.post({ headers: { 'x-api-key': 'dummy' } })
    await chain.post({ headers: { authorization: 'Bearer sk-proj-FAKE-0000000000000000000000' } })
    expect(chain.asked).toEqual(['first', 'second', 'second'])
    expect(chain.services.cooldowns.state()).toMatchObject([{ provider: 'anthropic', account: 'default' }])
  })
})

describe('a client that hangs up', () => {
  /** A request whose client hangs up when told, in a pipeline whose pauses last until they are ended. */
  function hanging(acts: Partial<Readonly<Record<Who, Acts>>>, config: object = {}) {
    let pausing = 0
    const chain = open(acts, {
      config: { ...alone, ...config },
      replace: () => ({
        pause: () => {
          pausing++
          return new Promise(() => undefined)
        },
      }),
    })
    const hangUp = new AbortController()
    const asking = chain
      .ask('/v1/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: question(false),
        signal: hangUp.signal,
      })
      .catch(() => null)
    return { chain, asking, hangUp: () => hangUp.abort(), pausing: () => pausing }
  }

  test('during a wait ends it at the next heartbeat: nothing more is sent, the row says what it was', async () => {
    const { chain, asking, hangUp, pausing } = hanging({ first: [fail(503, { 'retry-after': '2' })] })
    await until('it waits', () => pausing() === 1)
    chain.services.watch.tick(1)
    expect(chain.rows).toHaveLength(0)
    hangUp()
    chain.services.watch.tick(2)
    await asking
    await until('the row is there', () => chain.rows.length === 1)
    expect(chain.asked).toEqual(['first'])
    expect(chain.rows[0]).toMatchObject({
      outcome: 'client_abort',
      status: null,
      errorCode: null,
      cost: { nanoUsd: 0 },
    })
    expect(triesOf(chain.rows[0])).toEqual(['1 anthropic 503 client_abort'])
    expect(chain.services.watch.size()).toBe(0)
  })
})

test('a client that hangs up during a wait does not end it for another who waits for the same answer', async () => {
  let goOn = () => {}
  let pausing = 0
  const chain = open(
    { first: [fail(503, { 'retry-after': '1' }), 'answer'] },
    {
      config: { ...alone, cache: { enabled: true, onlyWhenDeterministic: false } },
      replace: () => ({
        pause: () => {
          pausing++
          return new Promise((resolve) => (goOn = resolve))
        },
      }),
    },
  )
  const hangUp = new AbortController()
  const ask = (signal?: AbortSignal) =>
    chain.ask('/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: question(false),
      ...(signal === undefined ? {} : { signal }),
    })
  const one = ask(hangUp.signal).catch(() => null)
  await until('the first waits', () => pausing === 1)
  const other = ask()
  await until('the second waits for the first', () => chain.services.watch.size() === 2)
  hangUp.abort()
  chain.services.watch.tick(1)
  goOn()
  expect((await other).status).toBe(200)
  await one
  expect(chain.rows.map((row) => [row.cache, triesOf(row)])).toEqual([
    ['miss', ['1 anthropic 503 failed', '2 anthropic 200 client_abort']],
    ['hit', []],
  ])
  expectBooksToAgree(chain)
})

describe('what is set aside', () => {
  const budget = { enabled: true, dailyUsd: 50, hourlyUsd: null, perRequestUsd: null, onBreach: 'block' }

  test.each([
    ['an answer of the third', { first: [fail(500)], second: [fail(529)] }, answerNanoUsd],
    ['an error of all', { first: [fail(500)], second: [fail(529)], third: [fail(503)] }, 0],
    ['a final refusal', { first: [fail(400)] }, 0],
    ['a chain that nobody listens at', { first: 'off', second: 'off', third: 'off' }, 0],
  ] as const)('for %s comes back, and what was billed is spent', async (_what, acts, spent) => {
    const chain = open(acts as Partial<Record<Who, Acts>>, { config: { budget } })
    chain.services.ledger.fill({ kinds: new Set() }, [])
    await (await chain.post()).text()
    expect(chain.services.ledger.reservations()).toBe(0)
    expect(chain.services.ledger.standing('all', Date.now())).toMatchObject({ day: spent, reserved: 0 })
    expectBooksToAgree(chain)
  })

  test('a fallback that does not fit the limit is not asked, and the client gets the provider’s error', async () => {
    const chain = open(
      { first: [fail(529)] },
      {
        config: {
          budget: { ...budget, perRequestUsd: 0.01 },
          prices: {
            'second/claude-two': { inputUsd: 300, outputUsd: 1500 },
            'third/claude-three': { inputUsd: 300, outputUsd: 1500 },
          },
        },
      },
    )
    chain.services.ledger.fill({ kinds: new Set() }, [])
    const response = await chain.post()
    expect([response.status, await response.text()]).toEqual([529, errorOf('first')])
    expect(chain.asked).toEqual(['first', 'first'])
    expect(chain.services.ledger.reservations()).toBe(0)
  })
})

describe('at once', () => {
  test('one more than may run waits for the end of an answer, not for its head', async () => {
    const chain = open(
      { first: ['stream'] },
      { config: { ...alone, reliability: { maxConcurrent: { anthropic: 1 } } } },
    )
    const one = await chain.post({ stream: true })
    const other = chain.post({ stream: true })
    await until('the other waits', () => chain.services.concurrency.state()[0]?.waiting === 1)
    expect(chain.services.concurrency.state()).toEqual([{ provider: 'anthropic', limit: 1, running: 1, waiting: 1 }])
    expect(chain.asked).toHaveLength(1)
    await one.text()
    expect((await other).status).toBe(200)
    await (await other).text()
    expect(chain.services.concurrency.state()).toEqual([])
    expect(chain.rows).toHaveLength(2)
  })

  test.each([
    ['errors', [fail(500)]],
    ['broken connections', ['reset']],
    ['nobody there', 'off'],
  ] as const)('places come back after %s', async (_what, acts) => {
    const chain = open(
      { first: acts as Acts },
      { config: { ...alone, reliability: { maxConcurrent: { anthropic: 1 } } } },
    )
    for (let i = 0; i < 3; i++) await (await chain.post()).text()
    expect(chain.services.concurrency.state()).toEqual([])
    expect(chain.rows).toHaveLength(3)
  })

  test('a chain has at most one place at each provider while it goes on', async () => {
    const chain = open(
      { first: [fail(500)], second: [fail(500)] },
      { config: { reliability: { maxConcurrent: { anthropic: 1, second: 1, third: 1 } } } },
    )
    const answers = await Promise.all([chain.post(), chain.post(), chain.post()])
    expect(await Promise.all(answers.map(async (answer) => [answer.status, (await answer.text()).length > 0]))).toEqual(
      [
        [200, true],
        [200, true],
        [200, true],
      ],
    )
    expect(chain.services.concurrency.state()).toEqual([])
    expectBooksToAgree(chain)
  })
})

test('nothing of a key, and no word of a prompt, is in rows and log lines, however it failed', async () => {
  const chain = open({ first: [fail(529)], second: 'off', third: ['reset'] })
  await chain.post()
  await chain.post({ headers: { 'x-api-key': 'sk-ant-api03-FAKE-caller-000000' } })
  const text = JSON.stringify([chain.rows, chain.log, chain.services.cooldowns.state(), chain.alerts])
  expect(text).not.toContain('FAKE')
  expect(text).not.toContain('a secret')
})
