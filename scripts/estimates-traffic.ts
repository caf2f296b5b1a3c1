/** Made-up requests with what they really used, to hold the guard's estimates against: the same for the same seed. */
import { noUsage, type Usage } from '../src/neutral/usage.ts'
import type { AnswerQuestion } from '../src/rules/estimates.ts'
import { seeded, type Random } from '../test/support/random-records.ts'

export interface Exchange {
  readonly question: AnswerQuestion
  readonly usage: Usage
}

const startMs = Date.UTC(2026, 0, 1)
const minuteMs = 60_000

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const around = (random: Random, median: number, sigma: number): number => median * Math.exp(sigma * normal(random))

/** One in so many is far longer than the others, without a mean that could be relied on. */
const tailed = (random: Random, median: number, sigma: number, tail: number): number =>
  around(random, median, sigma) * (random() < tail ? (1 - random()) ** (-1 / 1.2) : 1)

const between = (random: Random, low: number, high: number): number => low + (high - low) * random()

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T

const answered = (outputTokens: number, limit: number): number => Math.max(1, Math.min(Math.round(outputTokens), limit))

/** Bytes that fit any window. */
const longestPrompt = 400_000

/** Programs that ask one thing each, over and over, without sessions or caches. @param driftOf Times the length of answers, by request. */
export function* makePrograms(seed: number, count: number, driftOf: (index: number) => number): Generator<Exchange> {
  const random = seeded(seed)
  const programs = Array.from({ length: 12 }, () => ({
    model: pick(random, ['large', 'middle', 'small']),
    hasTools: random() < 0.4,
    bytes: around(random, 6000, 1.5),
    spread: between(random, 0.2, 1),
    bytesPerToken: between(random, 2.6, 4.4),
    output: around(random, 350, 1.2),
    outputSpread: between(random, 0.3, 1.4),
    tail: pick(random, [0, 0.02, 0.05]),
    limit: pick(random, [1024, 4096, 8192, 32_000, 64_000]),
  }))
  for (let index = 0; index < count; index++) {
    const program = pick(random, programs)
    const { hasTools, limit } = program
    const bytes = Math.min(Math.round(around(random, program.bytes, program.spread)) + 80, longestPrompt)
    const inputTokens = Math.round(bytes / around(random, program.bytesPerToken, 0.1)) + (hasTools ? 350 : 8)
    const length = tailed(random, program.output, program.outputSpread, program.tail) * driftOf(index)
    yield {
      question: questionOf({ model: program.model, atMs: startMs + index * 2000, bytes, hasTools, limit }),
      usage: { ...noUsage, inputTokens, outputTokens: answered(length, limit) },
    }
  }
}

interface Talk {
  readonly session: string
  readonly bytesPerToken: number
  readonly isHelper: boolean
  bytes: number
  tokens: number
  turnsLeft: number
  /** Of the conversation, at the provider. */
  cachedTokens: number
  lastMs: number
}

export type Caching = 'marked 5m' | 'marked 1h' | 'automatic'

const lifetimes: Readonly<Record<Caching, number>> = {
  'marked 5m': 5 * minuteMs,
  'marked 1h': 60 * minuteMs,
  automatic: 8 * minuteMs,
}
const limit = 32_000
/** System prompt and tools of a coding agent: the same in all its conversations. */
const commonBytes = 70_000
const commonTokens = 19_000
const longest = 700_000

/** Coding agents: conversations that grow turn by turn, a helper beside some, pauses, pictures, and starting over when full. */
export function* makeAgents(seed: number, count: number, caching: Caching): Generator<Exchange> {
  const random = seeded(seed)
  let atMs = startMs
  let sessions = 0
  let commonMs = 0
  const begin = (session = `session-${++sessions}`, isHelper = false): Talk => ({
    session,
    isHelper,
    bytesPerToken: between(random, 2.7, 4),
    bytes: commonBytes,
    tokens: commonTokens,
    turnsLeft: Math.ceil(around(random, isHelper ? 8 : 25, 0.8)),
    cachedTokens: 0,
    lastMs: 0,
  })
  const talks = Array.from({ length: 12 }, () => begin())
  for (let index = 0; index < count; index++) {
    const place = Math.floor(random() * talks.length)
    const old = talks[place] as Talk
    const talk = old.turnsLeft > 0 && old.bytes < longest ? old : begin(old.bytes < longest ? undefined : old.session)
    talks[place] = talk
    if (talk.turnsLeft === 5 && !talk.isHelper) talks[(place + 1) % talks.length] = begin(talk.session, true)
    talk.turnsLeft--
    // Mostly seconds between the turns of all; now and then everybody is away.
    atMs += random() < 0.004 ? between(random, 6, 90) * minuteMs : around(random, 1500, 0.8)
    addTurn(random, talk)
    const shared = atMs - commonMs <= lifetimes[caching] ? commonTokens : 0
    commonMs = atMs
    const usage = usageOf(random, talk, caching, atMs, shared)
    const isLong = random() < 0.15
    const length = isLong ? tailed(random, 900, 0.9, 0.03) : around(random, 130, 0.7)
    const cacheWrites = caching === 'automatic' ? 'none' : caching === 'marked 5m' ? '5m' : '1h'
    yield {
      question: questionOf({ session: talk.session, atMs, bytes: talk.bytes, hasTools: true, limit, cacheWrites }),
      usage: { ...usage, outputTokens: answered(length, limit) },
    }
  }
}

function addTurn(random: Random, talk: Talk): void {
  const isPicture = random() < 0.02
  const bytes = Math.round(isPicture ? between(random, 100_000, 400_000) : tailed(random, 3500, 1.1, 0.03))
  const most = Math.min(bytes, 400_000)
  talk.bytes += most
  talk.tokens += Math.round(isPicture ? between(random, 800, 1600) : most / around(random, talk.bytesPerToken, 0.15))
}

/** What the provider finds in its caches at that moment, and what it bills. */
function usageOf(random: Random, talk: Talk, caching: Caching, atMs: number, shared: number): Usage {
  const own = atMs - talk.lastMs <= lifetimes[caching] ? talk.cachedTokens : 0
  talk.lastMs = atMs
  talk.cachedTokens = talk.tokens
  const found = Math.max(own, shared)
  if (caching === 'automatic') {
    // Whole blocks, and not always: the next request may land on another machine.
    const read = random() < 0.85 ? Math.floor(found / 128) * 128 : 0
    return { ...noUsage, inputTokens: talk.tokens - read, cacheReadTokens: read }
  }
  const uncached = Math.min(talk.tokens - found, Math.ceil(random() * 12))
  const written = talk.tokens - found - uncached
  talk.cachedTokens = talk.tokens - uncached
  return {
    ...noUsage,
    inputTokens: uncached,
    cacheReadTokens: found,
    cacheWrite5mTokens: caching === 'marked 5m' ? written : 0,
    cacheWrite1hTokens: caching === 'marked 1h' ? written : 0,
  }
}

interface Asked {
  readonly atMs: number
  readonly bytes: number
  readonly hasTools: boolean
  readonly limit: number
  readonly model?: string
  readonly session?: string
  readonly cacheWrites?: AnswerQuestion['cacheWrites']
}

const questionOf = ({ atMs, bytes, hasTools, limit: maxOutputTokens, ...given }: Asked): AnswerQuestion => ({
  provider: 'acme',
  model: given.model ?? 'large',
  session: given.session ?? null,
  atMs,
  bytes,
  hasTools,
  maxInputTokens: 200_000,
  maxOutputTokens,
  cacheWrites: given.cacheWrites ?? 'none',
})
