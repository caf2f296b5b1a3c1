/** What the row keeps of how a call was routed: the rule, how it looked, and what the model it is compared with would have cost. */
import type { ModelRef } from '../neutral/model.ts'
import type { RecordedFacts, RequestRecord, RouteName } from '../neutral/record.ts'
import { totalInputTokens, type PriceTerms, type Usage } from '../neutral/usage.ts'
import { readAutomated } from '../rules/automated.ts'
import { stampSavings, type SavingsStamp } from '../rules/savings.ts'
import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import type { Pricing } from './settlement.ts'
import { isAnswer } from './ways.ts'

type Routed = Pick<
  RequestRecord,
  'route' | 'isAutomated' | 'complexity' | 'baselineModel' | 'baselineNanoUsd' | 'promptCacheSavedNanoUsd' | 'facts'
>

/** Of what no model was asked for, or nobody saw the end of. */
export const notRouted: Routed = {
  route: null,
  isAutomated: false,
  complexity: null,
  baselineModel: null,
  baselineNanoUsd: null,
  promptCacheSavedNanoUsd: null,
  facts: null,
}

/** Of the last attempt. */
export interface Served {
  /** null where nothing was used. */
  readonly usage: Usage | null
  readonly terms: PriceTerms
  /** What the answer calls it; null where it does not. */
  readonly model: string | null
}

export function routedFacts(call: Call, attempt: Attempt | null, served: Served, prices: Pricing): Routed {
  if (!isAnswer(call.endpoint)) return notRouted
  const { classified, baseline } = call.notes
  const route = attempt === null ? null : routeOf(call)
  const isCompared = route !== null && route !== 'passthrough' && baseline !== null
  const stamp = stampOf(call, attempt, served, isCompared ? baseline : null, prices)
  return {
    route,
    isAutomated: classified === null ? saysAutomated(call) : classified.automated !== null,
    complexity: classified === null ? null : { score: classified.complexity.score, tier: classified.complexity.tier },
    baselineModel: isCompared ? `${baseline.provider}/${baseline.model}` : null,
    baselineNanoUsd: stamp?.baselineNanoUsd ?? null,
    promptCacheSavedNanoUsd: stamp?.promptCacheSavedNanoUsd ?? null,
    facts: classified === null ? null : recorded(call),
  }
}

function stampOf(
  call: Call,
  attempt: Attempt | null,
  { usage, terms, model: served }: Served,
  baseline: ModelRef | null,
  { price }: Pricing,
): SavingsStamp | null {
  if (attempt === null || usage === null) return null
  // Most requests are compared with nothing and have no part in a cache.
  if (baseline === null && totalInputTokens(usage) === usage.inputTokens) return null
  const { provider, billing, model } = attempt.target
  const used = { provider, model: model ?? '', served, usage, terms, billing, atMs: call.startedMs, isEstimated: true }
  return model === null && served === null ? null : stampSavings(used, baseline, price)
}

const saysAutomated = ({ headers }: Call): boolean => readAutomated(headers.get('x-relayplane-automated')) === true

/** The last that had a say. */
export function routeOf({ notes, headers }: Call): RouteName {
  if (notes.guard === 'downgraded') return 'downgrade'
  if (notes.wentOn) return 'fallback'
  return notes.route ?? (headers.get('x-relayplane-model') ? 'header' : 'passthrough')
}

function recorded({ facts, notes }: Call): RecordedFacts | null {
  const { classified } = notes
  if (classified === null) return null
  return {
    tools: facts.toolCount,
    messages: facts.messageCount,
    images: classified.shape.media.has('image'),
    toolTurn: classified.shape.isToolTurn,
    sideCall: classified.sideCall?.kind ?? null,
    maxOutputTokens: facts.maxOutputTokens,
    expected: { inputTokens: classified.inputTokens, outputTokens: classified.expectedOutputTokens },
    ...(notes.isUsable && { isUsable: true }),
    ...(classified.repeats === null ? {} : { repeats: classified.repeats }),
  }
}
