/** One that says nothing and another beside it, through all stages: who answers, what is paid, what is left behind. */
import { afterEach, describe, expect, test } from 'bun:test'
import { merge } from '../../src/config/merge.ts'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openInflightJournal, readOrphans } from '../../src/store/inflight.ts'
import {
  answerNanoUsd,
  errorOf,
  openChain,
  question,
  type Act,
  type Acts,
  type Chain,
  type HeldAct,
  type Who,
} from '../support/chain.ts'
import { tempFolder } from '../support/folder.ts'
import { openTestTime, until } from '../support/time.ts'

/** 104 bytes of a question, four to the token, at $3 a million. */
const inputNanoUsd = 78_000
const afterMs = 1000
const fail = (status: number): Act => ({ status, headers: { 'x-should-retry': 'false' } })
const budget = { enabled: true, dailyUsd: 50, hourlyUsd: null, perRequestUsd: null, onBreach: 'block' }
const hedging = { reliability: { hedgeAfterMs: afterMs, retries: 0 }, budget }

interface Rig extends Chain {
  /** Lets time pass, and the heart beat. */
  wait(ms: number): void
  /** Until the hedge is due, and sent. */
  hedge(): Promise<void>
  inJournal(): number
  orphans(): readonly { readonly provider: string; readonly hedgeOf?: string }[]
}

const rigs: Rig[] = []
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.stop()
})

function open(acts: Partial<Readonly<Record<Who, Acts>>>, config: object = {}): Rig {
  const time = openTestTime(Date.UTC(2026, 10, 22, 10))
  const folder = tempFolder()
  const journal = openInflightJournal(folder, '1', () => undefined)
  const chain = openChain(acts, {
    config: merge(hedging, config) as object,
    clock: time.clock,
    replace: (s) => ({
      books: {
        open: journal.open,
        enter(row) {
          journal.close(row.id)
          return s.books.enter(row)
        },
      },
    }),
  })
  chain.services.ledger.fill({ kinds: new Set() }, [])
  const wait = (ms: number) => {
    time.pass(ms)
    chain.services.watch.tick(time.clock.monotonic())
  }
  const rig: Rig = {
    ...chain,
    wait,
    async hedge() {
      const { length } = chain.asked
      await until('the first is asked', () => chain.asked.length > length)
      wait(afterMs)
      await until('the second is asked', () => chain.asked.length > length + 1)
    },
    inJournal: journal.size,
    orphans: () => readOrphans(folder, () => false).records,
  }
  rigs.push(rig)
  return rig
}

const triesOf = (row: RequestRecord | undefined) =>
  row?.attempts.map(
    ({ number, provider, outcome, errorCode, costNanoUsd }) =>
      `${number} ${provider} ${outcome} ${errorCode} ${costNanoUsd}`,
  )
const traceOf = (row: RequestRecord | undefined) =>
  row?.trace.flatMap(({ did, why }) => (/hedge|took the answer/.test(did) ? [`${did}: ${why}`] : []))

/** One row; nothing is set aside, open or held any more; and what is spent is what the row costs. */
async function expectAllSettled(rig: Rig): Promise<RequestRecord> {
  await until('the row is there', () => rig.rows.length === 1)
  await until('places are free', () => rig.services.concurrency.state().length === 0)
  const [row] = rig.rows
  if (row === undefined) throw new Error('no row')
  const { ledger, watch } = rig.services
  const sum = row.attempts.reduce((all, { costNanoUsd }) => all + (costNanoUsd ?? 0), 0)
  expect(sum).toBe(row.cost.nanoUsd ?? -1)
  expect(ledger.reservations()).toBe(0)
  expect(ledger.standing('all', rig.services.clock.now())).toMatchObject({ day: sum, reserved: 0 })
  expect(rig.inJournal()).toBe(0)
  await until('nothing is watched', () => watch.size() === 0)
  return row
}

test('off, which is the default, nobody is asked beside another, however long it takes', async () => {
  const head = Promise.withResolvers<void>()
  const rig = open({ first: [{ held: head.promise, act: 'answer' }] }, { reliability: { hedgeAfterMs: null } })
  const asking = rig.post()
  await until('the first is asked', () => rig.asked.length === 1)
  rig.wait(60_000)
  head.resolve()
  expect((await asking).status).toBe(200)
  expect(rig.asked).toEqual(['first'])
  const row = await expectAllSettled(rig)
  expect(traceOf(row)).toEqual([])
  expect(row.cost).toMatchObject({ status: 'priced', nanoUsd: answerNanoUsd })
})

describe('the first says nothing', () => {
  test('the second answers: the first is stopped, both are in the row, and their cost is its cost', async () => {
    const rig = open({ first: ['silence'] })
    const asking = rig.post()
    await rig.hedge()
    const response = await asking
    expect([response.status, response.headers.get('x-relayplane-provider')]).toEqual([200, 'second'])
    await response.text()
    await until('the first’s connection is closed', () => rig.closed() >= 1)
    const row = await expectAllSettled(rig)
    expect(triesOf(row)).toEqual([
      `1 anthropic client_abort hedged: another answered first ${inputNanoUsd}`,
      `2 second complete null ${answerNanoUsd}`,
    ])
    expect(row).toMatchObject({ provider: 'second', outcome: 'complete', status: 200, route: 'fallback' })
    expect(row.cost).toMatchObject({ status: 'estimated', nanoUsd: answerNanoUsd + inputNanoUsd })
    expect(traceOf(row)).toEqual([
      'hedged with second/claude-two: no answer after 1000 ms',
      'took the answer of second (default): it answered first, after 1000 ms',
    ])
    expect(rig.asked).toEqual(['first', 'second'])
  })

  test('the stream of the second passes whole', async () => {
    const rig = open({ first: ['silence'], second: ['stream'] })
    const asking = rig.post({ stream: true })
    await rig.hedge()
    const response = await asking
    // The loser's part is spent; the winner's is set aside, and both stay in the journal until the row is there.
    const { ledger, clock } = rig.services
    expect([ledger.reservations(), rig.inJournal()]).toEqual([1, 2])
    expect(ledger.reservedFor(response.headers.get('x-relayplane-request-id') ?? '')).toBeGreaterThan(0)
    expect(ledger.standing('all', clock.now()).day).toBe(inputNanoUsd)
    expect(await response.text()).toEndWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')
    expect(await expectAllSettled(rig)).toMatchObject({ provider: 'second', isStream: true, outcome: 'complete' })
  })

  test('while both run both amounts are set aside, and both are in the journal, one for the other', async () => {
    const head = Promise.withResolvers<void>()
    const rig = open({ first: ['silence'], second: [{ held: head.promise, act: 'answer' }] })
    const asking = rig.post()
    await rig.hedge()
    const { ledger } = rig.services
    expect([ledger.reservations(), rig.inJournal()]).toEqual([2, 2])
    const [first, second] = rig.orphans()
    expect([first?.provider, second?.provider]).toEqual(['anthropic', 'second'])
    head.resolve()
    await (await asking).text()
    const row = await expectAllSettled(rig)
    expect(second?.hedgeOf).toBe(row.id)
  })

  test('an answer of the first that comes after the hedge was sent, and before its answer, is taken', async () => {
    const head = Promise.withResolvers<void>()
    const rig = open({ first: [{ held: head.promise, act: 'answer' }], second: ['silence'] })
    const asking = rig.post()
    await rig.hedge()
    head.resolve()
    await (await asking).text()
    const row = await expectAllSettled(rig)
    expect(triesOf(row)).toEqual([
      `1 second client_abort hedged: another answered first ${inputNanoUsd}`,
      `2 anthropic complete null ${answerNanoUsd}`,
    ])
    expect([row.provider, row.route]).toEqual(['anthropic', 'passthrough'])
    expect(traceOf(row)?.[1]).toBe('took the answer of anthropic (default): it answered first, after 1000 ms')
  })

  test('an answer that comes in time needs no other', async () => {
    const head = Promise.withResolvers<void>()
    const rig = open({ first: [{ held: head.promise, act: 'answer' }] })
    const asking = rig.post()
    await until('the first is asked', () => rig.asked.length === 1)
    rig.wait(afterMs - 1)
    head.resolve()
    await (await asking).text()
    expect(rig.asked).toEqual(['first'])
    expect(await expectAllSettled(rig)).toMatchObject({ cost: { status: 'priced', nanoUsd: answerNanoUsd } })
  })

  test('a late head of the first does not reach the client, nor the books', async () => {
    const head = Promise.withResolvers<void>()
    const rig = open({ first: [{ held: head.promise, act: 'stream' }], second: ['stream'] })
    const asking = rig.post({ stream: true })
    await rig.hedge()
    const response = await asking
    head.resolve()
    expect((await response.text()).match(/event: message_start/g)).toHaveLength(1)
    expect((await expectAllSettled(rig)).provider).toBe('second')
  })
})

describe('failures', () => {
  test('a hedge that fails leaves the first to be waited for, and costs nothing', async () => {
    const head = Promise.withResolvers<void>()
    const rig = open({ first: [{ held: head.promise, act: 'answer' }], second: [fail(500)] })
    const asking = rig.post()
    await rig.hedge()
    // Its connection was given up with its error.
    await until('the second has failed', () => rig.services.cooldowns.state().length === 1)
    head.resolve()
    expect((await asking).status).toBe(200)
    const row = await expectAllSettled(rig)
    expect(triesOf(row)).toEqual(['1 second failed null 0', `2 anthropic complete null ${answerNanoUsd}`])
    expect(rig.asked).toEqual(['first', 'second'])
  })

  test('a first whose connection breaks is paid by estimate, and the hedge is waited for', async () => {
    const gone = Promise.withResolvers<void>()
    const head = Promise.withResolvers<void>()
    const rig = open({
      first: [{ held: gone.promise, act: 'reset' }],
      second: [{ held: head.promise, act: 'answer' }],
    })
    const asking = rig.post()
    await rig.hedge()
    gone.resolve()
    await until('the first has failed', () => rig.services.cooldowns.state().length === 1)
    head.resolve()
    expect((await asking).status).toBe(200)
    const row = await expectAllSettled(rig)
    expect(triesOf(row)).toEqual([
      `1 anthropic upstream_reset provider-unreachable ${inputNanoUsd}`,
      `2 second complete null ${answerNanoUsd}`,
    ])
    expect(traceOf(row)?.[1]).toBe('took the answer of second (default): the other failed, after 1000 ms')
    expect(row.route).toBe('fallback')
  })

  /** An error of the first that comes once the second has failed. */
  async function bothFail(config: object = {}, third: Acts = [fail(500)]) {
    const head = Promise.withResolvers<void>()
    const first: HeldAct = { held: head.promise, act: { status: 503, headers: { 'x-should-retry': 'false' } } }
    const rig = open({ first: [first], second: [fail(500)], third }, config)
    const asking = rig.post()
    await rig.hedge()
    await until('the second has failed', () => rig.services.cooldowns.state().length === 1)
    head.resolve()
    return { rig, response: await asking }
  }

  test('both fail: the error of the first, where there is nobody else', async () => {
    const { rig, response } = await bothFail({ fallbacks: { 'claude-one': ['second/claude-two'] } })
    expect([response.status, await response.text()]).toEqual([503, errorOf('first')])
    const row = await expectAllSettled(rig)
    expect(triesOf(row)).toEqual(['1 second failed null 0', '2 anthropic failed api_error 0'])
    expect(rig.asked).toEqual(['first', 'second'])
    expect(row.route).toBe('passthrough')
  })

  test('both fail: the third is asked, and the second not again', async () => {
    const { rig, response } = await bothFail({}, ['answer'])
    expect(response.status).toBe(200)
    await response.text()
    expect(rig.asked).toEqual(['first', 'second', 'third'])
    expect(triesOf(await expectAllSettled(rig))).toEqual([
      '1 second failed null 0',
      '2 anthropic failed null 0',
      `3 third complete null ${answerNanoUsd}`,
    ])
  })

  test('a client that hangs up stops both, and both are paid by estimate', async () => {
    const rig = open({ first: ['silence'], second: ['silence'] })
    const hangUp = new AbortController()
    const asking = rig
      .ask('/v1/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: question(false),
        signal: hangUp.signal,
      })
      .catch(() => null)
    await rig.hedge()
    hangUp.abort()
    rig.wait(250)
    await asking
    const row = await expectAllSettled(rig)
    expect(row).toMatchObject({ outcome: 'client_abort', status: null, cost: { status: 'estimated' } })
    expect(triesOf(row)).toEqual([
      `1 second client_abort null ${inputNanoUsd}`,
      `2 anthropic client_abort null ${inputNanoUsd}`,
    ])
    await until('both connections are closed', () => rig.closed() === 2)
  })
})

describe('no hedge', () => {
  /** The first answers long after a hedge would have been due. */
  async function late(config: object, path = '/v1/messages', before?: (rig: Rig) => Promise<void>) {
    const head = Promise.withResolvers<void>()
    const rig = open({ first: [{ held: head.promise, act: 'answer' }], second: [fail(500), 'answer'] }, config)
    await before?.(rig)
    const asking = rig.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: question(false),
    })
    await until('the first is asked', () => rig.asked.includes('first'))
    rig.wait(10_000)
    head.resolve()
    await (await asking).text()
    return rig
  }

  test('where a limit has no room for two', async () => {
    const rig = await late({ budget: { perRequestUsd: 0.006 } })
    expect(rig.asked).toEqual(['first'])
    expect(rig.alerts).toEqual([])
    expect(traceOf(await expectAllSettled(rig))).toEqual([
      'did not hedge after 10000 ms: a limit does not allow a second request',
    ])
  })

  test('where a daily limit has room for one only', async () => {
    const rig = await late({ budget: { dailyUsd: 0.006 } })
    expect(rig.asked).toEqual(['first'])
    expect(rig.alerts.filter(({ type }) => type === 'breach')).toEqual([])
    expect(traceOf(await expectAllSettled(rig))).toEqual([
      'did not hedge after 10000 ms: a limit does not allow a second request',
    ])
  })

  test('where there is one candidate with one account', async () => {
    const rig = await late({ fallbacks: { 'claude-one': [] } })
    expect(rig.asked).toEqual(['first'])
    await expectAllSettled(rig)
  })

  test('where the other is of the same account', async () => {
    const rig = await late({ fallbacks: { 'claude-one': ['anthropic/claude-haiku-4-5'] } })
    expect(rig.asked).toEqual(['first'])
    expect(traceOf(await expectAllSettled(rig))).toEqual(['did not hedge after 10000 ms: nobody else was ready'])
  })

  test('where the others rest', async () => {
    const config = {
      fallbacks: { 'claude-one': ['second/claude-two'] },
      reliability: { cooldowns: { allowedFails: 1 } },
    }
    const rig = await late(config, '/v1/messages', async (one) => {
      const body = question(false).replace('claude-one', 'second/claude-two')
      await one.ask('/v1/messages', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    })
    expect(rig.asked).toEqual(['second', 'first'])
    expect(traceOf(rig.rows[1])).toEqual(['did not hedge after 10000 ms: nobody else was ready'])
  })

  test('where the other is billed in another way: a plan is not hedged with a metered key', async () => {
    const head = Promise.withResolvers<void>()
    const rig = open({ first: [{ held: head.promise, act: 'answer' }] })
    const asking = rig.post({ headers: { authorization: 'Bearer sk-ant-oat01-FAKE-plan-0000000000' } })
    await until('the first is asked', () => rig.asked.length === 1)
    rig.wait(10_000)
    head.resolve()
    await (await asking).text()
    expect(rig.asked).toEqual(['first'])
    expect(rig.rows[0]).toMatchObject({ billing: 'subscription', provider: 'anthropic' })
    expect(traceOf(rig.rows[0])).toEqual(['did not hedge after 10000 ms: nobody else was ready'])
  })

  test('on paths that nobody knows', async () => {
    const rig = await late({}, '/v1/messages/batches')
    expect(rig.asked).toEqual(['first'])
  })
})

test('another account of the same provider is asked before another model', async () => {
  const accounts = [
    { label: 'work', apiKey: 'sk-ant-api03-FAKE-work-0000000000' },
    { label: 'lab', apiKey: 'sk-ant-api03-FAKE-lab-00000000000', priority: 1 },
  ]
  const rig = open({ first: ['silence', 'answer'] }, { providers: { anthropic: { accounts } } })
  const asking = rig.post()
  await rig.hedge()
  expect((await asking).status).toBe(200)
  const row = await expectAllSettled(rig)
  expect(rig.asked).toEqual(['first', 'first'])
  expect(rig.seen.map((request) => /FAKE-[a-z]+/.exec(request)?.[0])).not.toContain(undefined)
  expect(new Set(rig.seen.map((request) => /FAKE-[a-z]+/.exec(request)?.[0])).size).toBe(2)
  expect(row.route).toBe('passthrough')
})

test('places that a provider has at once come back from winner and loser', async () => {
  const rig = open({ first: ['silence'] }, { reliability: { maxConcurrent: { anthropic: 1, second: 1 } } })
  const asking = rig.post()
  await rig.hedge()
  await (await asking).text()
  await expectAllSettled(rig)
})

test('a first that waits for its place while the hedge answers leaves the queue, unpaid', async () => {
  const rig = open({ first: ['silence'] }, { reliability: { maxConcurrent: { anthropic: 1 } } })
  const place = await rig.services.concurrency.enter({ provider: 'anthropic', session: null, isGone: () => false })
  const asking = rig.post()
  await until('the first waits', () => rig.services.concurrency.state()[0]?.waiting === 1)
  rig.wait(afterMs)
  await (await asking).text()
  if (place.kind === 'entered') place.release()
  expect(rig.asked).toEqual(['second'])
  expect(triesOf(await expectAllSettled(rig))).toEqual([`1 second complete null ${answerNanoUsd}`])
})

test('an answer of another dialect is the caller’s own when the hedge wins', async () => {
  const chat = JSON.stringify({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'claude-two',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 },
  })
  const second = [{ status: 200, body: chat }]
  const rig = open({ first: ['silence'], second }, { providers: { second: { dialect: 'openai-chat' } } })
  const asking = rig.post()
  await rig.hedge()
  expect(await (await asking).json()).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'hello' }] })
  const row = await expectAllSettled(rig)
  expect(row.cost).toMatchObject({ status: 'estimated', nanoUsd: answerNanoUsd + inputNanoUsd })
  expect(row.translatedTo).toBe('openai-chat')
})

test('in a cascade the rung that is asked first is hedged, and once only', async () => {
  const rig = open(
    { first: ['silence'], second: [{ status: 200, body: '{"type":"message","content":[]}' }], third: ['answer'] },
    {
      fallbacks: { 'claude-one': ['second/claude-two'] },
      routing: { mode: 'cascade', cascade: { models: ['claude-one', 'third/claude-three'] } },
    },
  )
  const asking = rig.post()
  await rig.hedge()
  expect((await asking).status).toBe(200)
  const row = await expectAllSettled(rig)
  expect(row.attempts.map(({ number, provider }) => `${number} ${provider}`)).toEqual(
    row.attempts.map((_, place) => `${place + 1} ${['anthropic', 'second', 'third'][place]}`),
  )
  expect(rig.asked).toEqual(['first', 'second', 'third'])
})

test('a fault of ours in counting the loser costs nobody the answer, and leaves nothing set aside', async () => {
  const rig = open({ first: ['silence'] })
  const { prices } = rig.services
  const asking = rig.post()
  await until('the first is asked', () => rig.asked.length === 1)
  const price = prices.price
  let left = 0
  Object.assign(prices, {
    price: (query: Parameters<typeof price>[0]) => {
      if (query.provider === 'anthropic' && left++ === 0) throw new Error('a fault put here by the test')
      return price(query)
    },
  })
  rig.wait(afterMs)
  expect((await asking).status).toBe(200)
  await until('the row is there', () => rig.rows.length === 1)
  expect(rig.rows[0]?.bypass).toEqual(['forward'])
  expect(rig.services.ledger.reservations()).toBe(0)
  expect(rig.inJournal()).toBe(0)
})
