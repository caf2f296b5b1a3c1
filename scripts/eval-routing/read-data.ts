/** Reads labelled questions: our own JSONL, and the two public sets. */
import { readFileSync } from 'node:fs'
import { textTokens } from '../../src/neutral/text-tokens.ts'
import { benchmarkAt, benchmarkRows } from './benchmarks.ts'
import { readCsv } from './csv.ts'
import { costOf } from './model-prices.ts'
import type { Answer, DataSet, Question } from './question.ts'

export const formats = ['jsonl', 'llmrouter', 'routellm'] as const
export type Format = (typeof formats)[number]

export function readData(path: string, format: Format): DataSet {
  const text = readFileSync(path, 'utf8')
  switch (format) {
    case 'jsonl':
      return { name: path, questions: text.split('\n').filter(isLine).map(readLine), notes: [] }
    case 'llmrouter':
      return readLlmRouter(text)
    case 'routellm':
      return readRouteLlm(text)
  }
}

const isLine = (line: string): boolean => line.trim() !== ''

interface Line {
  readonly prompt: string
  readonly group?: string
  readonly models: Readonly<
    Record<string, { readonly correct: number | boolean; readonly costUsd: number; readonly answer?: string }>
  >
}

/** @throws Error that names the line. */
function readLine(line: string, index: number): Question {
  const { prompt, group, models } = JSON.parse(line) as Partial<Line>
  if (typeof prompt !== 'string' || typeof models !== 'object') {
    throw new Error(`Line ${index + 1} has no "prompt", or no "models".`)
  }
  const answers = Object.entries(models).map(([model, { correct, costUsd, answer }]): [string, Answer] => {
    const costNanoUsd = Math.round(costUsd * 1e9)
    if (!Number.isFinite(Number(correct)) || !Number.isFinite(costNanoUsd)) {
      throw new Error(`Line ${index + 1}: "correct" and "costUsd" of ${model} have to be numbers.`)
    }
    return [model, { correct: Number(correct), costNanoUsd, text: answer ?? null }]
  })
  return { prompt, group: group ?? '', answers: Object.fromEntries(answers) }
}

/** The set has neither answers nor costs. */
const assumedOutputTokens = 250

interface Scored {
  readonly question: string
  readonly scores: Readonly<Record<string, number>>
}

function readLlmRouter(text: string): DataSet {
  const rows = JSON.parse(text) as readonly Scored[]
  const isKnown = rows.length === benchmarkRows
  const questions = rows.map(({ question, scores }, index): Question => {
    const answers = Object.entries(scores).map(([model, correct]): [string, Answer] => {
      return [model, { correct, costNanoUsd: costOf(model, question, assumedOutputTokens), text: null }]
    })
    return { prompt: question, group: isKnown ? benchmarkAt(index) : '', answers: Object.fromEntries(answers) }
  })
  return {
    name: 'LLMRouter, train',
    questions,
    notes: [
      `Costs are list prices with ${assumedOutputTokens} tokens of output for every answer: the set has none.`,
      isKnown
        ? 'The benchmarks are told by the place in the file, and named by their looks: the set does not name them.'
        : 'The file has another length than the one whose benchmarks are known: nothing is left out by benchmark.',
    ],
  }
}

const models = ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'gpt-4-1106-preview'] as const

function readRouteLlm(text: string): DataSet {
  const questions = readCsv(text).map((row): Question => {
    const prompt = row.prompt ?? ''
    const answers = models.map((model): [string, Answer] => {
      const answer = row[`${model}_response`] ?? ''
      const costNanoUsd = costOf(model, prompt, textTokens(answer))
      return [model, { correct: row[model] === 'True' ? 1 : 0, costNanoUsd, text: answer }]
    })
    return { prompt, group: 'GSM8K', answers: Object.fromEntries(answers) }
  })
  const notes = ['Costs are list prices with the tokens of each answer, estimated from its text.']
  return { name: 'RouteLLM, GSM8K', questions, notes }
}
