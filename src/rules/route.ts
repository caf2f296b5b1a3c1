/**
 * Where a request goes: one pure function from what is known of it, the settings and the state of the world to a ranked list with
 * the reason for every place in it. `docs/routing.md` has the order in which rules are asked.
 */
import { formatModelRef, type ModelRef } from '../neutral/model.ts'
import { conditionWords, matchesRule } from './match-rule.ts'
import type {
  Candidate,
  Question,
  Rejected,
  RouteDecision,
  RouteFacts,
  RouteSettings,
  RouteWorld,
} from './route-facts.ts'
import { choiceOf, meaningOf, plainModel, type Meaning } from './route-meaning.ts'
import { ladderFrom, wishOfMode } from './route-modes.ts'
import { isSame, judge, screen, type Screened } from './route-screen.ts'
import { askedLast, order, wish, type Wish } from './route-wish.ts'
import { stayOf, type Stay } from './stickiness.ts'
import { splitSuffix } from './suffix.ts'

export function decideRoute(facts: RouteFacts, settings: RouteSettings, world: RouteWorld): RouteDecision {
  const question = { facts, settings, world }
  const wanted = wishOf(question)
  const { candidates, rejected: unfit } = underCeiling(screen(wanted.options, wanted.isChoice, question), question)
  const rejected = distinct([...wanted.rejected, ...unfit], candidates)
  const decision: RouteDecision = {
    rule: wanted.rule,
    candidates,
    rejected,
    reason: reasonOf(wanted, candidates[0]?.ref ?? null, rejected),
    ladder: wanted.ladder,
    switch: null,
  }
  return wanted.heedsHome ? atHome(decision, question) : decision
}

/** The first rule that has something to say; the mode always has. */
function wishOf(question: Question): Wish {
  const { header, asked, isBypassed } = question.facts
  if (header !== null) return byHeader(header, question)
  if (asked === null) return order('passthrough', 'the request names no model', noMeaning)
  if (isBypassed) return order('passthrough', 'X-RelayPlane-Bypass skips routing', plainModel(asked, question))
  return (
    byOverride(asked, question) ?? byName(asked, question) ?? byRule(asked, question) ?? wishOfMode(asked, question)
  )
}

const noMeaning: Meaning = { options: [], rejected: [], first: null, isChoice: false, told: '' }

function byHeader(name: string, question: Question): Wish {
  const choice = question.facts.isBypassed ? null : choiceOf(name, 'caller', question)
  const reason = `X-RelayPlane-Model names ${name}${toldOf(choice)}`
  return order('header', reason, choice ?? plainModel(name, question))
}

const toldOf = (meaning: Meaning | null): string =>
  meaning === null || meaning.told === '' ? '' : `, which ${meaning.told}`

/** A suffix goes over to the name that takes the other's place, where that is a model's. */
function byOverride(asked: string, question: Question): Wish | null {
  const { settings, world } = question
  const { modelOverrides } = settings
  const suffixed = Object.hasOwn(modelOverrides, asked) ? null : splitSuffix(asked, world.isKnown)
  const name = suffixed?.base ?? asked
  if (!Object.hasOwn(modelOverrides, name)) return null
  const target = modelOverrides[name] ?? ''
  const whole = suffixed === null ? target : `${target}:${suffixed.suffix}`
  const used = splitSuffix(whole, world.isKnown) === null ? target : whole
  const meaning = meaningOf(used, 'settings', question)
  const reason = `modelOverrides puts ${used} in the place of ${asked}${toldOf(meaning)}`
  return order('override', reason, meaning, askedLast(name, question))
}

function byName(asked: string, question: Question): Wish | null {
  const choice = choiceOf(asked, 'caller', question)
  return choice === null ? null : wish(choice.kind, `${asked} ${choice.told}`, choice)
}

function byRule(asked: string, question: Question): Wish | null {
  const { facts, settings } = question
  const place = settings.rules.findIndex(({ when }) => matchesRule(when, facts))
  const rule = settings.rules[place]
  if (rule === undefined) return null
  const meaning = meaningOf(rule.use, 'settings', question)
  const reason = `routing.rules.${place} (${conditionWords(rule.when)}) uses ${rule.use}${toldOf(meaning)}`
  return wish('rule', reason, meaning, askedLast(asked, question))
}

/** What a limit led to is always the last choice, and where all others are dearer the only one. */
function underCeiling(screened: Screened, question: Question): Screened {
  const { ceiling } = question.world
  if (ceiling === null || screened.candidates.some(({ ref }) => isSame(ref, ceiling))) return screened
  // The path's provider has no say in it: a limit may lead away from there.
  const judged = judge(ceiling, false, { ...question, facts: { ...question.facts, mount: null } })
  if (judged.kind === 'no') {
    const rejected = { name: formatModelRef(ceiling), ref: ceiling, why: judged.why }
    return { ...screened, rejected: [...screened.rejected, rejected] }
  }
  const candidate = { ref: ceiling, why: 'what a limit led to', costNanoUsd: judged.costNanoUsd }
  return { ...screened, candidates: [...screened.candidates, candidate] }
}

/** Each name once; who is rejected as somebody's choice may still be a candidate as the caller's own, or a limit's. */
function distinct(rejected: readonly Rejected[], candidates: readonly Candidate[]): readonly Rejected[] {
  const names = new Set(candidates.map(({ ref }) => formatModelRef(ref)))
  return rejected.filter(({ name }) => !names.has(name) && names.add(name))
}

function reasonOf({ reason, first }: Wish, chosen: ModelRef | null, rejected: readonly Rejected[]): string {
  if (chosen === null) return [reason, ...rejected.map(({ name, why }) => `${name} ${why}`)].join('; ')
  const against = rejected.find(({ ref }) => first !== null && ref !== null && isSame(ref, first))
  if (first === null || against === undefined || isSame(chosen, first)) return reason
  return `${reason}; ${against.name} ${against.why}, so ${formatModelRef(chosen)} takes its place`
}

function atHome(decision: RouteDecision, question: Question): RouteDecision {
  const stay = stayOf(decision.candidates[0]?.ref ?? null, question)
  switch (stay.kind) {
    case 'free':
      return decision
    case 'homeless':
      return { ...decision, rejected: distinct([...decision.rejected, stay.rejected], decision.candidates) }
    case 'leaves':
      return { ...decision, switch: stay.switch }
    case 'stays':
      return stayed(decision, stay, question)
  }
}

type Stays = Extract<Stay, { kind: 'stays' }>

function stayed(decision: RouteDecision, { home, switch: cost }: Stays, question: Question): RouteDecision {
  return {
    ...decision,
    rule: 'sticky',
    reason: `the conversation stays with ${formatModelRef(home.ref)}: ${cost.why}; else ${decision.reason}`,
    candidates: [home, ...decision.candidates.filter(({ ref }) => !isSame(ref, home.ref))],
    ladder: decision.ladder === null ? null : ladderFrom(home.ref, question),
    switch: cost,
  }
}
