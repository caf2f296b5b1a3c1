import { describe, expect, test } from 'bun:test'
import { openRepeats, type Questioned } from '../../src/rules/signals-repeats.ts'

const start = Date.UTC(2026, 0, 2)
const second = 1000
const minute = 60_000

const question = (id: string, atMs: number, over: Partial<Questioned> = {}): Questioned => ({
  id,
  atMs,
  session: 's1',
  text: 'Why does the build fail on Windows?',
  isToolTurn: false,
  isAutomated: false,
  ...over,
})

/** A first question that was answered at once, and what a second one is taken for. */
function asked(over: Partial<Questioned>, answeredMs: number | null = start) {
  const repeats = openRepeats()
  repeats.see(question('first', start))
  if (answeredMs !== null) repeats.answered('first', answeredMs)
  return repeats.see(question('second', start + minute, over))
}

describe('a question is one that was asked before', () => {
  test('where the session asks the same within minutes of the answer', () => {
    expect(asked({})).toBe('first')
    expect(asked({ text: '  why does the build\n fail on windows? ' })).toBe('first')
    expect(asked({ atMs: start + 10 * minute })).toBe('first')
  })

  test('not where another session or words are', () => {
    expect(asked({ session: 's2' })).toBeNull()
    expect(asked({ text: 'Why does the build fail on Linux?' })).toBeNull()
    expect(asked({ session: null })).toBeNull()
  })

  test('not before it was answered, as when a client tries once more after a failure', () => {
    expect(asked({}, null)).toBeNull()
  })

  test('not at once, which is a program, nor a quarter of an hour later', () => {
    expect(asked({ atMs: start + second })).toBeNull()
    expect(asked({ atMs: start + 15 * minute })).toBeNull()
  })

  test('not where no person asks', () => {
    expect(asked({ isAutomated: true })).toBeNull()
  })

  test('not where it is a word that goes with anything', () => {
    const repeats = openRepeats()
    repeats.see(question('first', start, { text: 'continue' }))
    repeats.answered('first', start)
    expect(repeats.see(question('second', start + minute, { text: 'continue' }))).toBeNull()
  })
})

test('turns of a loop are no repeats, and the answer at its end is what was asked again', () => {
  const repeats = openRepeats()
  repeats.see(question('asks', start))
  repeats.answered('asks', start)
  expect(repeats.see(question('tool 1', start + 5 * second, { isToolTurn: true }))).toBeNull()
  repeats.answered('tool 1', start + 6 * second)
  expect(repeats.see(question('tool 2', start + 7 * second, { isToolTurn: true }))).toBeNull()
  repeats.answered('tool 2', start + 9 * second)
  expect(repeats.see(question('again', start + minute))).toBe('tool 2')
})

test('who asks the same for the fifth time is a program', () => {
  const repeats = openRepeats()
  const seen = [1, 2, 3, 4, 5, 6].map((count) => {
    const before = repeats.see(question(`r${count}`, start + count * minute))
    repeats.answered(`r${count}`, start + count * minute)
    return before
  })
  expect(seen).toEqual([null, 'r1', 'r2', 'r3', null, null])
})

test('of ten thousand questions the oldest are forgotten', () => {
  const repeats = openRepeats()
  const ask = (index: number, id: string, atMs: number) =>
    repeats.see(question(id, atMs, { text: `What is the answer to question ${index}?` }))
  for (let index = 0; index < 10_000; index++) {
    ask(index, `r${index}`, start)
    repeats.answered(`r${index}`, start)
  }
  expect(ask(1, 'old', start + minute)).toBeNull()
  expect(ask(9999, 'new', start + minute)).toBe('r9999')
})
