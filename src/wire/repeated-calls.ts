/**
 * Whether a conversation ends in the same tool calls over and over, each time with the same arguments and the same outcome. All of it
 * stands in the request itself. The dialects say what a turn is; looking back stops where nothing repeats, which is nearly always at once.
 */
import { asWord } from './fields.ts'

export interface RepeatedCalls {
  /** The tools of one round, each once, in the order in which they are called. */
  readonly tools: readonly string[]
  /** The turns of one round: 1 for A A A, 2 for A B A B. */
  readonly turns: number
  /** How many rounds, 2 or more. */
  readonly times: number
}

export interface ToolCall {
  readonly name: unknown
  readonly arguments: unknown
}

/** What the model called at once, and what came of it. */
export interface ToolTurn {
  readonly calls: readonly ToolCall[]
  /** Asked for only where the calls are the same. */
  readonly outcomes: () => readonly unknown[]
}

/** Rounds of more turns than this are work that comes around, more often than a loop. */
const maxTurns = 4
/** The greatest threshold that can be set; further back nothing is learned. */
const maxLookBack = 1000

/** @param previous Gives the last turn, then the one before it, …; null where the model's own run of turns begins. */
export function repeatedCalls(previous: () => ToolTurn | null): RepeatedCalls | null {
  const turns: (ToolTurn | null)[] = []
  const turnAt = (index: number): ToolTurn | null => {
    while (turns.length <= index && turns.at(-1) !== null) turns.push(previous())
    return turns[index] ?? null
  }
  let found: RepeatedCalls | null = null
  // More turns of one kind in a row than a round can have: longer rounds would be the same turns again.
  for (let length = 1; length <= maxTurns && (found?.times ?? 0) <= maxTurns; length++) {
    const times = 1 + Math.floor(matchesAt(length, turnAt) / length)
    if (times > (found?.times ?? 1)) found = { tools: namesOf(turns.slice(0, length)), turns: length, times }
  }
  return found
}

/** How many turns, from the last one back, are the same as the one so many turns before. */
function matchesAt(distance: number, turnAt: (index: number) => ToolTurn | null): number {
  for (let index = 0; index < maxLookBack; index++) {
    const turn = turnAt(index)
    const before = turn === null ? null : turnAt(index + distance)
    if (turn === null || before === null || !isSameTurn(turn, before)) return index
  }
  return maxLookBack
}

const isSameTurn = (one: ToolTurn, other: ToolTurn): boolean =>
  one.calls.length === other.calls.length &&
  one.calls.every((call, index) => isSameCall(call, other.calls[index])) &&
  isSame(one.outcomes(), other.outcomes())

const isSameCall = (one: ToolCall, other: ToolCall | undefined): boolean =>
  one.name === other?.name && isSame(one.arguments, other?.arguments)

/** Arguments and outcomes nest less; what does not is taken as different, so that nobody's JSON can exhaust the stack. */
const maxDepth = 40

function isSame(one: unknown, other: unknown, depth = 0): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (depth > maxDepth || Array.isArray(one) !== Array.isArray(other)) return false
  const [fields, others] = [one as Record<string, unknown>, other as Record<string, unknown>]
  const names = Object.keys(fields)
  if (names.length !== Object.keys(others).length) return false
  return names.every((name) => Object.hasOwn(others, name) && isSame(fields[name], others[name], depth + 1))
}

/** @param turns The last one first. */
function namesOf(turns: readonly (ToolTurn | null)[]): readonly string[] {
  const names = turns.toReversed().flatMap((turn) => turn?.calls.map(({ name }) => asWord(name) ?? 'unnamed') ?? [])
  return [...new Set(names)]
}
