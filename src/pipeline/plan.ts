/** Who is asked, in which order: what the route stage decided, held to what may be spent, then the settings' fallbacks. */
import type { Services } from '../app/services.ts'
import { AppError, type ErrorCode } from '../neutral/error.ts'
import { formatModelRef, type ModelRef } from '../neutral/model.ts'
import { aliasModels } from '../providers/alias-models.ts'
import type { ApiId } from '../providers/provider.ts'
import type { RouteDecision } from '../rules/route-facts.ts'
import { refuses } from '../rules/limits.ts'
import { aliasMeaning } from '../rules/aliases.ts'
import { baselineOf } from '../rules/savings.ts'
import { splitSuffix } from '../rules/suffix.ts'
import { bound } from './bound.ts'
import type { Call } from './call.ts'
import type { Rung } from './climb.ts'
import type { Downgrade } from './downgrade.ts'
import { fallbacksOf } from './fallbacks.ts'
import { forecast } from './forecast.ts'
import { isGuarding, judge } from './limits.ts'
import { payeeOf } from './payee.ts'
import type { Route } from './route.ts'
import { askedModel, chooseDestination, redirect, type Destination } from './target.ts'
import { isAnswer } from './ways.ts'

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
  const first = chosen ?? whatWasAsked(call, asked, route, s)
  if (first instanceof AppError) return first
  noteBaseline(call, asked, route, s)
  const main = bound(call, first, api, downgrade, s)
  if (main instanceof AppError) return main
  // A limit led elsewhere: nobody dearer is asked, not even where that one fails.
  if (main !== first) return { destinations: [main], rungs: null }
  const isNear = downgrade.kind === 'near'
  const standIns = fallbacksWithin(call, main, others, api, s)
  return {
    // Near a limit a model is kept where no cheaper one will do; that is no leave to ask a dearer one.
    destinations: [main, ...(isNear ? standIns.filter((one) => !isDearer(call, one, main, s)) : standIns)],
    rungs: isNear ? null : rungsOf(call, asked, main, route, api, s),
  }
}

/** Where nobody was chosen, the caller's own model, or that nobody knows it; but an alias is none, and no provider is to see it. */
function whatWasAsked(call: Call, asked: Destination | AppError, route: Route, s: Services): Destination | AppError {
  if (route === null || !standsForOthers(askedModel(call), s)) return asked
  if (route.rule !== 'passthrough') return unreachable(route, 'unavailable')
  // What is not decided leads nowhere however often it is tried.
  return asked instanceof AppError ? unreachable(route, asked.code) : asked
}

/** Whether a name is an alias, or a model's with a suffix. */
function standsForOthers(name: string | null, s: Services): boolean {
  if (name === null) return false
  const isKnown = (model: string): boolean => s.knownNames(model, s.providers().catalog)
  return aliasMeaning(name, s.config().routing.aliases, aliasModels) !== null || splitSuffix(name, isKnown) !== null
}

/** Those that are asked where a model fails: what the settings have for that, then the rest of the decision. */
function fallbacksWithin(
  call: Call,
  main: Destination,
  others: readonly Destination[],
  api: ApiId | 'raw',
  s: Services,
): readonly Destination[] {
  const listed = fallbacksOf(call, main, api, s)
  if (listed.length === 0 && others.length === 0) return listed
  return distinct(main, [...listed, ...others]).filter((one) => fits(call, one, s))
}

function isDearer(call: Call, one: Destination, than: Destination, s: Services): boolean {
  const [cost, most] = [one, than].map((destination) => {
    const payee = payeeOf(call, destination)
    return payee === null ? null : forecast(call, payee, s).nanoUsd
  })
  return (cost ?? Infinity) > (most ?? Infinity)
}

function unreachable({ reason, rejected, candidates }: RouteDecision, code: ErrorCode): AppError {
  // Where nobody was left to choose, the reason says already why.
  const against = candidates.length === 0 ? [] : rejected.slice(0, mostCandidates)
  const why = against.map(({ name, why }) => `${name} ${why}`).join('; ')
  return new AppError(code, `No model can answer this: ${reason}.${why === '' ? '' : ` ${why}.`}`)
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

/** Each with who is asked where it fails; a higher rung is asked for a bad answer, and not for none. */
function rungsOf(
  call: Call,
  asked: Destination | AppError,
  main: Destination,
  route: Route,
  api: ApiId | 'raw',
  s: Services,
): readonly Rung[] | null {
  if (route?.ladder == null) return null
  const rungs = route.ladder.flatMap(({ name, ref }): Rung[] => {
    const destination = reach(call, asked, ref, api, s)
    return destination === null ? [] : [{ name, destination, standIns: fallbacksWithin(call, destination, [], api, s) }]
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
  if (route !== null) call.notes.route = route.rule
  const baseline = baselineFor(call, asked, s)
  if (baseline instanceof AppError || baseline === null || baseline.model === null) return
  call.notes.baseline = { provider: baseline.provider.id, model: baseline.model }
}

function baselineFor(call: Call, asked: Destination | AppError, s: Services): Destination | AppError | null {
  const { requestedModel, endpoint } = call
  if (!isAnswer(endpoint) || requestedModel === null) return null
  const { savings, routing } = s.config()
  const isKnown = (name: string): boolean => s.knownNames(name, s.providers().catalog)
  const plain = splitSuffix(requestedModel, isKnown)?.base ?? requestedModel
  const name = baselineOf(plain, { baselineModel: savings.baselineModel, aliases: routing.aliases })
  if (name === null || name === askedModel(call)) return asked
  return chooseDestination(call, endpoint as ApiId, true, s, { model: name, leavesMount: name !== plain })
}
