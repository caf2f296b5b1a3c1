/** A conversation as the items of a request. */
import {
  argumentsJson,
  argumentsText,
  type Message,
  type Part,
  type TextPart,
  type ToolCallPart,
  type ToolResultPart,
} from '../../neutral/message.ts'
import type { JsonRecord } from '../fields.ts'
import { signedFor } from '../seal.ts'
import type { Target } from '../translator.ts'
import { dialectId, keptOf } from './carried.ts'
import { type Author, isForeignContent, writeContent } from './content.ts'
import { hasHead, isHeadAlone, writeHead } from './head.ts'
import { builtinDone, writeOwnBuiltinResult } from './builtin-items.ts'
import { toolFields, writeOwnCall } from './calls.ts'
import { isImageCall, namesOf, writeOwnImage, writeOwnSearch } from './items.ts'
import { writeReasoning } from './reasoning.ts'

/** Items in the making: parts that belong into one message item are gathered until another item begins. */
interface Items {
  readonly list: unknown[]
  /** The message item that is open: its content so far, and how it is written with it. */
  open: { readonly write: (content: readonly unknown[]) => JsonRecord; readonly content: unknown[] } | null
}

export function writeInput(
  system: readonly TextPart[],
  messages: readonly Message[],
  target: Target,
  dropped: Set<string>,
): readonly unknown[] {
  const items: Items = { list: [], open: null }
  for (const part of system) addContent(items, part, 'system', dropped)
  close(items)
  for (const message of messages) {
    if (hasHead(message)) items.list.push(writeHead(message, contents(message, dropped)))
    else for (const part of message.parts) addPart(items, part, message.role, target, dropped)
    close(items)
  }
  return items.list
}

const authorOf = (role: Message['role']): Author => (role === 'assistant' ? 'model' : 'other')

const contents = ({ role, parts }: Message, dropped: Set<string>): readonly unknown[] =>
  parts.map((part) => writeContent(part, authorOf(role), dropped)).filter((content) => content !== undefined)

function addPart(items: Items, part: Part, role: Message['role'], target: Target, dropped: Set<string>): void {
  if (isContent(part)) return addContent(items, part, role, dropped)
  close(items)
  const item = writeItem(part, target, dropped)
  if (item !== undefined) items.list.push(item)
}

const isContent = (part: Part): boolean =>
  part.type === 'text' ||
  part.type === 'refusal' ||
  (part.type === 'media' && !isImageCall(part)) ||
  isForeignContent(part)

function addContent(items: Items, part: Part, role: Message['role'], dropped: Set<string>): void {
  // There is no place for the signature of a text, and none for a text of nothing that was made for one.
  if (part.type === 'text' && part.signed !== undefined) dropped.add('signature')
  if (part.type === 'text' && part.text === '' && part.signed !== undefined && keptOf(part) === null) return
  if (part.type !== 'foreign' && hasHead(part)) {
    close(items)
    items.open = { write: (content) => writeHead(part, content), content: [] }
    if (isHeadAlone(part)) return
  }
  // A picture of the model's own is shown to it as the user's: no item of another maker's is taken.
  const shownBy = part.type === 'media' && role === 'assistant' && keptOf(part) === null ? 'user' : role
  const content = writeContent(part, authorOf(shownBy), dropped)
  if (content === undefined) return
  if (shownBy !== role) close(items)
  items.open ??= newMessage(shownBy)
  items.open.content.push(content)
  if (shownBy !== role) close(items)
}

const newMessage = (role: Message['role']): NonNullable<Items['open']> => ({
  write: (content) => ({ type: 'message', role: role === 'system' ? 'developer' : role, content }),
  content: [],
})

function close(items: Items): void {
  if (items.open !== null) items.list.push(items.open.write(items.open.content))
  items.open = null
}

function writeItem(part: Part, target: Target, dropped: Set<string>): unknown {
  switch (part.type) {
    case 'tool-call':
      return writeCall(part, dropped)
    case 'tool-result':
      return writeResult(part, dropped)
    case 'reasoning': {
      const value = signedFor(part.signed, dialectId, target.provider)
      if (value !== null || (part.signed === undefined && keptOf(part) !== null)) return writeReasoning(part, value)
      if (target.echoesReasoning && part.text !== '')
        return { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: part.text }] }
      if (part.text !== '' || part.signed !== undefined) dropped.add('reasoning')
      return undefined
    }
    case 'web-search':
      if (keptOf(part) !== null) return writeOwnSearch(part)
      dropped.add('web_search')
      return undefined
    case 'media':
      return writeOwnImage(part)
    case 'foreign':
      return part.dialect === dialectId ? part.value : undefined
    case 'text':
    case 'refusal':
      return undefined
    default:
      return part satisfies never
  }
}

function writeCall(part: ToolCallPart, dropped: Set<string>): JsonRecord {
  if (part.cache !== undefined) dropped.add('cache_control')
  if (part.signed !== undefined) dropped.add('signature')
  if (keptOf(part) !== null) return writeOwnCall(part)
  const about = { call_id: part.id, name: part.name }
  if (part.kind === 'custom') return { type: 'custom_tool_call', ...about, input: argumentsText(part.arguments) }
  return { type: 'function_call', ...about, arguments: argumentsJson(part.arguments) }
}

function writeResult(part: ToolResultPart, dropped: Set<string>): JsonRecord {
  if (part.cache !== undefined) dropped.add('cache_control')
  const type = part.kind === 'custom' ? 'custom_tool_call_output' : 'function_call_output'
  const kept = keptOf(part)
  const builtin = builtinDone(kept?.spelling['type'])
  if (builtin !== null) return writeOwnBuiltinResult(part, builtin)
  const output = part.isError === true ? asFailure(part.output) : part.output
  const isText =
    kept === null
      ? output.every(({ type }) => type === 'text') && output.length < 2
      : kept.spelling['output'] === 'text'
  const written = isText
    ? output.map((one) => (one.type === 'text' ? one.text : '')).join('')
    : output.map((one) => writeContent(one, 'other', dropped)).filter((content) => content !== undefined)
  return {
    type,
    call_id: part.id,
    ...(kept !== null && part.name !== null && toolFields(part.name, kept.spelling)),
    ...(kept?.spelling['output'] !== 'other' && { output: written }),
    ...namesOf(part),
  }
}

/** There is no field for it, so the words say it. */
function asFailure(output: readonly Part[]): readonly Part[] {
  const [first, ...others] = output
  if (first?.type !== 'text') return [{ type: 'text', text: 'Error' }, ...output]
  return /^\W*error/i.test(first.text) ? output : [{ ...first, text: `Error: ${first.text}` }, ...others]
}
