/**
 * Bounds where a call may go by what may be spent: lets it pass, with a warning or without, or sends it to a cheaper model, or
 * refuses it. Nothing after this step chooses a dearer model again.
 */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { ApiId } from '../providers/provider.ts'
import type { Breach } from '../rules/budget.ts'
import { mayRefuse, refuses } from '../rules/limits.ts'
import type { Call } from './call.ts'
import type { Downgrade } from './downgrade.ts'
import { guardedNow } from './guarded.ts'
import { cannotJudge, isGuarding, judge, raiseBreach, refuse, sentenceOf, type Judged } from './limits.ts'
import { lower, named, sibling, type Cheaper } from './lower.ts'
import { payeeOf, type Payee } from './payee.ts'
import type { Destination } from './target.ts'

/** @param api What the call's endpoint is to a provider. @returns Where it goes, or why it goes nowhere. */
export function bound(
  call: Call,
  asked: Destination,
  api: ApiId | 'raw',
  downgrade: Downgrade,
  s: Services,
): Destination | AppError {
  const { budget } = s.config()
  const destination = downgrade.kind === 'near' ? nearLimit(call, asked, api, downgrade.reason, s) : asked
  if (!isGuarding(s) || isHarmless(call)) return destination
  const keep = () => (mayRefuse(budget) ? cannotJudge() : destination)
  return guardedNow('budget', call.notes, s.log, () => within(call, destination, api, s), keep)
}

/** What only reads costs nothing. */
const isHarmless = ({ endpoint, method }: Call): boolean =>
  endpoint === 'models' || (endpoint === 'raw' && method !== 'POST' && method !== 'PUT')

function nearLimit(call: Call, from: Destination, api: ApiId | 'raw', reason: string, s: Services): Destination {
  const choose = () => {
    const { mapping } = s.config().downgrade
    const own = mapping[from.wanted ?? ''] ?? mapping[from.model ?? '']
    const cheaper = own === undefined ? sibling(call, from, s) : named(call, from, own, api, s)
    if (cheaper?.kind === 'possible') return lower(call, from, cheaper.destination, reason)
    if (cheaper !== null) call.notes.add('downgrade', 'kept the model', `the cheaper one ${cheaper.why}`)
    return from
  }
  return guardedNow('downgrade', call.notes, s.log, choose, () => from)
}

function within(call: Call, destination: Destination, api: ApiId | 'raw', s: Services): Destination | AppError {
  const payee = payeeOf(call, destination)
  // Without a credential it is refused anyway, by whoever can say what to set.
  if (payee === null) return destination
  const judged = judge(call, payee, s)
  if (s.config().budget.unpriced === 'block' && judged.forecast.nanoUsd === null) return refuseUnpriced(call, payee)
  if (judged.verdict.action === 'allow') return destination
  const { action, breach } = judged.verdict
  if (action === 'downgrade') return goDown(call, destination, judged, breach, api, s)
  if (action === 'block') return refuse(call, breach, '', s)
  pass(call, breach, action, s)
  return destination
}

function refuseUnpriced(call: Call, { provider, model }: Payee): AppError {
  const what = model === null ? `this path of ${provider}` : `${provider}/${model}`
  const sentence = `There is no known price for ${what}, and budget.unpriced is "block".`
  call.notes.mark('blocked')
  call.notes.add('budget', 'refused the request', sentence)
  return new AppError('budget-exceeded', `${sentence} Give it a price in the settings (prices["provider/model"]).`)
}

function pass(call: Call, breach: Breach, action: 'warn' | 'alert', s: Services): void {
  const sentence = sentenceOf(breach, s.clock.now())
  raiseBreach(breach, sentence, 'warning', s)
  call.notes.add('budget', action === 'warn' ? 'warned' : 'told of it', sentence)
  if (action === 'alert') return
  call.notes.mark('warned')
  call.notes.tell('x-relayplane-budget-warning', sentence)
}

/** To the model that the settings name; refused where that is no cheaper, can't take the request, or does not fit either. */
function goDown(
  call: Call,
  from: Destination,
  judged: Judged,
  breach: Breach,
  api: ApiId | 'raw',
  s: Services,
): Destination | AppError {
  const { downgradeTo } = s.config().budget
  const first = named(call, from, downgradeTo, api, s)
  // Where nobody here has a key for it, or it can't do what is asked, the caller's own provider may have a cheaper model.
  const second = first.kind === 'impossible' ? sibling(call, from, s) : null
  const reasons: string[] = []
  for (const [name, cheaper] of [
    [downgradeTo, first],
    ['Its cheaper sibling', second],
  ] as const) {
    if (cheaper === null) continue
    const why = whyNot(call, cheaper, judged, s)
    if (why === null && cheaper.kind === 'possible') {
      raiseBreach(breach, sentenceOf(breach, s.clock.now()), 'warning', s)
      return lower(call, from, cheaper.destination, `the ${breach.limit.name} is reached`)
    }
    reasons.push(`${name} ${why}`)
  }
  return refuse(call, breach, ` ${reasons.join('; ')}.`, s)
}

function whyNot(call: Call, cheaper: Cheaper, asked: Judged, s: Services): string | null {
  if (cheaper.kind === 'impossible') return cheaper.why
  const { forecast, verdict } = judge(call, cheaper.payee, s)
  if ((forecast.nanoUsd ?? Infinity) >= (asked.forecast.nanoUsd ?? Infinity)) return 'is no cheaper'
  return verdict.action !== 'allow' && refuses(verdict.action) ? 'does not fit either' : null
}
