/** The turns of a conversation in which functions were called, from its end: parts `functionCall`, and `functionResponse` in the turn after them. */
import { asList, asRecord, type JsonRecord } from '../fields.ts'
import type { ToolCall, ToolTurn } from '../repeated-calls.ts'

/** @returns Gives one turn after the other; null where the last content is no function's. */
export function turnsBack(contents: readonly unknown[]): () => ToolTurn | null {
  let end = contents.length
  return () => {
    const results = partsOf(contents[end - 1], 'functionResponse', 'function_response')
    if (results.length === 0) return null
    const calls = partsOf(contents[end - 2], 'functionCall', 'function_call').map(readCall)
    end -= 2
    return calls.length === 0 ? null : { calls, outcomes: () => results.map(outcomeOf) }
  }
}

const readCall = ({ name, args }: JsonRecord): ToolCall => ({ name, arguments: args })

/** Both spellings are taken by the API. */
const partsOf = (content: unknown, name: string, otherName: string): readonly JsonRecord[] =>
  asList(asRecord(content)?.parts)
    .map((part) => asRecord(asRecord(part)?.[name]) ?? asRecord(asRecord(part)?.[otherName]))
    .filter((part) => part !== null)

/** Gemini CLI ends what a command put out with the number of its process. */
const processNumber = /\n?Process Group PGID: \d+\s*$/

function outcomeOf({ response }: JsonRecord): unknown {
  const fields = asRecord(response)
  if (typeof fields?.output !== 'string') return response
  return { ...fields, output: fields.output.replace(processNumber, '') }
}
