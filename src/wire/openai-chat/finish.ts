/** Why an answer ended: `finish_reason` in the words of OpenAI and of those who have their own. */
import type { Part } from '../../neutral/message.ts'
import type { Finish, FinishKind } from '../../neutral/reply.ts'
import { asString } from '../fields.ts'

const kinds: Readonly<Record<string, FinishKind>> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  length: 'length',
  max_tokens: 'length',
  // Mistral: the window is full.
  model_length: 'context',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  refusal: 'refusal',
  error: 'error',
  // DeepSeek: its own load ended the answer.
  insufficient_system_resource: 'error',
}

/**
 * @param word What the provider says, null when nothing. @param sequence vLLM's `stop_reason`: the sequence that was met.
 * @param holds Which kinds of parts the answer has.
 */
export function readFinish(word: string | null, sequence: unknown, holds: ReadonlySet<Part['type']>): Finish {
  const kind = word === null ? 'other' : (kinds[word] ?? 'other')
  // Several servers say `stop`, or nothing, where the model wants its tools run.
  if ((kind === 'stop' || word === null) && holds.has('tool-call')) return { kind: 'tool-calls' }
  if (kind !== 'stop') return { kind }
  if (holds.has('refusal')) return { kind: 'refusal' }
  const stopSequence = asString(sequence)
  return stopSequence === null ? { kind } : { kind: 'stop-sequence', stopSequence }
}

const words: Readonly<Record<FinishKind, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  // Clients that know no other word for a model that would not answer.
  refusal: 'content_filter',
  'content-filter': 'content_filter',
  pause: 'stop',
  context: 'length',
  error: 'stop',
  other: 'stop',
}

/** @param hasRefusal The answer says itself that it is a refusal; OpenAI's own word is then `stop`. */
export const finishWord = ({ kind }: Finish, hasRefusal: boolean): string =>
  kind === 'refusal' && hasRefusal ? 'stop' : words[kind]
