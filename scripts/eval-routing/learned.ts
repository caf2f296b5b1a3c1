/**
 * A small scorer learned from labelled questions: hashed words and pairs of words, and the parts of the complexity score, in a
 * logistic regression. It guesses how likely the strong model does better. Its settings
 * were chosen among a dozen on the same questions, which can only flatter it.
 */
import { noShape } from '../../src/neutral/shape.ts'
import { defaultComplexity, judgeComplexity } from '../../src/rules/complexity.ts'
import { answerOf, type Ladder, type Question } from './question.ts'
import { shuffled, type Random } from './random.ts'

/** Columns and values of what is not nothing. */
export interface Features {
  readonly columns: Uint16Array
  readonly values: Float32Array
}

const buckets = 4096
const rounds = 2
const firstStep = 0.1
const decay = 1e-4
const firstSquare = 0.01

export const shapeOfPrompt = (prompt: string) => ({
  ...noShape,
  lastUserText: prompt.slice(-4000),
  lastUserStart: prompt.slice(0, 600),
  lastUserChars: prompt.length,
  totalChars: prompt.length,
  userTurns: 1,
})

export function featuresOf(prompt: string): Features {
  const words =
    prompt
      .toLowerCase()
      .slice(0, 4000)
      .match(/[a-z]+|\d|[^\sa-z\d]/g) ?? []
  const found = new Set<number>()
  let previous = ''
  for (const word of words) {
    found.add(Bun.hash.xxHash32(word) % buckets)
    found.add(Bun.hash.xxHash32(`${previous} ${word}`) % buckets)
    previous = word
  }
  const { parts } = judgeComplexity({ ...shapeOfPrompt(prompt), toolCount: 0 }, defaultComplexity)
  const dense = [1, Math.log1p(prompt.length) / 8, ...parts.map(({ points, of }) => points / of)]
  const value = 1 / Math.sqrt(Math.max(1, found.size))
  return {
    columns: Uint16Array.from([...dense.keys().map((index) => buckets + index), ...found]),
    values: Float32Array.from([...dense, ...Array.from(found, () => value)]),
  }
}

export type Scorer = (features: Features) => number

export function learn(
  questions: readonly Question[],
  features: readonly Features[],
  { cheap, strong }: Ladder,
  random: Random,
): Scorer {
  const weights = new Float64Array(buckets + 64)
  const squares = new Float64Array(weights.length).fill(firstSquare)
  const wanted = questions.map((question) =>
    answerOf(question, strong).correct > answerOf(question, cheap).correct ? 1 : 0,
  )
  for (let round = 0; round < rounds; round++) {
    for (const index of shuffled(questions.length, random)) {
      const one = features[index]
      if (one !== undefined) step(one, guess(weights, one) - (wanted[index] ?? 0), weights, squares)
    }
  }
  return (one) => guess(weights, one)
}

function guess(weights: Float64Array, { columns, values }: Features): number {
  let sum = 0
  for (let at = 0; at < columns.length; at++) sum += (weights[columns[at] ?? 0] ?? 0) * (values[at] ?? 0)
  return 1 / (1 + Math.exp(-sum))
}

/** Adagrad: rare words learn faster than frequent ones. */
function step({ columns, values }: Features, error: number, weights: Float64Array, squares: Float64Array): void {
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at] ?? 0
    const slope = error * (values[at] ?? 0) + decay * (weights[column] ?? 0)
    squares[column] = (squares[column] ?? 0) + slope * slope
    weights[column] = (weights[column] ?? 0) - (firstStep * slope) / Math.sqrt(squares[column] ?? 1)
  }
}
