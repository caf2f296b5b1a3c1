/**
 * What a request will use, before it is sent: what such requests took so far, and what it could take at most. Learned from the
 * usage of whole answers, kept in memory, bounded. Knows no price.
 */
import { totalInputTokens, type Usage } from '../neutral/usage.ts'
import {
  firstMix,
  greatestTokensPerByte,
  learnAnswer,
  learnBeginning,
  likelyOutputTokens,
  openHabits,
  shapeOf,
  tokensPerByte,
  type Habits,
} from './estimates-habits.ts'
import { dearer, splitBeginning, splitContinued, splitDearest, writesIn, type CacheWrites } from './estimates-kinds.ts'
import { nextInputTokens, openThreads, threadOf, type Thread } from './estimates-threads.ts'

export interface AnswerQuestion {
  readonly provider: string
  readonly model: string
  readonly session: string | null
  /** Unix ms at which it is asked: what lies in a cache is gone after a while. */
  readonly atMs: number
  /** Of the decoded body, without the files in it. */
  readonly bytes: number
  /** Pictures and other files in the body, by what it may take to read them; absent where there are none. */
  readonly media?: { readonly tokens: number; readonly mostTokens: number }
  readonly hasTools: boolean
  /** The window of the model, else null. */
  readonly maxInputTokens: number | null
  /** The request's limit, else the model's, else null. */
  readonly maxOutputTokens: number | null
  /** What the request marks to be written to a prompt cache. */
  readonly cacheWrites: CacheWrites
}

/** What the request table still knows of a question and its answer. */
export interface PastAnswer {
  readonly provider: string
  readonly model: string
  readonly session: string | null
  readonly atMs: number
  /** Of the body as it came, with all that was in it. */
  readonly bytes: number
  readonly usage: Usage
}

/** Web searches, audio and generated images are not foreseen: they are 0, or tokens like all others. */
export interface Estimates {
  /** Input as it was read before, in its kinds; output that nine of ten such answers stay below, never above the limit. */
  expected(question: AnswerQuestion): Usage
  /**
   * All input as the dearest kind that it may be billed as, by the fewest bytes that text has to a token; output up to the
   * limit. In no kind's total less than what is expected.
   */
  worst(question: AnswerQuestion): Usage
  /** @param usage Of a whole answer. Numbers that say nothing are passed over. */
  learn(question: AnswerQuestion, usage: Usage): void
  /** After a restart. Rows are given in the order of their time. */
  seed(answer: PastAnswer): void
}

/** Conversations have more, by any tokenizer; `docs/estimates.md` says what has less. */
const leastBytesPerToken = 1.5
/** What providers put around a conversation. Anthropic tells models of tools in up to 530 tokens, as far as it documents that. */
const mostFrameTokens = 50
const mostToolFrameTokens = 1000
/** What is said with files counts as so much text beside it: the ratios that are learned are of text. */
const bytesPerMediaToken = 3
/** Text has fewer: where a row tells of more, there were pictures in its body. */
const mostBytesPerToken = 16
/** The longest answers that any model of 2026 gives. */
const longestAnswer = 128_000
/** More than any window: not a count of tokens. */
const mostTokens = 100_000_000

const keptModels = 200

export function openEstimates(): Estimates {
  const models = new Map<string, Habits>()
  const threads = openThreads()

  function expected(question: AnswerQuestion): Usage {
    const { session } = question
    const model = modelOf(question)
    const thread = session === null ? null : threads.find(session, model, sizeOf(question))
    return expectedOf(question, models.get(model), thread)
  }

  /** @param shape null where it is not known. @param asked What was marked; null where that is not known. */
  function learn(answer: PastAnswer, shape: number | null, asked: CacheWrites | null): void {
    const { session, usage, bytes } = answer
    if (!isUsable(usage) || totalInputTokens(usage) === 0 || bytes === 0) return
    const model = modelOf(answer)
    const habits = habitsOf(models, model)
    learnAnswer(habits, shape, bytes, usage)
    if (asked === 'none') habits.unmarkedWrites = dearer(habits.unmarkedWrites, writesIn(usage))
    const before = session === null ? null : threads.find(session, model, bytes)
    if (before === null) learnBeginning(habits, dearer(asked ?? 'none', writesIn(usage)), usage)
    if (session !== null) threads.put(session, model, before, threadOf(bytes, usage, answer.atMs))
  }

  return {
    expected,
    worst: (question) => worstOf(question, models.get(modelOf(question)), expected(question)),
    learn(question, usage) {
      const bytes = sizeOf(question)
      learn({ ...question, bytes, usage }, shapeOf(bytes, question.hasTools), question.cacheWrites)
    },
    seed: (answer) => learn({ ...answer, bytes: seededSize(answer) }, null, null),
  }
}

function expectedOf(question: AnswerQuestion, habits: Habits | undefined, thread: Thread | null): Usage {
  const bytes = sizeOf(question)
  const shape = shapeOf(bytes, question.hasTools)
  const writes = writesOf(question, habits)
  const perByte = tokensPerByte(habits, shape)
  const window = windowOf(question)
  const outputTokens = Math.ceil(Math.min(likelyOutputTokens(habits, shape), limitOf(question) ?? Infinity))
  if (thread === null) {
    const tokens = Math.ceil(Math.min(bytes * perByte, window))
    return { ...splitBeginning(tokens, writes, firstMix(habits, writes)), outputTokens }
  }
  // What was read before fitted the window, whatever that is said to be.
  const tokens = Math.max(thread.inputTokens, Math.ceil(Math.min(nextInputTokens(thread, bytes, perByte), window)))
  return { ...splitContinued(tokens, writes, thread, question.atMs), outputTokens }
}

function worstOf(question: AnswerQuestion, habits: Habits | undefined, expected: Usage): Usage {
  const bytes = sizeOf(question)
  const { bytes: textBytes, media } = question
  const perByte = Math.max(1 / leastBytesPerToken, greatestTokensPerByte(habits, shapeOf(bytes, question.hasTools)))
  const frame = question.hasTools ? mostToolFrameTokens : mostFrameTokens
  const most = plainSize(textBytes) * perByte + (media?.mostTokens ?? 0) + frame
  const tokens = Math.ceil(Math.max(Math.min(most, windowOf(question)), totalInputTokens(expected)))
  const outputTokens = limitOf(question) ?? Math.max(longestAnswer, expected.outputTokens)
  return { ...splitDearest(tokens, writesOf(question, habits)), outputTokens }
}

const modelOf = ({ provider, model }: { readonly provider: string; readonly model: string }): string =>
  `${provider}/${model}`

/** The model that was asked longest ago stands first, and is forgotten first. */
function habitsOf(models: Map<string, Habits>, model: string): Habits {
  const habits = models.get(model) ?? openHabits()
  models.delete(model)
  models.set(model, habits)
  for (const oldest of models.keys()) {
    if (models.size <= keptModels) break
    models.delete(oldest)
  }
  return habits
}

/** Some providers write without being asked, and charge for it. */
const writesOf = ({ cacheWrites }: AnswerQuestion, habits: Habits | undefined): CacheWrites =>
  cacheWrites === 'none' ? (habits?.unmarkedWrites ?? 'none') : cacheWrites

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= mostTokens

const isUsable = (usage: Usage): boolean =>
  [
    usage.inputTokens,
    usage.cacheReadTokens,
    usage.cacheWrite5mTokens,
    usage.cacheWrite1hTokens,
    usage.outputTokens,
  ].every(isCount)

const plainSize = (bytes: number): number => (Number.isFinite(bytes) ? Math.max(bytes, 0) : 0)

const sizeOf = ({ bytes, media }: AnswerQuestion): number =>
  plainSize(bytes) + (media === undefined ? 0 : media.tokens * bytesPerMediaToken)

/** A row does not tell what of its bytes were pictures, but what all took. */
function seededSize({ bytes, usage }: PastAnswer): number {
  const tokens = totalInputTokens(usage)
  return plainSize(bytes) > tokens * mostBytesPerToken ? tokens * bytesPerMediaToken : plainSize(bytes)
}

const windowOf = ({ maxInputTokens }: AnswerQuestion): number =>
  maxInputTokens !== null && maxInputTokens > 0 ? maxInputTokens : Infinity

const limitOf = ({ maxOutputTokens }: AnswerQuestion): number | null =>
  maxOutputTokens !== null && isCount(maxOutputTokens) ? maxOutputTokens : null
