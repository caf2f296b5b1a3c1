/** What each mode of routing would have done with each question. A mode is what came of it: right or wrong, and what it cost. */
import type { NeutralRequest } from '../../src/neutral/request.ts'
import { textTokens } from '../../src/neutral/text-tokens.ts'
import { defaultComplexity, judgeComplexity, type Tier } from '../../src/rules/complexity.ts'
import { judgeAnswer, type EscalationReason } from '../../src/rules/evidence.ts'
import { taskTypeOf } from '../../src/rules/task-type.ts'
import type { TaskType } from '../../src/neutral/model.ts'
import { shapeOfPrompt } from './learned.ts'
import { answerOf, type Ladder, type Question } from './question.ts'
import { neutralRequest } from '../../test/support/neutral-request.ts'

export interface Mode {
  readonly name: string
  readonly correct: Float64Array
  readonly cost: Float64Array
  /** How much of it the strong model was asked. */
  readonly strongShare: number
  /** True for what is measured against labels that nobody has in advance. */
  readonly knowsLabels?: true
}

/** @param strong How surely the strong model is asked, 0 to 1. */
export function choose(
  name: string,
  questions: readonly Question[],
  ladder: Ladder,
  strong: (index: number) => number,
): Mode {
  const [correct, cost] = [new Float64Array(questions.length), new Float64Array(questions.length)]
  let asked = 0
  for (const [index, question] of questions.entries()) {
    const [low, high, share] = [answerOf(question, ladder.cheap), answerOf(question, ladder.strong), strong(index)]
    correct[index] = low.correct + share * (high.correct - low.correct)
    cost[index] = low.costNanoUsd + share * (high.costNanoUsd - low.costNanoUsd)
    asked += share
  }
  return { name, correct, cost, strongShare: asked / questions.length }
}

/** The cheap model first: its answer is paid for in any case. @param doubted How surely it is asked again, 0 to 1. */
export function cascade(
  name: string,
  questions: readonly Question[],
  ladder: Ladder,
  doubted: (index: number) => number,
): Mode {
  const mode = choose(name, questions, ladder, doubted)
  for (const [index, question] of questions.entries()) {
    mode.cost[index] = (mode.cost[index] ?? 0) + doubted(index) * answerOf(question, ladder.cheap).costNanoUsd
  }
  return mode
}

export const complexityScores = (questions: readonly Question[]): Float64Array =>
  Float64Array.from(questions, ({ prompt }) => judge(prompt).score)

const judge = (prompt: string) => judgeComplexity({ ...shapeOfPrompt(prompt), toolCount: 0 }, defaultComplexity)

/** @param from The tier from which on the strong model answers. */
export function complexityMode(questions: readonly Question[], ladder: Ladder, from: Tier): Mode {
  const strong: readonly Tier[] = from === 'moderate' ? ['moderate', 'complex'] : ['complex']
  return choose(`complexity, ${from} to strong`, questions, ladder, (index) =>
    strong.includes(judge(questions[index]?.prompt ?? '').tier) ? 1 : 0,
  )
}

/** As `src/rules/route-tier.ts` has it; what the middle model would get goes to the strong one. */
const smallTasks: ReadonlySet<TaskType> = new Set(['tool_use', 'quick_task', 'classification'])

export function autoMode(questions: readonly Question[], ladder: Ladder, expectedTokens: number): Mode {
  return choose('auto (task type, complex to strong)', questions, ladder, (index) => {
    const prompt = questions[index]?.prompt ?? ''
    const task = taskTypeOf({ hasTools: false, input: textTokens(prompt), output: expectedTokens })
    return smallTasks.has(task) && judge(prompt).tier !== 'complex' ? 0 : 1
  })
}

/** So much of the questions, those with the highest scores first; equal ones share what is left. */
export function topMode(
  name: string,
  questions: readonly Question[],
  ladder: Ladder,
  scores: Float64Array,
  share: number,
): Mode {
  const sorted = scores.toSorted().toReversed()
  const cut = sorted[Math.floor(scores.length * share)] ?? 0
  const above = scores.filter((score) => score > cut).length
  const equal = scores.filter((score) => score === cut).length
  const rest = equal === 0 ? 0 : (scores.length * share - above) / equal
  return choose(name, questions, ladder, (index) => {
    const score = scores[index] ?? 0
    return score > cut ? 1 : score === cut ? rest : 0
  })
}

const reasons: ReadonlySet<EscalationReason> = new Set([
  'uncertainty',
  'refusal',
  'error',
  'invalid-tool-call',
  'schema-violation',
  'empty',
  'cut-off',
  'repeated-call',
])

/** @returns null where the answers are not there. */
export function evidenceMode(questions: readonly Question[], ladder: Ladder): Mode | null {
  const texts = questions.map((question) => answerOf(question, ladder.cheap).text)
  if (texts.some((text) => text === null)) return null
  const doubted = texts.map((text) => (isDoubtful(text ?? '') ? 1 : 0))
  return cascade("cascade, on the answer's evidence", questions, ladder, (index) => doubted[index] ?? 0)
}

const isDoubtful = (text: string): boolean =>
  judgeAnswer(
    { id: null, model: null, parts: [{ type: 'text', text }], finish: { kind: 'stop' }, usage: null },
    plainRequest,
    reasons,
  ) !== null

const plainRequest: NeutralRequest = neutralRequest({
  model: '',
  wantsStreamUsage: false,
})

/** How much of the wrong answers a verifier doubts, and of the right ones. */
export function verifierMode(questions: readonly Question[], ladder: Ladder, wrong: number, right: number): Mode {
  const name = `cascade, verifier that doubts ${percent(wrong)} of the wrong, ${percent(right)} of the right`
  const mode = cascade(name, questions, ladder, (index) => {
    const question = questions[index]
    const correct = question === undefined ? 0 : answerOf(question, ladder.cheap).correct
    return wrong * (1 - correct) + right * correct
  })
  return { ...mode, knowsLabels: true }
}

const percent = (share: number): string => `${Math.round(100 * share)} %`
