/** What a request is, before it is sent: what kind of work, how hard it looks, and whether it is work at all. */
import type { TaskType } from '../neutral/model.ts'
import { judgeComplexity, type Complexity, type ComplexitySettings } from './complexity.ts'
import { sideCallOf, type SideCall, type SideCallFacts } from './side-calls.ts'
import { taskTypeOf } from './task-type.ts'

export interface ClassifyFacts extends SideCallFacts {
  /** Tokens, estimated. */
  readonly inputTokens: number
}

export interface Classification {
  readonly task: TaskType
  readonly complexity: Complexity
  readonly sideCall: SideCall | null
}

/** @param expectedOutputTokens Learned, or the caller's own limit. */
export function classify(
  facts: ClassifyFacts,
  expectedOutputTokens: number,
  settings: ComplexitySettings,
): Classification {
  const sideCall = sideCallOf(facts)
  const sizes = { hasTools: facts.toolCount > 0, input: facts.inputTokens, output: expectedOutputTokens }
  return {
    task: taskTypeOf(sizes),
    complexity:
      sideCall === null
        ? judgeComplexity({ ...facts.shape, toolCount: facts.toolCount }, settings)
        : complexityOfSideCall(sideCall, settings),
    sideCall,
  }
}

/** The words of a client's own prompt (`detailed`, `analysis`) say nothing about how hard it is. */
function complexityOfSideCall({ kind, isSmall }: SideCall, { thresholds }: ComplexitySettings): Complexity {
  const score = isSmall ? 0 : thresholds.moderate
  const parts = [{ part: 'side call', points: score, of: score, why: kind }]
  return { score, tier: isSmall ? 'simple' : 'moderate', parts }
}
