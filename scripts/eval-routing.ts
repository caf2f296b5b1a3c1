/**
 * Measures the modes of routing on labelled questions against always cheap, always strong and a random mix at the same spend. Usage:
 *   eval-routing.ts [--data FILE --format jsonl|llmrouter|routellm [--cheap MODEL --strong MODEL]] [--samples 1000] [--seed 1]
 * Without --data it takes the two public sets, where they lie beside the project. JSONL is one question a line:
 *   {"prompt": "…", "group": "a benchmark", "models": {"a model": {"correct": 0 to 1, "costUsd": 0.001, "answer": "…"}}}
 * `group` and `answer` may be left out: without groups nothing is held out by benchmark, without answers no evidence is judged.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { answerOf, type DataSet, type Ladder } from './eval-routing/question.ts'
import { formats, readData, type Format } from './eval-routing/read-data.ts'
import { report } from './eval-routing/report.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    format: { type: 'string', default: 'jsonl' },
    cheap: { type: 'string' },
    strong: { type: 'string' },
    samples: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})

const options = { samples: Number(values.samples), seed: Number(values.seed) }

if (values.data === undefined) publicSets()
else report(...chosen(values.data, values.format))

function chosen(path: string, format: string): [DataSet, Ladder, typeof options] {
  const known = formats.find((one) => one === format)
  if (known === undefined) throw new Error(`--format is one of ${formats.join(', ')}.`)
  const data = readData(path, known)
  const [cheapest, dearest] = endsOf(data)
  return [data, { cheap: values.cheap ?? cheapest, strong: values.strong ?? dearest }, options]
}

/** The models that cost least and most on the whole. */
function endsOf({ questions }: DataSet): [cheapest: string, dearest: string] {
  const models = Object.keys(questions[0]?.answers ?? {})
  const costOf = (model: string) => questions.reduce((sum, question) => sum + answerOf(question, model).costNanoUsd, 0)
  const inOrder = models.toSorted((one, other) => costOf(one) - costOf(other))
  const [cheapest, dearest] = [inOrder[0], inOrder.at(-1)]
  if (cheapest === undefined || dearest === undefined || cheapest === dearest) throw new Error('Two models are needed.')
  return [cheapest, dearest]
}

function publicSets(): void {
  const folder = join(import.meta.dir, '../../shared/routing-data')
  const sets: readonly (readonly [file: string, format: Format, ladders: readonly Ladder[]])[] = [
    [
      'llmrouter-train.json',
      'llmrouter',
      [
        { cheap: 'mistral-7b-instruct-v0.3', strong: 'llama-3.1-nemotron-51b-instruct' },
        { cheap: 'llama-3.1-8b-instruct', strong: 'llama-3.1-nemotron-51b-instruct' },
      ],
    ],
    [
      'routellm-gsm8k.csv',
      'routellm',
      [{ cheap: 'mistralai/Mixtral-8x7B-Instruct-v0.1', strong: 'gpt-4-1106-preview' }],
    ],
  ]
  for (const [file, format, ladders] of sets) {
    const path = join(folder, file)
    if (!existsSync(path)) {
      console.warn(`SKIPPED: ${file} is not beside the project; name labelled data with --data.`)
      continue
    }
    const data = readData(path, format)
    for (const ladder of ladders) report(data, ladder, options)
  }
}
