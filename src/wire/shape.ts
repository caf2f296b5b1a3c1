/** The shape of a request from its turns. What a turn is, and who it is from, the dialects say. */
import type { RequestShape } from '../neutral/shape.ts'
import { ownWordsIn } from './own-words.ts'
import { weigh } from './weigh.ts'

/** `tool`: it brings results; a person's words may stand beside them. */
export type From = 'user' | 'tool' | 'model' | 'system'

export interface Turn {
  readonly from: From
  /** A text, or a list of parts. */
  readonly content: unknown
}

export type Wishes = Pick<RequestShape, 'systemChars' | 'wantsSchema' | 'effort'>

const keptText = 4000
const keptStart = 600

/** @param turnOf Called for each entry of the conversation, in either direction. */
export function shapeOf(entries: readonly unknown[], turnOf: (entry: unknown) => Turn, wishes: Wishes): RequestShape {
  const weight = { chars: 0, hasImages: false }
  let [userTurns, toolTurns, systemChars] = [0, 0, wishes.systemChars]
  let previous: From | null = null
  for (const entry of entries) {
    const { from } = turnOf(entry)
    const before = weight.chars
    weigh(entry, weight)
    if (from === 'system') {
      systemChars += weight.chars - before
      weight.chars = before
    }
    if (from === 'user' && previous !== 'user') userTurns++
    if (from === 'tool' && previous !== 'tool') toolTurns++
    previous = from
  }
  const words = lastWords(entries, turnOf)
  return {
    ...wishes,
    systemChars,
    lastUserText: words.slice(-keptText),
    lastUserStart: words.slice(0, keptStart),
    lastUserChars: words.length,
    userTurns,
    toolTurns,
    isToolTurn: previous === 'tool',
    totalChars: weight.chars,
    hasImages: weight.hasImages,
  }
}

/** Turns that hold nothing of a person's are passed over: results of tools, reminders. */
function lastWords(entries: readonly unknown[], turnOf: (entry: unknown) => Turn): string {
  for (let index = entries.length - 1; index >= 0; index--) {
    const { from, content } = turnOf(entries[index])
    const words = from === 'user' || from === 'tool' ? ownWordsIn(content) : ''
    if (words !== '') return words
  }
  return ''
}
