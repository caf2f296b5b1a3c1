/**
 * The JSON of the money guard's endpoints: limits, alerts, the response cache, sessions and agents. Money is integer nano-USD
 * where a name ends in NanoUsd and USD in settings, times are Unix milliseconds.
 */
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { guardSettings } from '../config/guard-settings.ts'
import { SessionSummary } from './shapes.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const Action = Type.Union([
  Type.Literal('block'),
  Type.Literal('warn'),
  Type.Literal('downgrade'),
  Type.Literal('alert'),
])

/** One limit as it stands now. */
export const LimitState = Type.Object({
  name: Type.String({ description: '`daily limit`, `hourly limit`, `total limit of the session 3f2…`, …' }),
  scope: Type.String({
    description: '`all`, `session:<id>`, `agent:<name>`, `provider:<id>`, `model:<provider/model>`.',
  }),
  window: Type.String({ description: '`hour`, `day` or `total`.' }),
  limitNanoUsd: Type.Integer(),
  spentNanoUsd: Type.Integer({ description: 'In the window that ends now.' }),
  reservedNanoUsd: Type.Integer({ description: 'Set aside for requests that are under way.' }),
  onBreach: Action,
  freesAtMs: nullable(
    Type.Integer({ description: 'Where the limit is spent: when the first of it slides out of the window.' }),
  ),
  breachAtMs: nullable(
    Type.Integer({
      description: 'When the limit is spent, should the last quarter of the window go on; null if never.',
    }),
  ),
})
export type LimitState = Static<typeof LimitState>

/** `GET /budgets` */
export const Budgets = Type.Object({
  enabled: Type.Boolean(),
  perRequestUsd: nullable(Type.Number()),
  settings: guardSettings.budget,
  limits: Type.Array(LimitState, { description: 'The global ones, then those of scopes that have spent something.' }),
  reservations: Type.Integer({ description: 'Requests under way that something is set aside for.' }),
  spent: Type.Object(
    {
      hourNanoUsd: Type.Integer(),
      dayNanoUsd: Type.Integer(),
      weekNanoUsd: Type.Integer({ description: 'The last seven days.' }),
      monthNanoUsd: Type.Integer({ description: 'The last thirty days.' }),
    },
    { description: 'Of the billing kinds that count; week and month are reports, there are no limits of them.' },
  ),
  burn: Type.Array(Type.Object({ startMs: Type.Integer(), nanoUsd: Type.Integer() }), {
    description: 'Spend of the last 24 hours in steps of a quarter of an hour, oldest first.',
  }),
  resets: Type.Array(Type.Object({ scope: Type.String(), atMs: Type.Integer() })),
})
export type Budgets = Static<typeof Budgets>

/** `GET /budgets/history` */
export const BudgetHistory = Type.Object({
  days: Type.Array(
    Type.Object({
      startMs: Type.Integer({ description: 'A day of UTC.' }),
      nanoUsd: Type.Integer(),
      requests: Type.Integer(),
      blocked: Type.Integer(),
      cut: Type.Integer({ description: 'Ended in mid-stream, where the answer would have gone over a limit.' }),
      downgraded: Type.Integer(),
      warned: Type.Integer(),
    }),
  ),
})
export type BudgetHistory = Static<typeof BudgetHistory>

/** `POST /budgets/reset` */
export const BudgetReset = Type.Object(
  { scope: Type.Optional(Type.String({ minLength: 1, description: '`all`, which is the default, or one scope.' })) },
  { additionalProperties: false },
)

export const AlertShape = Type.Object({
  id: Type.String(),
  atMs: Type.Integer(),
  type: Type.String({ description: '`threshold`, `breach`, `anomaly` or `test`.' }),
  severity: Type.String({ description: '`info`, `warning` or `critical`.' }),
  kind: Type.String(),
  scope: Type.String(),
  message: Type.String(),
  details: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Null()])),
  acknowledgedMs: nullable(Type.Integer()),
  delivery: Type.String({ description: '`none`, `waiting`, `delivered` or `given-up`.' }),
  tries: Type.Integer(),
  lastError: nullable(Type.String()),
})
export type AlertShape = Static<typeof AlertShape>

/** `GET /alerts?type=&severity=&acknowledged=&limit=&cursor=`, newest first. */
export const AlertPage = Type.Object({ alerts: Type.Array(AlertShape), nextCursor: nullable(Type.String()) })
export type AlertPage = Static<typeof AlertPage>

/** `GET /alerts/counts` */
export const AlertCounts = Type.Object({
  byType: Type.Record(Type.String(), Type.Integer()),
  bySeverity: Type.Record(Type.String(), Type.Integer()),
  unacknowledged: Type.Integer(),
  waiting: Type.Integer({ description: 'For the webhook.' }),
})
export type AlertCounts = Static<typeof AlertCounts>

/** `POST /alerts/ack` */
export const AlertAck = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Type.String({ minLength: 6 }), { description: 'Whole ids, or beginnings that only one has.' }),
    ),
    all: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export const AlertAckResult = Type.Object({
  acknowledged: Type.Integer(),
  freed: Type.Array(Type.String(), { description: 'Sessions that were stopped and go on now.' }),
})
export type AlertAckResult = Static<typeof AlertAckResult>

/** `GET /cache` */
export const CacheStatus = Type.Object({
  enabled: Type.Boolean(),
  mode: Type.String(),
  entries: Type.Integer(),
  bytes: Type.Integer(),
  maxBytes: Type.Integer(),
  oldestMs: nullable(Type.Integer()),
  /** Since the first request that is kept. */
  hits: Type.Integer(),
  misses: Type.Integer(),
  bypasses: Type.Integer(),
  hitRate: nullable(Type.Number({ description: 'Hits of hits and misses, 0 to 1; null before the first.' })),
  savedNanoUsd: Type.Integer({ description: 'What the hits would have cost.' }),
})
export type CacheStatus = Static<typeof CacheStatus>

const CacheGroup = Type.Object({
  key: Type.String(),
  hits: Type.Integer(),
  misses: Type.Integer(),
  savedNanoUsd: Type.Integer(),
})

/** `GET /cache/stats` */
export const CacheStats = Type.Object({ byModel: Type.Array(CacheGroup), byTask: Type.Array(CacheGroup) })
export type CacheStats = Static<typeof CacheStats>

/** `POST /cache/clear` */
export const CacheCleared = Type.Object({ entries: Type.Integer(), bytes: Type.Integer() })
export type CacheCleared = Static<typeof CacheCleared>

/** `GET /sessions` */
export const SessionLine = Type.Intersect([
  SessionSummary,
  Type.Object({
    agentName: nullable(Type.String({ description: 'As people have named it.' })),
    blockedUntilMs: nullable(Type.Integer({ description: 'Stopped as a runaway until then.' })),
  }),
])
export type SessionLine = Static<typeof SessionLine>
export const SessionPage = Type.Object({ sessions: Type.Array(SessionLine) })
export type SessionPage = Static<typeof SessionPage>

/** `GET /agents` */
export const AgentLine = Type.Object({
  agent: Type.String({ description: 'As it was told from requests.' }),
  name: nullable(Type.String({ description: 'As people have named it.' })),
  requests: Type.Integer(),
  costNanoUsd: Type.Integer(),
  inputTokens: Type.Integer(),
  cacheReadTokens: Type.Integer(),
  cacheWriteTokens: Type.Integer(),
  outputTokens: Type.Integer(),
  unpriced: Type.Integer(),
})
export type AgentLine = Static<typeof AgentLine>
export const AgentPage = Type.Object({ agents: Type.Array(AgentLine) })
export type AgentPage = Static<typeof AgentPage>

/** `PUT /agents/{agent}` */
export const AgentRename = Type.Object(
  { name: nullable(Type.String({ minLength: 1, maxLength: 100, description: 'null: its own again.' })) },
  { additionalProperties: false },
)

/** `GET /settings/guard`, and `PUT` of any part of it, which is merged over what is set. */
export const GuardSettings = Type.Object(guardSettings)
export type GuardSettings = Static<typeof GuardSettings>
