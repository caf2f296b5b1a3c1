/** The JSON of savings. Money is integer nano-USD and may be negative: then what was meant to save cost more. */
import { Type, type Static } from '@sinclair/typebox'

const saved = Type.Integer({ description: 'Negative where it cost more.' })
const subscriptionNanoUsd = Type.Integer({ description: 'Of that, notional: of requests that a plan covers.' })

const comparison = {
  requests: Type.Integer({ description: 'Routed, and compared with a baseline.' }),
  baselineNanoUsd: Type.Integer({ description: 'The baseline’s price for the same tokens.' }),
  actualNanoUsd: Type.Integer({ description: 'What all attempts took.' }),
  savedNanoUsd: Type.Integer({ description: 'The first less the second; negative where routing cost more.' }),
}
const unpriced = Type.Integer({ description: 'Routed as well, but the model or its baseline has no known price.' })

/** `GET /v1/telemetry/savings`. The three figures have different alternatives and overlap: they are never added up. */
export const Savings = Type.Object({
  fromMs: Type.Integer({ description: 'The resolved window.' }),
  toMs: Type.Integer(),
  routing: Type.Object({ ...comparison, subscriptionNanoUsd }),
  promptCache: Type.Object(
    {
      requests: Type.Integer({
        description: 'That read from or wrote to a provider’s prompt cache, at a known price.',
      }),
      savedNanoUsd: saved,
      subscriptionNanoUsd,
    },
    { description: 'Against the same tokens at the same model as plain input.' },
  ),
  responseCache: Type.Object(
    {
      requests: Type.Integer({ description: 'Answered by the response cache.' }),
      savedNanoUsd: saved,
      subscriptionNanoUsd,
    },
    { description: 'What the answers cost when they were first given.' },
  ),
  counts: Type.Object(
    {
      requests: Type.Integer({ description: 'All of the below.' }),
      compared: Type.Integer({ description: 'In the figure of routing.' }),
      unpriced,
      unbilled: Type.Integer({ description: 'Routed, and refused or failed at no cost.' }),
      passthrough: Type.Integer({ description: 'Went to the model that was asked for; counts 0.' }),
      automated: Type.Integer({ description: 'Background traffic; counts 0.' }),
      cached: Type.Integer({ description: 'Answered by the response cache; counts 0 for routing.' }),
    },
    { description: 'Each request once. What was refused before a model was chosen is not among them.' },
  ),
  byDay: Type.Array(
    Type.Object({
      startMs: Type.Integer({ description: 'A day of UTC; days without requests are left out.' }),
      requests: Type.Integer(),
      routingNanoUsd: Type.Integer(),
      promptCacheNanoUsd: Type.Integer(),
      responseCacheNanoUsd: Type.Integer(),
    }),
  ),
  byPair: Type.Array(
    Type.Object({
      baseline: Type.String({ description: '`provider/model`.' }),
      provider: Type.String(),
      model: Type.String({ description: 'What it was sent to.' }),
      ...comparison,
      unpriced,
    }),
    { description: 'Of routing alone, what saved most first.' },
  ),
  byRoute: Type.Array(
    Type.Object({ route: Type.String({ description: 'The rule that decided.' }), ...comparison, unpriced }),
    { description: 'Of routing alone, what saved most first.' },
  ),
  byTask: Type.Array(
    Type.Object({
      task: Type.String(),
      requests: Type.Integer(),
      routingNanoUsd: Type.Integer(),
      promptCacheNanoUsd: Type.Integer(),
      responseCacheNanoUsd: Type.Integer(),
    }),
    { description: 'The busiest first.' },
  ),
})
export type Savings = Static<typeof Savings>
