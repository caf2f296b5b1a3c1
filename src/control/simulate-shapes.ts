/** The JSON of `simulate` and the playground. Money is integer nano-USD, times are Unix milliseconds. */
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import type { Simulation as Simulated } from '../neutral/simulation.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const settings = {
  base: Type.Optional(
    Type.Union([Type.Literal('current'), Type.Literal('default')], {
      description: 'What the settings are laid over: those in force, or the defaults.',
    }),
  ),
  settings: Type.Optional(
    Type.Object(
      {
        routing: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        modelOverrides: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      },
      { additionalProperties: false, description: 'To be tried, as the config file has them. Nothing is saved.' },
    ),
  ),
}

/** `POST /v1/telemetry/simulate` */
export const SimulateAsk = Type.Object(
  {
    window: Type.Optional(Type.String({ description: '`90m`, `24h`, `7d`, `2w` or `all`; default `7d`.' })),
    from: Type.Optional(Type.String({ description: 'RFC 3339 or Unix ms, inclusive.' })),
    to: Type.Optional(Type.String({ description: 'Exclusive.' })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'The newest so many; default 100000.' }),
    ),
    ...settings,
  },
  { additionalProperties: false },
)
export type SimulateAsk = Static<typeof SimulateAsk>

const sum = {
  requests: Type.Integer({ description: 'With a price both then and now; only these are in sums.' }),
  changed: Type.Integer({ description: 'Of these, answered by another model.' }),
  thenNanoUsd: Type.Integer({ description: 'What they cost.' }),
  nowNanoUsd: Type.Integer({ description: 'What they would have cost.' }),
}
const Group = Type.Object({ key: Type.String(), ...sum })

export const Simulation = Type.Unsafe<Simulated>(
  Type.Object({
    fromMs: nullable(Type.Integer()),
    toMs: nullable(Type.Integer()),
    replayed: Type.Integer(),
    isCut: Type.Boolean({ description: 'There were more; the newest were replayed.' }),
    skipped: Type.Integer({
      description: 'Not replayed: no answer was asked for or billed, or the response cache gave it.',
    }),
    totals: Type.Object(sum),
    metered: Type.Object(
      { thenNanoUsd: Type.Integer(), nowNanoUsd: Type.Integer() },
      { description: 'Of the totals, what is really billed.' },
    ),
    unpriced: Type.Integer({ description: 'Replayed, and in no sum.' }),
    refused: Type.Integer({ description: 'Nobody could have answered; in no sum.' }),
    stayed: Type.Integer({ description: 'Kept where they were because their conversation was there.' }),
    unscored: Type.Integer({ description: 'Without a score of complexity; taken for moderate.' }),
    cacheLost: Type.Object({ requests: Type.Integer(), tokens: Type.Integer() }),
    byRule: Type.Array(Group),
    byTask: Type.Array(Group),
    bySession: Type.Array(Group, { description: 'The twenty whose cost changes most.' }),
    byPair: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), ...sum })),
    changes: Type.Array(
      Type.Object({
        id: Type.String(),
        session: nullable(Type.String()),
        from: Type.String(),
        to: Type.String(),
        rule: Type.String(),
        reason: Type.String(),
        thenNanoUsd: Type.Integer(),
        nowNanoUsd: Type.Integer(),
      }),
      { description: 'The ten whose cost changes most.' },
    ),
    assumed: Type.Array(Type.String()),
  }),
)

/** `POST /v1/telemetry/playground` */
export const PlaygroundAsk = Type.Object(
  {
    endpoint: Type.String({
      pattern: '^/',
      description: 'The path, such as `/v1/messages`; a mount may stand before it.',
    }),
    headers: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]+$' }), Type.String())),
    body: Type.Unknown({ description: 'As it would be sent. It is sent nowhere and kept nowhere.' }),
    home: Type.Optional(
      Type.Object(
        {
          model: Type.String({ pattern: '^[^/]+/.', description: '`provider/model` that has answered before.' }),
          cachedTokens: Type.Integer({ minimum: 0 }),
        },
        { additionalProperties: false, description: 'As if the conversation had been answered there.' },
      ),
    ),
    ...settings,
  },
  { additionalProperties: false },
)
export type PlaygroundAsk = Static<typeof PlaygroundAsk>

export const Playground = Type.Object({
  requestedModel: nullable(Type.String()),
  dialect: Type.String(),
  agent: nullable(Type.String()),
  session: nullable(Type.String()),
  refused: nullable(Type.String({ description: 'Why it would go nowhere, in a sentence.' })),
  classified: nullable(
    Type.Object({
      task: Type.String(),
      score: Type.Number({ description: 'Of 100.' }),
      tier: Type.String(),
      parts: Type.Array(
        Type.Object({ part: Type.String(), points: Type.Number(), of: Type.Number(), why: Type.String() }),
      ),
      sideCall: nullable(
        Type.String({ description: 'What the client asks on the side of its work, and how that shows.' }),
      ),
      automated: nullable(Type.String({ description: 'Why no person is taken to have asked.' })),
      inputTokens: Type.Integer(),
      expectedOutputTokens: Type.Integer(),
    }),
  ),
  decision: nullable(
    Type.Object({
      rule: Type.String(),
      reason: Type.String(),
      candidates: Type.Array(
        Type.Object({
          name: Type.String(),
          why: Type.String(),
          costNanoUsd: nullable(Type.Integer({ description: 'Estimated, nothing cached.' })),
        }),
      ),
      rejected: Type.Array(Type.Object({ name: Type.String(), why: Type.String() })),
      ladder: nullable(Type.Array(Type.String())),
      switch: nullable(
        Type.Object({
          from: Type.String(),
          to: Type.String(),
          savedNanoUsd: nullable(Type.Integer()),
          lostNanoUsd: nullable(Type.Integer()),
          turns: Type.Integer(),
          verdict: Type.String(),
          why: Type.String(),
        }),
      ),
    }),
  ),
  limit: nullable(
    Type.Object(
      {
        action: Type.String({ description: '`allow`, `warn`, `downgrade`, `alert` or `block`.' }),
        estimateNanoUsd: nullable(Type.Integer()),
        sentence: nullable(Type.String()),
      },
      { description: 'What the limits say of the first candidate; null where none are on.' },
    ),
  ),
})
export type Playground = Static<typeof Playground>
