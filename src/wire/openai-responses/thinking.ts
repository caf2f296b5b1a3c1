/** How hard the model is to think: the field `reasoning`. */
import { effortOfBudget, isEffort, type Effort, type Thinking } from '../../neutral/thinking.ts'
import type { JsonRecord } from '../fields.ts'
import type { ThinkingStyle } from '../../neutral/capability.ts'
import { reading, text, under } from './carried.ts'

type Named = readonly (readonly [string, unknown])[]

/** @returns And the fields that only this API has, by their names with the path. */
export function readThinking(record: JsonRecord): { readonly thinking: Thinking; readonly rest: Named } {
  const field = reading(record)
  const effort = field.take('effort', (value): Effort | null => (isEffort(value) ? value : null))
  const shows = field.take('summary', text)
  return {
    thinking: { isOn: effort === 'none' ? false : null, effort, budgetTokens: null, shows },
    rest: field.rest('reasoning.'),
  }
}

/** @param fields What the request carries; null when it comes from another dialect. */
export function writeThinking(
  thinking: Thinking | null,
  fields: JsonRecord | null,
  style: ThinkingStyle,
  dropped: Set<string>,
): JsonRecord | null {
  if (thinking === null) return null
  const effort = effortOf(thinking)
  if (fields !== null)
    return {
      ...(effort !== null && { effort }),
      ...(thinking.shows !== null && { summary: thinking.shows }),
      ...under(fields, 'reasoning.'),
    }
  if (style === 'none' || style === 'always') {
    if (thinking.isOn !== false || style === 'always') dropped.add('thinking')
    return null
  }
  if (thinking.isOn === false) return { effort: 'none' }
  return { ...(effort !== null && { effort }), ...(thinking.shows !== 'omitted' && { summary: 'auto' }) }
}

function effortOf({ isOn, effort, budgetTokens }: Thinking): Effort | null {
  if (isOn === false) return 'none'
  return effort ?? (budgetTokens === null ? null : effortOfBudget(budgetTokens))
}
