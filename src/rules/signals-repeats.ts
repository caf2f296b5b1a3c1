/**
 * A person who asks the same again: within minutes, in the same session, after it was answered. That the answer did not help is all
 * that this says. Questions are known by a hash; in memory, bounded, forgotten after minutes.
 */
import { putNewest } from '../lib/put-newest.ts'

export interface Questioned {
  /** Of the request. */
  readonly id: string
  /** Unix ms. */
  readonly atMs: number
  /** null where it has none: then nobody knows who asks. */
  readonly session: string | null
  /** The last words of a person. */
  readonly text: string
  /** It goes on with a loop that the question began. */
  readonly isToolTurn: boolean
  readonly isAutomated: boolean
}

export interface Repeats {
  /** Takes a question down. @returns The request that asked the same before and was answered, or null. */
  see(question: Questioned): string | null
  /** The request has its answer. @param atMs Unix ms. */
  answered(id: string, atMs: number): void
}

interface Entry {
  /** The last request of the loop, whose answer the person has read. */
  id: string
  /** Unix ms; null while it is worked on. */
  answeredMs: number | null
  repeats: number
}

const keptQuestions = 2000
/** Later it may be asked for another reason: something else has changed. */
const longestMs = 10 * 60_000
/** Nobody reads an answer in less; a program does. */
const shortestMs = 2000
/** Who asks the same for a fourth time is a program, or tries what comes of it. */
const mostRepeats = 3
/** Shorter ones (`continue`, `yes please`) are other questions each time. */
const fewestChars = 16

export function openRepeats(): Repeats {
  const entries = new Map<string, Entry>()
  const keys = new Map<string, string>()
  const put = (key: string, entry: Entry): void => {
    putNewest(entries, key, entry, keptQuestions)
    putNewest(keys, entry.id, key, keptQuestions)
  }
  return {
    see(question) {
      const key = keyOf(question)
      if (key === null) return null
      const before = entries.get(key)
      if (question.isToolTurn) {
        if (before !== undefined) put(key, { ...before, id: question.id, answeredMs: null })
        return null
      }
      const isAgain = before !== undefined && isRepeat(before, question.atMs)
      const repeats = before === undefined || isOver(before, question.atMs) ? 0 : before.repeats + (isAgain ? 1 : 0)
      put(key, { id: question.id, answeredMs: null, repeats })
      return isAgain && repeats <= mostRepeats ? before.id : null
    },
    answered(id, atMs) {
      const entry = entries.get(keys.get(id) ?? '')
      if (entry?.id === id) entry.answeredMs = atMs
    },
  }
}

const isOver = ({ answeredMs }: Entry, atMs: number): boolean => answeredMs !== null && atMs - answeredMs > longestMs

const isRepeat = (before: Entry, atMs: number): boolean =>
  before.answeredMs !== null && atMs - before.answeredMs >= shortestMs && !isOver(before, atMs)

function keyOf({ session, text, isAutomated }: Questioned): string | null {
  const words = text.trim().replace(/\s+/g, ' ').toLowerCase()
  if (session === null || isAutomated || words.length < fewestChars) return null
  return `${Bun.hash.xxHash64(words).toString(36)} ${session}`
}
