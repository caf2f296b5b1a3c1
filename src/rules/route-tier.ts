/** Which tier a request goes to: by how hard it looks (`complexity`), or by its kind of work and how that went before (`auto`). */
import type { ModelRef, TaskType } from '../neutral/model.ts'
import type { Tier } from './complexity.ts'
import type { Question } from './route-facts.ts'
import { isPoor } from './suffix.ts'

export interface TierChoice {
  readonly tier: Tier
  /** `tool_use is for the simple tier`. */
  readonly why: string
}

/** As the settings of this product have always read, and where they are silent by what is at stake: */
const tierOfTask: Readonly<Record<TaskType, Tier>> = {
  tool_use: 'simple',
  quick_task: 'simple',
  // A label or an extract: what is read makes the bill, and there is little to be got wrong.
  classification: 'simple',
  generation: 'moderate',
  code_review: 'moderate',
  // Long answers are read by people, and are most of the bill at the large models.
  content_generation: 'moderate',
  // Nothing tells that it is easy, nothing that it is hard.
  general: 'moderate',
  long_context: 'complex',
}

const above: Readonly<Record<Tier, Tier>> = { simple: 'moderate', moderate: 'complex', complex: 'complex' }

/** @param modelOf Who stands for a tier at the moment. */
export function tierForTask(
  { facts, settings, world }: Question,
  modelOf: (tier: Tier) => ModelRef | null,
): TierChoice {
  const { sideCall, task, complexity } = facts
  if (sideCall?.isSmall === true)
    return { tier: 'simple', why: `a side call (${sideCall.kind}) is for the simple tier` }
  if (settings.complexity.enabled && complexity?.tier === 'complex') {
    return { tier: 'complex', why: `it looks complex (${complexity.score} of 100)` }
  }
  const tier = tierOfTask[task]
  const model = modelOf(tier)
  const signals = model === null ? null : world.signals(model, task)
  if (!isPoor(signals) || tier === 'complex') return { tier, why: `${task} is for the ${tier} tier` }
  const percent = Math.round((signals?.badShare ?? 0) * 100)
  const record = `at least ${percent} % of ${signals?.answers ?? 0} answers of ${model?.model ?? ''} were no good`
  return { tier: above[tier], why: `${task} is for the ${tier} tier, but ${record}` }
}

/** null where the request has no score. */
export function tierForComplexity({ facts: { complexity } }: Question): TierChoice | null {
  return complexity === null
    ? null
    : { tier: complexity.tier, why: `it looks ${complexity.tier} (${complexity.score} of 100)` }
}
