/** What is known of one model's requests: tokens to a byte, length of answers, how new conversations meet the caches. */
import { totalInputTokens, type Usage } from '../neutral/usage.ts'
import type { CacheWrites, Mix } from './estimates-kinds.ts'
import { openRing, type Ring } from './estimates-ring.ts'

export interface Habits {
  readonly all: Answers
  /** By {@link shapeOf}; made when the first answer of a shape comes. */
  readonly shapes: (Answers | undefined)[]
  /** Of conversations that begin, with and without marks for a cache. */
  readonly marked: MeanMix
  readonly plain: MeanMix
  /** What is written to a cache by requests that mark nothing. */
  unmarkedWrites: CacheWrites
}

interface Answers {
  readonly tokensPerByte: Ring
  readonly outputTokens: Ring
}

interface MeanMix extends Mix {
  readShare: number
  uncachedShare: number
  count: number
}

/** Answers that are remembered of each shape. Fewer follow a change faster, more say better where nine tenths lie. */
const remembered = 64

/** With nine answers the highest is where nine tenths lie; with fewer that is unknown. */
const enoughForLength = 9
/** What lies in the middle is sooner known. */
const enoughForInput = 3

/** What one answer weighs against all before it. */
const weight = 0.1

/** A tenth of the answers is longer. */
const outputPart = 0.9
const inputPart = 0.5

/** English as JSON has four, code three, and tokenizers of 2026 make a third more tokens than those before. */
const assumedTokensPerByte = 1 / 3
/** What is above has other reasons than text: a conversation that the provider holds, a picture by its address. */
const mostTokensPerByte = 2

/** An answer of some length, or one that was thought about for a while. */
export const assumedOutputTokens = 4000

export const openHabits = (): Habits => ({
  all: openAnswers(),
  shapes: [],
  marked: openMix(),
  plain: openMix(),
  unmarkedWrites: 'none',
})

/** Requests alike, as far as that is seen before they are sent: tools or none, and how long, in steps of eight times. */
export function shapeOf(bytes: number, hasTools: boolean): number {
  const size = bytes < 2000 ? 0 : bytes < 16_000 ? 1 : bytes < 128_000 ? 2 : bytes < 1_024_000 ? 3 : 4
  return hasTools ? size + 5 : size
}

/** Tokens to a byte, as in the middle of such requests. */
export function tokensPerByte(habits: Habits | undefined, shape: number): number {
  const known = answersOf(habits, shape, enoughForInput)
  return known === undefined ? assumedTokensPerByte : known.tokensPerByte.quantile(inputPart)
}

/** The most that one of the last such requests had. */
export const greatestTokensPerByte = (habits: Habits | undefined, shape: number): number =>
  habits?.shapes[shape]?.tokensPerByte.greatest() ?? 0

/** What nine of ten such answers stay below. */
export function likelyOutputTokens(habits: Habits | undefined, shape: number): number {
  const known = answersOf(habits, shape, enoughForLength)
  if (known !== undefined) return known.outputTokens.quantile(outputPart)
  return Math.max(assumedOutputTokens, habits?.all.outputTokens.greatest() ?? 0)
}

/** The shares of a conversation that begins; null where none began so yet. */
export function firstMix(habits: Habits | undefined, writes: CacheWrites): Mix | null {
  const mix = writes === 'none' ? habits?.plain : habits?.marked
  return mix === undefined || mix.count === 0 ? null : mix
}

/** @param shape null where it is not known. @param bytes Above 0. @param usage With some input. */
export function learnAnswer(habits: Habits, shape: number | null, bytes: number, usage: Usage): void {
  const perByte = Math.min(totalInputTokens(usage) / bytes, mostTokensPerByte)
  if (shape !== null) addTo((habits.shapes[shape] ??= openAnswers()), perByte, usage.outputTokens)
  addTo(habits.all, perByte, usage.outputTokens)
}

export function learnBeginning(habits: Habits, writes: CacheWrites, usage: Usage): void {
  const input = totalInputTokens(usage)
  const mix = writes === 'none' ? habits.plain : habits.marked
  mix.count++
  // A plain mean at first, so that the first one does not stay half the truth.
  const pull = Math.max(weight, 1 / mix.count)
  mix.readShare += (usage.cacheReadTokens / input - mix.readShare) * pull
  mix.uncachedShare += (usage.inputTokens / input - mix.uncachedShare) * pull
}

function addTo(answers: Answers, perByte: number, output: number): void {
  answers.tokensPerByte.add(perByte)
  answers.outputTokens.add(output)
}

/** Of this shape, else of all; undefined where too few are known. */
function answersOf(habits: Habits | undefined, shape: number, enough: number): Answers | undefined {
  if (habits === undefined) return undefined
  return [habits.shapes[shape], habits.all].find((known) => known !== undefined && known.outputTokens.count() >= enough)
}

const openAnswers = (): Answers => ({ tokensPerByte: openRing(remembered), outputTokens: openRing(remembered) })

const openMix = (): MeanMix => ({ readShare: 0, uncachedShare: 0, count: 0 })
