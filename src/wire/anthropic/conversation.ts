/**
 * The rules of the API for a conversation that was held in another dialect: the user begins, roles alternate, every tool call
 * has its result first thing in the message after it.
 */
import { asList, asString, type JsonRecord } from '../fields.ts'

export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly blocks: readonly JsonRecord[]
}

export function legalTurns(turns: readonly Turn[]): readonly Turn[] {
  const inPlace = withResultsInPlace(merged(turns))
  return trimmedLast(withUserFirst(merged(inPlace)))
}

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

const isResult = ({ type }: JsonRecord): boolean => type === 'tool_result'

/** Results by the id of their call, in the order they came: some clients use an id again. */
type Results = Map<unknown, JsonRecord[]>

function withResultsInPlace(turns: readonly Turn[]): readonly Turn[] {
  const results = resultsIn(turns)
  const placed: Turn[] = []
  const called = new Set<unknown>()
  let due: readonly JsonRecord[] = []
  for (const { role, blocks } of turns) {
    if (role === 'assistant') {
      due = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => takeResult(results, id))
      for (const { tool_use_id: id } of due) called.add(id)
      placed.push({ role, blocks })
      continue
    }
    const others = blocks.flatMap((block) => (isResult(block) ? spokenResult(block, called) : [block]))
    placed.push({ role, blocks: [...due, ...others] })
    due = []
  }
  if (due.length > 0) placed.push({ role: 'user', blocks: due })
  return placed
}

function resultsIn(turns: readonly Turn[]): Results {
  const results: Results = new Map()
  for (const { blocks } of turns) {
    for (const block of blocks.filter(isResult)) {
      const same = results.get(block.tool_use_id)
      if (same === undefined) results.set(block.tool_use_id, [block])
      else same.push(block)
    }
  }
  return results
}

/** A call that was broken off has no result, and the API takes no call without one. */
const takeResult = (results: Results, id: unknown): JsonRecord =>
  results.get(id)?.shift() ?? { type: 'tool_result', tool_use_id: id, content: 'There is no result.', is_error: true }

/** What a result says when its call is no longer in the conversation; nothing when it has been put in its place. */
function spokenResult(block: JsonRecord, called: ReadonlySet<unknown>): readonly JsonRecord[] {
  if (called.has(block.tool_use_id)) return []
  return asList(block.content) as readonly JsonRecord[]
}

/** Stands where the conversation begins with the model's own words, or with none. */
const opening: Turn = { role: 'user', blocks: [{ type: 'text', text: '(The conversation goes on.)' }] }

const withUserFirst = (turns: readonly Turn[]): readonly Turn[] =>
  turns[0]?.role === 'user' ? turns : [opening, ...turns]

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
