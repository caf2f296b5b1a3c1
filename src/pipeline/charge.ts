/**
 * A settled request enters the ledger: what was set aside for it comes back, what it cost is spent, thresholds that it passed are
 * told. What it used teaches the estimates.
 */
import type { Services } from '../app/services.ts'
import type { AttemptRecord, RequestRecord } from '../neutral/record.ts'
import { passedThresholds, spentIn } from '../rules/budget.ts'
import type { Spender } from '../rules/ledger.ts'
import { limitsFor, type Limit } from '../rules/limits.ts'
import type { Call } from './call.ts'
import { countedInAttempt, countedNanoUsd, questionOf, spenderOf } from './forecast.ts'
import { formatUsd } from './money.ts'

/** @param isCounted Whether the usage is the provider's own count, and none of ours. */
export function charge(call: Call, row: RequestRecord, isCounted: boolean, s: Services): void {
  const { budget } = s.config()
  s.ledger.release(call.id)
  if (row.provider === null) return
  const isUseful = s.ledger.isKept() || call.notes.classified !== null
  if (isUseful && isCounted && row.cache !== 'hit') learn(call, row, s)
  if (!s.ledger.isKept()) return
  const nanoUsd = countedNanoUsd(row, budget) - call.notes.chargedEarly
  if (nanoUsd <= 0) return
  spend(spenderOf(call, { provider: row.provider, model: row.routedModel }), nanoUsd, s)
}

/** An attempt that is given up is spent at once, for the next one is judged by what is left. */
export function chargeEarly(call: Call, attempt: AttemptRecord, s: Services): void {
  s.ledger.release(call.id)
  if (!s.ledger.isKept()) return
  const nanoUsd = countedInAttempt(attempt, s.config().budget)
  if (nanoUsd <= 0) return
  call.notes.chargedEarly += nanoUsd
  spend(spenderOf(call, attempt), nanoUsd, s)
}

function spend(spender: Spender, nanoUsd: number, s: Services): void {
  const { budget } = s.config()
  const now = s.clock.now()
  const limits = budget.enabled ? limitsFor(budget, spender).filter(({ window }) => window !== 'request') : []
  const before = limits.map((limit) => spentIn(limit, s.ledger.standing(limit.scope, now)))
  s.ledger.spend({ ...spender, atMs: now, nanoUsd })
  limits.forEach((limit, index) => tell(limit, before[index] ?? 0, s, now))
}

function tell(limit: Limit, before: number, s: Services, now: number): void {
  const after = spentIn(limit, s.ledger.standing(limit.scope, now))
  const { alertThresholds } = s.config().budget
  for (const percent of passedThresholds(before, after, limit.limitNanoUsd, alertThresholds)) {
    s.alerts.raise({
      type: 'threshold',
      severity: percent >= 95 ? 'critical' : percent >= 80 ? 'warning' : 'info',
      kind: `${limit.name} ${percent} %`,
      scope: limit.scope,
      message: `${percent} % of the ${limit.name} is spent: $${formatUsd(after)} of $${formatUsd(limit.limitNanoUsd)}.`,
      details: { percent, spentNanoUsd: after, limitNanoUsd: limit.limitNanoUsd },
    })
  }
}

function learn(call: Call, row: RequestRecord, s: Services): void {
  if (row.outcome !== 'complete' || row.usage === null || row.provider === null || row.routedModel === null) return
  s.estimates.learn(questionOf(call, row.provider, row.routedModel), row.usage)
}
