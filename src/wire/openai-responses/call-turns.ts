/** The turns of a conversation in which tools were called, from its end: items `…_call`, and `…_call_output` after them. */
import { asRecord, type JsonRecord } from '../fields.ts'
import type { ToolCall, ToolTurn } from '../repeated-calls.ts'

/** @returns Gives one turn after the other; null where the last item is no tool's. */
export function turnsBack(input: readonly unknown[]): () => ToolTurn | null {
  let end = input.length
  return () => {
    const outputs: JsonRecord[] = []
    const calls: ToolCall[] = []
    for (; end > 0; end--) {
      const item = asRecord(input[end - 1])
      if (item === null || !typeEnds(item, '_call_output')) break
      outputs.push(item)
    }
    for (; end > 0 && outputs.length > 0; end--) {
      const item = asRecord(input[end - 1])
      if (item !== null && typeEnds(item, '_call')) calls.push(readCall(item))
      else if (item === null || !isSaid(item)) break
    }
    return calls.length === 0 ? null : { calls: calls.toReversed(), outcomes: () => outputs.map(outcomeOf) }
  }
}

const typeEnds = ({ type }: JsonRecord, end: string): boolean => typeof type === 'string' && type.endsWith(end)

/** What the model thinks and says beside its calls. */
const isSaid = ({ type, role }: JsonRecord): boolean => type === 'reasoning' || role === 'assistant'

const readCall = (item: JsonRecord): ToolCall => ({
  name: item.name ?? item.type,
  arguments: item.arguments ?? item.input ?? item.action ?? item.operation,
})

/**
 * Codex writes above what a command put out how long it ran, and a random id. That is taken away, but for a command that still runs:
 * to look at it again is to wait, and no loop.
 */
const head = /^(Exit code: -?\d+\n)?(?:Chunk ID: \S+\n)?Wall time: [\d.]+ seconds\n(?!Process running)/
/** The same in the JSON that it wrote before. */
const duration = /"duration_seconds":[\d.]+/

const outcomeOf = ({ output }: JsonRecord): unknown =>
  typeof output === 'string' ? output.replace(head, '$1').replace(duration, '') : output
