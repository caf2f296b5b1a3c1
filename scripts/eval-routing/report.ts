/** Measures the modes on one set of questions and prints the tables of `docs/routing-eval.md`. */
import { textTokens } from '../../src/neutral/text-tokens.ts'
import {
  groupSamplesOf,
  intervalOf,
  meanOf,
  overMix,
  samplesOf,
  wholeOf,
  type Interval,
  type Sample,
} from './bootstrap.ts'
import { byBenchmark, byChance, type OutOfSample } from './folds.ts'
import { aucOf } from './auc.ts'
import {
  autoMode,
  choose,
  complexityMode,
  complexityScores,
  evidenceMode,
  topMode,
  verifierMode,
  type Mode,
} from './modes.ts'
import { answerOf, type DataSet, type Ladder, type Question } from './question.ts'

export interface Options {
  readonly samples: number
  readonly seed: number
}

/** What `max_tokens` and habit would make one expect where there are no answers to learn it from. */
const expectedTokens = 250

export function report({ name, questions, notes }: DataSet, ladder: Ladder, { samples, seed }: Options): void {
  console.log(`\n## ${name}: ${ladder.cheap} → ${ladder.strong}, ${questions.length} questions\n`)
  for (const note of notes) console.log(`${note}`)
  const cheap = choose('always cheap', questions, ladder, () => 0)
  const strong = choose('always strong', questions, ladder, () => 1)
  const scores = complexityScores(questions)
  const chance = byChance(questions, ladder, seed)
  const left = byBenchmark(questions, ladder, seed)
  const modes = [
    cheap,
    strong,
    ...pureModes(questions, ladder, scores),
    ...learnedModes(questions, ladder, chance, left),
    ...cascades(questions, ladder),
  ]
  printModes(modes, cheap, strong, questions, { samples, seed })
  printAucs(questions, ladder, {
    'complexity score': scores,
    'length of the prompt': lengths(questions),
    'learned, by chance': chance.scores,
    ...(left === null ? {} : { 'learned, benchmark left out': left.scores }),
  })
  if (left !== null) printVerdict(questions, ladder, left, scores, cheap, strong, { samples, seed })
}

const lengths = (questions: readonly Question[]): Float64Array =>
  Float64Array.from(questions, ({ prompt }) => prompt.length)

const pureModes = (questions: readonly Question[], ladder: Ladder, scores: Float64Array): readonly Mode[] => [
  complexityMode(questions, ladder, 'moderate'),
  complexityMode(questions, ladder, 'complex'),
  topMode('complexity score, upper half', questions, ladder, scores, 0.5),
  topMode('longest half', questions, ladder, lengths(questions), 0.5),
  autoMode(questions, ladder, meanTokens(questions, ladder)),
]

function meanTokens(questions: readonly Question[], { cheap }: Ladder): number {
  const texts = questions.map((question) => answerOf(question, cheap).text).filter((text) => text !== null)
  return texts.length === 0 ? expectedTokens : texts.reduce((sum, text) => sum + textTokens(text), 0) / texts.length
}

function learnedModes(
  questions: readonly Question[],
  ladder: Ladder,
  chance: OutOfSample,
  left: OutOfSample | null,
): readonly Mode[] {
  const byPart = outOfSampleMode('learned, ten parts by chance, half', questions, ladder, chance)
  return left === null ? [byPart] : [byPart, leftOutMode(questions, ladder, left)]
}

const leftOutMode = (questions: readonly Question[], ladder: Ladder, left: OutOfSample): Mode =>
  outOfSampleMode('learned, benchmark left out, half', questions, ladder, left)

function outOfSampleMode(
  name: string,
  questions: readonly Question[],
  ladder: Ladder,
  { scores, cut }: OutOfSample,
): Mode {
  const cuts = cut(0.5)
  return choose(name, questions, ladder, (index) => ((scores[index] ?? 0) >= (cuts[index] ?? 1) ? 1 : 0))
}

function cascades(questions: readonly Question[], ladder: Ladder): readonly Mode[] {
  const evidence = evidenceMode(questions, ladder)
  return [
    ...(evidence === null ? [] : [evidence]),
    verifierMode(questions, ladder, 0.5, 0.3),
    verifierMode(questions, ladder, 0.7, 0.1),
    verifierMode(questions, ladder, 1, 0),
    perfectChoice(questions, ladder),
  ]
}

/** Nobody can: it says how much there is to gain. */
function perfectChoice(questions: readonly Question[], ladder: Ladder): Mode {
  const gains = questions.map(
    (question) => answerOf(question, ladder.strong).correct > answerOf(question, ladder.cheap).correct,
  )
  return { ...choose('perfect choice', questions, ladder, (index) => (gains[index] ? 1 : 0)), knowsLabels: true }
}

function printModes(
  modes: readonly Mode[],
  cheap: Mode,
  strong: Mode,
  questions: readonly Question[],
  { samples, seed }: Options,
): void {
  const whole = wholeOf(questions.length)
  const drawn = samplesOf(questions.length, samples, seed)
  const groups = groupSamplesOf(
    questions.map(({ group }) => group),
    samples,
    seed,
  )
  const full = meanOf(strong.cost, whole)
  console.log(
    '\n| mode | strong asked | right | cost, USD per 1,000 | of always strong | over a random mix at the same spend |' +
      (groups === null ? '' : ' the same, benchmarks drawn |'),
  )
  console.log(`|---|---|---|---|---|---|${groups === null ? '' : '---|'}`)
  for (const mode of modes) {
    const isEnd = mode === cheap || mode === strong
    const over = (from: readonly Sample[]) =>
      points(intervalOf(whole, from, (sample) => overMix(mode, cheap, strong, sample)))
    const right = intervalOf(whole, drawn, (sample) => meanOf(mode.correct, sample))
    const cost = intervalOf(whole, drawn, (sample) => meanOf(mode.cost, sample))
    const cells = [
      mode.knowsLabels ? `${mode.name} *` : mode.name,
      `${(100 * mode.strongShare).toFixed(1)} %`,
      percents(right),
      dollars(cost),
      `${((100 * cost.value) / full).toFixed(1)} %`,
      isEnd ? '' : over(drawn),
      ...(groups === null ? [] : [isEnd ? '' : over(groups)]),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
  console.log('\n`*` looks at labels that nobody has in advance.')
}

function printAucs(
  questions: readonly Question[],
  ladder: Ladder,
  scores: Readonly<Record<string, Float64Array>>,
): void {
  const isGain = questions.map(
    (question) => answerOf(question, ladder.strong).correct > answerOf(question, ladder.cheap).correct,
  )
  const groups = questions.map(({ group }) => group)
  console.log(
    '\n| score | AUC for "the strong model does better" | the same inside one benchmark, mean |\n|---|---|---|',
  )
  for (const [name, values] of Object.entries(scores)) {
    const inside = [...new Set(groups)]
      .map((group) => aucOf(values, isGain, (index) => groups[index] === group))
      .filter((auc) => auc !== null)
    const mean = inside.reduce((sum, auc) => sum + auc, 0) / Math.max(1, inside.length)
    console.log(`| ${name} | ${aucOf(values, isGain, () => true)?.toFixed(3) ?? '-'} | ${mean.toFixed(3)} |`)
  }
}

/** What has to hold before a learned scorer may decide anything: unseen benchmarks, benchmarks drawn again, against both. */
function printVerdict(
  questions: readonly Question[],
  ladder: Ladder,
  left: OutOfSample,
  scores: Float64Array,
  cheap: Mode,
  strong: Mode,
  { samples, seed }: Options,
): void {
  const groups = groupSamplesOf(
    questions.map(({ group }) => group),
    samples,
    seed,
  )
  if (groups === null) return
  const whole = wholeOf(questions.length)
  const learned = leftOutMode(questions, ladder, left)
  const heuristic = topMode('', questions, ladder, scores, 0.5)
  const mix = intervalOf(whole, groups, (sample) => overMix(learned, cheap, strong, sample))
  const over = intervalOf(
    whole,
    groups,
    (sample) => overMix(learned, cheap, strong, sample) - overMix(heuristic, cheap, strong, sample),
  )
  const passes = mix.low > 0 && over.low > 0
  console.log(
    `\nLearned, unseen benchmarks, half to the strong model: over a random mix ${points(mix)}, over the complexity score ${points(over)}.`,
  )
  console.log(
    passes
      ? 'Both exclude zero: it may be shipped.'
      : 'It does not beat both with an interval that excludes zero: it is not shipped.',
  )
}

const percents = ({ value, low, high }: Interval): string =>
  `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)}-${(100 * high).toFixed(1)})`
const points = ({ value, low, high }: Interval): string => `${signed(value)} (${signed(low)} to ${signed(high)})`
const signed = (share: number): string => `${share < 0 ? '-' : '+'}${Math.abs(100 * share).toFixed(1)}`
const dollars = ({ value, low, high }: Interval): string => `${usd(value)} (${usd(low)}-${usd(high)})`
/** Nano-USD each is micro-USD a thousand. */
const usd = (nano: number): string => (nano / 1e6).toPrecision(3)
