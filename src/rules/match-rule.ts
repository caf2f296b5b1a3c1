/** Whether a rule of the settings is meant for a request: all of its conditions hold. A `*` stands for any characters, case is no matter. */
import type { TaskType } from '../neutral/model.ts'
import type { Tier } from './complexity.ts'
import type { RouteFacts } from './route-facts.ts'

/** As the settings have it; what is absent holds for all. */
export interface RuleCondition {
  readonly model?: readonly string[] | undefined
  readonly agent?: readonly string[] | undefined
  readonly task?: readonly TaskType[] | undefined
  readonly complexity?: readonly Tier[] | undefined
  readonly automated?: boolean | undefined
  readonly hasTools?: boolean | undefined
  readonly hasImages?: boolean | undefined
  readonly minInputTokens?: number | undefined
  readonly maxInputTokens?: number | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

export function matchesRule(when: RuleCondition, facts: RouteFacts): boolean {
  const { agent, asked, complexity, inputTokens, needs, tags, task } = facts
  return (
    isAny(when.model, asked) &&
    isAny(when.agent, agent) &&
    (when.task?.includes(task) ?? true) &&
    (when.complexity === undefined || (complexity !== null && when.complexity.includes(complexity.tier))) &&
    isSame(when.automated, facts.isAutomated) &&
    isSame(when.hasTools, needs.hasTools) &&
    isSame(when.hasImages, needs.media.has('image')) &&
    inputTokens >= (when.minInputTokens ?? 0) &&
    inputTokens <= (when.maxInputTokens ?? Infinity) &&
    Object.entries(when.tags ?? {}).every(([tag, value]) => isAny([value], tags?.[tag] ?? null))
  )
}

const isSame = (wanted: boolean | undefined, found: boolean): boolean => wanted === undefined || wanted === found

const isAny = (patterns: readonly string[] | undefined, text: string | null): boolean =>
  patterns === undefined || (text !== null && patterns.some((pattern) => matchesPattern(pattern, text)))

/** In time that grows with both lengths: no expression is made of what a user wrote. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*')
  const subject = text.toLowerCase()
  const last = rest.pop()
  if (last === undefined) return subject === first
  if (!subject.startsWith(first)) return false
  let from = first.length
  for (const piece of rest) {
    const found = subject.indexOf(piece, from)
    if (found < 0) return false
    from = found + piece.length
  }
  return subject.length - from >= last.length && subject.endsWith(last)
}

/** In words, for the reason of a decision: `agent codex, task tool_use`. */
export function conditionWords(when: RuleCondition): string {
  const words = Object.entries(when).flatMap(([name, wanted]) =>
    wanted === undefined ? [] : [`${name} ${Array.isArray(wanted) ? wanted.join(' or ') : wordsOf(wanted)}`],
  )
  return words.length === 0 ? 'any request' : words.join(', ')
}

const wordsOf = (wanted: unknown): string =>
  typeof wanted === 'object' && wanted !== null
    ? Object.entries(wanted)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(' ')
    : String(wanted)
