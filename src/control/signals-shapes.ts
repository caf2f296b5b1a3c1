/** The JSON of how models do at tasks. Shares come with the interval that holds the true one in 95 of 100 such cases. */
import { Type, type Static } from '@sinclair/typebox'

const nullable = <T extends ReturnType<typeof Type.Number>>(schema: T) => Type.Union([schema, Type.Null()])

/** How many of how many. */
export const Share = Type.Object({
  count: Type.Integer(),
  of: Type.Integer({ description: 'How many could have been.' }),
  low: nullable(Type.Number({ description: '0 to 1; null where there was none that could.' })),
  high: nullable(Type.Number({ description: '0 to 1, as above.' })),
})
export type Share = Static<typeof Share>

export const ModelSignals = Type.Object({
  provider: Type.String(),
  model: Type.String(),
  task: Type.String({ description: 'Empty where nothing was answered, so that nobody knows what it came to.' }),
  attempts: Type.Integer({ description: 'That came to an answer, or failed through no fault of the caller.' }),
  errors: Share,
  refusals: Share,
  escalations: Share,
  repeats: Share,
  unusable: Share,
  bad: Share,
  graded: Type.Object(
    { better: Share, same: Share, worse: Share },
    { description: 'Answers that a judge compared with the baseline’s; of none where one agent was asked for.' },
  ),
  p50Ms: nullable(Type.Number({ description: 'Until an answer was whole, within 2.2 %; null where none came.' })),
  p95Ms: nullable(Type.Number()),
  costNanoUsd: Type.Integer({ description: 'Of attempts with a known price.' }),
  priced: Type.Integer({ description: 'How many these are.' }),
})
export type ModelSignals = Static<typeof ModelSignals>

/** `GET /v1/telemetry/signals` */
export const SignalPage = Type.Object({
  fromMs: Type.Integer({ description: 'The resolved window, or its part that was read.' }),
  toMs: Type.Integer(),
  isCut: Type.Boolean({ description: 'The window holds more requests than are read; these are its newest.' }),
  models: Type.Array(ModelSignals, { description: 'A line for each model and task, the busiest first.' }),
})
export type SignalPage = Static<typeof SignalPage>
