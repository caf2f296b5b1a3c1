/** What of a request counts for the savings of routing, for the page that shows them. Pure. */
import type { Run } from '../../src/control/shapes.ts'
import { onlyFilter, type View } from './view.ts'

/** All rules that may send a request elsewhere than it asked for. */
export const routedRules = [
  'header',
  'override',
  'suffix',
  'alias',
  'rule',
  'complexity',
  'cascade',
  'auto',
  'sticky',
  'downgrade',
  'fallback',
] as const

/** The requests behind the figure of routing, or behind a part of it. */
export const routedView = (view: View, rules: readonly string[] = routedRules): View =>
  onlyFilter(onlyFilter(view, 'route', rules), 'automated', ['false'])

/** The three numbers of a request's formula; null where it has none: what is not known is not zero. */
export function comparisonOf(run: Run): { readonly baseline: number; readonly actual: number; saved: number } | null {
  const { baselineNanoUsd: baseline, costNanoUsd: actual, costStatus, cache } = run
  if (baseline === null || actual === null || costStatus === 'none' || cache === 'hit') return null
  return { baseline, actual, saved: baseline - actual }
}
