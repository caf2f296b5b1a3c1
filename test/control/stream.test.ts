import { afterEach, beforeEach, describe, expect, jest, test } from 'bun:test'
import { runOf } from '../../src/control/run-line.ts'
import { finished } from '../support/records.ts'
import { openTestControl, type TestControl } from '../support/control.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

interface Stream {
  /** The next piece; null at the end. */
  next(): Promise<string | null>
  cancel(): Promise<void>
}

async function open({ app }: TestControl, query = '', signal?: AbortSignal): Promise<Stream> {
  const response = await app.handle(
    new Request(`http://localhost:4100/v1/telemetry/stream${query}`, signal === undefined ? {} : { signal }),
  )
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  const next = async () => {
    const { done, value } = await reader.read()
    return done ? null : decoder.decode(value)
  }
  return {
    next,
    cancel: () => reader.cancel(),
  }
}

const run = (id: string, over = {}) => runOf(finished({ id, ...over }))

describe('the stream', () => {
  test('begins with the requests in flight, then says each that ends', async () => {
    const control = openTestControl()
    const stream = await open(control)
    expect(await stream.next()).toBe('event: inflight\ndata: {"inflight":3}\n\n')
    const ended = run('a')
    control.feed.publish(() => ended)
    expect(await stream.next()).toBe(`event: run\ndata: ${JSON.stringify(ended)}\n\n`)
    await stream.cancel()
  })

  test('says the count in flight only when it changes', async () => {
    const control = openTestControl()
    const stream = await open(control)
    await stream.next()
    jest.advanceTimersByTime(2000)
    control.health.inflight = 7
    jest.advanceTimersByTime(500)
    expect(await stream.next()).toBe('event: inflight\ndata: {"inflight":7}\n\n')
    await stream.cancel()
  })

  test('is kept alive by a comment after fifteen silent seconds', async () => {
    const control = openTestControl()
    const stream = await open(control)
    await stream.next()
    control.pass(14_000)
    jest.advanceTimersByTime(500)
    control.pass(1500)
    jest.advanceTimersByTime(500)
    expect(await stream.next()).toBe(': keep-alive\n\n')
    await stream.cancel()
  })

  test('holds only what meets its filters', async () => {
    const control = openTestControl()
    const stream = await open(control, '?provider=openai&outcome=failed')
    await stream.next()
    control.feed.publish(() => run('a'))
    control.feed.publish(() => run('b', { provider: 'openai' }))
    const wanted = run('c', { provider: 'openai', outcome: 'failed' })
    control.feed.publish(() => wanted)
    expect(await stream.next()).toBe(`event: run\ndata: ${JSON.stringify(wanted)}\n\n`)
    await stream.cancel()
  })

  test('holds only what was translated, with what was left out for that', async () => {
    const control = openTestControl()
    const stream = await open(control, '?translated=true')
    await stream.next()
    control.feed.publish(() => run('a'))
    control.feed.publish(() => run('b', { translatedTo: 'openai-responses', dropped: ['thinking', 'top_k'] }))
    const event = (await stream.next()) ?? ''
    expect(JSON.parse(event.slice(event.indexOf('{')))).toMatchObject({
      id: 'b',
      dialect: 'anthropic',
      translatedTo: 'openai-responses',
      dropped: ['thinking', 'top_k'],
    })
    await stream.cancel()
  })

  test('tells a client that did not keep up how many it missed, and goes on with the newest', async () => {
    const control = openTestControl()
    const stream = await open(control)
    // 16 pieces wait in the connection, the first of them the count in flight; 256 in the queue; the rest is lost.
    for (let index = 0; index < 400; index++) control.feed.publish(() => run(`r${index}`))
    const pieces: string[] = []
    for (let left = 16 + 1 + 256; left > 0; left--) pieces.push((await stream.next()) ?? '')
    const gap = pieces.findIndex((piece) => piece.startsWith('event: gap'))
    expect(pieces[gap]).toBe('event: gap\ndata: {"dropped":129}\n\n')
    const idOf = (piece: string | undefined) => /"id":"(\w+)"/.exec(piece ?? '')?.[1]
    expect([idOf(pieces[gap - 1]), idOf(pieces[gap + 1]), idOf(pieces.at(-1))]).toEqual(['r14', 'r144', 'r399'])
    await stream.cancel()
  })

  test('ends when the server drains', async () => {
    const control = openTestControl()
    const stream = await open(control)
    await stream.next()
    control.feed.close()
    expect(await stream.next()).toBeNull()
  })

  test('ends when the client is gone, and nothing is left of it', async () => {
    const control = openTestControl()
    const leaving = new AbortController()
    const stream = await open(control, '', leaving.signal)
    await stream.next()
    leaving.abort()
    expect(await stream.next()).toBeNull()
    const timers = jest.getTimerCount()
    const other = await open(control)
    expect(jest.getTimerCount()).toBe(timers + 1)
    await other.cancel()
    expect(jest.getTimerCount()).toBe(timers)
    control.feed.publish(() => run('after'))
  })

  test('is not opened by a HEAD', async () => {
    const { app } = openTestControl()
    const before = jest.getTimerCount()
    const answer = await app.handle(new Request('http://localhost:4100/v1/telemetry/stream', { method: 'HEAD' }))
    expect([answer.status, await answer.text(), jest.getTimerCount()]).toEqual([200, '', before])
  })

  test('that is opened while the server drains ends at once', async () => {
    const control = openTestControl()
    control.feed.close()
    const stream = await open(control)
    expect(await stream.next()).toBeNull()
  })
})
