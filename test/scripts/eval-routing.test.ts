/** What the evaluation of routing rests on: its figures are quoted, so its arithmetic is held to small cases worked out by hand. */
import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aucOf } from '../../scripts/eval-routing/auc.ts'
import { benchmarkAt } from '../../scripts/eval-routing/benchmarks.ts'
import {
  groupSamplesOf,
  intervalOf,
  meanOf,
  overMix,
  samplesOf,
  wholeOf,
} from '../../scripts/eval-routing/bootstrap.ts'
import { readCsv } from '../../scripts/eval-routing/csv.ts'
import { byBenchmark } from '../../scripts/eval-routing/folds.ts'
import { cascade, choose, evidenceMode, topMode } from '../../scripts/eval-routing/modes.ts'
import type { Question } from '../../scripts/eval-routing/question.ts'
import { readData } from '../../scripts/eval-routing/read-data.ts'

const ladder = { cheap: 'small', strong: 'large' }

const question = (small: number, large: number, text: string | null = null, group = 'g'): Question => ({
  prompt: 'Why?',
  group,
  answers: {
    small: { correct: small, costNanoUsd: 10, text },
    large: { correct: large, costNanoUsd: 100, text: null },
  },
})

const four = [question(1, 1), question(0, 1), question(0, 1), question(0, 0)]
const [cheap, strong] = [choose('', four, ladder, () => 0), choose('', four, ladder, () => 1)]
const whole = wholeOf(4)

test('a choice is right and costs as the model that it takes', () => {
  const mode = choose('', four, ladder, (index) => (index === 1 ? 1 : 0))
  expect([...mode.correct]).toEqual([1, 1, 0, 0])
  expect([...mode.cost]).toEqual([10, 100, 10, 10])
  expect(mode.strongShare).toBe(0.25)
})

test('a cascade pays for both answers', () => {
  expect([...cascade('', four, ladder, (index) => (index === 1 ? 1 : 0)).cost]).toEqual([10, 110, 10, 10])
})

test('a choice is held against a random mix that spends as much', () => {
  // A third of the way from 10 to 100 on average is 40; the mix is then right in 0.25 + (0.75 - 0.25) / 3.
  const mode = { name: '', correct: Float64Array.of(1, 1, 1, 0), cost: Float64Array.of(40, 40, 40, 40), strongShare: 0 }
  expect(overMix(mode, cheap, strong, whole)).toBeCloseTo(0.75 - 5 / 12)
  expect(overMix(cheap, cheap, strong, whole)).toBe(0)
  expect(overMix(strong, cheap, strong, whole)).toBe(0)
})

test('who spends more than the strong model alone is held against the strong model', () => {
  const mode = { ...strong, cost: Float64Array.of(200, 200, 200, 200) }
  expect(overMix(mode, cheap, strong, whole)).toBe(0)
})

test('of equal scores each gets an equal part of what is left', () => {
  const mode = topMode('', four, ladder, Float64Array.of(5, 1, 1, 1), 0.5)
  expect([...mode.cost].map(Math.round)).toEqual([100, 40, 40, 40])
})

test('the area under the curve counts equal scores half', () => {
  const all = () => true
  expect(aucOf(Float64Array.of(1, 2, 3, 4), [false, false, true, true], all)).toBe(1)
  expect(aucOf(Float64Array.of(4, 3, 2, 1), [false, false, true, true], all)).toBe(0)
  expect(aucOf(Float64Array.of(1, 1, 1, 1), [false, false, true, true], all)).toBe(0.5)
  expect(aucOf(Float64Array.of(1, 2), [true, true], all)).toBeNull()
})

test('an interval holds the mean, and is the same for the same seed', () => {
  const values = Float64Array.from({ length: 400 }, (_, index) => index % 2)
  const measure = (seed: number) => intervalOf(wholeOf(400), samplesOf(400, 500, seed), (one) => meanOf(values, one))
  const { value, low, high } = measure(1)
  expect(value).toBe(0.5)
  // Two standard errors of 0.025 to either side.
  expect(low).toBeWithin(0.43, 0.47)
  expect(high).toBeWithin(0.53, 0.57)
  expect(measure(1)).toEqual({ value, low, high })
})

test('benchmarks are drawn whole, or not at all where there are few', () => {
  const groups = ['a', 'a', 'b', 'b', 'c', 'd', 'e']
  for (const { indexes } of groupSamplesOf(groups, 20, 1) ?? []) {
    const times = (index: number) => indexes.filter((one) => one === index).length
    expect([times(0), times(2)]).toEqual([times(1), times(3)])
  }
  expect(groupSamplesOf(['a', 'b'], 20, 1)).toBeNull()
})

test('a benchmark that is left out teaches nothing about itself', () => {
  const told = (word: string, group: string, gain: number): Question => ({
    ...question(0, gain, null, group),
    prompt: word,
  })
  const others = ['a', 'b'].flatMap((group) =>
    Array.from({ length: 100 }, (_, index) => told(index % 2 === 0 ? 'yes' : 'no', group, 1 - (index % 2))),
  )
  const left = byBenchmark([...others, told('yes', 'c', 0), told('unseen', 'c', 1)], ladder, 1)
  const [yes = 0, unseen = 0] = left?.scores.slice(-2) ?? []
  expect(yes).toBeGreaterThan(unseen)
})

test('only evidence in the answer makes the cascade ask again', () => {
  const answers = [question(1, 1, 'It is 4.'), question(0, 1, ''), question(0, 1, "I'm not sure, but perhaps 5.")]
  expect(evidenceMode(answers, ladder)?.strongShare).toBeCloseTo(2 / 3)
  expect(evidenceMode([question(1, 1)], ladder)).toBeNull()
})

test('CSV with commas, quotes and line ends in its fields is read', () => {
  const text = 'a,b\r\n"x, ""y""\nz",1\n,2\n'
  expect(readCsv(text)).toEqual([
    { a: 'x, "y"\nz', b: '1' },
    { a: '', b: '2' },
  ])
})

test('the documented JSONL is read, and a line that is none is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eval-'))
  const file = join(folder, 'data.jsonl')
  try {
    writeFileSync(file, '{"prompt":"Why?","models":{"m":{"correct":true,"costUsd":0.0000005,"answer":"So."}}}\n\n')
    expect(readData(file, 'jsonl').questions).toEqual([
      { prompt: 'Why?', group: '', answers: { m: { correct: 1, costNanoUsd: 500, text: 'So.' } } },
    ])
    writeFileSync(file, '{"prompt":"Why?"}\n')
    expect(() => readData(file, 'jsonl')).toThrow('Line 1 has no "prompt", or no "models".')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('benchmarks are told by their rows', () => {
  expect([benchmarkAt(0), benchmarkAt(149), benchmarkAt(2447), benchmarkAt(2448), benchmarkAt(5607)]).toEqual([
    'house puzzles',
    'house puzzles',
    'GPQA',
    'MBPP',
    'ARC',
  ])
})
