/** `thinkingConfig`: a budget of tokens up to Gemini 2.5, a level from Gemini 3 on, and whether thoughts are shown. */
import { budgetOfEffort, effortOfBudget, isEffort, type Effort, type Thinking } from '../../neutral/thinking.ts'
import { asRecord } from '../fields.ts'
import { isListed, restore, spelled, type JsonObject, type Reading } from './reading.ts'
import type { Turns } from './turns.ts'

const fields: ReadonlySet<'thinkingBudget' | 'thinkingLevel' | 'includeThoughts'> = new Set([
  'thinkingBudget',
  'thinkingLevel',
  'includeThoughts',
])
const at = 'generationConfig.thinkingConfig.'

/** How the API says that the model is to find its own budget. */
const dynamic = -1

export function readThinking(value: unknown, reading: Reading): Thinking | null {
  const config = asRecord(value)
  if (config === null) return null
  reading.list('present', 'thinkingConfig')
  const { thinkingBudget: budget, thinkingLevel: level, includeThoughts } = reading.take(config, fields, at)
  const budgetTokens = typeof budget === 'number' && budget >= 0 ? budget : null
  if (budget === dynamic) reading.spell('thinkingBudget', 'dynamic')
  else if (budget !== undefined && budgetTokens === null) reading.keep(`${at}thinkingBudget`, budget)
  const word = typeof level === 'string' ? level.toLowerCase() : null
  const effort = isEffort(word) ? word : null
  if (effort !== null && typeof level === 'string') reading.spell('thinkingLevel', level)
  else if (level !== undefined) reading.keep(`${at}thinkingLevel`, level)
  return {
    isOn: budget === dynamic || (budgetTokens ?? 0) > 0 ? true : budgetTokens === 0 ? false : null,
    effort,
    budgetTokens,
    shows: includeThoughts === true ? 'auto' : includeThoughts === false ? 'omitted' : null,
  }
}

/** @returns undefined where nothing is to be said. */
export function writeThinking(turns: Turns): JsonObject | undefined {
  const { request, target, dropped, isOwn } = turns
  const { thinking, carried } = request
  if (thinking === null) return undefined
  if (isOwn && isListed(carried, 'present', 'thinkingConfig')) return writeOwn(thinking, turns)
  if (target.thinking === 'none' || target.thinking === 'always') {
    if (thinking.isOn !== false) dropped.add('thinking')
    return undefined
  }
  const out: JsonObject = {}
  if (target.thinking === 'budget') {
    const budget = budgetOf(thinking, target.model)
    if (budget !== null) out['thinkingBudget'] = budget
  } else {
    const level = levelOf(thinking, target.model)
    if (level !== null) out['thinkingLevel'] = level
  }
  if (showsThoughts(thinking)) out['includeThoughts'] = true
  return Object.keys(out).length === 0 ? undefined : out
}

function writeOwn({ effort, budgetTokens, isOn, shows }: Thinking, { request: { carried } }: Turns): JsonObject {
  const out: JsonObject = {}
  if (budgetTokens !== null) out['thinkingBudget'] = budgetTokens
  else if (isOn === true && spelled(carried, 'thinkingBudget') !== undefined) out['thinkingBudget'] = dynamic
  const level = spelled(carried, 'thinkingLevel')
  if (effort !== null) out['thinkingLevel'] = level?.toLowerCase() === effort ? level : effort.toUpperCase()
  if (shows !== null) out['includeThoughts'] = shows !== 'omitted'
  return restore(out, carried, at)
}

/** Who switches thinking on without a word about seeing it sees it, in the dialects that have such a switch. */
const showsThoughts = ({ isOn, shows }: Thinking): boolean =>
  shows === null ? isOn === true : shows !== 'omitted' && shows !== 'none'

/** What each model takes (ai.google.dev/gemini-api/docs/thinking): Pro can't be switched off. */
function limitsOf(model: string): { readonly least: number; readonly most: number; readonly canBeOff: boolean } {
  if (model.includes('pro')) return { least: 128, most: 32_768, canBeOff: false }
  if (model.includes('lite')) return { least: 512, most: 24_576, canBeOff: true }
  return { least: 1, most: 24_576, canBeOff: true }
}

function budgetOf({ isOn, effort, budgetTokens }: Thinking, model: string): number | null {
  const { least, most, canBeOff } = limitsOf(model)
  const wish = isOn === false ? 0 : (budgetTokens ?? (effort === null ? null : budgetOfEffort(effort)))
  if (wish === null) return isOn === true ? dynamic : null
  return wish === 0 && canBeOff ? 0 : Math.min(Math.max(wish, least), most)
}

/** Levels of Gemini 3. The least is `MINIMAL` for Flash and `LOW` for Pro; the first Pro has nothing between `LOW` and `HIGH`. */
function levelOf({ isOn, effort, budgetTokens }: Thinking, model: string): string | null {
  const wish: Effort | null =
    isOn === false ? 'none' : (effort ?? (budgetTokens === null ? null : effortOfBudget(budgetTokens)))
  switch (wish) {
    case null:
      return null
    case 'none':
    case 'minimal':
      return model.includes('pro') ? 'LOW' : 'MINIMAL'
    case 'low':
      return 'LOW'
    case 'medium':
      return /gemini-3-pro/.test(model) ? 'HIGH' : 'MEDIUM'
    case 'high':
    case 'xhigh':
    case 'max':
      return 'HIGH'
  }
}
