import { beforeEach, describe, expect, test } from 'bun:test'
import { inTurn, openConcurrency, type Concurrency, type NoPlace, type Place } from '../../src/providers/concurrency.ts'
import { openTestTime, type TestTime } from '../support/time.ts'

const bounds = { maxWaiting: 4, maxWaitMs: 10_000 }
const nobodyLeaves = () => false

let time: TestTime
let limits: Record<string, number>
let concurrency: Concurrency

beforeEach(() => {
  time = openTestTime(Date.UTC(2026, 10, 22))
  limits = { groq: 2 }
  concurrency = openConcurrency(time.clock, (provider) => limits[provider] ?? null, bounds)
})

/** A request, and what has become of it; null while it waits. */
interface Request {
  outcome: Place | NoPlace | null
  isGone: boolean
}

function send(session: string | null = null, provider = 'groq'): Request {
  const request: Request = { outcome: null, isGone: false }
  const entered = concurrency.enter({ provider, session, isGone: () => request.isGone })
  if (!(entered instanceof Promise)) request.outcome = entered
  else void entered.then((outcome) => (request.outcome = outcome))
  return request
}

const how = ({ outcome }: Request) => outcome?.kind ?? 'waits'

function release({ outcome }: Request): Promise<void> {
  if (outcome?.kind !== 'entered') throw new Error('it has no place to give back')
  outcome.release()
  return settled()
}

/** What was promised has been told. */
const settled = async () => {
  for (let count = 0; count < 3; count++) await Promise.resolve()
}

async function tick(): Promise<void> {
  concurrency.tick(time.clock.monotonic())
  await settled()
}

describe('a provider with a limit', () => {
  test('gets as many at once, and the others wait', () => {
    const requests = [send(), send(), send()]
    expect(requests.map(how)).toEqual(['entered', 'entered', 'waits'])
    expect(concurrency.state()).toEqual([{ provider: 'groq', limit: 2, running: 2, waiting: 1 }])
  })

  test('gets the next when one has ended', async () => {
    const [first, , third] = [send(), send(), send()]
    time.pass(1500)
    await release(first)
    expect(third.outcome).toMatchObject({ kind: 'entered', waitedMs: 1500 })
    expect(concurrency.state()).toEqual([{ provider: 'groq', limit: 2, running: 2, waiting: 0 }])
  })

  test('gives a place back once', async () => {
    const [first, , third, fourth] = [send(), send(), send(), send()]
    await release(first)
    await release(first)
    expect([third, fourth].map(how)).toEqual(['entered', 'waits'])
  })

  test('does not hold up another', () => {
    send()
    send()
    expect(how(send(null, 'openai'))).toBe('entered')
  })

  test('is forgotten when nobody uses it', async () => {
    const requests = [send(), send()]
    for (const request of requests) await release(request)
    expect(concurrency.state()).toEqual([])
  })

  test('is asked anew at each request: a limit that is raised lets in who waits', async () => {
    const requests = [send(), send(), send(), send()]
    limits['groq'] = 3
    await tick()
    expect(requests.map(how)).toEqual(['entered', 'entered', 'entered', 'waits'])
    delete limits['groq']
    await tick()
    expect(requests.map(how)).toEqual(['entered', 'entered', 'entered', 'entered'])
    expect(concurrency.state()).toEqual([])
  })

  test('is asked anew at each request: a limit that is lowered ends nothing', async () => {
    const [first, second, third] = [send(), send(), send()]
    limits['groq'] = 1
    await release(first)
    expect(how(third)).toBe('waits')
    await release(second)
    expect(how(third)).toBe('entered')
  })
})

test('a provider without a limit gets all, at once', () => {
  const requests = Array.from({ length: 100 }, () => send(null, 'openai'))
  expect(new Set(requests.map(how))).toEqual(new Set(['entered']))
  expect(concurrency.state()).toEqual([])
})

describe('those who wait', () => {
  test('take turns by session, and within one in their order', async () => {
    const running = [send('big'), send('big')]
    const waiting = [send('big'), send('big'), send('big'), send('small')]
    const order: number[] = []
    for (let round = 0; round < 4; round++) {
      const next = running.shift()
      if (next !== undefined) await release(next)
      const entered = waiting.findIndex((request, index) => how(request) === 'entered' && !order.includes(index))
      order.push(entered)
      const request = waiting[entered]
      if (request !== undefined) running.push(request)
    }
    expect(order).toEqual([0, 3, 1, 2])
  })

  test('are not passed by who comes right after a limit was raised', async () => {
    const third = [send('a'), send('a'), send('a')][2]
    limits['groq'] = 3
    const late = send('b')
    expect(how(late)).toBe('waits')
    await tick()
    expect([third, late].map((request) => request && how(request))).toEqual(['entered', 'waits'])
  })

  test('leave when their client hangs up, with no place taken', async () => {
    const [first, , third, fourth] = [send(), send(), send(), send()]
    third.isGone = true
    await tick()
    expect([third, fourth].map(how)).toEqual(['left', 'waits'])
    await release(first)
    expect(how(fourth)).toBe('entered')
  })

  test('are passed over when their client has hung up a moment ago', async () => {
    const [first, , third, fourth] = [send(), send(), send(), send()]
    third.isGone = true
    await release(first)
    expect([third, fourth].map(how)).toEqual(['left', 'entered'])
  })

  test('are refused after a while', async () => {
    const [, , third] = [send(), send(), send()]
    time.pass(9999)
    await tick()
    expect(how(third)).toBe('waits')
    time.pass(1)
    await tick()
    expect(third.outcome).toMatchObject({ kind: 'refused', error: { code: 'unavailable', status: 503 } })
    expect(concurrency.state()).toEqual([{ provider: 'groq', limit: 2, running: 2, waiting: 0 }])
  })

  test('are so many at most; the next is refused at once, with a sentence', () => {
    for (let count = 0; count < 6; count++) send()
    const refused = send()
    expect(refused.outcome).toMatchObject({
      kind: 'refused',
      error: {
        message:
          'groq has 2 requests already (reliability.maxConcurrent). 4 more wait. Try again in a moment, or raise the limit.',
      },
    })
    expect(concurrency.state()).toEqual([{ provider: 'groq', limit: 2, running: 2, waiting: 4 }])
  })
})

describe('work in its turn', () => {
  const entering = { provider: 'groq', session: null, isGone: nobodyLeaves }

  test('that fails gives its place back', async () => {
    for (let count = 0; count < 5; count++) {
      const failing = inTurn(concurrency, entering, () => Promise.reject(new Error('a fault')))
      expect(await failing.catch((fault: Error) => fault.message)).toBe('a fault')
    }
    expect(concurrency.state()).toEqual([])
  })

  test('that throws gives its place back', async () => {
    const failing = inTurn(concurrency, entering, () => {
      throw new Error('a fault')
    })
    expect(await failing.catch((fault: Error) => fault.message)).toBe('a fault')
    expect(concurrency.state()).toEqual([])
  })

  test('that succeeds keeps it until the answer has ended', async () => {
    const release = await inTurn(concurrency, entering, (place) => place.release)
    expect(concurrency.state()).toEqual([{ provider: 'groq', limit: 2, running: 1, waiting: 0 }])
    if (typeof release === 'function') release()
    expect(concurrency.state()).toEqual([])
  })

  test('is not begun for who was refused', async () => {
    for (let count = 0; count < 6; count++) send()
    let begun = 0
    const outcome = await inTurn(concurrency, entering, () => begun++)
    expect(outcome).toMatchObject({ kind: 'refused' })
    expect(begun).toBe(0)
  })
})

test('in whatever order requests come, end, fail and leave, the limit holds, nobody is forgotten and no place is lost', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    let state = seed
    const random = (below: number) =>
      Math.floor(((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648) * below)
    const moment = openTestTime(0)
    let limit: number | null = 3
    concurrency = openConcurrency(moment.clock, () => limit, { maxWaiting: 20, maxWaitMs: 30_000 })
    const requests: Request[] = []
    const ended = new Set<Request>()
    const running = () => requests.filter((request) => how(request) === 'entered' && !ended.has(request))
    for (let step = 0; step < 300; step++) {
      const highest: number = limit ?? Infinity
      const before = running().length
      switch (random(5)) {
        case 0:
        case 1:
          requests.push(send(['a', 'b', 'c', null][random(4)] ?? null))
          break
        case 2: {
          const one = running()[random(before)]
          if (one === undefined) break
          ended.add(one)
          await release(one)
          break
        }
        case 3: {
          const one = requests.filter((request) => how(request) === 'waits')[random(5)]
          if (one !== undefined) one.isGone = true
          break
        }
        case 4:
          if (random(10) === 0) limit = [1, 2, 3, 5, null][random(5)] ?? null
          moment.pass(random(4000))
          concurrency.tick(moment.clock.monotonic())
      }
      await settled()
      expect(running().length).toBeLessThanOrEqual(Math.max(before, highest, limit ?? Infinity))
      const [shown] = concurrency.state()
      const waiting = requests.filter((request) => how(request) === 'waits').length
      if (limit !== null) {
        expect(shown?.running ?? 0).toBe(running().length)
        expect(shown?.waiting ?? 0).toBe(waiting)
        expect(waiting > 0 && running().length < limit).toBe(false)
      }
    }
    for (let rest = running(); rest.length > 0; rest = running()) {
      for (const request of rest) {
        ended.add(request)
        await release(request)
      }
    }
    moment.pass(30_000)
    concurrency.tick(moment.clock.monotonic())
    await settled()
    expect(requests.filter((request) => how(request) === 'waits')).toEqual([])
    limit = 1
    expect(concurrency.state()).toEqual([])
  }
})
