/** What shows in an answer's tool calls: a call that nobody can run, one that does not fit its schema, one that was just made. */
import { isExact, parseExactly } from '../neutral/exact-number.ts'
import type { Message, Part, ToolCallPart } from '../neutral/message.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import type { NeutralRequest, Tool } from '../neutral/request.ts'
import { misfit } from './evidence-schema.ts'

export const callsIn = ({ parts }: { readonly parts: readonly Part[] }): readonly ToolCallPart[] =>
  parts.filter((part) => part.type === 'tool-call')

export const isCut = ({ finish }: NeutralReply): boolean => finish.kind === 'length' || finish.kind === 'context'

/** The last call of an answer that was cut off may be half of one, which says nothing of the model. */
const wholeCalls = (reply: NeutralReply): readonly ToolCallPart[] =>
  isCut(reply) ? callsIn(reply).slice(0, -1) : callsIn(reply)

export function invalidCall(reply: NeutralReply, { tools }: NeutralRequest): string | null {
  const calls = wholeCalls(reply)
  if (calls.length === 0) return null
  const names = namesOf(tools)
  for (const call of calls) {
    if (names !== null && !names.has(call.name)) return 'It calls a tool that the request does not offer.'
    if (call.kind === 'function' && argumentsIn(call) === null) return `${calledBy(call)} are no JSON object.`
  }
  return null
}

export function misfitCall(reply: NeutralReply, { tools }: NeutralRequest): string | null {
  for (const call of wholeCalls(reply)) {
    const tool = tools.find((one) => one.type === 'function' && one.name === call.name)
    const given = call.kind === 'function' ? argumentsIn(call) : null
    if (tool?.type !== 'function' || tool.schema === null || given === null) continue
    const where = misfit(tool.schema, given)
    if (where !== null) return `${calledBy(call)} do not fit its schema: ${where}.`
  }
  return null
}

/** Only where the model went straight on: a user who spoke in between may want the same once more. */
export function repeatedCall(reply: NeutralReply, { messages }: NeutralRequest): string | null {
  const calls = wholeCalls(reply)
  if (calls.length === 0) return null
  const last = lastCalls(messages)
  const isRepeated = calls.every((call) => last.some((one) => one.name === call.name && hasSame(one, call)))
  return isRepeated ? 'It makes the same tool call, with the same arguments, as the turn before.' : null
}

/** Names in the request are the caller's words; others are the answer's and stay out of the trace. */
const calledBy = ({ name }: ToolCallPart): string => `The arguments of its call of ${name.slice(0, 80)}`

/** @returns null where the request has tools that can't be named, or brings them in ways that are not seen here. */
function namesOf(tools: readonly Tool[]): ReadonlySet<string> | null {
  if (tools.length === 0) return null
  const names = new Set<string>()
  for (const tool of tools) {
    if (tool.type === 'web-search') continue
    const name = tool.type === 'foreign' ? nameIn(tool.value) : tool.name
    if (name === null) return null
    names.add(name)
  }
  return names
}

const nameIn = (value: unknown): string | null =>
  isRecord(value) && typeof value['name'] === 'string' ? value['name'] : null

/** No text is a call without arguments, which is how some servers write it. */
function argumentsIn({ arguments: args }: ToolCallPart): Readonly<Record<string, unknown>> | null {
  const value = 'value' in args ? (args.value ?? {}) : args.text.trim() === '' ? {} : parsed(args.text)
  return isRecord(value) ? value : null
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !isExact(value)

function parsed(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    // What is no JSON is the very thing that is looked for.
    return undefined
  }
}

/** The calls that the conversation ends in, apart from their results; none where the user has had a word since. */
function lastCalls(messages: readonly Message[]): readonly ToolCallPart[] {
  const calls: ToolCallPart[] = []
  for (const message of messages.toReversed()) {
    if (message.role === 'assistant') calls.push(...callsIn(message))
    // Some dialects have a message for each call of a turn.
    else if (calls.length > 0 || isWordOfUser(message)) break
  }
  return calls
}

/** Clients put reminders of their own beside results. */
const isWordOfUser = ({ role, parts }: Message): boolean =>
  role === 'user' && !parts.some(({ type }) => type === 'tool-result')

function hasSame(one: ToolCallPart, other: ToolCallPart): boolean {
  const [before, now] = [argumentsIn(one), argumentsIn(other)]
  if (before === null || now === null) return textIn(one) === textIn(other)
  try {
    return Bun.deepEquals(before, now, true)
  } catch {
    // Nested deeper than the stack: no call of a working model.
    return false
  }
}

const textIn = ({ arguments: args }: ToolCallPart): string | null => ('text' in args ? args.text : null)
