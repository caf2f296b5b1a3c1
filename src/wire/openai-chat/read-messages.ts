/** The conversation of a request: what stands before it, and its messages in the roles that all dialects share. */
import { AppError } from '../../neutral/error.ts'
import type { Message, Part, TextPart, ToolResultPart } from '../../neutral/message.ts'
import { asRecord, type JsonRecord } from '../fields.ts'
import { readAssistant } from './assistant.ts'
import { openCallIds, type CallIds } from './call-ids.ts'
import { Fields } from './carry.ts'
import { readContent } from './parts.ts'

export interface Conversation {
  readonly system: readonly TextPart[]
  readonly messages: readonly Message[]
}

/** @throws AppError when there is no list of messages. */
export function readMessages(entries: unknown): Conversation {
  if (!Array.isArray(entries)) throw new AppError('invalid-request', '"messages" must be a list of messages.')
  const system: TextPart[] = []
  let start = 0
  for (const entry of entries) {
    const prompt = readPrompt(asRecord(entry))
    if (prompt === null) break
    system.push(...prompt)
    start += 1
  }
  return { system, messages: readAll(entries.slice(start)) }
}

const promptRoles: ReadonlySet<unknown> = new Set(['system', 'developer'])

/** A system prompt of texts alone, as it stands at the beginning; null for anything else. Its first part tells where it began. */
function readPrompt(record: JsonRecord | null): readonly TextPart[] | null {
  if (record === null || !promptRoles.has(record.role)) return null
  const { content } = record
  const message = new Fields(record)
  message.spell('role', String(message.take('role')))
  if (typeof content === 'string') {
    message.take('content')
    return [{ type: 'text', text: content, ...message.rest() }]
  }
  const parts = readContent(message)
  const [first, ...others] = parts.filter((part) => part.type === 'text')
  if (first === undefined || others.length + 1 !== parts.length) return null
  const { carried } = message.rest()
  if (carried === undefined) return null
  // The message's own fields and those of its first part stand in one place: the part's go by where they stood.
  const own = Object.entries(first.carried?.fields ?? {}).map(([name, value]) => [`content[].${name}`, value])
  const fields = { ...carried.fields, ...Object.fromEntries(own) }
  const spelling = { ...first.carried?.spelling, ...carried.spelling }
  return [{ ...first, carried: { dialect: carried.dialect, fields, spelling } }, ...others]
}

/** Tool results in a row are one user's message, as they are in every other dialect. */
function readAll(entries: readonly unknown[]): readonly Message[] {
  const ids = openCallIds('call_')
  const messages: Message[] = []
  let results: ToolResultPart[] | null = null
  for (const entry of entries) {
    const record = asRecord(entry)
    if (record?.role !== 'tool' && record?.role !== 'function') {
      results = null
      messages.push(readMessage(entry, record, ids))
      continue
    }
    if (results === null) messages.push({ role: 'user', parts: (results = []) })
    results.push(readResult(new Fields(record), ids))
  }
  return messages
}

function readMessage(entry: unknown, record: JsonRecord | null, ids: CallIds): Message {
  if (record === null)
    return { role: 'user', parts: [{ type: 'foreign', dialect: 'openai-chat', name: 'message', value: entry }] }
  const { role, content } = record
  // Nearly every message of a user is one plain text.
  if (role === 'user' && typeof content === 'string' && content !== '' && hasTwoFields(record))
    return { role, parts: [{ type: 'text', text: content }] }
  const message = new Fields(record)
  if (role === 'assistant') {
    message.take('role')
    const parts = readAssistant(message, ids, null)
    return { role: 'assistant', parts, ...message.rest() }
  }
  if (role === 'user') message.take('role')
  else if (role === undefined) message.spell('role', 'absent')
  const isSystem = promptRoles.has(role)
  if (isSystem) message.spell('role', String(message.take('role')))
  const parts: readonly Part[] = readContent(message)
  return { role: isSystem ? 'system' : 'user', parts, ...message.rest() }
}

function hasTwoFields(record: JsonRecord): boolean {
  let count = 0
  for (const _name in record) count += 1
  return count === 2
}

function readResult(message: Fields, ids: CallIds): ToolResultPart {
  const isLegacy = message.take('role') === 'function'
  if (isLegacy) message.spell('role', 'function')
  const given = message.word('tool_call_id')
  const name = message.word('name')
  const { id, kind } = ids.result(given, name)
  if (!message.knows('tool_call_id')) message.spell('tool_call_id', 'absent')
  if (given !== null && given !== id) message.spell('given id', given)
  const output = readContent(message)
  return { type: 'tool-result', id, name, output, isError: null, kind, ...message.rest() }
}
