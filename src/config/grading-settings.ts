/** The settings of grading: whether answers of routed requests are compared with those of the model that would have answered. */
import { Type } from '@sinclair/typebox'
import { taskTypes } from './routing-settings.ts'
import { oneOf, orNull } from './setting-kinds.ts'

const model = () => Type.String({ minLength: 1 })

export const GradingSettings = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      description:
        'Whether a sample of routed requests is also sent to the baseline model, and both answers to a judge. It costs money, at your own keys.',
    }),
    samplePercent: Type.Number({
      minimum: 0,
      maximum: 100,
      default: 1,
      description: 'How many of the routed requests, of a hundred.',
    }),
    dailyUsd: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      default: 1,
      expects: 'USD above 0, at most 1000000',
      description: 'What all of that may cost in any 24 hours.',
    }),
    judgeModel: orNull(model(), {
      default: null,
      description: 'The model that compares the answers, `provider/model` or an alias; nothing is graded without one.',
    }),
    baselineModel: orNull(model(), {
      default: null,
      description: 'The model to compare with; `null` for the one that savings are measured against.',
    }),
    tasks: Type.Array(oneOf(taskTypes, { description: 'A task type.' }), {
      default: [],
      description: 'The task types that are graded; empty for all.',
    }),
  },
  { description: 'Comparing answers of routed requests, by a judge. Off until `enabled` and `judgeModel` are set.' },
)
