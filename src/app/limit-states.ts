/** The limits as they stand now, for people: what is spent and set aside, when it frees up, when it is going to break. */
import type { LimitState } from '../control/guard-shapes.ts'
import type { Ledger, Spender } from '../rules/ledger.ts'
import { spenderIn } from '../rules/scope.ts'
import { limitsFor, type BudgetTerms, type Limit } from '../rules/limits.ts'
import { projectedBreach } from '../rules/projection.ts'

const nobody: Spender = { session: null, agent: null, provider: '', model: null }

/** Sessions may be thousands: those nearest to their limits are shown. */
const mostShown = 100

/** The global limits first, then those of scopes, the fullest first. */
export function limitStates(terms: BudgetTerms, ledger: Ledger, nowMs: number): LimitState[] {
  const global = limitsFor({ ...terms, limits: [] }, nobody)
  const scoped = ledger
    .scopes()
    .filter((scope) => scope !== 'all')
    .flatMap((scope) => limitsFor(terms, spenderIn(scope) ?? nobody).filter((limit) => limit.scope === scope))
  const fullness = ({ spentNanoUsd, reservedNanoUsd, limitNanoUsd }: LimitState) =>
    (spentNanoUsd + reservedNanoUsd) / limitNanoUsd
  return [
    ...statesOf(global, ledger, nowMs),
    ...statesOf(scoped, ledger, nowMs)
      .toSorted((one, other) => fullness(other) - fullness(one))
      .slice(0, mostShown),
  ]
}

const statesOf = (limits: readonly Limit[], ledger: Ledger, nowMs: number): LimitState[] =>
  limits.flatMap(({ name, scope, window, limitNanoUsd, onBreach }) => {
    if (window === 'request') return []
    const standing = ledger.standing(scope, nowMs)
    const isSpent = standing[window] >= limitNanoUsd
    const slides = window !== 'total'
    return {
      name,
      scope,
      window,
      limitNanoUsd,
      spentNanoUsd: standing[window],
      reservedNanoUsd: standing.reserved,
      onBreach,
      freesAtMs: slides && isSpent ? ledger.freesAt(scope, window, nowMs, standing[window] - limitNanoUsd + 1) : null,
      breachAtMs: slides ? projectedBreach(ledger, scope, window, limitNanoUsd, nowMs) : null,
    }
  })
