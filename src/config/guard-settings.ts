/** The settings of the money guard: what may be spent, what counts as a runaway, who is told, what is answered from the cache. */
import { Type, type TSchema } from '@sinclair/typebox'
import { taskTypes } from './routing-settings.ts'
import { oneOf, orNull, usdPerMillion } from './setting-kinds.ts'

const breachActions = ['block', 'warn', 'downgrade', 'alert'] as const
const anomalyActions = ['alert', 'block'] as const

/** More than this in nano-USD would not be an exact integer any more. */
const mostUsd = 1_000_000

const usd = () =>
  Type.Number({ exclusiveMinimum: 0, maximum: mostUsd, expects: `USD above 0, at most ${mostUsd}` } as const)
const usdOrNull = (description: string, byDefault: number) => orNull(usd(), { default: byDefault, description })
const optionalUsd = (description: string) =>
  Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: mostUsd, expects: `USD above 0, at most ${mostUsd}`, description }),
  )

const count = (description: string, byDefault: number, minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, default: byDefault, description })

const LimitSettings = Type.Object(
  {
    scope: oneOf(['session', 'agent', 'provider', 'model'], {
      description: 'What the limit is of.',
    }),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The one that it holds for; each has the limit to itself where no name is given.',
      }),
    ),
    hourlyUsd: optionalUsd('What may be spent in any hour.'),
    dailyUsd: optionalUsd('What may be spent in any 24 hours.'),
    totalUsd: optionalUsd('What may be spent at all; for sessions only.'),
    onBreach: Type.Optional(
      oneOf(breachActions, { description: 'What happens then; `budget.onBreach` where it is not given.' }),
    ),
  },
  { additionalProperties: false },
)

export const BudgetSettings = Type.Object(
  {
    enabled: Type.Boolean({ default: false, description: 'Whether limits are enforced.' }),
    dailyUsd: usdOrNull('What may be spent in any 24 hours; `null` for no limit.', 50),
    hourlyUsd: usdOrNull('What may be spent in any hour; `null` for no limit.', 10),
    perRequestUsd: usdOrNull('What one request may be estimated to cost; `null` for no limit.', 2),
    onBreach: oneOf(breachActions, {
      default: 'downgrade',
      description:
        'What happens to a request that does not fit: `block` refuses it with 402, `warn` lets it pass with a header, `downgrade` sends it to `downgradeTo` and refuses it where even that does not fit, `alert` only tells.',
    }),
    downgradeTo: Type.String({
      minLength: 1,
      default: 'claude-sonnet-4-6',
      description:
        'The model for requests that would break a limit; no header or other setting leads to a dearer one then.',
    }),
    alertThresholds: Type.Array(
      Type.Number({ exclusiveMinimum: 0, maximum: 100, expects: 'a percentage above 0, at most 100' } as const),
      { default: [50, 80, 95], description: 'Percentages of a limit at which an alert is raised.' },
    ),
    estimate: oneOf(['expected', 'worst'], {
      default: 'expected',
      description:
        'What is set aside for an answer before it is known: `expected` by what such answers took before, `worst` all that the request allows.',
    }),
    cutStreams: Type.Boolean({
      default: false,
      description:
        'Whether a streamed answer is ended where it would go over a blocking limit; answers in one piece are then estimated by `worst`.',
    }),
    unpriced: Type.Union(
      [
        Type.Literal('allow'),
        Type.Literal('block'),
        Type.Object(
          { inputUsd: usdPerMillion('Input'), outputUsd: usdPerMillion('Output') },
          { additionalProperties: false },
        ),
      ],
      {
        default: 'allow',
        expects: '"allow", "block" or an object with inputUsd and outputUsd',
        description:
          'What happens to requests whose price is not known: `allow`, `block`, or a price to assume, `{inputUsd, outputUsd}` per million tokens.',
      },
    ),
    billing: Type.Array(oneOf(['metered', 'subscription', 'local'], { description: 'A kind of billing.' }), {
      default: ['metered'],
      description: 'The kinds of billing that count against limits.',
    }),
    limits: Type.Array(LimitSettings, {
      default: [],
      description:
        'Limits of single sessions, agents, providers and models: `{scope, name?, hourlyUsd?, dailyUsd?, totalUsd?, onBreach?}`.',
    }),
  },
  { description: 'What may be spent. Windows slide: a limit frees up as what was spent gets older.' },
)

const action = (what: string) => Type.Optional(oneOf(anomalyActions, { description: what }))

export const AnomalySettings = Type.Object(
  {
    enabled: Type.Boolean({ default: false, description: 'Whether runaways are looked for.' }),
    windowMs: count('How far back is looked, ms.', 300_000, 1000, 86_400_000),
    velocityThreshold: count('Requests in the window that stand where the conversation stood before.', 50, 2, 10_000),
    repetitionThreshold: count(
      'Sendings of the very same request in the window. Those of fewer than about 1,000 tokens are not looked at.',
      20,
      2,
      10_000,
    ),
    tokenExplosionUsd: Type.Number({
      minimum: 0.000001,
      maximum: mostUsd,
      default: 5,
      description: 'A single request that is estimated to cost more than this is one.',
    }),
    stuckLoopThreshold: count(
      'The same tool call with the same arguments and outcome, this often in a row.',
      8,
      3,
      1000,
    ),
    action: oneOf(anomalyActions, {
      default: 'alert',
      description: 'What follows: `alert` tells, `block` also refuses the session with 403 until the cool-off is over.',
    }),
    actions: Type.Object(
      {
        velocity_spike: action('Instead of `action`, for this kind.'),
        cost_acceleration: action('Instead of `action`, for this kind.'),
        repetition: action('Instead of `action`, for this kind.'),
        token_explosion: action('Instead of `action`, for this kind.'),
        stuck_loop: action('Instead of `action`, for this kind.'),
      },
      { description: 'Actions by kind of anomaly.' },
    ),
    coolOffSeconds: count('How long a blocked session stays so.', 300, 1, 86_400),
  },
  { description: 'Runaways: agents that loop, spend faster and faster, or send something far too large.' },
)

export const AlertSettings = Type.Object(
  {
    enabled: Type.Boolean({ default: false, description: 'Whether alerts are raised and kept.' }),
    webhookUrl: orNull(
      Type.String({ pattern: '^https?://[^\\s@]+$', expects: 'an http:// or https:// URL without credentials' }),
      {
        default: null,
        description: 'Where alerts are sent: JSON, or the shape of Slack and Discord where the URL is one of theirs.',
      },
    ),
    webhookSecret: orNull(Type.String({ minLength: 1 }), {
      default: null,
      description: 'Signs what is sent to the webhook: `env:NAME`, or the secret itself.',
    }),
    desktop: Type.Boolean({ default: false, description: 'Whether alerts are also shown on this desktop.' }),
    cooldownMs: count('The same alert is not raised again within this time, ms.', 300_000, 0, 86_400_000),
    maxHistory: count('How many alerts are kept.', 500, 1, 100_000),
  },
  { description: 'Being told: limits near and broken, runaways.' },
)

const modelTable = (description: string) =>
  Type.Record(Type.String({ pattern: '^\\S+$' }), Type.String({ minLength: 1 }), {
    additionalProperties: false,
    default: {},
    expectsKey: 'a model name',
    description,
  })

export const DowngradeSettings = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      description: 'Whether dear models give way to cheaper ones near the limit.',
    }),
    thresholdPercent: Type.Number({
      exclusiveMinimum: 0,
      maximum: 100,
      default: 80,
      expects: 'a percentage above 0, at most 100',
      description: 'From this part of `budget.dailyUsd` on.',
    }),
    mapping: modelTable('Which model gives way to which; goes before the built-in mapping.'),
  },
  { description: 'Cheaper models near the daily limit.' },
)

export const CacheSettings = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      description: 'Whether answers are kept on disk and given again to the same request.',
    }),
    mode: oneOf(['exact', 'aggressive'], {
      default: 'exact',
      description: '`exact`: the same request; `aggressive`: also one that differs in dates, ids and white space only.',
    }),
    maxSizeMb: count('The disk space of all answers, MiB; those used longest ago go first.', 100, 1, 1_000_000),
    defaultTtlSeconds: count('How long an answer is given again.', 3600, 1, 31_536_000),
    aggressiveTtlSeconds: count('The same in the mode `aggressive`.', 1800, 1, 31_536_000),
    taskTtlSeconds: Type.Record(
      Type.String({ pattern: `^(${taskTypes.join('|')})$` }),
      Type.Integer({ minimum: 0, maximum: 31_536_000 }),
      {
        additionalProperties: false,
        default: {},
        expectsKey: 'a task type',
        description: 'The same for single task types (`classification`, `quick_task`, …); `0` keeps none of that type.',
      },
    ),
    onlyWhenDeterministic: Type.Boolean({
      default: true,
      description: 'Only requests with an explicit `temperature` of 0.',
    }),
  },
  { description: 'Answers that are not paid twice.' },
)

export const guardSettings = {
  budget: BudgetSettings,
  anomaly: AnomalySettings,
  alerts: AlertSettings,
  downgrade: DowngradeSettings,
  cache: CacheSettings,
} satisfies Record<string, TSchema>
