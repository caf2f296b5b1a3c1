/** The filters that every list and sum takes, as flags; their grammar is the endpoints' own and is checked there. */
import type { ArgsDef, ParsedArgs } from 'citty'
import type { Filters } from '../control/shapes.ts'

const flag = (valueHint: string, description: string) => ({ type: 'string', valueHint, description }) as const

export const filterArgs = {
  window: flag('span', 'The last 90m, 24h, 7d or 2w, or all.'),
  from: flag('time', 'From then on: RFC 3339 or Unix milliseconds.'),
  to: flag('time', 'Up to then, exclusive.'),
  provider: flag('names', 'Of this provider, or of several separated by commas; the same goes for those below.'),
  model: flag('names', 'Of this model: the one sent upstream.'),
  agent: flag('names', 'Of this agent.'),
  session: flag('ids', 'Of this session.'),
  billing: flag('kinds', 'metered, subscription or local.'),
  cost: flag('states', 'priced, estimated, unpriced or none.'),
  outcome: flag('names', 'complete, client_abort, upstream_reset, timeout, refused or failed.'),
} as const satisfies Required<Record<keyof Filters, ArgsDef[string]>>

/** The flags that were given, as the query of an endpoint. */
export function filterQuery(args: ParsedArgs<typeof filterArgs>): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of Object.keys(filterArgs)) {
    const value = args[name]
    if (typeof value === 'string') query.set(name, value)
  }
  return query
}
