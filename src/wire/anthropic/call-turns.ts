/** The turns of a conversation in which tools were called, from its end: blocks `tool_use`, and `tool_result` in the message after them. */
import { asList, asRecord, type JsonRecord } from '../fields.ts'
import type { ToolTurn } from '../repeated-calls.ts'

/** @returns Gives one turn after the other; null where the last message is no tool's. */
export function turnsBack(messages: readonly unknown[]): () => ToolTurn | null {
  let end = messages.length
  return () => {
    const results = blocksOf(messages[end - 1], 'tool_result')
    if (results.length === 0) return null
    const calls = blocksOf(messages[end - 2], 'tool_use').map(({ name, input }) => ({ name, arguments: input }))
    end -= 2
    return calls.length === 0 ? null : { calls, outcomes: () => results.map(outcomeOf) }
  }
}

function blocksOf(message: unknown, type: string): readonly JsonRecord[] {
  const found: JsonRecord[] = []
  for (const part of asList(asRecord(message)?.content)) {
    const block = asRecord(part)
    if (block?.type === type) found.push(block)
  }
  return found
}

const outcomeOf = ({ content, is_error: isError }: JsonRecord): unknown => [isError === true, unmarked(content)]

/** Cache marks wander to the end of the conversation with each request. */
function unmarked(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  return content.map((part) => {
    const fields = asRecord(part)
    if (fields === null) return part
    const { cache_control: _, ...kept } = fields
    return kept
  })
}
