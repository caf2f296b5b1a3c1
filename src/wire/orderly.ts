/**
 * A conversation of one dialect as every other takes it: texts that say nothing are left out, every tool call has its result
 * right after it, and no result stands without its call. Clients leave such things behind when a turn is broken off, and what
 * one provider lets pass another answers with a 400.
 */
import type { Message, Part, ToolCallPart, ToolResultPart } from '../neutral/message.ts'
import type { NeutralRequest } from '../neutral/request.ts'

/** Stands where a conversation must begin with the user, or hold anything at all, and does not. */
export const opening = '(The conversation goes on.)'

export function orderly(request: NeutralRequest): NeutralRequest {
  const system = request.system.filter(saysSomething)
  const said: Message[] = []
  for (const message of request.messages) addSaid(said, message)
  const messages = said.some(holdsTools) ? withResults(said) : said
  if (messages.length === 0 && system.length === 0)
    messages.push({ role: 'user', parts: [{ type: 'text', text: opening }] })
  return { ...request, system, messages }
}

const notBlank = /\S/

function saysSomething(part: Part): boolean {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.signed !== undefined || notBlank.test(part.text)
    case 'refusal':
      return notBlank.test(part.text)
    case 'media':
    case 'tool-call':
    case 'tool-result':
    case 'web-search':
    case 'foreign':
      return true
  }
}

/** The message without what says nothing, where anything is left of it. */
function addSaid(said: Message[], message: Message): void {
  const { parts } = message
  if (!parts.every(saysSomething)) {
    const left = parts.filter(saysSomething)
    if (left.length > 0) addTurn(said, { ...message, parts: left })
  } else if (parts.length > 0) addTurn(said, message)
}

/** What the model says after a call, with nothing between, belongs to the same turn: its results come after all of it. */
function addTurn(said: Message[], message: Message): void {
  const last = said.at(-1)
  if (message.role === 'assistant' && last?.role === 'assistant' && last.parts.some(isCall))
    said[said.length - 1] = { ...last, parts: [...last.parts, ...message.parts] }
  else said.push(message)
}

const isCall = (part: Part): part is ToolCallPart => part.type === 'tool-call'
const holdsTools = ({ parts }: Message): boolean =>
  parts.some(({ type }) => type === 'tool-call' || type === 'tool-result')

function withResults(messages: readonly Message[]): Message[] {
  const results = resultsOf(messages)
  const placed = new Set(results.values())
  const out: Message[] = []
  let due: readonly Part[] = []
  for (const message of messages) {
    if (due.length === 0 && !holdsTools(message)) {
      out.push(message)
      continue
    }
    const said = message.parts.flatMap((part) => (part.type === 'tool-result' ? spoken(part, placed) : [part]))
    if (due.length > 0 && message.role !== 'user') out.push({ role: 'user', parts: due })
    const parts = message.role === 'user' ? [...due, ...said] : said
    if (parts.length > 0) out.push({ ...message, parts })
    due = message.parts.filter(isCall).map((call) => fitting(results.get(call), call))
  }
  if (due.length > 0) out.push({ role: 'user', parts: due })
  return out
}

/** Each call's result: the first of its id that comes after it and is nobody else's, for some clients use an id again. */
function resultsOf(messages: readonly Message[]): ReadonlyMap<ToolCallPart, ToolResultPart> {
  const waiting = new Map<string, ToolCallPart[]>()
  const results = new Map<ToolCallPart, ToolResultPart>()
  for (const { parts } of messages) {
    for (const part of parts) {
      if (isCall(part)) {
        const same = waiting.get(part.id)
        if (same === undefined) waiting.set(part.id, [part])
        else same.push(part)
      }
      const call = part.type === 'tool-result' ? waiting.get(part.id)?.shift() : undefined
      if (call !== undefined && part.type === 'tool-result') results.set(call, part)
    }
  }
  return results
}

/** What a result says when its call is no longer in the conversation; nothing where it has its place. */
const spoken = (part: ToolResultPart, placed: ReadonlySet<ToolResultPart>): readonly Part[] =>
  placed.has(part) ? [] : part.output.filter(saysSomething)

/** The result by the name and the kind of its call; a call that was broken off has none. */
function fitting(result: ToolResultPart | undefined, { id, name, kind }: ToolCallPart): ToolResultPart {
  if (result === undefined)
    return {
      type: 'tool-result',
      id,
      name: null,
      output: [{ type: 'text', text: 'There is no result.' }],
      isError: true,
      kind,
    }
  const isNamedSo = result.name === null || result.name === name
  return isNamedSo && result.kind === kind ? result : { ...result, name: isNamedSo ? result.name : name, kind }
}
