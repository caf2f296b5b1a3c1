/** How the model is told to think: `thinking` with a budget or adaptive, and the effort in `output_config`. */
import { numberIn } from '../../neutral/exact-number.ts'
import { budgetOfEffort, effortOfBudget, isEffort, type Effort, type Thinking } from '../../neutral/thinking.ts'
import { asString, type JsonRecord } from '../fields.ts'
import type { Target } from '../translator.ts'
import { innerOf, spellingOf, type Fields } from './carried.ts'
import type { Carried } from '../../neutral/message.ts'

/** The `thinking` object; null when it is not understood. */
export function readThinking(fields: Fields): Omit<Thinking, 'effort'> | null {
  const type = fields.take('type', (value) => (isType(value) ? value : null))
  if (type === null) return null
  fields.spell('type', type)
  return {
    isOn: type !== 'disabled',
    budgetTokens: fields.take('budget_tokens', numberIn),
    shows: fields.take('display', asString),
  }
}

const types: ReadonlySet<unknown> = new Set(['enabled', 'adaptive', 'disabled', 'between_tools'])
const isType = (value: unknown): value is string => types.has(value)

export const takeEffort = (fields: Fields): Effort | null =>
  fields.take('effort', (value) => (isEffort(value) ? value : null))

/** What a request says about thinking, and the tokens that thoughts and answer may take together. */
export interface WrittenThinking {
  readonly thinking: JsonRecord | null
  readonly effort: Effort | null
  readonly maxTokens: number
}

/** Of a request of this dialect: as it was, but for what a fit to another model has changed. */
export function ownThinking(
  thinking: Thinking | null,
  carried: Carried | undefined,
  maxTokens: number,
): WrittenThinking {
  const type = thinking === null ? null : typeOf(thinking, spellingOf(carried, 'thinking.type'))
  if (thinking === null || type === null) return { thinking: null, effort: thinking?.effort ?? null, maxTokens }
  const written = {
    ...innerOf(carried, 'thinking'),
    type,
    ...(thinking.budgetTokens === null ? {} : { budget_tokens: thinking.budgetTokens }),
    ...(thinking.shows === null ? {} : { display: thinking.shows }),
  }
  return { thinking: written, effort: thinking.effort, maxTokens }
}

/** @param spelled What the request said. */
function typeOf({ isOn, budgetTokens }: Thinking, spelled: string | null): string | null {
  if (isOn === false) return 'disabled'
  if (isOn === null) return null
  if (budgetTokens !== null) return 'enabled'
  return spelled === 'between_tools' ? spelled : 'adaptive'
}

export interface Circumstances {
  readonly style: Target['thinking']
  readonly maxTokens: number
  /** The last turn calls tools and holds no thinking that may go to this provider. */
  readonly isTurnUnsigned: boolean
}

/** Of a request of another dialect: in the model's own style. @param drop Names what is lost. */
export function fitThinking(
  thinking: Thinking | null,
  at: Circumstances,
  drop: (name: string) => void,
): WrittenThinking {
  const { style, maxTokens } = at
  const none = { thinking: null, effort: null, maxTokens }
  if (thinking === null) return none
  const isOff =
    thinking.isOn === false || thinking.effort === 'none' || (thinking.isOn === null && thinking.effort === null)
  switch (style) {
    case 'none':
      if (!isOff) drop('thinking')
      return none
    case 'always':
      if (thinking.isOn !== null || thinking.effort !== null) drop('thinking')
      return none
    case 'effort':
      if (thinking.isOn === false || thinking.effort === 'none') return { ...none, thinking: { type: 'disabled' } }
      return { ...none, effort: effortOf(thinking) }
    case 'adaptive':
      if (isOff) return { ...none, thinking: { type: 'disabled' } }
      return { thinking: { type: 'adaptive', ...display(thinking.shows) }, effort: effortOf(thinking), maxTokens }
    case 'budget':
      if (isOff) return { ...none, thinking: { type: 'disabled' } }
      // A turn that thinks must begin with its thoughts; adaptive thinking knows no such rule.
      if (at.isTurnUnsigned) {
        drop('thinking')
        return none
      }
      // The caller's limit holds for thoughts and answer together, in every dialect: it is not ours to raise.
      if (maxTokens <= minBudget) {
        drop('thinking')
        return none
      }
      return withBudget(thinking, maxTokens)
  }
}

/** The API's least budget. */
const minBudget = 1024

/** Room for the answer beside the thoughts, where the limit has room for both. */
const answerTokens = 1024

function withBudget({ budgetTokens, effort }: Thinking, maxTokens: number): WrittenThinking {
  const wished = Math.max(budgetTokens ?? budgetOfEffort(effort ?? 'medium'), minBudget)
  const budget = Math.max(Math.min(wished, maxTokens - answerTokens), minBudget)
  return { thinking: { type: 'enabled', budget_tokens: budget }, effort: null, maxTokens }
}

/** The API has no word below `low`. */
function effortOf({ effort, budgetTokens }: Thinking): Effort | null {
  const word = effort ?? (budgetTokens === null || budgetTokens < 0 ? null : effortOfBudget(budgetTokens))
  return word === 'minimal' || word === 'none' ? 'low' : word
}

const ownDisplays: ReadonlySet<unknown> = new Set(['summarized', 'omitted', 'updates'])

/** Other dialects' words for a summary differ in its length only. */
function display(shows: string | null): JsonRecord {
  if (shows === null) return {}
  if (ownDisplays.has(shows)) return { display: shows }
  return { display: shows === 'none' ? 'omitted' : 'summarized' }
}
