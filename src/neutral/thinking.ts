/** How hard a model is to think: a budget of tokens in some dialects, a word in others. */

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

export interface Thinking {
  /** False: switched off. Null: only shaped (an effort without a switch). */
  readonly isOn: boolean | null
  readonly effort: Effort | null
  readonly budgetTokens: number | null
  /** Whether the caller wants to read the thoughts or a summary of them; the dialect's word (`auto`, `detailed`, `omitted`), null when it does not say. */
  readonly shows: string | null
}

export const isEffort = (value: unknown): value is Effort => typeof value === 'string' && efforts.has(value)

const efforts: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])

/** Where the words end, as budgets: half way between what the words are worth below. */
const steps: readonly (readonly [Effort, number])[] = [
  ['minimal', 1024],
  ['low', 4096],
  ['medium', 10_240],
  ['high', 24_576],
  ['xhigh', 32_768],
]

/** A budget as the nearest word above it: 4,096 tokens are `low`, 32,000 are `xhigh`. */
export function effortOfBudget(budgetTokens: number): Effort {
  if (budgetTokens <= 0) return 'none'
  return steps.find(([, tokens]) => budgetTokens <= tokens)?.[0] ?? 'max'
}

/** A word as a budget of tokens; 0 for `none`. `max` is worth 64,000. */
export function budgetOfEffort(effort: Effort): number {
  if (effort === 'none') return 0
  return steps.find(([word]) => word === effort)?.[1] ?? 64_000
}
