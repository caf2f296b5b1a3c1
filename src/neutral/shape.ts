/** What a request looks like beside what it says: the facts from which its complexity is told. Read where it is asked for, kept nowhere. */
import type { MediaKind } from './message.ts'
import type { Effort } from './thinking.ts'

export interface RequestShape {
  /**
   * What the person last wrote, its last 4,000 characters: without what clients put around it (reminders, surroundings, listings)
   * and without results of tools. In the middle of a tool loop it is still what the loop began with.
   */
  readonly lastUserText: string
  /** How that begins, 600 characters. */
  readonly lastUserStart: string
  /** How long it is altogether. */
  readonly lastUserChars: number
  /** Runs of messages from the person. */
  readonly userTurns: number
  /** Runs of results of tools. */
  readonly toolTurns: number
  /** Whether it ends in results of tools: the middle of a loop. */
  readonly isToolTurn: boolean
  readonly systemChars: number
  /** Text, calls and results of the whole conversation; system prompt, tools and media are left out. */
  readonly totalChars: number
  /** In the whole conversation, also in results of tools. */
  readonly media: ReadonlySet<MediaKind>
  readonly wantsSchema: boolean
  /** How hard the model is told to think; null where nothing is said, or it is left to the model. */
  readonly effort: Effort | null
}

export const noShape: RequestShape = Object.freeze({
  lastUserText: '',
  lastUserStart: '',
  lastUserChars: 0,
  userTurns: 0,
  toolTurns: 0,
  isToolTurn: false,
  systemChars: 0,
  totalChars: 0,
  media: new Set<MediaKind>(),
  wantsSchema: false,
  effort: null,
})
