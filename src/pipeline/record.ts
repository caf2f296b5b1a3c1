/**
 * Stage 10, record: makes the row of a settled request and has it written before the client sees the end. A fault here costs
 * the row its price, or the request its row, and never the client its answer.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import type { ModelRef } from '../neutral/model.ts'
import { totalInputTokens, type Usage } from '../neutral/usage.ts'
import type { RequestRecord } from '../neutral/record.ts'
import { showingsOf } from '../neutral/showing.ts'
import type { AnomalyVerdict } from './anomaly.ts'
import type { Call } from './call.ts'
import { charge } from './charge.ts'
import { countedNanoUsd } from './forecast.ts'
import { guardedNow, noteSkip } from './guarded.ts'
import type { Receipt } from './ending.ts'
import { respond } from './respond.ts'
import { conversationOf } from './route.ts'
import { recordOf, unpriced, type Settlement } from './settlement.ts'
import { withoutKeys } from './without-keys.ts'

export const record = (s: Services) =>
  new Elysia({ name: 'stage/record' })
    .use(respond(s))
    .resolve(({ call, anomaly }) => ({ receipt: receiptFor(call, anomaly, s) }))
    .as('scoped')

const receiptFor =
  (call: Call, anomaly: AnomalyVerdict, s: Services): Receipt =>
  (end) =>
    enter(call, anomaly, end, s)

/** What the answer says that its request took is held against what was estimated before. */
function learn({ attempt, outcome, estimatedTokens, facts }: Settlement, { calibration }: Services): void {
  const model = attempt?.target.model ?? null
  if (attempt === null || model === null || outcome !== 'complete') return
  if (estimatedTokens === null || facts.usage === null) return
  calibration.learn(attempt.target.provider, model, estimatedTokens, totalInputTokens(facts.usage))
}

/** Providers that cache by themselves do so from here on, OpenAI says. */
const leastCached = 1024

/** What of a prompt lies in the model's cache now. Who takes nothing for writing there writes all of it, and does not say so. */
function cachedAfter({ provider, model }: ModelRef, usage: Usage, s: Services): number {
  const told = usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens
  const rates = s.prices.lookUp(`${provider}/${model}`)?.usd
  if (rates?.cacheRead === undefined || rates.cacheWrite5m !== undefined) return told
  const total = totalInputTokens(usage)
  return total < leastCached ? told : total
}

/** Who has answered is asked again, where a switch would cost more than it saves. */
function rememberHome({ call, row }: Settled, s: Services): void {
  const { provider, routedModel, usage, outcome } = row
  const conversation = call.notes.route === null ? null : conversationOf(call)
  if (conversation === null || outcome !== 'complete' || provider === null || routedModel === null) return
  const ref = { provider, model: routedModel }
  const cachedTokens = usage === null ? 0 : cachedAfter(ref, usage, s)
  s.homes.answered(conversation, { ref, asked: call.requestedModel, cachedTokens }, s.clock.now())
}

/** What models are chosen by the next time. */
function tellSignals({ call: { notes }, row }: Settled, s: Services): void {
  const { classified } = notes
  // Where nobody chooses, nobody reads it, and each request would pay for it.
  if (classified === null) return
  if (row.outcome === 'complete') s.repeats.answered(row.id, s.clock.now())
  s.signals.tell(showingsOf(row), classified.task)
}

/** A runaway's next step is judged by how this one ended. */
function tellRunaways({ anomaly: verdict, row }: Settled, s: Services): void {
  if (verdict.kind !== 'clear' && verdict.kind !== 'found') return
  // By the same rule as its estimate.
  const costNanoUsd = countedNanoUsd(row, s.config().budget)
  const isFailure = row.outcome !== 'complete' && row.outcome !== 'client_abort' && costNanoUsd === 0
  s.runaways.settle(verdict.seen, { atMs: s.clock.now(), isFailure, costNanoUsd })
}

/** A request whose row is made. */
interface Settled {
  readonly call: Call
  readonly anomaly: AnomalyVerdict
  readonly end: Settlement
  readonly row: RequestRecord
}

/** Who is told of it before the row is written: should the ledger be filled from the table meanwhile, it must not find it there, too. */
const listeners: readonly (readonly [stage: string, tell: (settled: Settled, s: Services) => void])[] = [
  ['budget', ({ call, row, end }, s) => charge(call, row, end.facts.usage !== null, s)],
  ['route', rememberHome],
  ['route', tellSignals],
  ['anomaly', tellRunaways],
]

async function enter(call: Call, anomaly: AnomalyVerdict, end: Settlement, s: Services): ReturnType<Receipt> {
  end.attempt?.over()
  const row = guardedNow(
    'record',
    call.notes,
    s.log,
    () => withoutKeys(recordOf(call, end, s.prices)),
    () => withoutKeys(recordOf(call, { ...end, countText: () => 0 }, unpriced)),
  )
  const settled = { call, anomaly, end, row }
  for (const [stage, tell] of listeners) {
    try {
      tell(settled, s)
    } catch (fault) {
      noteSkip(stage, call.notes, s.log, fault)
    }
  }
  try {
    await s.books.enter(row)
    learn(end, s)
  } catch (fault) {
    noteSkip('record', call.notes, s.log, fault)
  }
  return row
}
