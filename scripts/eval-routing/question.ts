/** Labelled questions: how each model answered, and at what cost. All that the modes of routing are measured on. */

export interface Answer {
  /** 0 to 1. */
  readonly correct: number
  readonly costNanoUsd: number
  /** Null where only the label is known. */
  readonly text: string | null
}

export interface Question {
  readonly prompt: string
  /** The benchmark or task that it is from; '' where none is named. */
  readonly group: string
  readonly answers: Readonly<Record<string, Answer>>
}

export interface DataSet {
  readonly name: string
  readonly questions: readonly Question[]
  /** What has to be known to read the figures. */
  readonly notes: readonly string[]
}

/** Models from the cheapest to the dearest that is of use. */
export interface Ladder {
  readonly cheap: string
  readonly strong: string
}

export const answerOf = ({ answers }: Question, model: string): Answer => {
  const answer = answers[model]
  if (answer === undefined) throw new Error(`A question has no answer of ${model}.`)
  return answer
}
