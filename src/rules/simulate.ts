/**
 * What would have gone where: requests of the past, each decided anew in their order, with the homes that their conversations
 * would have had. It replays choices and prices; what a model would have answered nobody knows.
 */
import { formatModelRef, type Billing, type ModelRef, type TaskType } from '../neutral/model.ts'
import type { RecordedFacts } from '../neutral/record.ts'
import type { PastRequest } from '../neutral/simulation.ts'
import { standardTerms, totalInputTokens, type PriceTerms, type Usage } from '../neutral/usage.ts'
import { assumedOutputTokens } from './estimates-habits.ts'
import { decideRoute } from './route.ts'
import type { Home, RouteDecision, RouteFacts, RouteSettings, RouteWorld } from './route-facts.ts'
import { isSame } from './route-screen.ts'
import { tierOf, type ComplexitySettings } from './complexity.ts'
import { taskTypeOf } from './task-type.ts'

export type SimulatedSettings = RouteSettings & {
  readonly complexity: Pick<ComplexitySettings, 'thresholds'>
}

export interface SimulationParts {
  readonly settings: SimulatedSettings
  readonly worldOf: (past: PastRequest) => RouteWorld
  /** How a provider is paid for where nothing else tells. */
  readonly billingOf: (provider: string) => Billing
  /** Integer nano-USD; null where no price is known. */
  readonly priceOf: (ref: ModelRef, paid: Paid) => number | null
}

export interface Paid {
  readonly usage: Usage
  readonly terms: PriceTerms
  readonly billing: Billing
  /** Unix ms. */
  readonly atMs: number
}

export interface Replayed {
  /** As it was recorded, where it was; it was decided by the kind that was expected. */
  readonly task: TaskType
  readonly decision: RouteDecision
  /** Who answered then; null where nobody did or could have. */
  readonly from: ModelRef | null
  /** null: refused. */
  readonly to: ModelRef | null
  readonly thenNanoUsd: number | null
  readonly nowNanoUsd: number | null
  readonly thenBilling: Billing
  readonly nowBilling: Billing
  readonly hasStayed: boolean
  /** Tokens that lay in a prompt cache then, and would have been read anew. */
  readonly lostTokens: number
  readonly isUnscored: boolean
}

/** No prompt cache is kept for longer unless it is paid for; the same as where homes are kept while routing. */
const longestHomeMs = 3_600_000

interface Kept {
  readonly ref: ModelRef
  readonly atMs: number
}

/** @returns To be called with the requests in the order in which they came. */
export function openReplay(parts: SimulationParts): (past: PastRequest) => Replayed {
  const homes = new Map<string, Kept>()
  return (past) => {
    const key = past.session === null ? null : `${past.session}\n${past.asked}`
    const kept = key === null ? null : liveHome(homes.get(key), past.startedMs)
    const facts = factsOf(past, homeOf(past, kept), parts.settings)
    const decision = decideRoute(facts, parts.settings, parts.worldOf(past))
    const to = decision.candidates[0]?.ref ?? null
    if (key !== null && to !== null) homes.set(key, { ref: to, atMs: past.startedMs })
    return { task: past.task ?? facts.task, ...judge(past, decision, kept?.ref ?? past.served, parts) }
  }
}

const liveHome = (kept: Kept | undefined, nowMs: number): Kept | null =>
  kept === undefined || Math.abs(nowMs - kept.atMs) > longestHomeMs ? null : kept

/** A conversation that was under way before the first request replayed has its home where it was. */
function homeOf({ asked, served, session, facts, usage }: PastRequest, kept: Kept | null): Home | null {
  const cachedTokens = usage.cacheReadTokens
  if (kept !== null) return { ref: kept.ref, asked, cachedTokens }
  const isUnderWay = session !== null && cachedTokens > 0 && (facts?.messages ?? 0) > messagesOfBeginning
  return isUnderWay && served !== null ? { ref: served, asked, cachedTokens } : null
}

/** A question, and what a client may put before it. */
const messagesOfBeginning = 2

function factsOf(past: PastRequest, home: Home | null, { complexity }: SimulatedSettings): RouteFacts {
  const { asked, served, mount, agent, tags, isAutomated, facts, score } = past
  const { inputTokens, outputTokens } = facts?.expected ?? expectedOf(past)
  const hasTools = facts === null ? past.task === 'tool_use' : facts.tools > 0
  const points = score ?? complexity.thresholds.moderate
  return {
    asked,
    header: past.isHeaderChosen && served !== null ? formatModelRef(served) : null,
    isBypassed: false,
    mount,
    agent,
    tags,
    // Not the kind in its row: that is told by the answer, which nobody had seen when it was decided.
    task: taskTypeOf({ hasTools, input: inputTokens, output: outputTokens }),
    complexity: { score: points, tier: tierOf(points, complexity.thresholds) },
    isAutomated,
    inputTokens,
    expectedOutputTokens: outputTokens,
    needs: {
      hasTools,
      media: facts?.images === true ? imagesOnly : noMedia,
      inputTokens,
      wantsSchema: false,
      wantsThinking: false,
    },
    isMidToolLoop: facts?.toolTurn === true,
    home,
    sideCall: sideCallOf(facts?.sideCall ?? null),
  }
}

/** Where the row does not tell what was expected: the input that was read, and an answer as it is expected of a model not yet known. */
const expectedOf = ({ usage, facts }: PastRequest): NonNullable<RecordedFacts['expected']> => ({
  inputTokens: totalInputTokens(usage),
  outputTokens: Math.min(facts?.maxOutputTokens ?? Infinity, assumedOutputTokens),
})

const noMedia: ReadonlySet<'image'> = new Set()
const imagesOnly: ReadonlySet<'image'> = new Set(['image'])

/** The row has the word of one of these; all that comes after a summary rests on it. */
const sideCallOf = (kind: string | null): RouteFacts['sideCall'] =>
  kind === null ? null : { kind: kind as NonNullable<RouteFacts['sideCall']>['kind'], isSmall: kind !== 'summary' }

type Judged = Omit<Replayed, 'task'>

/** @param holder In whose prompt cache the conversation would have been. */
function judge(past: PastRequest, decision: RouteDecision, holder: ModelRef | null, parts: SimulationParts): Judged {
  const from = past.served ?? askedModel(past, parts)
  const to = decision.candidates[0]?.ref ?? null
  const isCacheKept = to === null || holder === null || isSame(to, holder)
  const before = from === null ? null : costThen(past, from, parts)
  const nowBilling = to === null ? past.billing : billingAt(to, past, parts)
  return {
    decision,
    from,
    to,
    thenNanoUsd: before,
    nowNanoUsd:
      to === null
        ? null
        : isCacheKept && from !== null && isSame(to, from)
          ? before
          : costNow(past, to, isCacheKept, parts),
    thenBilling: past.billing,
    nowBilling,
    hasStayed: decision.switch?.verdict === 'stayed',
    lostTokens: isCacheKept ? 0 : past.usage.cacheReadTokens,
    isUnscored: past.score === null,
  }
}

/** Where a request that was not sent would have gone by its own word. */
function askedModel(past: PastRequest, { worldOf }: SimulationParts): ModelRef | null {
  if (past.mount !== null) return { provider: past.mount, model: past.asked }
  const found = worldOf(past).resolve(past.asked)
  return found.kind === 'found' ? (found.refs[0] ?? null) : found.ref
}

const costThen = (past: PastRequest, from: ModelRef, parts: SimulationParts): number | null =>
  past.served === null ? parts.priceOf(from, paidAt(from, past, past.usage, parts)) : past.costNanoUsd

function costNow(past: PastRequest, to: ModelRef, isCacheKept: boolean, parts: SimulationParts): number | null {
  const { usage } = past
  const cost = (used: Usage) => parts.priceOf(to, paidAt(to, past, used, parts))
  if (isCacheKept || usage.cacheReadTokens === 0) return cost(usage)
  const lost = { ...usage, cacheReadTokens: 0, cacheReadAudioTokens: 0 }
  const read = cost({ ...lost, inputTokens: usage.inputTokens + usage.cacheReadTokens })
  // Some bill more for what they write to a cache than for what they merely read.
  const written = cost({ ...lost, cacheWrite5mTokens: usage.cacheWrite5mTokens + usage.cacheReadTokens })
  return read === null || written === null ? null : Math.max(read, written)
}

const paidAt = (to: ModelRef, past: PastRequest, usage: Usage, parts: SimulationParts): Paid => ({
  usage,
  // One provider's tier means nothing at another.
  terms: past.served !== null && past.served.provider !== to.provider ? standardTerms : past.terms,
  billing: billingAt(to, past, parts),
  atMs: past.startedMs,
})

const billingAt = (to: ModelRef, { served, billing }: PastRequest, { billingOf }: SimulationParts): Billing =>
  served !== null && served.provider === to.provider ? billing : billingOf(to.provider)
