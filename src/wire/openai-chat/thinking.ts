/**
 * How a request says how hard to think: OpenAI's `reasoning_effort`, OpenRouter's `reasoning`, and `thinking`, a switch, as
 * DeepSeek, Kimi and GLM have it.
 */
import type { Carried } from '../../neutral/message.ts'
import { effortOfBudget, isEffort, type Effort, type Thinking } from '../../neutral/thinking.ts'
import { asRecord } from '../fields.ts'
import { spelt, type Fields } from './carry.ts'
import type { Writing } from './writing.ts'

/** Takes what it understands, and remembers by the names of the fields where each wish stood. */
export function readThinking(request: Fields): Thinking | null {
  const gateway = asRecord(request.peek('reasoning')) === null ? null : request.within('reasoning')
  const own = switches.has(asRecord(request.peek('thinking'))?.type) ? request.within('thinking') : null
  const places: string[] = []
  const first = <T>(...found: readonly (readonly [place: string, read: () => T | null])[]): T | null => {
    for (const [place, read] of found) {
      const value = read()
      if (value === null) continue
      places.push(place)
      return value
    }
    return null
  }
  const type = own?.take('type')
  if (type !== undefined) places.push('thinking.type')
  if (type === 'adaptive' || type === 'auto') request.spell('thinking type', type)
  const effort = first(
    ['reasoning_effort', () => readEffort(request, 'reasoning_effort')],
    ['reasoning.effort', () => readEffort(gateway, 'effort')],
  )
  const budgetTokens = first(
    ['thinking.budget_tokens', () => own?.number('budget_tokens') ?? null],
    ['reasoning.max_tokens', () => gateway?.number('max_tokens') ?? null],
  )
  const isOn = own !== null ? type !== 'disabled' : first(['reasoning.enabled', () => gateway?.flag('enabled') ?? null])
  const hides = first(['reasoning.exclude', () => (gateway?.peek('exclude') === true ? gateway.flag('exclude') : null)])
  if (gateway !== null) places.push('reasoning')
  if (places.length === 0) return null
  request.spell('thinking', places.join(' '))
  // Whoever names an effort wants thinking: the models of OpenAI's own do it unasked.
  const implied = effort === null && budgetTokens === null ? null : effort !== 'none' && budgetTokens !== 0
  return { isOn: isOn ?? implied, effort, budgetTokens, shows: hides === null ? null : 'omitted' }
}

const switches: ReadonlySet<unknown> = new Set(['enabled', 'disabled', 'adaptive', 'auto'])

function readEffort(f: Fields | null, name: string): Effort | null {
  const value = f?.peek(name)
  if (!isEffort(value)) return null
  f?.take(name)
  return value
}

/** As the client spelled it where it is of this dialect, else as the model takes it. */
export function addThinking(
  out: Record<string, unknown>,
  request: { readonly thinking: Thinking | null; readonly carried?: Carried },
  writing: Writing,
): void {
  const { thinking } = request
  if (thinking === null) return
  const places = spelt(request, 'thinking')
  if (places === undefined) addFitting(out, thinking, writing)
  else addSpelled(out, thinking, places.split(' '), spelt(request, 'thinking type') ?? 'enabled')
}

function addSpelled(
  out: Record<string, unknown>,
  { isOn, effort, budgetTokens, shows }: Thinking,
  places: readonly string[],
  type: string,
): void {
  const has = (place: string): boolean => places.includes(place)
  const gateway: Record<string, unknown> = {}
  const own: Record<string, unknown> = {}
  if (has('thinking.type')) own.type = isOn === false ? 'disabled' : type
  if (effort !== null && has('reasoning.effort')) gateway.effort = effort
  else if (effort !== null) out.reasoning_effort = effort
  if (budgetTokens !== null && has('reasoning.max_tokens')) gateway.max_tokens = budgetTokens
  else if (budgetTokens !== null) own.budget_tokens = budgetTokens
  if (isOn !== null && has('reasoning.enabled')) gateway.enabled = isOn
  if (shows === 'omitted' && has('reasoning.exclude')) gateway.exclude = true
  if (has('reasoning')) out.reasoning = gateway
  if (Object.keys(own).length > 0) out.thinking = own
}

function addFitting(out: Record<string, unknown>, thinking: Thinking, { target, dropped }: Writing): void {
  const { isOn, budgetTokens } = thinking
  const effort = thinking.effort ?? (budgetTokens === null ? null : effortOfBudget(budgetTokens))
  switch (target.thinking) {
    case 'none':
      if (isOn === true || effort !== null) dropped.add('thinking')
      return
    case 'always':
      if (isOn === false || effort !== null) dropped.add('thinking')
      return
    case 'adaptive':
      if (isOn !== null) out.thinking = { type: isOn ? 'enabled' : 'disabled' }
      if (isOn !== false && effort !== null) out.reasoning_effort = effort
      return
    case 'effort':
    case 'budget':
      if (isOn === false) out.reasoning_effort = 'none'
      else if (effort !== null) out.reasoning_effort = effort
      return
    default:
      target.thinking satisfies never
  }
}
