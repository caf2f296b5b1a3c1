/** What one rule wants of a request, before anybody looks whether it can be had. */
import type { ModelRef } from '../neutral/model.ts'
import type { LadderRung, Question, Rejected, RouteRule } from './route-facts.ts'
import { plainModel, type Meaning } from './route-meaning.ts'
import type { Option } from './route-screen.ts'

export interface Wish {
  readonly rule: RouteRule
  /** One sentence without its full stop. */
  readonly reason: string
  readonly options: readonly Option[]
  readonly rejected: readonly Rejected[]
  /** The model that was meant first, to be able to say why it is not the one. */
  readonly first: ModelRef | null
  readonly isChoice: boolean
  /** Whether the model that has answered the conversation has a say. */
  readonly heedsHome: boolean
  readonly ladder: readonly LadderRung[] | null
}

/** What somebody said in so many words, now or in the settings: no conversation is held back from it. */
export const order = (rule: RouteRule, reason: string, meaning: Meaning, last: readonly Option[] = []): Wish => ({
  ...wish(rule, reason, meaning, last),
  heedsHome: false,
})

/** @param last For when nothing of what is meant can be had. */
export const wish = (rule: RouteRule, reason: string, meaning: Meaning, last: readonly Option[] = []): Wish => ({
  rule,
  reason,
  options: [...meaning.options, ...last],
  rejected: meaning.rejected,
  first: meaning.first,
  isChoice: meaning.isChoice,
  heedsHome: true,
  ladder: null,
})

/** Behind all others. */
const lastStanding = 1000

/** Where what was put in its place can't be had, the caller gets what it asked for. */
export const askedLast = (asked: string, question: Question): readonly Option[] =>
  plainModel(asked, question).options.map((option) => ({
    ...option,
    standing: lastStanding,
    why: 'what was asked for',
  }))
