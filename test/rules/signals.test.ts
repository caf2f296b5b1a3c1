import { describe, expect, test } from 'bun:test'
import type { Showing } from '../../src/neutral/showing.ts'
import { openSignals } from '../../src/rules/signals.ts'

const start = Date.UTC(2026, 0, 2)
const day = 86_400_000
const haiku = { provider: 'anthropic', model: 'claude-haiku-4-5' }

let serial = 0
const showing = (over: Partial<Showing> = {}): Showing => ({
  id: `r${++serial}`,
  atMs: start,
  ...haiku,
  task: 'tool_use',
  end: 'answer',
  isRefusal: false,
  isUsable: null,
  repeats: null,
  durationMs: 1000,
  costNanoUsd: 5,
  ...over,
})

function openBook() {
  let nowMs = start
  const book = openSignals(() => nowMs)
  return {
    book,
    at: (ms: number) => (nowMs = ms),
    tell: (count: number, over: Partial<Showing> = {}) => {
      for (let index = 0; index < count; index++) book.tell([showing(over)], null)
    },
  }
}

describe('a record of a model at a task', () => {
  test('is not there before anything is known, nor at another task or provider', () => {
    const { book, tell } = openBook()
    tell(10)
    expect(book.of(haiku, 'general')).toBeNull()
    expect(book.of({ ...haiku, provider: 'bedrock' }, 'tool_use')).toBeNull()
    expect(book.of(haiku, 'tool_use')).toEqual({ answers: 10, p50Ms: 1000, badShare: 0 })
  })

  test('counts failures, refusals, what was given up and what could not be used as bad', () => {
    const { book, tell } = openBook()
    tell(60)
    for (const end of ['error', 'refusal', 'escalated'] as const) tell(10, { end })
    tell(10, { isUsable: false })
    const { answers, badShare } = book.of(haiku, 'tool_use') ?? { answers: 0, badShare: 0 }
    // 40 of 100 were bad; in nine of ten such cases no less than this share is.
    expect([answers, badShare.toFixed(3)]).toEqual([100, '0.339'])
  })

  test('claims no more than few answers prove', () => {
    const { book, tell } = openBook()
    tell(1, { end: 'refusal' })
    tell(1)
    expect(book.of(haiku, 'tool_use')?.badShare).toBeLessThan(0.2)
    expect(book.of(haiku, 'tool_use')?.p50Ms).toBeNull()
  })

  test('has the middle of the times of its good answers', () => {
    const { book, tell } = openBook()
    for (const durationMs of [5000, 100, 200, 300, 400]) tell(1, { durationMs })
    tell(9, { end: 'error', durationMs: 1 })
    expect(book.of(haiku, 'tool_use')?.p50Ms).toBe(300)
  })

  test('forgets by halves in a week', () => {
    const { book, tell, at } = openBook()
    tell(40, { end: 'error' })
    at(start + 7 * day)
    expect(book.of(haiku, 'tool_use')?.answers).toBe(20)
    tell(60, { atMs: start + 7 * day })
    // 20 of 80.
    expect(book.of(haiku, 'tool_use')?.badShare.toFixed(3)).toBe('0.193')
    at(start + 70 * day)
    expect(book.of(haiku, 'tool_use')?.answers).toBe(0)
  })

  test('is not made younger by a clock that goes back', () => {
    const { book, tell, at } = openBook()
    tell(10)
    tell(10, { atMs: start - day })
    at(start - day)
    expect(book.of(haiku, 'tool_use')?.answers).toBe(20)
  })
})

describe('a question that was asked again', () => {
  test('makes the answer before a bad one, once', () => {
    const { book, tell } = openBook()
    tell(9)
    tell(1, { id: 'asked' })
    expect(book.of(haiku, 'tool_use')?.badShare).toBe(0)
    tell(1, { repeats: 'asked', provider: 'openai', model: 'gpt-5.5' })
    const once = book.of(haiku, 'tool_use')?.badShare ?? 0
    // 1 of 10.
    expect(once.toFixed(3)).toBe('0.030')
    tell(1, { repeats: 'asked', provider: 'openai', model: 'gpt-5.5' })
    expect(book.of(haiku, 'tool_use')?.badShare).toBe(once)
  })

  test('says nothing of an answer that was bad already, or is forgotten', () => {
    const { book, tell } = openBook()
    tell(1, { id: 'failed', end: 'error' })
    const before = book.of(haiku, 'tool_use')
    tell(1, { repeats: 'failed', model: 'other' })
    tell(1, { repeats: 'never-seen', model: 'other' })
    expect(book.of(haiku, 'tool_use')).toEqual(before)
  })
})

test('a failure counts for what the request was taken for, and for nothing where nobody knows', () => {
  const { book } = openBook()
  book.tell([showing({ end: 'error', task: null })], 'long_context')
  book.tell([showing({ end: 'error', task: null })], null)
  expect(book.of(haiku, 'long_context')?.answers).toBe(1)
  expect(book.of(haiku, 'tool_use')).toBeNull()
})

test('ten thousand models leave a thousand behind', () => {
  const { book, tell } = openBook()
  for (let index = 0; index < 10_000; index++) tell(1, { model: `m${index}` })
  expect(book.of({ provider: 'anthropic', model: 'm8999' }, 'tool_use')).toBeNull()
  expect(book.of({ provider: 'anthropic', model: 'm9000' }, 'tool_use')?.answers).toBe(1)
})
