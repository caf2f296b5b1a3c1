/** What Converse does not say alike for all models: which of them take cache points, and how each is told to think. */
import { effortOfBudget, type Effort, type Thinking } from '../../neutral/thinking.ts'
import type { ThinkingStyle } from '../../neutral/capability.ts'
import type { JsonRecord } from '../fields.ts'

export type Family = 'nova' | 'gpt-oss' | 'gpt' | 'claude' | 'other'

const families: readonly (readonly [Family, RegExp])[] = [
  ['nova', /(?:^|[./])amazon\.nova/],
  ['gpt-oss', /(?:^|[./])openai\.gpt-oss/],
  ['gpt', /(?:^|[./])openai\./],
  ['claude', /(?:^|[./])anthropic\./],
]

/** Of a bare id, one with a region in front, or an ARN. */
export const familyOf = (model: string): Family => families.find(([, shape]) => shape.test(model))?.[0] ?? 'other'

/** Others answer a request with a cache point by 400. */
export const takesCachePoints = (family: Family): boolean => family === 'nova' || family === 'claude'

/** How a model is asked to think, as `additionalModelRequestFields`; null when it can't be told. */
export function thinkingFields(family: Family, thinking: Thinking, style: ThinkingStyle): JsonRecord | null {
  if (style === 'none' || style === 'always') return null
  const effort = effortOf(thinking)
  switch (family) {
    case 'nova':
      return {
        reasoningConfig:
          effort === 'none' ? { type: 'disabled' } : { type: 'enabled', maxReasoningEffort: threeSteps(effort) },
      }
    case 'gpt-oss':
      // It always thinks.
      return { reasoning_effort: threeSteps(effort) }
    case 'gpt':
      return { reasoning: { effort } }
    case 'claude':
      return effort === 'none' || thinking.budgetTokens === null
        ? null
        : { thinking: { type: 'enabled', budget_tokens: thinking.budgetTokens } }
    case 'other':
      return null
  }
}

function effortOf({ isOn, effort, budgetTokens }: Thinking): Effort {
  if (isOn === false) return 'none'
  return effort ?? (budgetTokens === null ? 'medium' : effortOfBudget(budgetTokens))
}

function threeSteps(effort: Effort): 'low' | 'medium' | 'high' {
  if (effort === 'medium') return 'medium'
  return effort === 'high' || effort === 'xhigh' || effort === 'max' ? 'high' : 'low'
}

/** At its highest effort Nova takes none of the limits (docs.aws.amazon.com/nova, extended thinking). */
export const refusesLimits = (additional: JsonRecord): boolean => {
  const config = additional['reasoningConfig']
  return typeof config === 'object' && config !== null && 'maxReasoningEffort' in config
    ? config.maxReasoningEffort === 'high'
    : false
}
