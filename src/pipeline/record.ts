/**
 * Stage 10, record: makes the row of a settled request and has it written before the client sees the end. A fault here costs
 * the row its price, or the request its row, and never the client its answer.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { totalInputTokens } from '../neutral/usage.ts'
import type { Call } from './call.ts'
import { guarded } from './guarded.ts'
import type { Receipt } from './ending.ts'
import { respond } from './respond.ts'
import { recordOf, unpriced, type Settlement } from './settlement.ts'

export const record = (s: Services) =>
  new Elysia({ name: 'stage/record' })
    .use(respond(s))
    .resolve(({ call }) => ({ receipt: receiptFor(call, s) }))
    .as('scoped')

const receiptFor =
  (call: Call, s: Services): Receipt =>
  (end) =>
    enter(call, end, s)

/** What the answer says that its request took is held against what was estimated before. */
function learn({ attempt, outcome, estimatedTokens, facts }: Settlement, { calibration }: Services): void {
  const model = attempt?.target.model ?? null
  if (attempt === null || model === null || outcome !== 'complete') return
  if (estimatedTokens === null || facts.usage === null) return
  calibration.learn(attempt.target.provider, model, estimatedTokens, totalInputTokens(facts.usage))
}

async function enter(call: Call, end: Settlement, s: Services): ReturnType<Receipt> {
  const row = await guarded(
    'record',
    call.notes,
    s.log,
    () => recordOf(call, end, s.prices),
    () => recordOf(call, { ...end, countText: () => 0 }, unpriced),
  )
  await guarded(
    'record',
    call.notes,
    s.log,
    () => s.books.enter(row).then(() => learn(end, s)),
    () => undefined,
  )
  return row
}
