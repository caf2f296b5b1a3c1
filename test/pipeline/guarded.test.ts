/** The fail-open wrapper: what counts as a fault of ours, and what is noted about it. */
import { expect, test } from 'bun:test'
import { openLog } from '../../src/lib/log.ts'
import { AppError } from '../../src/neutral/error.ts'
import { Notes } from '../../src/pipeline/call.ts'
import { guarded } from '../../src/pipeline/guarded.ts'

function run(decide: () => string | Promise<string>, instead: (fault: unknown) => string = () => 'instead') {
  const notes = new Notes()
  const lines: string[] = []
  const log = openLog('info', (line) => lines.push(line))
  return { result: () => guarded('classify', notes, log, decide, instead), notes, lines }
}

test('a decision is handed on as it is, at once when it is made at once', async () => {
  const now = run(() => 'decided')
  expect(now.result()).toBe('decided')
  const later = run(() => Promise.resolve('decided'))
  expect(await later.result()).toBe('decided')
  expect([now.notes.bypass, later.notes.bypass, now.lines]).toEqual([[], [], []])
})

test.each([
  [
    'thrown',
    () => {
      throw new TypeError('x is undefined')
    },
  ],
  ['a rejection', () => Promise.reject(new TypeError('x is undefined'))],
] as const)('a fault, %s, skips the stage and is noted', async (_how, decide) => {
  const { result, notes, lines } = run(decide)
  expect(await result()).toBe('instead')
  expect(notes.bypass).toEqual(['classify'])
  expect(notes.trace).toEqual([{ stage: 'classify', did: 'skipped', why: 'it failed by a fault of RelayPlane' }])
  expect(lines.join()).toContain('error: stage classify failed and was skipped: TypeError: x is undefined')
})

test('what is done instead sees the fault', async () => {
  const fault = new Error('no')
  const seen: unknown[] = []
  const { result } = run(
    () => Promise.reject(fault),
    (given) => {
      seen.push(given)
      return 'x'
    },
  )
  await result()
  expect(seen).toEqual([fault])
})

test('a refusal is a decision: it is not skipped', async () => {
  const refusal = new AppError('too-large', 'Too large.')
  const thrown = run(() => {
    throw refusal
  })
  expect(thrown.result).toThrow(refusal)
  const rejected = run(() => Promise.reject(refusal))
  expect(await Promise.resolve(rejected.result()).catch((fault: unknown) => fault)).toBe(refusal)
  expect([thrown.notes.bypass, rejected.notes.bypass]).toEqual([[], []])
})

test('an internal error is a fault like any other', async () => {
  const { result, notes } = run(() => Promise.reject(new AppError('internal', 'Oh.')))
  expect(await result()).toBe('instead')
  expect(notes.bypass).toEqual(['classify'])
})
