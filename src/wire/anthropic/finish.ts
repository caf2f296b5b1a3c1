/** Why an answer ended: `stop_reason` and its neutral kind. */
import type { Part } from '../../neutral/message.ts'
import type { Finish, FinishKind } from '../../neutral/reply.ts'
import { asString, type JsonRecord } from '../fields.ts'

const kinds: Readonly<Record<string, FinishKind>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  // The answer is sent back to go on after the conversation was made shorter.
  compaction: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context',
}

export function readFinish(stopReason: unknown, stopSequence: unknown): Finish {
  const reason = asString(stopReason)
  const sequence = asString(stopSequence)
  const kind = (reason === null ? undefined : kinds[reason]) ?? 'other'
  return { kind, ...(sequence === null ? {} : { stopSequence: sequence }) }
}

const reasons: Readonly<Record<FinishKind, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'content-filter': 'refusal',
  pause: 'pause_turn',
  context: 'model_context_window_exceeded',
  error: 'end_turn',
  other: 'end_turn',
}

/** What of the parts the reason depends on. */
export interface Said {
  /** The answer ends in calls, which wait for their results. */
  readonly callsTools: boolean
  readonly refuses: boolean
}

export const saidBy = (parts: readonly Part[]): Said => ({
  callsTools: parts.at(-1)?.type === 'tool-call',
  refuses: parts.some(({ type }) => type === 'refusal'),
})

/** Clients run tools on `tool_use` alone, and some servers say no more than that the answer is over. */
export function stopReasonOf({ kind }: Finish, { callsTools, refuses }: Said): string {
  if (kind !== 'stop' && kind !== 'other') return reasons[kind]
  if (callsTools) return 'tool_use'
  return refuses ? 'refusal' : reasons[kind]
}

/** The model's words of refusal, in the one place that the dialect has for them. @param rest What else this dialect said of it. */
export const refusalDetails = (explanation: string, rest: JsonRecord | null): JsonRecord => ({
  type: 'refusal',
  ...(rest ?? { category: null }),
  explanation,
})
