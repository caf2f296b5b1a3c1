/** The live end of the dashboard: the stream's state, the pace of queries, and the list's tail. */
import { describe, expect, test } from 'bun:test'
import type { StreamHandlers } from '../../web/api.ts'
import { LiveFeed, type After } from '../../web/state/live.ts'
import { openPace } from '../../web/state/pace.ts'
import { emptyTail, joinRuns, receive, release, tailBound } from '../../web/state/tail.ts'
import { run } from './examples.ts'

/** A clock that moves when told, with the timers that wait on it. */
function fakeTime() {
  let nowMs = 0
  let timers: { atMs: number; act: () => void }[] = []
  const after: After = (ms, act) => {
    const timer = { atMs: nowMs + ms, act }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  const pass = (ms: number) => {
    nowMs += ms
    const due = timers.filter((timer) => timer.atMs <= nowMs)
    timers = timers.filter((timer) => timer.atMs > nowMs)
    for (const timer of due) timer.act()
  }
  return { after, pass, now: () => nowMs, waits: () => timers.map((timer) => timer.atMs - nowMs) }
}

describe('the feed', () => {
  function opened() {
    const time = fakeTime()
    const streams: { handlers: StreamHandlers; isClosed: boolean }[] = []
    const feed = new LiveFeed((handlers) => {
      const stream = { handlers, isClosed: false }
      streams.push(stream)
      return () => {
        stream.isClosed = true
      }
    }, time.after)
    let gaps = 0
    const seen: string[] = []
    feed.listen({ run: (one) => seen.push(one.id), gap: () => gaps++ })
    feed.connect()
    const last = () => streams.at(-1)!.handlers
    return { feed, time, streams, last, seen, gaps: () => gaps }
  }

  test('a first connection is live without a gap, and passes runs and the in-flight count on', () => {
    const { feed, last, seen, gaps } = opened()
    expect(feed.state()).toEqual({ connection: 'connecting', inflight: null })
    last().open()
    last().inflight(3)
    last().run(run('a', 1))
    expect(feed.state()).toEqual({ connection: 'live', inflight: 3 })
    expect(seen).toEqual(['a'])
    expect(gaps()).toBe(0)
  })

  test('a lost server is asked again after 1, 2, 4, 8 and then every 10 seconds', () => {
    const { feed, time, last } = opened()
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      last().lost()
      const [wait = 0] = time.waits()
      time.pass(wait)
      return wait
    })
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    expect(feed.state()).toEqual({ connection: 'lost', inflight: null })
  })

  test('when the server is back, what was read before counts as incomplete and the waits start over', () => {
    const { feed, time, last, gaps } = opened()
    last().open()
    last().lost()
    time.pass(1_000)
    last().open()
    expect(feed.state().connection).toBe('live')
    expect(gaps()).toBe(1)
    last().lost()
    expect(time.waits()).toEqual([1_000])
  })

  test('a hidden page gives its connection back, and the wait to reconnect with it', () => {
    const { feed, time, streams, last } = opened()
    last().open()
    feed.disconnect()
    expect(streams[0]?.isClosed).toBe(true)
    expect(feed.state()).toEqual({ connection: 'idle', inflight: null })
    feed.connect()
    last().lost()
    feed.disconnect()
    expect(time.waits()).toEqual([])
  })
})

describe('the pace of queries', () => {
  test('many events at once are one query now and one after the gap', async () => {
    const time = fakeTime()
    let runs = 0
    const pace = openPace(async () => runs++, time.now, time.after)
    for (let event = 0; event < 50; event++) pace.ask()
    expect(runs).toBe(1)
    await Promise.resolve()
    await Promise.resolve()
    expect(time.waits()).toEqual([1_000])
    pace.ask()
    pace.ask()
    time.pass(999)
    expect(runs).toBe(1)
    time.pass(1)
    expect(runs).toBe(2)
  })

  test('a slow query waits ten times as long as it took, also when it failed', async () => {
    const time = fakeTime()
    let fail: (fault: Error) => void = () => {}
    const pace = openPace(() => new Promise((_, reject) => (fail = reject)), time.now, time.after)
    pace.ask()
    time.pass(400)
    fail(new Error('locked'))
    await Promise.resolve()
    await Promise.resolve()
    expect(time.waits()).toEqual([4_000])
  })

  test('nothing runs after the page has gone', async () => {
    const time = fakeTime()
    let runs = 0
    const pace = openPace(async () => runs++, time.now, time.after)
    pace.ask()
    await Promise.resolve()
    await Promise.resolve()
    pace.ask()
    pace.stop()
    time.pass(10_000)
    expect(runs).toBe(1)
  })
})

describe('the tail of the list', () => {
  const ids = (runs: readonly { id: string }[]) => runs.map(({ id }) => id)

  test('new runs are shown at once, or held and counted while the reader is elsewhere', () => {
    const shown = receive(emptyTail, [run('a', 1), run('b', 2)], false)
    expect(ids(shown.shown)).toEqual(['b', 'a'])
    const held = receive(shown, [run('c', 3)], true)
    expect(ids(held.shown)).toEqual(['b', 'a'])
    expect(ids(held.waiting)).toEqual(['c'])
    expect(ids(release(held).shown)).toEqual(['c', 'b', 'a'])
  })

  test('past its bound it keeps no more and says that the list must be read again', () => {
    const many = Array.from({ length: tailBound + 1 }, (_, index) => run(String(index), index))
    const tail = receive(emptyTail, many, true)
    expect(tail.isBroken).toBe(true)
    expect(tail.waiting.length).toBe(tailBound)
  })

  test('a run that the stream and a page both brought is one row', () => {
    const joined = joinRuns([run('c', 30), run('b', 20)], [[run('b', 20), run('a', 10)]])
    expect(ids(joined)).toEqual(['c', 'b', 'a'])
  })

  test('a long request takes its place by its start, as the API would list it', () => {
    const joined = joinRuns([run('long', 15)], [[run('c', 30), run('b', 20)], [run('a', 10)]])
    expect(ids(joined)).toEqual(['c', 'b', 'long', 'a'])
  })
})
