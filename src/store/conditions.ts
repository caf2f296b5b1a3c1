/** Filters as SQL: one fixed text per table with bound values, so that a statement is prepared once whatever is asked. */
import type { Conditions, Filters } from './filters.ts'

const useNames = ['provider', 'model', 'agent', 'billing', 'outcome'] as const
/** What the roll-ups tell apart. */
const rollupNames = [...useNames, 'cost'] as const
const names = [...rollupNames, 'translated', 'guard', 'cache', 'task', 'route', 'automated'] as const

const condition = (column: string, name: string): string =>
  `($${name} IS NULL OR ${column} IN (SELECT value FROM json_each($${name})))`

/** Over sums that are kept by these five. */
export const useMatches = useNames.map((name) => condition(name, name)).join(' AND ')

/**
 * Over `rollups`. A row that holds several statuses of cost matches each of them; one that holds none, only what attempts cost,
 * passes for priced.
 */
export const rollupMatches = [
  useMatches,
  `($cost IS NULL
  OR (unpriced > 0 AND 'unpriced' IN (SELECT value FROM json_each($cost)))
  OR (estimated > 0 AND 'estimated' IN (SELECT value FROM json_each($cost)))
  OR (unbilled > 0 AND 'none' IN (SELECT value FROM json_each($cost)))
  OR ((requests = 0 OR requests > unpriced + estimated + unbilled) AND 'priced' IN (SELECT value FROM json_each($cost))))`,
].join(' AND ')

/** Over `requests`. */
export const requestMatches = [
  condition("coalesce(provider, '')", 'provider'),
  condition("coalesce(routed_model, requested_model, '')", 'model'),
  condition("coalesce(agent, '')", 'agent'),
  condition("coalesce(billing, '')", 'billing'),
  condition('outcome', 'outcome'),
  condition('cost_status', 'cost'),
  condition("iif(translated_to IS NULL, 'false', 'true')", 'translated'),
  condition("coalesce(guard, '')", 'guard'),
  condition("coalesce(cache, '')", 'cache'),
  condition("coalesce(task_type, '')", 'task'),
  condition("coalesce(route, '')", 'route'),
  condition("iif(automated = 1, 'true', 'false')", 'automated'),
].join(' AND ')

export type Bound = Record<string, string | number | null>

export const bindConditions = (conditions: Conditions): Bound =>
  Object.fromEntries(
    names.map((name) => [`$${name}`, conditions[name] === null ? null : JSON.stringify(conditions[name])]),
  )

/** Whether there are conditions that the roll-ups can answer. */
export const hasConditions = (conditions: Conditions): boolean => rollupNames.some((name) => conditions[name] !== null)

/** What some requests alone are has an index of those alone; which of these indexes hold every request asked for. */
export const sparseIndexes = ({ guard, translated, cache, route }: Conditions): readonly SparseIndex[] => [
  ...(guard?.includes('') === false ? (['guarded'] as const) : []),
  ...(translated?.join() === 'true' ? (['translated'] as const) : []),
  ...(cache?.includes('') === false ? (['cached'] as const) : []),
  ...(route !== null && !route.includes('') && !route.includes('passthrough') ? (['routed'] as const) : []),
]
export type SparseIndex = 'guarded' | 'translated' | 'cached' | 'routed'

/** Whether one of a session's use lines meets all conditions but those of lists. */
export function matchesUses(conditions: Conditions, uses: Iterable<string>): boolean {
  for (const line of uses) {
    const [provider = '', model = '', agent = '', billing = '', outcome = ''] = line.split('\t')
    const use = { provider, model, agent, billing, outcome }
    if (useNames.every((name) => conditions[name]?.includes(use[name]) ?? true)) return true
  }
  return false
}

/** A text that is the same for the same question; for telling whether a cursor belongs to it. */
export const fingerprint = (filters: Filters): string => Bun.hash(JSON.stringify(filters)).toString(36)
