/** The money guard's settings as fields of a form: what each is called, what it is for, how it is typed in. */

import { taskTypes } from './suggest.ts'

/** A column of a field that has several entries. */
export interface Column {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'number' | 'choice'
  /** Of a choice; '' stands for none. */
  readonly choices?: readonly string[]
}

export type Field = {
  /** As in the config file: `budget.dailyUsd`. */
  readonly path: string
  readonly label: string
  /** What it does, and in which unit. */
  readonly help: string
} & (
  | { readonly kind: 'switch' | 'text' | 'secret' | 'percents' | 'unpriced' }
  /** `isNullable`: an empty field is `null`. */
  | { readonly kind: 'number'; readonly isNullable: boolean; readonly unit: string }
  /** '' among the choices: the setting is absent then. */
  | { readonly kind: 'choice' | 'choices'; readonly choices: readonly string[] }
  /** `list`: a list of objects. `table`: an object whose names are the first column and its values the second. */
  | { readonly kind: 'list' | 'table'; readonly columns: readonly Column[] }
)

export interface FieldGroup {
  readonly title: string
  readonly fields: readonly Field[]
}

const breachActions = ['block', 'warn', 'downgrade', 'alert']
const anomalyActions = ['alert', 'block']
const flag = (path: string, label: string, help: string): Field => ({ kind: 'switch', path, label, help })
const number = (path: string, label: string, unit: string, help: string): Field => ({
  kind: 'number',
  isNullable: false,
  path,
  label,
  unit,
  help,
})
const usdOrNone = (path: string, label: string, help: string): Field => ({
  kind: 'number',
  isNullable: true,
  path,
  label,
  unit: 'USD',
  help: `${help} Empty: no limit.`,
})
const choice = (path: string, label: string, choices: readonly string[], help: string): Field => ({
  kind: 'choice',
  choices,
  path,
  label,
  help,
})
const runawayAction = (kind: string, label: string): Field =>
  choice(`anomaly.actions.${kind}`, label, ['', ...anomalyActions], 'Instead of the action above, for this kind.')

const budget: readonly Field[] = [
  flag('budget.enabled', 'Enforce limits', 'Off: nothing is counted against a limit and nothing is stopped.'),
  usdOrNone('budget.dailyUsd', 'In 24 hours', 'What may be spent in any 24 hours.'),
  usdOrNone('budget.hourlyUsd', 'In an hour', 'What may be spent in any hour.'),
  usdOrNone('budget.perRequestUsd', 'One request', 'What one request may be estimated to cost.'),
  choice(
    'budget.onBreach',
    'A request that does not fit',
    breachActions,
    'block: refused with 402. warn: passes with a header. downgrade: goes to the model below. alert: only tells.',
  ),
  {
    kind: 'text',
    path: 'budget.downgradeTo',
    label: 'Downgrade to',
    help: 'The model for requests that would break a limit.',
  },
  {
    kind: 'percents',
    path: 'budget.alertThresholds',
    label: 'Tell at',
    help: 'Percentages of a limit, with commas between them.',
  },
  choice(
    'budget.estimate',
    'Set aside for an answer',
    ['expected', 'worst'],
    'expected: what such answers took before. worst: all that the request allows.',
  ),
  flag(
    'budget.cutStreams',
    'End streams at the limit',
    'A streamed answer is ended where it would go over a limit that blocks.',
  ),
  {
    kind: 'unpriced',
    path: 'budget.unpriced',
    label: 'Unknown prices',
    help: 'allow, block, or a price to assume: USD per million tokens of input and output, like 3 / 15.',
  },
  {
    kind: 'choices',
    path: 'budget.billing',
    label: 'What counts',
    choices: ['metered', 'subscription', 'local'],
    help: 'The kinds of billing that count against limits.',
  },
  {
    kind: 'list',
    path: 'budget.limits',
    label: 'Limits of single ones',
    help: 'USD. Without a name each session, agent, provider or model has the limit to itself. Total is for sessions only.',
    columns: [
      { name: 'scope', label: 'of', kind: 'choice', choices: ['session', 'agent', 'provider', 'model'] },
      { name: 'name', label: 'name', kind: 'text' },
      { name: 'hourlyUsd', label: 'hour', kind: 'number' },
      { name: 'dailyUsd', label: 'day', kind: 'number' },
      { name: 'totalUsd', label: 'total', kind: 'number' },
      { name: 'onBreach', label: 'on breach', kind: 'choice', choices: ['', ...breachActions] },
    ],
  },
]

const anomaly: readonly Field[] = [
  flag(
    'anomaly.enabled',
    'Look for runaways',
    'Agents that loop, spend faster and faster, or send something far too large.',
  ),
  choice(
    'anomaly.action',
    'Action',
    anomalyActions,
    'alert: tells. block: also refuses the session with 403 for a while.',
  ),
  number(
    'anomaly.coolOffSeconds',
    'Stopped for',
    's',
    'How long a blocked session stays so; acknowledging frees it at once.',
  ),
  number('anomaly.windowMs', 'Looks back', 'ms', 'Requests older than this play no part.'),
  number('anomaly.velocityThreshold', 'Velocity', 'requests', 'Requests of one conversation that bring it no further.'),
  number('anomaly.repetitionThreshold', 'Repetition', 'requests', 'Requests of the same model and size.'),
  number('anomaly.tokenExplosionUsd', 'Token explosion', 'USD', 'A single request that is estimated to cost more.'),
  number(
    'anomaly.stuckLoopThreshold',
    'Stuck loop',
    'calls',
    'The same tool call with the same arguments and outcome, in a row.',
  ),
  runawayAction('velocity_spike', 'Action: velocity'),
  runawayAction('cost_acceleration', 'Action: acceleration'),
  runawayAction('repetition', 'Action: repetition'),
  runawayAction('token_explosion', 'Action: token explosion'),
  runawayAction('stuck_loop', 'Action: stuck loop'),
]

const alerts: readonly Field[] = [
  flag('alerts.enabled', 'Raise alerts', 'They are kept, shown here, and sent to the webhook where there is one.'),
  {
    kind: 'secret',
    path: 'alerts.webhookUrl',
    label: 'Webhook',
    help: 'An http:// or https:// URL: JSON, or the shape of Slack and Discord where it is one of theirs.',
  },
  {
    kind: 'secret',
    path: 'alerts.webhookSecret',
    label: 'Webhook secret',
    help: 'Signs what is sent: env:NAME, or the secret itself.',
  },
  flag('alerts.desktop', 'On this desktop too', 'Shown by the notifications of the machine that RelayPlane runs on.'),
  number('alerts.cooldownMs', 'Not again within', 'ms', 'The same alert is not raised again within this time.'),
  number('alerts.maxHistory', 'Kept', 'alerts', 'The oldest go first.'),
]

const downgrade: readonly Field[] = [
  flag(
    'downgrade.enabled',
    'Give way near the daily limit',
    'Dear models are replaced by cheaper ones of their family.',
  ),
  number('downgrade.thresholdPercent', 'From', '%', 'Of what may be spent in 24 hours.'),
  {
    kind: 'table',
    path: 'downgrade.mapping',
    label: 'Which gives way to which',
    help: 'Goes before the built-in mapping.',
    columns: [
      { name: 'from', label: 'model', kind: 'text' },
      { name: 'to', label: 'gives way to', kind: 'text' },
    ],
  },
]

const cache: readonly Field[] = [
  flag('cache.enabled', 'Keep answers', 'The same request is answered from the disk, and costs nothing.'),
  choice(
    'cache.mode',
    'Mode',
    ['exact', 'aggressive'],
    'exact: the same request. aggressive: also one that differs in dates, ids and white space only.',
  ),
  flag(
    'cache.onlyWhenDeterministic',
    'Only temperature 0',
    'Only requests that ask for a temperature of 0 explicitly.',
  ),
  number('cache.maxSizeMb', 'Disk space', 'MiB', 'Answers used longest ago go first.'),
  number('cache.defaultTtlSeconds', 'Lifetime', 's', 'How long an answer is given again.'),
  number('cache.aggressiveTtlSeconds', 'Lifetime, aggressive', 's', 'The same in the mode aggressive.'),
  {
    kind: 'table',
    path: 'cache.taskTtlSeconds',
    label: 'Lifetime by task',
    help: 'Instead of the lifetimes above, in seconds; 0 keeps none of that task.',
    columns: [
      { name: 'from', label: 'task', kind: 'choice', choices: taskTypes },
      { name: 'to', label: 'seconds', kind: 'number' },
    ],
  },
]

export const fieldGroups: readonly FieldGroup[] = [
  { title: 'Limits', fields: budget },
  { title: 'Runaways', fields: anomaly },
  { title: 'Alerts', fields: alerts },
  { title: 'Downgrades', fields: downgrade },
  { title: 'Response cache', fields: cache },
]
