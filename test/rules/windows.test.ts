import { describe, expect, test } from 'bun:test'
import { SpendWindow } from '../../src/rules/windows.ts'

const hour = 3_600_000
const day = 86_400_000
const noon = Date.UTC(2026, 10, 22, 12)

describe('a window of spend', () => {
  test('counts what was spent in the last hour and the last day', () => {
    const window = new SpendWindow()
    window.add(noon, 100)
    window.add(noon + 30 * 60_000, 20)
    expect(window.sum('hour', noon + 30 * 60_000)).toBe(120)
    expect(window.sum('hour', noon + hour + 60_000)).toBe(20)
    expect(window.sum('day', noon + hour + 60_000)).toBe(120)
    expect(window.sum('day', noon + day + hour)).toBe(0)
  })

  test('keeps what was spent for the whole window, to within a second', () => {
    const window = new SpendWindow()
    window.add(noon + 250, 7)
    expect(window.sum('hour', noon + hour + 250)).toBe(7)
    expect(window.sum('hour', noon + hour + 999)).toBe(7)
    expect(window.sum('hour', noon + hour + 1000)).toBe(0)
  })

  test('says when so much will have left it', () => {
    const window = new SpendWindow()
    window.add(noon, 10)
    window.add(noon + 60_000, 10)
    window.add(noon + 120_000, 10)
    const now = noon + 180_000
    expect(window.freesAt('hour', now, 1)).toBe(noon + 1000 + hour)
    expect(window.freesAt('hour', now, 11)).toBe(noon + 61_000 + hour)
    expect(window.freesAt('hour', now, 30)).toBe(noon + 121_000 + hour)
    expect(window.freesAt('hour', now, 31)).toBeNull()
    // By then nothing of it is left, as it said.
    expect(window.sum('hour', noon + 121_000 + hour)).toBe(0)
  })

  test('a clock that jumps back loses nothing that was spent', () => {
    const window = new SpendWindow()
    window.add(noon, 5)
    window.add(noon - 2 * hour, 6)
    expect(window.sum('hour', noon)).toBe(11)
    // It had gone ahead by two days for a moment.
    const ahead = new SpendWindow()
    ahead.add(noon, 1)
    expect(ahead.sum('day', noon + 2 * day)).toBe(0)
    ahead.add(noon, 2)
    expect(ahead.sum('day', noon + 60_000)).toBe(2)
  })

  test('stays exact over many days, whatever comes in whichever second', () => {
    const window = new SpendWindow()
    const spent: [number, number][] = []
    let now = noon
    let state = 1
    const random = (below: number) => (state = (state * 1103515245 + 12345) % 2147483648) % below
    for (let step = 0; step < 20_000; step++) {
      now += random(30_000)
      const amount = random(1000)
      window.add(now, amount)
      spent.push([now - (now % 1000), amount])
      if (step % 500 !== 0) continue
      const sumSince = (length: number) =>
        spent.reduce((sum, [at, one]) => (at + 1000 + length > now ? sum + one : sum), 0)
      expect(window.sum('hour', now)).toBe(sumSince(hour))
      expect(window.sum('day', now)).toBe(sumSince(day))
    }
  })
})
