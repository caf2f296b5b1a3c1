/** Whether a request fits its limits, and what has to be said where it does not. Pure: standings in, a verdict out. */
import type { BreachAction, Limit } from './limits.ts'
import type { Ledger, Standing } from './ledger.ts'

export interface Breach {
  readonly limit: Limit
  readonly spentNanoUsd: number
  readonly reservedNanoUsd: number
  /** What this request may cost. */
  readonly estimateNanoUsd: number
  /** Unix ms when enough has slid out of the window for this request; null where that never happens or is not known. */
  readonly freesAtMs: number | null
}

export type BudgetVerdict =
  | { readonly action: 'allow' }
  /** @property breach The one that decides: of several the strictest action's, and the first of these. */
  | { readonly action: BreachAction; readonly breach: Breach }

/** Strictest first. */
const strictness: readonly BreachAction[] = ['block', 'downgrade', 'warn', 'alert']

export const allowed: BudgetVerdict = { action: 'allow' }

/** @param estimateNanoUsd 0 for what costs nothing, or has no known price: then only a limit that is spent is broken. */
export function judgeBudget(
  limits: readonly Limit[],
  estimateNanoUsd: number,
  ledger: Pick<Ledger, 'standing' | 'freesAt'>,
  nowMs: number,
): BudgetVerdict {
  let verdict: BudgetVerdict = allowed
  for (const limit of limits) {
    const breach = breachOf(limit, estimateNanoUsd, ledger, nowMs)
    if (breach !== null && isStricter(limit.onBreach, verdict.action)) verdict = { action: limit.onBreach, breach }
  }
  return verdict
}

const isStricter = (action: BreachAction, than: BudgetVerdict['action']): boolean =>
  than === 'allow' || strictness.indexOf(action) < strictness.indexOf(than)

function breachOf(
  limit: Limit,
  estimateNanoUsd: number,
  ledger: Pick<Ledger, 'standing' | 'freesAt'>,
  nowMs: number,
): Breach | null {
  const { limitNanoUsd, scope, window } = limit
  if (window === 'request') {
    if (estimateNanoUsd <= limitNanoUsd) return null
    return { limit, spentNanoUsd: 0, reservedNanoUsd: 0, estimateNanoUsd, freesAtMs: null }
  }
  const standing = ledger.standing(scope, nowMs)
  const spentNanoUsd = standing[window]
  const isFree = estimateNanoUsd === 0
  const over = spentNanoUsd + (isFree ? 0 : standing.reserved + estimateNanoUsd) - limitNanoUsd
  if (over < 0 || (over === 0 && !isFree)) return null
  // What is set aside comes back in part when answers end; nobody knows how much, so only time is promised.
  const freesAtMs = window === 'total' ? null : ledger.freesAt(scope, window, nowMs, Math.max(over, 1))
  return { limit, spentNanoUsd, reservedNanoUsd: standing.reserved, estimateNanoUsd, freesAtMs }
}

/** The thresholds that a spend has passed, as percentages of the limit. @param thresholds Percent. */
export function passedThresholds(
  before: number,
  after: number,
  limitNanoUsd: number,
  thresholds: readonly number[],
): readonly number[] {
  return thresholds.filter((percent) => {
    const at = (limitNanoUsd * percent) / 100
    return before < at && after >= at
  })
}

/** What is spent in the window of a limit; 0 where it has none. */
export const spentIn = (limit: Limit, standing: Standing): number =>
  limit.window === 'request' ? 0 : standing[limit.window]
