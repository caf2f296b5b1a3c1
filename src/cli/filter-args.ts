/** The filters that every list and sum takes, as flags; their grammar is the endpoints' own and is checked there. */
import type { ArgsDef } from 'citty'
import type { Filters } from '../control/shapes.ts'

const flag = (valueHint: string, description: string) => ({ type: 'string', valueHint, description }) as const

/** When: for what has a past. */
export const windowArgs = {
  window: flag('span', 'The last 90m, 24h, 7d or 2w, or all.'),
  from: flag('time', 'From then on: RFC 3339 or Unix milliseconds.'),
  to: flag('time', 'Up to then, exclusive.'),
} as const satisfies ArgsDef

/** Which. */
export const conditionArgs = {
  provider: flag(
    'names',
    String.raw`Of this provider, or of several separated by commas (\, is a comma in a name); the same goes for those below.`,
  ),
  model: flag('names', 'Of this model: the one sent upstream.'),
  agent: flag('names', 'Of this agent.'),
  session: flag('ids', 'Of this session.'),
  billing: flag('kinds', 'metered, subscription or local.'),
  outcome: flag('names', 'complete, client_abort, upstream_reset, timeout, refused or failed.'),
} as const satisfies ArgsDef

/** Which, of lists alone: sums are not kept apart by these. */
export const listConditionArgs = {
  cost: flag('states', 'priced, estimated, unpriced or none.'),
  translated: flag('true|false', "true: the provider was asked in another dialect than the caller's."),
  guard: flag('acts', 'warned, downgraded, cut, blocked or stopped by the money guard.'),
  cache: flag('uses', 'hit, miss or bypass of the response cache.'),
  task: flag('types', 'tool_use, long_context, quick_task, generation, … by tools and tokens.'),
  route: flag('rules', 'passthrough, alias, rule, complexity, cascade, auto, …: what chose the model.'),
  automated: flag('true|false', 'true: background traffic.'),
} as const satisfies ArgsDef

/** All that the endpoints of lists know. */
export const filterArgs = {
  ...windowArgs,
  ...conditionArgs,
  ...listConditionArgs,
} as const satisfies Required<Record<keyof Filters, ArgsDef[string]>>

/** Those of the flags `names` that were given, as the query of an endpoint. */
export function filterQuery(args: Readonly<Record<string, unknown>>, ...names: readonly ArgsDef[]): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of names.flatMap((group) => Object.keys(group))) {
    const value = args[name]
    if (typeof value === 'string') query.set(name, value)
  }
  return query
}
