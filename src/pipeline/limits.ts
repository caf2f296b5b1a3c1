/** Holding a call to its limits: judged where it wants to go, set aside when it is sent, said in the caller's words. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { judgeBudget, type Breach, type BudgetVerdict } from '../rules/budget.ts'
import { limitsFor, mayRefuse, refuses } from '../rules/limits.ts'
import type { Call } from './call.ts'
import { forecast, spenderOf, type Forecast } from './forecast.ts'
import { guardedNow } from './guarded.ts'
import { formatUsd } from './money.ts'
import type { Payee } from './payee.ts'

export interface Judged {
  readonly forecast: Forecast
  readonly verdict: BudgetVerdict
}

export function judge(call: Call, payee: Payee, s: Services): Judged {
  const { budget } = s.config()
  const expected = forecast(call, payee, s)
  // What doesn't count is not held back by what does.
  if (!budget.billing.includes(payee.billing)) return { forecast: expected, verdict: { action: 'allow' } }
  const limits = limitsFor(budget, spenderOf(call, payee))
  return { forecast: expected, verdict: judgeBudget(limits, expected.nanoUsd ?? 0, s.ledger, s.clock.now()) }
}

/**
 * Sets aside what an attempt may cost, in the same step in which it is judged, so that of many at once only as many start as fit.
 * What was set aside for an attempt of this call before is over.
 * @returns null where nothing is guarded; a refusal where it does not fit any more.
 */
export function setAside(call: Call, payee: Payee, s: Services): Forecast | AppError | null {
  if (!isGuarding(s)) return null
  const { budget } = s.config()
  const without = () => (mayRefuse(budget) ? cannotJudge() : null)
  return guardedNow('budget', call.notes, s.log, () => take(call, payee, s), without)
}

function take(call: Call, payee: Payee, s: Services): Forecast | AppError {
  s.ledger.release(call.id)
  const { forecast: expected, verdict } = judge(call, payee, s)
  if (verdict.action !== 'allow' && refuses(verdict.action)) return refuse(call, verdict.breach, '', s)
  s.ledger.reserve(call.id, spenderOf(call, payee), expected.nanoUsd ?? 0)
  return expected
}

/** Whether one more attempt fits while another of the same call runs; nothing is raised over one that nobody has to make. */
export function fitsBeside(call: Call, payee: Payee, s: Services): boolean {
  if (!isGuarding(s)) return true
  const { forecast: expected, verdict } = judge(call, payee, s)
  if (verdict.action !== 'allow' && refuses(verdict.action)) return false
  const both = (expected.nanoUsd ?? 0) + s.ledger.reservedFor(call.id)
  return limitsFor(s.config().budget, spenderOf(call, payee)).every(
    ({ window, onBreach, limitNanoUsd }) => window !== 'request' || !refuses(onBreach) || both <= limitNanoUsd,
  )
}

/** Limits are judged, and streams cut, only then. */
export function isGuarding(s: Services): boolean {
  const { enabled, budget } = s.config()
  return enabled && budget.enabled
}

/** Guarding fails closed. */
export const cannotJudge = (): AppError =>
  new AppError(
    'unavailable',
    'RelayPlane can\'t tell what has been spent, and its limits refuse what does not fit, so nothing passes for now. Try again; "relayplane status" says what is wrong.',
  )

/** The refusal, noted and told. @param more A sentence about ways out that there were none of, or ''. */
export function refuse(call: Call, breach: Breach, more: string, s: Services): AppError {
  const sentence = sentenceOf(breach, s.clock.now()) + more
  call.notes.mark('blocked')
  call.notes.add('budget', 'refused the request', sentence)
  raiseBreach(breach, sentence, 'critical', s)
  return new AppError('budget-exceeded', `${sentence} ${whatToDo}`)
}

const whatToDo = 'Raise it with "relayplane budget set", or start over with "relayplane budget reset".'

/** Told as an alert; deduplicated there. */
export function raiseBreach(
  { limit, spentNanoUsd, reservedNanoUsd, estimateNanoUsd, freesAtMs }: Breach,
  message: string,
  severity: 'warning' | 'critical',
  s: Pick<Services, 'alerts'>,
): void {
  const { name, scope, limitNanoUsd } = limit
  s.alerts.raise({
    type: 'breach',
    severity,
    kind: name,
    scope,
    message,
    details: { limitNanoUsd, spentNanoUsd, reservedNanoUsd, estimateNanoUsd, freesAtMs },
  })
}

/** `The daily limit of $50 does not allow this request: $49.9 spent, $0.4 set aside for …; $0.2 estimated. It frees up at …` */
export function sentenceOf(breach: Breach, nowMs: number): string {
  const { limit, spentNanoUsd, reservedNanoUsd, estimateNanoUsd } = breach
  const estimate = estimateNanoUsd === 0 ? '' : `this request is estimated at ${usd(estimateNanoUsd)}`
  if (limit.window === 'request') return `The ${limit.name} is ${usd(limit.limitNanoUsd)}, and ${estimate}.`
  const reserved = reservedNanoUsd === 0 ? '' : `${usd(reservedNanoUsd)} set aside for requests under way`
  const parts = [`${usd(spentNanoUsd)} spent`, reserved, estimate].filter((part) => part !== '')
  return `The ${limit.name} of ${usd(limit.limitNanoUsd)} is reached: ${parts.join(', ')}.${whenFree(breach, nowMs)}`
}

function whenFree({ freesAtMs, limit, estimateNanoUsd, reservedNanoUsd }: Breach, nowMs: number): string {
  if (estimateNanoUsd > limit.limitNanoUsd) return ' It is more than the whole limit.'
  if (freesAtMs !== null)
    return ` It frees up at ${new Date(freesAtMs).toISOString().slice(0, 19)}Z, in ${spanOf(freesAtMs - nowMs)}.`
  if (limit.window === 'total') return ' It does not free up by itself.'
  return reservedNanoUsd === 0 ? '' : ' It may free up when those end.'
}

function spanOf(ms: number): string {
  const minutes = Math.ceil(ms / 60_000)
  if (minutes < 120) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const usd = (nanoUsd: number): string => `$${formatUsd(roundedUp(nanoUsd))}`

/** To a hundredth of a cent, unless it is less than that. */
const roundedUp = (nanoUsd: number): number => (nanoUsd < 100_000 ? nanoUsd : Math.round(nanoUsd / 100_000) * 100_000)
