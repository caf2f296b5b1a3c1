/**
 * What rate-limit headers say about an account: whether anything of what it may use is used up, and for how long. Reads
 * `anthropic-ratelimit-*`, its plans' own included, and `x-ratelimit-*` as OpenAI has them and those who copy it.
 */
import { readReset, readRetryAfter } from '../lib/retry-after.ts'

/** `silent`: the headers say nothing about it. */
export type Quota =
  | { readonly kind: 'silent' }
  | { readonly kind: 'left' }
  /** @property resetMs For how long, ms. */
  | { readonly kind: 'used-up'; readonly resetMs: number }

/** Of one limit: requests by the day, tokens by the minute, five hours of a plan. */
interface Limit {
  isUsedUp: boolean
  /** As it came; '' where it did not. Nearly always nobody needs to know. */
  reset: string
}

/** Most limits are by the minute. */
const usualWindowMs = 60_000

export function readQuota(headers: Headers, nowMs: number): Quota {
  const limits = readLimits(headers)
  if (limits.size === 0) return { kind: 'silent' }
  const used = usedUp(limits)
  if (used.length === 0) return { kind: 'left' }
  // All limits must be free, so the last one counts.
  return { kind: 'used-up', resetMs: Math.max(...used.map(({ reset }) => readReset(reset, nowMs) ?? usualWindowMs)) }
}

/** For how long a 429 closes an account, ms: as long as it asks to wait, else until its limits are free; null where it doesn't say. */
export function resetOf(headers: Headers, nowMs: number): number | null {
  const asked = readRetryAfter(headers, nowMs)
  if (asked !== null) return asked
  const quota = readQuota(headers, nowMs)
  return quota.kind === 'used-up' ? quota.resetMs : null
}

const limitFirst = /^anthropic-ratelimit-(.+)-(remaining|reset|status)$/
const factFirst = /^x-ratelimit-(remaining|reset)(?:-(.+))?$/

function readLimits(headers: Headers): ReadonlyMap<string, Limit> {
  const limits = new Map<string, Limit>()
  headers.forEach((value, name) => {
    if (!name.includes('ratelimit-')) return
    const [, limitA, factA] = limitFirst.exec(name) ?? []
    const [, factB, limitB = ''] = factFirst.exec(name) ?? []
    const fact = factA ?? factB
    if (fact === undefined) return
    const limit = limits.get(limitA ?? limitB) ?? { isUsedUp: false, reset: '' }
    limits.set(limitA ?? limitB, limit)
    if (fact === 'reset') limit.reset = value
    else limit.isUsedUp = fact === 'status' ? value === 'rejected' : /^-?\d/.test(value) && Number(value) <= 0
  })
  return limits
}

const plan = 'unified'

/**
 * A plan's windows have a status each, and so has what may be used beyond them; the status without a window sums them up: a
 * request is served from extra usage when its window is used up, and extra usage is refused as long as there is no need of it.
 */
function usedUp(limits: ReadonlyMap<string, Limit>): readonly Limit[] {
  const isPlanUsedUp = limits.get(plan)?.isUsedUp === true
  const counts = (name: string) => (isPlanUsedUp ? !name.endsWith('-overage') : !name.startsWith(`${plan}-`))
  return [...limits].flatMap(([name, limit]) => (limit.isUsedUp && counts(name) ? [limit] : []))
}
