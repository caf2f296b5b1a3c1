/** Who is asked, in which order: what the route stage decided, held to what may be spent, then the settings' fallbacks. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { formatModelRef, type ModelRef } from '../neutral/model.ts'
import type { ApiId } from '../providers/provider.ts'
import type { RouteDecision } from '../rules/route-facts.ts'
import { refuses } from '../rules/limits.ts'
import { baselineOf } from '../rules/savings.ts'
import { splitSuffix } from '../rules/suffix.ts'
import { bound } from './bound.ts'
import type { Call } from './call.ts'
import type { Rung } from './climb.ts'
import type { Downgrade } from './downgrade.ts'
import { fallbacksOf } from './fallbacks.ts'
import { isGuarding, judge } from './limits.ts'
import { payeeOf } from './payee.ts'
import type { Route } from './route.ts'
import { chooseDestination, redirect, type Destination } from './target.ts'

export interface Plan {
  /** The first is asked, each other where those before it fail. */
  readonly destinations: readonly Destination[]
  /** A cascade, from the first rung that is asked; null where none is climbed. */
  readonly rungs: readonly Rung[] | null
}

/** More are a list that nobody waits for. */
const mostCandidates = 5

/** @param asked Where the caller's own words lead; a refusal where they lead nowhere and nothing else was decided. */
export function planFor(
  call: Call,
  asked: Destination | AppError,
  decided: { readonly route: Route; readonly downgrade: Downgrade },
  api: ApiId | 'raw',
  s: Services,
): Plan | AppError {
  const { route, downgrade } = decided
  const reached = route === null ? [] : route.candidates.flatMap(({ ref }) => reach(call, asked, ref, api, s) ?? [])
  const [chosen, ...others] = reached.slice(0, mostCandidates)
  const first = chosen ?? asked
  if (first instanceof AppError) return route === null ? first : unreachable(route)
  noteBaseline(call, asked, route, s)
  const main = bound(call, first, api, downgrade, s)
  if (main instanceof AppError) return main
  // A limit led elsewhere: nobody dearer is asked, not even where that one fails.
  if (main !== first) return { destinations: [main], rungs: null }
  const rest = [
    ...others.filter((one) => one !== undefined && !(one instanceof AppError)),
    ...fallbacksOf(call, main, api, s),
  ]
  return {
    destinations: [main, ...distinct(main, rest).filter((one) => fits(call, one, s))],
    rungs: rungsOf(call, main, route, api, s),
  }
}

function unreachable({ reason, rejected }: RouteDecision): AppError {
  const why = rejected
    .slice(0, mostCandidates)
    .map(({ name, why }) => `${name} ${why}`)
    .join('; ')
  return new AppError('unavailable', `No model can answer this: ${reason}.${why === '' ? '' : ` ${why}.`}`)
}

/** A candidate as a place to send to; null where the caller's path can't lead there. */
function reach(
  call: Call,
  asked: Destination | AppError,
  ref: ModelRef,
  api: ApiId | 'raw',
  s: Services,
): Destination | null {
  if (!(asked instanceof AppError)) {
    if (asked.provider.id === ref.provider && asked.model === ref.model) return asked
    if (call.mount !== null) return asked.provider.id === ref.provider ? redirect(asked, ref.model, s) : null
  }
  const destination = chooseDestination(call, api, true, s, { model: formatModelRef(ref), leavesMount: true })
  return destination instanceof AppError ? null : destination
}

function rungsOf(call: Call, main: Destination, route: Route, api: ApiId | 'raw', s: Services): readonly Rung[] | null {
  if (route?.ladder == null) return null
  const rungs = route.ladder.flatMap((name): Rung[] => {
    const destination = chooseDestination(call, api, true, s, { model: name, leavesMount: call.mount === null })
    return destination instanceof AppError ? [] : [{ name, destination }]
  })
  const at = rungs.findIndex(({ destination }) => isSame(destination, main))
  return at < 0 ? null : rungs.slice(at)
}

const isSame = (one: Destination, other: Destination): boolean =>
  one.provider.id === other.provider.id && one.model === other.model

function distinct(main: Destination, others: readonly Destination[]): readonly Destination[] {
  const seen = [main]
  for (const one of others) if (!seen.some((other) => isSame(one, other))) seen.push(one)
  return seen.slice(1)
}

/** Whoever is asked when another fails must be within the limits, too; no alert is raised over one that nobody asks. */
function fits(call: Call, destination: Destination, s: Services): boolean {
  if (!isGuarding(s)) return true
  const payee = payeeOf(call, destination)
  if (payee === null) return false
  const { verdict } = judge(call, payee, s)
  return verdict.action === 'allow' || !refuses(verdict.action)
}

/** Savings are measured against what the caller asked for; a name that stands for many models is compared with the settings' one. */
function noteBaseline(call: Call, asked: Destination | AppError, route: Route, s: Services): void {
  const { notes, requestedModel } = call
  if (route === null) {
    if (!(asked instanceof AppError) && asked.model !== null)
      notes.baseline = { provider: asked.provider.id, model: asked.model }
    return
  }
  notes.route = route.rule
  const { savings, routing } = s.config()
  const plain = splitSuffix(requestedModel ?? '', () => true)?.base ?? requestedModel
  const name = baselineOf(plain, { baselineModel: savings.baselineModel, aliases: routing.aliases })
  if (name === null) return
  const isAsked = name === requestedModel && !(asked instanceof AppError)
  const named = isAsked
    ? asked
    : chooseDestination(call, call.endpoint === 'estimate' ? 'raw' : call.endpoint, true, s, {
        model: name,
        leavesMount: true,
      })
  if (named instanceof AppError || named.model === null) return
  notes.baseline = { provider: named.provider.id, model: named.model }
}
