import { describe, expect, test } from 'bun:test'
import type { StreamEvent } from '../../src/neutral/event.ts'
import { InOrder } from '../../src/wire/in-order.ts'

const call = (index: number): StreamEvent => ({
  type: 'part-start',
  index,
  part: { type: 'tool-call', id: `call_${index}`, name: 'f', kind: 'function' },
})
const delta = (index: number, text: string): StreamEvent => ({ type: 'part-delta', index, delta: text })
const end = (index: number): StreamEvent => ({ type: 'part-end', index })
const over: StreamEvent = { type: 'message-end', finish: { kind: 'stop' }, usage: null }

const lineUp = (events: readonly StreamEvent[]): StreamEvent[][] => {
  const line = new InOrder()
  return events.map((event) => [...line.step(event)])
}

describe('events put in line', () => {
  test('parts that come one after the other pass at once', () => {
    const events = [call(0), delta(0, 'a'), end(0), call(1), delta(1, 'b'), end(1), over]
    expect(lineUp(events)).toEqual(events.map((event) => [event]))
  })

  test('a second part waits, with all it says, until the first has ended', () => {
    const events = [call(0), call(1), delta(1, 'b'), delta(0, 'a'), end(0), delta(1, 'c'), end(1), over]
    expect(lineUp(events)).toEqual([
      [call(0)],
      [],
      [],
      [delta(0, 'a')],
      [end(0), call(1), delta(1, 'b')],
      [delta(1, 'c')],
      [end(1)],
      [over],
    ])
  })

  test('a later part that ended first comes out whole, in its turn', () => {
    const events = [call(0), call(1), delta(1, 'b'), end(1), end(0), over]
    expect(lineUp(events).flat()).toEqual([call(0), end(0), call(1), delta(1, 'b'), end(1), over])
  })

  test('what nobody ended, the end of the message ends', () => {
    expect(lineUp([call(0), call(1), delta(1, 'b'), over]).flat()).toEqual([
      call(0),
      end(0),
      call(1),
      delta(1, 'b'),
      end(1),
      over,
    ])
  })

  test('a piece of a part that never began is nothing', () => {
    expect(lineUp([delta(3, 'x'), over])).toEqual([[], [over]])
  })

  test('signs of life and errors never wait', () => {
    expect(lineUp([call(0), call(1), { type: 'ping' }])).toEqual([[call(0)], [], [{ type: 'ping' }]])
  })
})
