/** Rows of a breakdown table out of the API's groups, and what their share bars compare. Pure. */
import type { Group, SessionSummary, Totals } from '../../src/control/shapes.ts'

export interface BreakdownRow {
  /** The filter's value; '' where the requests had none. */
  readonly key: string
  readonly meteredNanoUsd: number
  readonly subscriptionNanoUsd: number
  readonly requests: number
  readonly unpriced: number
  /** All four kinds. */
  readonly tokens: number
  /** Of `basis`, 0 to 1. */
  readonly share: number
}

/** What shares are of: what was billed; where nothing was, the plan's notional cost; else the number of requests. */
export type Basis = 'spend' | 'plan use' | 'requests'

export const basisOf = (totals: Totals): Basis =>
  totals.meteredNanoUsd > 0 ? 'spend' : totals.subscriptionNanoUsd > 0 ? 'plan use' : 'requests'

const tokensOf = (row: Group | SessionSummary): number =>
  row.inputTokens + row.cacheReadTokens + row.cacheWriteTokens + row.outputTokens

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)

export function breakdownRows(groups: readonly Group[], totals: Totals): readonly BreakdownRow[] {
  const basis = basisOf(totals)
  const share = (group: Group) => {
    switch (basis) {
      case 'spend':
        return ratio(group.meteredNanoUsd, totals.meteredNanoUsd)
      case 'plan use':
        return ratio(group.subscriptionNanoUsd, totals.subscriptionNanoUsd)
      case 'requests':
        return ratio(group.requests, totals.requests)
    }
  }
  return groups.map((group) => ({
    key: group.key,
    meteredNanoUsd: group.meteredNanoUsd,
    subscriptionNanoUsd: group.subscriptionNanoUsd,
    requests: group.requests,
    unpriced: group.unpriced,
    tokens: tokensOf(group),
    share: share(group),
  }))
}

export interface SessionRow {
  readonly key: string
  readonly agent: string
  /** Of the whole session, every billing kind. */
  readonly costNanoUsd: number
  readonly requests: number
  readonly unpriced: number
  readonly tokens: number
  readonly lastMs: number
  /** Of the dearest session listed (of the busiest where none cost anything), 0 to 1. */
  readonly share: number
}

export function sessionRows(sessions: readonly SessionSummary[]): readonly SessionRow[] {
  const dearest = Math.max(0, ...sessions.map((session) => session.costNanoUsd))
  const busiest = Math.max(0, ...sessions.map((session) => session.requests))
  return sessions.map((session) => ({
    key: session.id,
    agent: session.agent ?? '',
    costNanoUsd: session.costNanoUsd,
    requests: session.requests,
    unpriced: session.unpriced,
    tokens: tokensOf(session),
    lastMs: session.lastMs,
    share: dearest > 0 ? ratio(session.costNanoUsd, dearest) : ratio(session.requests, busiest),
  }))
}
