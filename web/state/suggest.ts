/** What the filter field offers for what was typed. */
import type { Stats } from '../../src/control/shapes.ts'
import { routedRules } from './savings.ts'
import { dimensions, sayValue, type Dimension, type View } from './view.ts'

export interface Suggestion {
  readonly dimension: Dimension
  readonly value: string
  /** Requests in the window; null where that is not known. */
  readonly requests: number | null
}

const outcomes = ['complete', 'client_abort', 'upstream_reset', 'timeout', 'refused', 'failed']
const billings = ['metered', 'subscription', 'local']
const costs = ['priced', 'estimated', 'unpriced', 'none']
const truths = ['true', 'false']
const guardActs = ['warned', 'downgraded', 'cut', 'blocked', 'stopped']
const cacheUses = ['hit', 'miss', 'bypass']
export const taskTypes = [
  'tool_use',
  'long_context',
  'quick_task',
  'generation',
  'code_review',
  'content_generation',
  'classification',
  'general',
]

/** Every value that can be filtered by, in the order of the dimensions; `stats` is of the whole window, unfiltered. */
export function listFacets(stats: Stats | undefined): readonly Suggestion[] {
  const groups = (dimension: Dimension, rows: readonly { key: string; requests: number }[]) =>
    rows.map((row) => ({ dimension, value: row.key, requests: row.requests }))
  const words = (dimension: Dimension, values: readonly string[], known: Stats['byOutcome'] = []) =>
    values.map((value) => ({
      dimension,
      value,
      requests: known.find((row) => row.key === value)?.requests ?? null,
    }))
  return [
    ...groups('model', stats?.byModel ?? []),
    ...groups('provider', stats?.byProvider ?? []),
    ...groups('agent', stats?.byAgent ?? []),
    ...words('outcome', outcomes, stats?.byOutcome),
    ...words('billing', billings, stats?.byBilling),
    ...words('cost', costs),
    ...words('translated', truths),
    ...words('guard', guardActs),
    ...words('cache', cacheUses),
    ...words('task', taskTypes),
    ...words('route', ['passthrough', ...routedRules]),
    ...words('automated', truths),
    ...(stats?.sessions ?? []).map((session) => ({
      dimension: 'session' as const,
      value: session.id,
      requests: session.requests,
    })),
  ]
}

const perDimension = 4
const most = 40

/**
 * Facets that hold what was typed (`gpt`, `outcome:`, `model:gpt`), those set already left out; a few of each while the
 * field is empty. `session:abc` typed in full is offered even where no facet knows it.
 * @param offered The dimensions that the page can filter by.
 */
export function suggest(
  text: string,
  facets: readonly Suggestion[],
  view: View,
  offered: readonly Dimension[] = dimensions,
): readonly Suggestion[] {
  const typed = text.trim().toLowerCase()
  const free = facets.filter(
    ({ dimension, value }) => offered.includes(dimension) && !view.filters[dimension]?.includes(value),
  )
  if (typed === '') {
    return offered.flatMap((dimension) => free.filter((facet) => facet.dimension === dimension).slice(0, perDimension))
  }
  const found = free
    .filter(({ dimension, value }) => `${dimension}:${sayValue(dimension, value)}`.toLowerCase().includes(typed))
    .slice(0, most)
  const exact = readExact(text.trim(), offered)
  const isKnown = found.some((facet) => facet.dimension === exact?.dimension && facet.value === exact.value)
  return exact && !isKnown ? [...found, exact] : found
}

function readExact(text: string, offered: readonly Dimension[]): Suggestion | null {
  const colon = text.indexOf(':')
  const dimension = offered.find((known) => known === text.slice(0, colon).toLowerCase())
  const value = text.slice(colon + 1).trim()
  return dimension && value !== '' && !value.includes(',') ? { dimension, value, requests: null } : null
}
