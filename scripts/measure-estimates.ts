/**
 * Holds the guard's estimates against what made-up and recorded requests really used, and prints what `docs/estimates.md` says.
 * Usage: measure-estimates.ts [REQUESTS = 20000]
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { textTokens } from '../src/neutral/text-tokens.ts'
import { totalInputTokens, type Usage } from '../src/neutral/usage.ts'
import { openEstimates, type AnswerQuestion } from '../src/rules/estimates.ts'
import { dialects } from '../src/wire/dialects.ts'
import { areRecordingsHere, factsOf, recordedFiles } from '../test/wire/recorded.ts'
import { makeAgents, makePrograms, type Exchange } from './estimates-traffic.ts'

const requests = Number(process.argv[2] ?? 20_000)
const seeds = [1, 2, 3]
/** Of the text as Claude's tokenizer of 2026 counts it, the estimate is this much (`docs/models.md`). */
const shareOfDensest = 0.64

/** Nano-USD a token: USD 3 and 15 a million, and caches at the usual multiples. */
const rates = { input: 3000, read: 300, write5m: 3750, write1h: 6000, output: 15_000 }

const costOf = (usage: Usage): number =>
  usage.inputTokens * rates.input +
  usage.cacheReadTokens * rates.read +
  usage.cacheWrite5mTokens * rates.write5m +
  usage.cacheWrite1hTokens * rates.write1h +
  usage.outputTokens * rates.output

const traffic: Readonly<Record<string, (seed: number) => Iterable<Exchange>>> = {
  'programs, heavy tails': (seed) => makePrograms(seed, requests, () => 1),
  'answers grow 8 times in 4,000, and start over': (seed) =>
    makePrograms(seed, requests, (index) => 8 ** ((index % 4000) / 4000)),
  'answers 5 times as long, every other 2,500': (seed) =>
    makePrograms(seed, requests, (index) => (index % 5000 < 2500 ? 1 : 5)),
  'agents, marked for 5 minutes': (seed) => makeAgents(seed, requests, 'marked 5m'),
  'agents, marked for an hour': (seed) => makeAgents(seed, requests, 'marked 1h'),
  'agents, automatic caches': (seed) => makeAgents(seed, requests, 'automatic'),
}

interface Held {
  readonly real: Usage
  readonly expected: Usage
  readonly worst: Usage
}

function* hold(exchanges: Iterable<Exchange>): Generator<Held> {
  const estimates = openEstimates()
  for (const { question, usage } of exchanges) {
    yield { real: usage, expected: estimates.expected(question), worst: estimates.worst(question) }
    estimates.learn(question, usage)
  }
}

function report(name: string, runs: readonly Iterable<Exchange>[]): void {
  const held = runs.flatMap((run) => [...hold(run)])
  const errors = held.map(({ real, expected }) => Math.abs(totalInputTokens(expected) / totalInputTokens(real) - 1))
  const inOrder = errors.toSorted((one, other) => one - other)
  const realCost = sum(held, ({ real }) => costOf(real))
  const longer = held.filter(({ real, expected }) => real.outputTokens > expected.outputTokens)
  const dearer = held.filter(({ real, expected }) => costOf(real) > costOf(expected))
  const excess = sum(dearer, ({ real, expected }) => costOf(real) - costOf(expected))
  const overWorst = held.filter(({ real, worst }) => costOf(real) > costOf(worst))
  console.log(`\n${name}: ${held.length} requests`)
  show('input tokens, sum of expected to real', ratio(sum(held, inputExpected), sum(held, inputReal)))
  show('input tokens, error of one: median, 90 %', `${percent(at(inOrder, 0.5))}, ${percent(at(inOrder, 0.9))}`)
  show('output above the expected', percent(longer.length / held.length))
  show('  by, in the mean of these', `${Math.round(sum(longer, outputExcess) / longer.length)} tokens`)
  show('output tokens, sum of expected to real', ratio(sum(held, outputExpected), sum(held, outputReal)))
  show('cost above the expected', percent(dearer.length / held.length))
  show('  mean excess of a request, to mean cost', percent(excess / realCost))
  show(
    'cost, sum of expected to real',
    ratio(
      sum(held, ({ expected }) => costOf(expected)),
      realCost,
    ),
  )
  show(
    'cost, sum of worst to real',
    ratio(
      sum(held, ({ worst }) => costOf(worst)),
      realCost,
    ),
  )
  show('cost above the worst', String(overWorst.length))
  for (const inFlight of [1, 8, 32]) {
    const over = spendings(held, inFlight)
    const mean = sum(over, (nanoUsd) => nanoUsd) / over.length
    show(`over the limit with ${inFlight} in flight, in requests`, (mean / (realCost / held.length)).toFixed(2))
  }
}

const spendsPerLimit = 200

/** What was spent over limits that so many requests use up: whatever does not fit beside what is set aside is refused. */
function spendings(held: readonly Held[], inFlight: number): readonly number[] {
  const limit = (sum(held, ({ real }) => costOf(real)) / held.length) * spendsPerLimit
  const over: number[] = []
  for (let from = 0; from + 4 * spendsPerLimit <= held.length; from += 4 * spendsPerLimit) {
    const running: Held[] = []
    let spent = 0
    for (const one of held.slice(from, from + 4 * spendsPerLimit)) {
      if (running.length === inFlight) spent += costOf((running.shift() as Held).real)
      const reserved = sum(running, ({ expected }) => costOf(expected))
      if (spent + reserved + costOf(one.expected) <= limit) running.push(one)
    }
    over.push(Math.max(0, spent + sum(running, ({ real }) => costOf(real)) - limit))
  }
  return over
}

const inputExpected = ({ expected }: Held): number => totalInputTokens(expected)
const inputReal = ({ real }: Held): number => totalInputTokens(real)
const outputExpected = ({ expected }: Held): number => expected.outputTokens
const outputReal = ({ real }: Held): number => real.outputTokens
const outputExcess = ({ real, expected }: Held): number => real.outputTokens - expected.outputTokens

/** They say what was used, not what was asked: only the length of answers can be held against them. */
function reportRecorded(): void {
  if (!areRecordingsHere) return
  const folders = { anthropic: dialects.anthropic, 'openai-chat': dialects['openai-chat'], google: dialects.gemini }
  const more = ['openai-responses', 'azure', 'xai-responses'].map(
    (folder) => [folder, dialects['openai-responses']] as const,
  )
  const chat = ['deepseek-chat', 'groq', 'mistral', 'perplexity', 'xai'].map(
    (folder) => [folder, dialects['openai-chat']] as const,
  )
  const used = [...Object.entries(folders), ...more, ...chat].flatMap(([folder, dialect]) =>
    recordedFiles(folder).flatMap((path) => {
      const { usage } = factsOf(dialect, path)
      return usage === null || totalInputTokens(usage) === 0 ? [] : [{ path, usage }]
    }),
  )
  const estimates = openEstimates()
  const longer = used.filter(({ usage }) => usage.outputTokens > 4000)
  const afterwards = used.filter(({ path, usage }) => {
    const question = anyQuestion(path.split('/')[0] ?? '')
    const { outputTokens } = estimates.expected(question)
    estimates.learn(question, usage)
    return usage.outputTokens > outputTokens
  })
  console.log(`\nrecorded replies: ${used.length} with usage`)
  show('output above the default of 4,000', String(longer.length))
  show('output above the expected, one after the other', String(afterwards.length))
  show('the longest', `${Math.max(...used.map(({ usage }) => usage.outputTokens))} tokens`)
}

const anyQuestion = (provider: string): AnswerQuestion => ({
  provider,
  model: 'any',
  session: null,
  atMs: 0,
  bytes: 4000,
  hasTools: false,
  maxInputTokens: null,
  maxOutputTokens: null,
  cacheWrites: 'none',
})

/** Bytes to a token of this project's files, as strings in JSON. */
function reportText(): void {
  const root = join(import.meta.dir, '..')
  const paths = [...new Bun.Glob('{src,test,scripts,docs,web}/**/*.{ts,tsx,md,json,txt}').scanSync({ cwd: root })]
  const files = [...paths, 'bun.lock', 'package.json', 'README.md'].map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, size: Buffer.byteLength(JSON.stringify(text)), tokens: textTokens(text) / shareOfDensest }
  })
  const long = files.filter(({ size }) => size > 500)
  const inOrder = long.toSorted((one, other) => one.size / one.tokens - other.size / other.tokens)
  const fewest = inOrder[0]
  console.log(`\nbytes to a token in ${long.length} files, by the densest tokenizer`)
  show('fewest', `${ratio(fewest?.size ?? 0, fewest?.tokens ?? 1)} (${fewest?.path})`)
  show('files below 1.5', String(long.filter(({ size, tokens }) => size / tokens < 1.5).length))
  show('a hundredth of the files below', ratio(...sizes(inOrder[Math.floor(inOrder.length / 100)])))
  show(
    'all together',
    ratio(
      sum(long, ({ size }) => size),
      sum(long, ({ tokens }) => tokens),
    ),
  )
}

const sizes = (file: { readonly size: number; readonly tokens: number } | undefined): [number, number] => [
  file?.size ?? 0,
  file?.tokens ?? 1,
]

function reportTimes(): void {
  const exchanges = [...makeAgents(1, requests, 'marked 5m'), ...makePrograms(1, requests, () => 1)]
  const estimates = openEstimates()
  console.log(`\nµs a call, over ${exchanges.length} requests`)
  for (const round of ['first', 'second']) {
    const learn = timed(() => exchanges.forEach(({ question, usage }) => estimates.learn(question, usage)))
    const expected = timed(() => exchanges.forEach(({ question }) => void estimates.expected(question)))
    const worst = timed(() => exchanges.forEach(({ question }) => void estimates.worst(question)))
    const each = [learn, expected, worst].map((ms) => ((ms * 1000) / exchanges.length).toFixed(2))
    show(`${round} round: learn, expected, worst`, each.join(', '))
  }
}

function timed(run: () => void): number {
  const startedAt = performance.now()
  run()
  return performance.now() - startedAt
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0)
}

const at = (inOrder: readonly number[], part: number): number => inOrder[Math.floor(inOrder.length * part)] ?? 0
const ratio = (one: number, other: number): string => (one / other).toFixed(2)
const percent = (part: number): string => `${(part * 100).toFixed(1)} %`
const show = (what: string, value: string): void => console.log(`  ${what.padEnd(50)} ${value}`)

for (const [name, make] of Object.entries(traffic)) report(name, seeds.map(make))
reportRecorded()
reportText()
reportTimes()
