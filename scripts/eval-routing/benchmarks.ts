/**
 * Which benchmark a row of LLMRouter's training file is from. The file does not say: rows of one benchmark stand together, and
 * where one ends was found by reading. Its own `cluster_id` is of no use, since it follows from how the models did.
 */

export const benchmarkRows = 5608

const begins: readonly (readonly [row: number, name: string])[] = [
  [0, 'house puzzles'],
  [150, 'word problems, boxed'],
  [350, 'word lists (CommonGen)'],
  [500, 'Natural Questions'],
  [1000, 'TriviaQA'],
  [1500, 'RACE'],
  [2000, 'GPQA'],
  [2448, 'MBPP'],
  [2946, 'HumanEval'],
  [3110, 'GSM8K'],
  [3610, 'CommonsenseQA'],
  [4110, 'MATH'],
  [4614, 'OpenBookQA'],
  [5110, 'ARC'],
]

export const benchmarkAt = (row: number): string => begins.findLast(([begin]) => begin <= row)?.[1] ?? ''
