/** How providers stand just now, as `/health` and the dashboard show it: who rests, which accounts are ready, who waits. */
import { Type, type Static } from '@sinclair/typebox'

const nullable = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const Cooldown = Type.Object({
  provider: Type.String(),
  account: nullable(
    Type.String({
      description: 'A label, or `caller …` for a key that a caller brings; null: the provider as a whole.',
    }),
  ),
  state: Type.Union([Type.Literal('well'), Type.Literal('resting'), Type.Literal('half-open')], {
    description: '`half-open`: the rest is over, and the next request tries whether it works.',
  }),
  failures: Type.Integer({ description: 'Within `reliability.cooldowns.windowSeconds`.' }),
  lastReason: nullable(Type.String()),
  lastFailureMs: nullable(Type.Integer()),
  sinceMs: nullable(Type.Integer({ description: 'Null where it does not rest.' })),
  untilMs: nullable(Type.Integer()),
})
export type Cooldown = Static<typeof Cooldown>

export const AccountStanding = Type.Object({
  provider: Type.String(),
  account: Type.String({ description: 'Its label.' }),
  readiness: Type.Union(
    [Type.Literal('ready'), Type.Literal('resting'), Type.Literal('spent'), Type.Literal('refused')],
    { description: '`spent`: its limits or its funds are used up; `refused`: its key is not taken.' },
  ),
  untilMs: nullable(Type.Integer({ description: 'Until it is asked first again; null where it is ready or rests.' })),
})
export type AccountStanding = Static<typeof AccountStanding>

export const Concurrency = Type.Object({
  provider: Type.String(),
  limit: Type.Integer({ description: '`reliability.maxConcurrent`.' }),
  running: Type.Integer(),
  waiting: Type.Integer(),
})
export type Concurrency = Static<typeof Concurrency>

export const reliabilityFields = {
  cooldowns: Type.Array(Cooldown, { description: 'Those that rest, or have failed of late.' }),
  accounts: Type.Array(AccountStanding, { description: 'Of providers that have accounts in the settings.' }),
  concurrency: Type.Array(Concurrency, { description: 'Of providers with a limit that are used now.' }),
} as const

export const Reliability = Type.Object(reliabilityFields)
export type Reliability = Static<typeof Reliability>
