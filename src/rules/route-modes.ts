/** What `routing.mode` wants where no name and no rule has decided: the model asked for, a tier's, or the first of a cascade. */
import type { ModelRef } from '../neutral/model.ts'
import { firstStep, type Fit } from './cascade.ts'
import type { Tier } from './complexity.ts'
import type { LadderRung, Question, RouteSettings } from './route-facts.ts'
import { meaningOf, plainModel, standIns } from './route-meaning.ts'
import { isSame, screen, type Option, type Screened } from './route-screen.ts'
import { tierForComplexity, tierForTask, type TierChoice } from './route-tier.ts'
import { askedLast, order, wish, type Wish } from './route-wish.ts'

export function wishOfMode(asked: string, question: Question): Wish {
  const { facts, settings } = question
  const asItIs = (why: string): Wish => order('passthrough', why, plainModel(asked, question))
  if (settings.mode === 'passthrough') return asItIs('the caller gets the model that it names')
  const off = modeIsOff(settings)
  if (off !== null) return asItIs(off)
  // Whoever began it is most likely the model that is asked for.
  if (facts.isMidToolLoop && facts.home === null)
    return asItIs('it is in the middle of a tool loop that began elsewhere')
  switch (settings.mode) {
    case 'complexity': {
      const choice = tierForComplexity(question)
      return choice === null ? asItIs('it has no score of complexity') : byTier('complexity', choice, asked, question)
    }
    case 'auto':
      return byTier(
        'auto',
        tierForTask(question, (tier) => modelOf(tier, question)),
        asked,
        question,
      )
    case 'cascade':
      return byCascade(asked, question)
  }
}

/** Why the mode does nothing; null where it does. */
export function modeIsOff({ mode, cascade, complexity }: RouteSettings): string | null {
  if (mode === 'cascade' && !cascade.enabled) return 'routing.mode is cascade, but routing.cascade.enabled is false'
  if (mode === 'complexity' && !complexity.enabled) {
    return 'routing.mode is complexity, but routing.complexity.enabled is false'
  }
  return null
}

const modelOf = (tier: Tier, question: Question): ModelRef | null =>
  meaningOf(question.settings.complexity[tier], 'settings', question).first

function byTier(rule: 'complexity' | 'auto', { tier, why }: TierChoice, asked: string, question: Question): Wish {
  const model = question.settings.complexity[tier]
  const meaning = meaningOf(model, 'settings', question)
  const others = [...standIns(meaning.first, question), ...askedLast(asked, question)]
  return { ...wish(rule, `${why}: ${model}`, meaning, others), isChoice: true }
}

/** Where the settings name none, the models of the tiers. */
export const rungsOf = ({ cascade, complexity }: RouteSettings): readonly string[] =>
  cascade.models.length > 0 ? cascade.models : [complexity.simple, complexity.moderate, complexity.complex]

function byCascade(asked: string, question: Question): Wish {
  const { facts, settings } = question
  const rungs = rungsOf(settings)
  const screened = new Map(rungs.map((name) => [name, screenRung(name, question)]))
  const isPriced = (name: string): boolean => (screened.get(name)?.candidates[0]?.costNanoUsd ?? null) !== null
  const hasPriced = rungs.some(isPriced)
  const fitOf = (name: string): Fit => {
    const { candidates = [], rejected = [] } = screened.get(name) ?? {}
    if (candidates.length === 0)
      return { kind: 'lacks', what: `what it takes: it ${rejected[0]?.why ?? 'is not known'}` }
    return isPriced(name) || !hasPriced ? { kind: 'fits' } : { kind: 'lacks', what: 'a known price' }
  }
  const tier = settings.complexity.enabled ? (facts.complexity?.tier ?? null) : null
  const step = firstStep({ models: rungs, maxEscalations: 0 }, tier, fitOf)
  const from = step.kind === 'ask' ? step.rung : rungs.length
  const options = rungs.slice(from).flatMap((name, place) => rungOption(screened.get(name), from + place))
  const ladder = rungs.slice(from).flatMap((name) => ladderRung(name, screened.get(name)))
  const reason =
    step.kind === 'ask' ? `${step.why}: ${step.model}` : `no model of the cascade can be asked: ${step.why}`
  return {
    rule: 'cascade',
    reason,
    options: [...options, ...askedLast(asked, question)],
    rejected: rungs.flatMap((name) => screened.get(name)?.rejected ?? []),
    first: null,
    isChoice: true,
    heedsHome: true,
    ladder: ladder.length === 0 ? null : ladder,
  }
}

function screenRung(name: string, question: Question): Screened {
  const { options, rejected, isChoice } = meaningOf(name, 'settings', question)
  const screened = screen(options, isChoice, question)
  return { ...screened, rejected: [...rejected, ...screened.rejected] }
}

/** A rung is one model: the same at another provider is no step up. */
function rungOption(screened: Screened | undefined, place: number): readonly Option[] {
  const ref = screened?.candidates[0]?.ref
  return ref === undefined ? [] : [{ ref, standing: place, why: `no. ${place + 1} of the cascade`, isCallers: false }]
}

/** Who can't be asked is no step. */
function ladderRung(name: string, screened: Screened | undefined): readonly LadderRung[] {
  const ref = screened?.candidates[0]?.ref
  return ref === undefined ? [] : [{ name, ref }]
}

/** The rungs from a model on; null where it is none. */
export function ladderFrom(ref: ModelRef, question: Question): readonly LadderRung[] | null {
  const rungs = rungsOf(question.settings)
  const place = rungs.findIndex((name) =>
    meaningOf(name, 'settings', question).options.some((option) => isSame(option.ref, ref)),
  )
  const [name, ...above] = place < 0 ? [] : rungs.slice(place)
  if (name === undefined) return null
  return [{ name, ref }, ...above.flatMap((rung) => ladderRung(rung, screenRung(rung, question)))]
}
