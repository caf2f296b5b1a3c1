/**
 * Stage 5, downgrade: whether so much of the daily limit is spent that dear models give way to cheaper ones. Which one is a
 * question to the model's provider (`lower.ts`).
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { nanoOfUsd } from '../rules/limits.ts'
import type { Call } from './call.ts'
import { guardedNow } from './guarded.ts'
import { parse } from './parse.ts'

export type Downgrade =
  | { readonly kind: 'none' }
  /** @property reason For the header: how much of the limit is spent. */
  | { readonly kind: 'near'; readonly reason: string }

export const downgrade = (s: Services) =>
  new Elysia({ name: 'stage/downgrade' })
    .use(parse(s))
    .resolve(({ call }) => ({ downgrade: judgeNearness(call, s) }))
    .as('scoped')

const none: Downgrade = { kind: 'none' }

function judgeNearness(call: Call, s: Services): Downgrade {
  const { enabled, downgrade: settings } = s.config()
  if (!enabled || !settings.enabled) return none
  return guardedNow(
    'downgrade',
    call.notes,
    s.log,
    () => nearness(s),
    () => none,
  )
}

function nearness(s: Services): Downgrade {
  const { downgrade: settings, budget } = s.config()
  if (budget.dailyUsd === null || !s.ledger.isKept()) return none
  const { day, reserved } = s.ledger.standing('all', s.clock.now())
  const percent = ((day + reserved) / nanoOfUsd(budget.dailyUsd)) * 100
  if (percent < settings.thresholdPercent) return none
  return { kind: 'near', reason: `${Math.floor(percent)} % of the daily limit is spent` }
}
