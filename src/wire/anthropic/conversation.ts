/**
 * The rules of the API for a conversation that was held in another dialect: the user begins, roles alternate. That every tool
 * call has its result is `wire/orderly.ts`'s.
 */
import { asString, type JsonRecord } from '../fields.ts'
import { opening } from '../orderly.ts'

export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly blocks: readonly JsonRecord[]
}

export const legalTurns = (turns: readonly Turn[]): readonly Turn[] => trimmedLast(withUserFirst(merged(turns)))

/** Neighbours of one role become one turn; turns without content are left out. */
function merged(turns: readonly Turn[]): readonly Turn[] {
  const groups: { role: Turn['role']; blocks: JsonRecord[] }[] = []
  for (const { role, blocks } of turns) {
    if (blocks.length === 0) continue
    const last = groups.at(-1)
    if (last?.role === role) last.blocks.push(...blocks)
    else groups.push({ role, blocks: [...blocks] })
  }
  return groups
}

const withUserFirst = (turns: readonly Turn[]): readonly Turn[] =>
  turns[0]?.role === 'user' ? turns : [{ role: 'user', blocks: [{ type: 'text', text: opening }] }, ...turns]

/** An answer that is to be continued may not end in white space. */
function trimmedLast(turns: readonly Turn[]): readonly Turn[] {
  const last = turns.at(-1)
  const block = last?.blocks.at(-1)
  const text = asString(block?.text)
  if (last?.role !== 'assistant' || block?.type !== 'text' || text === null) return turns
  const trimmed = { ...block, text: text.trimEnd() }
  return turns.with(-1, { role: 'assistant', blocks: last.blocks.with(-1, trimmed) })
}

/** True when the last answer calls tools and does not begin with thinking, as the API wants of a turn that thinks. */
export function isLastTurnUnsigned(turns: readonly Turn[]): boolean {
  const last = turns.findLast(({ role }) => role === 'assistant')
  if (last === undefined || !last.blocks.some(({ type }) => type === 'tool_use')) return false
  const first = last.blocks[0]?.type
  return first !== 'thinking' && first !== 'redacted_thinking'
}
