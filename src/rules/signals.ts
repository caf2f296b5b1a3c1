/**
 * How models have done at tasks: a book of what they have shown, which forgets by halves. In memory, bounded; knows no clock, no
 * provider and no text. What it says is what few answers can prove, so that a model is not put behind others by two bad ones.
 */
import { putNewest } from '../lib/put-newest.ts'
import { wilson } from '../lib/wilson.ts'
import { formatModelRef, type ModelRef, type TaskType } from '../neutral/model.ts'
import type { Showing } from '../neutral/showing.ts'
import type { Signals } from './route-facts.ts'

export interface SignalBook {
  /** What a request showed, once it has ended; in their order. @param task What the request was taken for, where nothing was answered. */
  tell(showings: readonly Showing[], task: TaskType | null): void
  /** null where nothing is known. */
  of(ref: ModelRef, task: TaskType): Signals | null
}

/** Models change, and so do those who use them: after a week half of what was seen counts. */
const halfLifeMs = 7 * 86_400_000
/** Pairs of a model and a task. */
const keptPairs = 1000
/** Answers that may yet be asked for again. */
const keptAnswers = 2000
/** The last times; older ones are of other days and other loads. */
const keptTimes = 64
/** Fewer times say nothing of what is usual. */
const fewTimes = 5
/** Nine of ten: what is believed of a model against it must be so in nine of ten such cases. */
const z90 = 1.2816

interface Pair {
  answers: number
  bad: number
  /** Unix ms that both are weighed at. */
  atMs: number
  readonly times: number[]
}

/** @param now Unix ms. */
export function openSignals(now: () => number): SignalBook {
  const pairs = new Map<string, Pair>()
  /** The pair that each good answer counts for, by its request. */
  const good = new Map<string, string>()

  function pairAt(key: string, atMs: number): Pair {
    const pair = pairs.get(key) ?? { answers: 0, bad: 0, atMs, times: [] }
    putNewest(pairs, key, pair, keptPairs)
    age(pair, atMs)
    return pair
  }

  function tellOne(showing: Showing, task: TaskType): void {
    const key = keyOf(showing, task)
    const pair = pairAt(key, showing.atMs)
    pair.answers++
    if (showing.end !== 'answer' || showing.isUsable === false) pair.bad++
    else {
      pair.times.push(showing.durationMs)
      if (pair.times.length > keptTimes) pair.times.shift()
      putNewest(good, showing.id, key, keptAnswers)
    }
  }

  /** The answer before was none that helped. Once: whoever asks a third time repeats the second. */
  function askedAgain(id: string, atMs: number): void {
    const key = good.get(id)
    if (key === undefined) return
    good.delete(id)
    const pair = pairAt(key, atMs)
    pair.bad = Math.min(pair.bad + 1, pair.answers)
  }

  return {
    tell(showings, task) {
      const [first] = showings
      if (first?.repeats != null) askedAgain(first.repeats, first.atMs)
      for (const showing of showings) {
        const kind = showing.task ?? task
        if (kind !== null) tellOne(showing, kind)
      }
    },
    of(ref, task) {
      const pair = pairs.get(keyOf(ref, task))
      return pair === undefined ? null : signalsOf(pair, now())
    },
  }
}

const keyOf = (ref: ModelRef, task: TaskType): string => `${task} ${formatModelRef(ref)}`

function age(pair: Pair, atMs: number): void {
  const share = weight(atMs - pair.atMs)
  pair.answers *= share
  pair.bad *= share
  pair.atMs = Math.max(pair.atMs, atMs)
}

/** A clock that went back makes nothing younger. */
const weight = (ageMs: number): number => 2 ** (-Math.max(0, ageMs) / halfLifeMs)

function signalsOf({ answers, bad, atMs, times }: Pair, nowMs: number): Signals {
  const share = weight(nowMs - atMs)
  return {
    answers: Math.round(answers * share),
    p50Ms: times.length < fewTimes ? null : middleOf(times),
    badShare: wilson(bad * share, answers * share, z90).low,
  }
}

function middleOf(times: readonly number[]): number {
  const ordered = times.toSorted((a, b) => a - b)
  return Math.round(ordered[Math.floor(ordered.length / 2)] ?? 0)
}
