/** The turns of a conversation in which tools were called, from its end: `tool_calls`, and the messages of tools after them. */
import { asList, asRecord } from '../fields.ts'
import type { ToolCall, ToolTurn } from '../repeated-calls.ts'

/** @returns Gives one turn after the other; null where the last message is no tool's. */
export function turnsBack(messages: readonly unknown[]): () => ToolTurn | null {
  let end = messages.length
  return () => {
    const outcomes: unknown[] = []
    for (; end > 0; end--) {
      const message = asRecord(messages[end - 1])
      if (message?.role !== 'tool') break
      outcomes.push(message.content)
    }
    if (outcomes.length === 0) return null
    const calls = asList(asRecord(messages[end - 1])?.tool_calls).map(readCall)
    end--
    return calls.length === 0 ? null : { calls, outcomes: () => outcomes }
  }
}

function readCall(value: unknown): ToolCall {
  const call = asRecord(value)
  const called = asRecord(call?.function) ?? asRecord(call?.custom)
  return { name: called?.name, arguments: called?.arguments ?? called?.input }
}
