/** Scores of questions by scorers that never saw them: by chance in ten parts, and with each benchmark left out as a whole. */
import { featuresOf, learn } from './learned.ts'
import type { Ladder, Question } from './question.ts'
import { openRandom, shuffled } from './random.ts'

export interface OutOfSample {
  readonly scores: Float64Array
  /** For each question the score from which on so much of what was learned from goes to the strong model. */
  readonly cut: (share: number) => Float64Array
}

const chanceFolds = 10

export function byChance(questions: readonly Question[], ladder: Ladder, seed: number): OutOfSample {
  const fold = new Uint8Array(questions.length)
  for (const [place, index] of shuffled(questions.length, openRandom(seed)).entries()) fold[index] = place % chanceFolds
  return holdOut(questions, ladder, seed, (index) => String(fold[index]))
}

/** @returns null where there are not groups enough to leave one out. */
export function byBenchmark(questions: readonly Question[], ladder: Ladder, seed: number): OutOfSample | null {
  const groups = new Set(questions.map(({ group }) => group))
  if (groups.size < 3) return null
  return holdOut(questions, ladder, seed, (index) => questions[index]?.group ?? '')
}

function holdOut(
  questions: readonly Question[],
  ladder: Ladder,
  seed: number,
  foldOf: (index: number) => string,
): OutOfSample {
  const features = questions.map(({ prompt }) => featuresOf(prompt))
  const folds = questions.map((_, index) => foldOf(index))
  const scores = new Float64Array(questions.length)
  const learnedFrom = new Map<string, Float64Array>()
  for (const held of new Set(folds)) {
    const kept = [...questions.keys()].filter((index) => folds[index] !== held)
    const score = learn(pick(questions, kept), pick(features, kept), ladder, openRandom(seed))
    learnedFrom.set(held, Float64Array.from(pick(features, kept), score).sort())
    for (const [index, one] of features.entries()) if (folds[index] === held) scores[index] = score(one)
  }
  const cutAt = (share: number, held: string) => {
    const sorted = learnedFrom.get(held) ?? new Float64Array()
    return sorted[Math.floor(sorted.length * (1 - share))] ?? 1
  }
  return { scores, cut: (share) => Float64Array.from(folds, (held) => cutAt(share, held)) }
}

const pick = <Item>(items: readonly Item[], indexes: readonly number[]): Item[] =>
  indexes.map((index) => items[index]).filter((item) => item !== undefined)
