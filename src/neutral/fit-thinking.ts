/** How hard to think, in the words of the model that is to do it: budgets become efforts and efforts budgets, within its bounds. */
import type { Note } from './adjustment.ts'
import type { Capabilities, ThinkingFacts } from './capability.ts'
import type { NeutralRequest } from './request.ts'
import { budgetOfEffort, type Effort, effortOfBudget, type Thinking } from './thinking.ts'

const ladder: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** Of the tokens for an answer, what thinking may take when its budget alone would take them all. */
const thinkingShare = 0.8

export function fitThinking(
  request: NeutralRequest,
  capabilities: Capabilities,
  isForeign: boolean,
  note: Note,
): NeutralRequest {
  const { thinking } = request
  const facts = capabilities.thinking
  if (thinking === null || !facts.isKnown) return request
  const [fitted, why] = fitWish(thinking, facts, answerTokens(request, capabilities), isForeign)
  if (fitted !== null && isSame(fitted, thinking)) return request
  const sentence = `${capabilities.model} ${why}`
  if (fitted === null) note({ field: 'thinking', did: 'dropped', from: words(thinking), why: sentence })
  else note({ field: 'thinking', did: 'changed', from: words(thinking), to: words(fitted), why: sentence })
  return { ...request, thinking: fitted }
}

/** Whether the model will think: what is asked, else what it does by itself. */
export function isThinking(thinking: Thinking | null, facts: ThinkingFacts): boolean {
  if (facts.style === 'none') return false
  if (thinking === null) return facts.isOnByDefault
  if (isOff(thinking)) return false
  return thinking.isOn === true || thinking.effort !== null || thinking.budgetTokens !== null || facts.isOnByDefault
}

const isOff = ({ isOn, effort, budgetTokens }: Thinking): boolean =>
  isOn === false || (isOn === null && (effort === 'none' || budgetTokens === 0))

/** Where the caller sets no limit a writer that must name one names no more than this. */
const usualAnswer = 32_000

const answerTokens = (request: NeutralRequest, capabilities: Capabilities): number =>
  request.maxOutputTokens ?? Math.min(capabilities.maxOutputTokens ?? usualAnswer, usualAnswer)

type Wish = readonly [fitted: Thinking | null, why: string]

function fitWish(thinking: Thinking, facts: ThinkingFacts, answer: number, isForeign: boolean): Wish {
  if (facts.style === 'none') return [null, 'does not think']
  if (facts.style === 'always') return [null, 'thinks by itself and takes no word about it']
  if (isOff(thinking)) return facts.canBeOff ? [switchedOff(thinking, facts), 'says it so'] : leastOf(thinking, facts)
  // A dialect that has only efforts means thinking by any of them; elsewhere an effort alone does not switch it on.
  const isOn = isForeign && (thinking.effort !== null || thinking.budgetTokens !== null) ? true : thinking.isOn
  if (facts.style === 'budget') return budgeted({ ...thinking, isOn }, facts, answer)
  return graded({ ...thinking, isOn }, facts)
}

function switchedOff(thinking: Thinking, facts: ThinkingFacts): Thinking {
  const off = { ...thinking, isOn: false, budgetTokens: null }
  if (facts.efforts?.includes('none') === true) return { ...off, effort: 'none' }
  const { effort } = thinking
  if (effort === null || effort === 'none') return { ...off, effort: null }
  if (facts.style === 'effort') return { ...off, effort: null }
  return { ...off, effort: facts.maxEffortWhenOff === null ? effort : weaker(effort, facts.maxEffortWhenOff) }
}

function leastOf(thinking: Thinking, facts: ThinkingFacts): Wish {
  const why = 'can not be kept from thinking'
  if (facts.style === 'budget')
    return [{ ...thinking, isOn: true, effort: null, budgetTokens: facts.budget?.min ?? null }, why]
  const least = facts.efforts?.find((effort) => effort !== 'none') ?? null
  return [least === null ? null : { ...thinking, isOn: null, effort: least, budgetTokens: null }, why]
}

function budgeted(thinking: Thinking, facts: ThinkingFacts, answer: number): Wish {
  const effort = thinking.effort === null ? null : nearest(thinking.effort, facts.efforts ?? [])
  if (thinking.budgetTokens === null && thinking.isOn !== true)
    return [effort === null && thinking.shows === null ? null : { ...thinking, effort }, takes(facts)]
  const { min, max } = facts.budget ?? { min: 0, max: null }
  const asked = thinking.budgetTokens ?? budgetOfEffort(thinking.effort ?? 'high')
  const bounded = Math.min(Math.max(asked, min), max ?? Infinity)
  const budgetTokens = bounded < answer ? bounded : Math.max(min, Math.floor(answer * thinkingShare))
  if (budgetTokens >= answer) return [null, `needs ${min} tokens to think, and more to answer`]
  return [{ ...thinking, isOn: true, effort, budgetTokens }, takes(facts)]
}

function graded(thinking: Thinking, facts: ThinkingFacts): Wish {
  const { budgetTokens } = thinking
  const asked = thinking.effort ?? (budgetTokens === null ? null : effortOfBudget(budgetTokens))
  // Where `none` is a word, silence may mean it.
  const wanted = asked === null && thinking.isOn === true && facts.efforts?.includes('none') === true ? 'medium' : asked
  const effort = wanted === null ? null : nearest(wanted, facts.efforts)
  const isOn = budgetTokens !== null || (wanted !== null && effort === null) ? true : thinking.isOn
  return [{ ...thinking, isOn, effort, budgetTokens: null }, takes(facts)]
}

function takes({ style, efforts, budget }: ThinkingFacts): string {
  const bounds = budget === null ? '' : ` of ${budget.min} to ${budget.max ?? 'any number of'} tokens`
  const words = efforts === null ? 'any effort' : efforts.join(', ')
  if (style === 'budget') return `takes a budget${bounds}${words === '' ? '' : `, and ${words}`}`
  return words === '' ? 'takes a switch alone' : `takes ${words}`
}

/** Of two as near the stronger; thinking never becomes `none`. */
function nearest(effort: Effort, allowed: readonly Effort[] | null): Effort | null {
  if (allowed === null) return effort
  const asked = ladder.indexOf(effort)
  let best: Effort | null = null
  for (const candidate of allowed) {
    if (candidate === 'none') continue
    const distance = Math.abs(ladder.indexOf(candidate) - asked)
    if (best === null || distance <= Math.abs(ladder.indexOf(best) - asked)) best = candidate
  }
  return best
}

const weaker = (a: Effort, b: Effort): Effort => (ladder.indexOf(a) < ladder.indexOf(b) ? a : b)

const isSame = (a: Thinking, b: Thinking): boolean =>
  a.isOn === b.isOn && a.effort === b.effort && a.budgetTokens === b.budgetTokens

function words(thinking: Thinking): string {
  const { isOn, effort, budgetTokens } = thinking
  const said = [
    isOn === true ? 'on' : isOn === false ? 'off' : '',
    effort ?? '',
    budgetTokens === null ? '' : `${budgetTokens} tokens`,
  ]
  return said.filter((word) => word !== '').join(', ') || 'unsaid'
}
