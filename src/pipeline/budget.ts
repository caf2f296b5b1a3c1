/**
 * Stage 3, budget: says whether limits hold for this call, and refuses where they hold and can't be judged. Whether it fits
 * depends on the model and on who pays, so it is judged where the call is bound (`bound.ts`) and set aside when it is sent
 * (`limits.ts`).
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import type { AppError } from '../neutral/error.ts'
import { mayRefuse } from '../rules/limits.ts'
import type { Call } from './call.ts'
import { guardedNow } from './guarded.ts'
import { cannotJudge, isGuarding } from './limits.ts'
import { parse } from './parse.ts'

export type Budget =
  | { readonly kind: 'off' }
  | { readonly kind: 'on' }
  /** What is spent is not known, and limits refuse: then nothing passes. */
  | { readonly kind: 'closed'; readonly error: AppError }

export const budget = (s: Services) =>
  new Elysia({ name: 'stage/budget' })
    .use(parse(s))
    .resolve(({ call }) => ({ budget: judgeGuard(call, s) }))
    .as('scoped')

const off: Budget = { kind: 'off' }
const on: Budget = { kind: 'on' }

function judgeGuard(call: Call, s: Services): Budget {
  if (!isGuarding(s)) return off
  return guardedNow(
    'budget',
    call.notes,
    s.log,
    () => (s.ledger.isKept() ? on : unknown(s)),
    () => unknown(s),
  )
}

function unknown(s: Services): Budget {
  if (!mayRefuse(s.config().budget)) return off
  return { kind: 'closed', error: cannotJudge() }
}
