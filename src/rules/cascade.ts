/**
 * The ladder of a cascade: which model is asked first, which one when its answer is bad, and when that ends. It says where to go;
 * `evidence.ts` says when.
 */
import type { EscalationReason } from './evidence.ts'
import type { Tier } from './complexity.ts'

export interface CascadeSettings {
  /** Cheapest first. */
  readonly models: readonly string[]
  readonly escalateOn: Wish | readonly Wish[]
  readonly maxEscalations: number
}

/** `evidence` is every reason that an answer shows by itself and not by its choice of words. */
type Wish = EscalationReason | 'evidence'

const evidence: readonly EscalationReason[] = [
  'refusal',
  'invalid-tool-call',
  'schema-violation',
  'empty',
  'cut-off',
  'repeated-call',
]

export function reasonsOf(escalateOn: CascadeSettings['escalateOn']): ReadonlySet<EscalationReason> {
  const wishes = typeof escalateOn === 'string' ? [escalateOn] : escalateOn
  return new Set(wishes.flatMap((wish) => (wish === 'evidence' ? evidence : [wish])))
}

/** Whether a model may be asked for this request. */
export type Fit =
  | { readonly kind: 'fits' }
  /** It is skipped. @property what What the request needs and the model does not have, or why it can't be had now. */
  | { readonly kind: 'lacks'; readonly what: string }
  /** Neither it nor what is above it may be paid. @property why The limit. */
  | { readonly kind: 'too-dear'; readonly why: string }

export type Step =
  | {
      readonly kind: 'ask'
      readonly model: string
      /** Its place on the ladder, from 0. */
      readonly rung: number
      readonly why: string
    }
  | { readonly kind: 'stop'; readonly why: string }

type Climb = Pick<CascadeSettings, 'models' | 'maxEscalations'>

/** @param tier Null where complexity does not decide. @param fitOf Asked for each model that comes into question, from below. */
export function firstStep({ models }: Climb, tier: Tier | null, fitOf: (model: string) => Fit): Step {
  if (models.length === 0) return { kind: 'stop', why: 'routing.cascade.models is empty' }
  const from = tier === null ? 0 : rungOf(tier, models.length)
  const reason = tier === null ? 'the cascade begins with it' : `the cascade begins with it for what looks ${tier}`
  const up = climb(models, from, reason, fitOf)
  if (up.kind === 'ask' || from === 0) return up
  // What is below costs less, and a request that can be answered is.
  const below = models.slice(0, from).findLastIndex((model) => fitOf(model).kind === 'fits')
  const model = models[below]
  return model === undefined ? up : { kind: 'ask', model, rung: below, why: `nothing dearer may be asked: ${up.why}` }
}

/**
 * Where to go after a bad answer. To be asked before the answer is: one that nothing can follow need not be judged, nor held back.
 * @param rung Of the model that answers now. @param escalations How often the call has gone up so far.
 */
export function nextStep(
  { models, maxEscalations }: Climb,
  rung: number,
  escalations: number,
  fitOf: (model: string) => Fit,
): Step {
  if (escalations >= maxEscalations)
    return { kind: 'stop', why: `it has gone up as often as is allowed (${maxEscalations})` }
  const asked = new Set(models.slice(0, rung + 1))
  const from = models.findIndex((model, place) => place > rung && !asked.has(model))
  return from < 0 ? last : climb(models, from, 'the next of the cascade', fitOf)
}

const last: Step = { kind: 'stop', why: 'it is the last of the cascade' }

function climb(models: readonly string[], from: number, reason: string, fitOf: (model: string) => Fit): Step {
  const skipped: string[] = []
  for (const [place, model] of models.entries()) {
    if (place < from) continue
    const fit = fitOf(model)
    if (fit.kind === 'too-dear') return { kind: 'stop', why: fit.why }
    if (fit.kind === 'fits') return { kind: 'ask', model, rung: place, why: [reason, ...skipped].join('; ') }
    skipped.push(`${model} lacks ${fit.what}`)
  }
  return { kind: 'stop', why: [last.why, ...skipped].join('; ') }
}

/** The ends of the ladder for the ends of the scale; with two models the moderate begin with the cheaper one. */
function rungOf(tier: Tier, count: number): number {
  switch (tier) {
    case 'simple':
      return 0
    case 'moderate':
      return Math.floor((count - 1) / 2)
    case 'complex':
      return count - 1
  }
}
