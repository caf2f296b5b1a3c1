/** What kind of work a request is: told from its tools and its tokens alone, first match. Its text plays no part. */
import type { TaskType } from '../neutral/model.ts'

export interface Sizes {
  readonly hasTools: boolean
  /** Tokens, cached ones included. */
  readonly input: number
  /** Tokens; the expected ones before the call, the real ones after it. */
  readonly output: number
}

export function taskTypeOf({ hasTools, input, output }: Sizes): TaskType {
  if (hasTools && output < 500) return 'tool_use'
  if (input > 10_000) return 'long_context'
  if (input < 500 && output < 500) return 'quick_task'
  if (output > 2 * input) return 'generation'
  if (input > 2000 && output >= 400) return 'code_review'
  if (output > 1000) return 'content_generation'
  if (output < 0.3 * input) return 'classification'
  return 'general'
}
