/** The shape of a request from its turns. What a turn is, and who it is from, the dialects say. */
import type { RequestShape } from '../neutral/shape.ts'
import { ownWordsIn } from './own-words.ts'
import { weigh, type Weight } from './weigh.ts'

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

export function shapeOf(entries: readonly unknown[], turnOf: (entry: unknown) => Turn, wishes: Wishes): RequestShape {
  const weight: Weight = { chars: 0, media: new Set() }
  let [userTurns, toolTurns, systemChars] = [0, 0, wishes.systemChars]
  let previous: From | null = null
  const turns = entries.map(turnOf)
  for (const [index, { from }] of turns.entries()) {
    const before = weight.chars
    weigh(entries[index], weight)
    if (from === 'system') {
      systemChars += weight.chars - before
      weight.chars = before
    }
    if (from === 'user' && previous !== 'user') userTurns++
    if (from === 'tool' && previous !== 'tool') toolTurns++
    previous = from
  }
  const words = lastWords(turns)
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
    media: weight.media,
  }
}

/** Turns that hold nothing of a person's are passed over: results of tools, reminders. */
function lastWords(turns: readonly Turn[]): string {
  for (const { from, content } of turns.toReversed()) {
    const words = from === 'user' || from === 'tool' ? ownWordsIn(content) : ''
    if (words !== '') return words
  }
  return ''
}
