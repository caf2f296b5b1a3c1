/**
 * Stage 8, forward: finds the provider and walks the ways of asking it until one is answered. When a fault of ours keeps it from
 * deciding, the original bytes go to the dialect's own provider.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { AppError, asAppError } from '../neutral/error.ts'
import { addresseeOf } from '../providers/auth.ts'
import { anomaly, type AnomalyVerdict } from './anomaly.ts'
import { askDirect, nothingBefore } from './ask.ts'
import { budget, type Budget } from './budget.ts'
import { cache, type CacheLookup } from './cache.ts'
import type { Call } from './call.ts'
import { classify, type Classify } from './classify.ts'
import { climb, type Rung } from './climb.ts'
import { countTokens } from './count.ts'
import { downgrade, type Downgrade } from './downgrade.ts'
import { unedited } from './edit.ts'
import { estimateCost } from './estimate.ts'
import type { ApiId } from '../providers/provider.ts'
import { noteSkip } from './guarded.ts'
import { listModels } from './models.ts'
import { parse } from './parse.ts'
import { planFor } from './plan.ts'
import type { AskOne } from './ask-seat.ts'
import { nameOf, pursue } from './pursue.ts'
import { type Route, route } from './route.ts'
import type { Reply } from './reply.ts'
import { askedModel, chooseDestination, type Destination } from './target.ts'
import { askAsIs, walk } from './walk.ts'
import { directWay, isCount, isTranslatable } from './ways.ts'

export const forward = (s: Services) =>
  new Elysia({ name: 'stage/forward' })
    .use(parse(s))
    .use(cache(s))
    .use(budget(s))
    .use(anomaly(s))
    .use(downgrade(s))
    .use(classify(s))
    .use(route(s))
    .resolve(async ({ call, cached, budget, anomaly, downgrade, classified, route }): Promise<{ reply: Reply }> => {
      try {
        return { reply: await forwardCall(call, { cached, budget, anomaly, downgrade, classified, route }, s) }
      } catch (fault) {
        noteSkip('forward', call.notes, s.log, fault)
        return { reply: await forwardRaw(call, { budget, anomaly }, s) }
      }
    })
    .as('scoped')

/** What the stages before decided. */
interface Decided {
  readonly cached: CacheLookup
  readonly budget: Budget
  readonly anomaly: AnomalyVerdict
  readonly downgrade: Downgrade
  readonly classified: Classify
  readonly route: Route
}

function forwardCall(call: Call, decided: Decided, s: Services): Reply | Promise<Reply> {
  if (call.refusal !== null) return { kind: 'refused', error: call.refusal }
  if (decided.cached.kind === 'hit') return { kind: 'cached', hit: decided.cached }
  if (decided.cached.kind === 'left') return { kind: 'left' }
  const closed = closedBy(decided)
  if (closed !== null) return { kind: 'refused', error: closed }
  const { enabled } = s.config()
  if (enabled) {
    if (call.endpoint === 'estimate') return estimateCost(call, s)
    if (call.endpoint === 'models' && isOurs(call)) return listModels(call, s)
  }
  const api = call.endpoint === 'estimate' ? 'raw' : call.endpoint
  const asked = chooseDestination(call, api, enabled, s)
  const askOne = askerOf(api, enabled, s)
  if (!enabled) return asked instanceof AppError ? { kind: 'refused', error: asked } : askOne(call, asked, [])
  const plan = planFor(call, asked, decided, api, s)
  if (plan instanceof AppError) return { kind: 'refused', error: plan }
  const { destinations, rungs } = plan
  const [main] = destinations
  if (main !== undefined) call.notes.add('forward', `chose ${nameOf(main)}`, reasons[main.by] ?? main.by)
  const going =
    rungs === null
      ? pursue(call, destinations, askOne, s)
      : climb(call, rungs, (rung, earlier) => pursue(call, placesOf(rung), askOne, s, earlier), s)
  // What nothing had to wait for is worked out while the provider works.
  if (s.config().routing.observe) decided.classified()
  return going
}

const placesOf = ({ destination, standIns }: Rung): readonly Destination[] => [destination, ...standIns]

const askerOf =
  (api: ApiId | 'raw', enabled: boolean, s: Services): AskOne =>
  (call, destination, earlier) => {
    if (!enabled || !isTranslatable(call.endpoint)) return askAsIs(call, destination, api, earlier, s)
    return isCount(call.endpoint) ? countTokens(call, destination, earlier, s) : walk(call, destination, earlier, s)
  }

type Guards = Pick<Decided, 'budget' | 'anomaly'>

/** What guards the door refuses also what would go on raw. */
function closedBy({ budget, anomaly }: Guards): AppError | null {
  if (budget.kind === 'closed') return budget.error
  return anomaly.kind === 'blocked' ? anomaly.error : null
}

/** A mount's models are its provider's to list, and so are those of a ChatGPT login, which Codex reads in a shape of its own. */
const isOurs = (call: Call): boolean => addresseeOf(call.mount, call.dialect, call.headers).by === 'dialect'

const reasons: Readonly<Record<string, string>> = {
  mount: 'the path names the provider',
  login: "the caller's login is to it",
  dialect: 'the request is in its dialect and names no model',
  'provider/model': 'the model is written provider/model',
  'config-models': 'providers.<name>.models lists the model',
  prefix: "the model's name is one of its own",
  'price-table': 'the price table lists the model there',
}

/**
 * Fail open: the request as it came, to the provider that its mount or its dialect names, with whatever credential may go
 * there. A model of anybody else can't go on raw: the prompt would reach a provider that the caller didn't choose.
 */
async function forwardRaw(call: Call, guards: Guards, s: Services): Promise<Reply> {
  const closed = closedBy(guards)
  if (closed !== null) return { kind: 'refused', error: closed }
  try {
    const destination = chooseDestination(call, 'raw', false, s)
    if (destination instanceof AppError) return { kind: 'refused', error: destination }
    if (!isAtHome(call, destination)) return { kind: 'refused', error: notRaw }
    return await askDirect(call, destination, 'raw', unedited(call), nothingBefore, s)
  } catch (fault) {
    s.log.error(`forwarding raw failed too: ${String(fault)}`)
    return { kind: 'refused', error: asAppError(fault) }
  }
}

function isAtHome(call: Call, destination: Destination): boolean {
  const { provider, by } = destination
  if (call.endpoint === 'estimate') return false
  if (isTranslatable(call.endpoint) && directWay(destination, call, true) === null) return false
  const asked = askedModel(call)
  if (asked === null) return true
  return asked === call.requestedModel && (by !== 'dialect' || provider.modelShape?.test(asked) === true)
}

const notRaw = new AppError(
  'unavailable',
  "RelayPlane met a fault of its own, and this request can't be forwarded as it is. Try again.",
)
