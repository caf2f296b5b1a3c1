/**
 * The items of a request as a conversation. Items are flat and messages hold parts: what the model said up to the next result
 * or message is one message, and so are the results up to its next words. What stands before the conversation is its system prompt.
 */
import { AppError } from '../../neutral/error.ts'
import type { Message, Part, Signed, TextPart } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { bringsTools } from './additional-tools.ts'
import { builtinCalled, builtinDone, readBuiltinCall, readBuiltinResult } from './builtin-items.ts'
import { readCall, readResult } from './calls.ts'
import { readContent } from './content.ts'
import { contentOf, readHead, withHead } from './head.ts'
import { foreignItem, readImageCall, readWebSearch } from './items.ts'
import type { Naming } from './naming.ts'
import { readReasoning, readSignatureItem } from './reasoning.ts'

export interface Input {
  readonly system: readonly TextPart[]
  readonly messages: readonly Message[]
}

/** @throws AppError when the input is neither a text nor a list nor absent. */
export function readInput(input: unknown, naming: Naming): Input {
  if (input === undefined || input === null || input === '') return { system: [], messages: [] }
  if (typeof input === 'string')
    return { system: [], messages: [{ role: 'user', parts: [{ type: 'text', text: input }] }] }
  if (!Array.isArray(input))
    throw new AppError('invalid-request', 'The field "input" must be a text or a list of items.')
  const line = new Line(naming)
  for (const [place, item] of input.entries()) line.add(item, place)
  return line
}

class Line implements Input {
  readonly system: TextPart[] = []
  readonly messages: Message[] = []
  /** The parts of the last message, while items may still join it. */
  #open: { readonly role: Message['role']; readonly parts: Part[] } | null = null
  /** Ids of calls that the provider ran itself. */
  readonly #hosted = new Set<string>()
  readonly #naming: Naming

  constructor(naming: Naming) {
    this.#naming = naming
  }

  add(value: unknown, place: number): void {
    const item = asRecord(value)
    if (item === null) return this.#join(foreignItem(value), null)
    const signed = readSignatureItem(item)
    if (signed !== null && this.#sign(signed)) return
    if (isMessage(item)) return this.#addMessage(item)
    // Its tools are the request's.
    if (bringsTools(item)) return
    const { part, role } = readItem(item, null, `call_${place}`, this.#naming)
    if (this.#isHosted(item, part)) this.#join(foreignItem(item), null)
    else this.#join(part, role)
  }

  /** A result goes where its call went. */
  #isHosted(item: JsonRecord, part: Part): boolean {
    const id = asString(item['call_id'])
    if (id === null || (builtinCalled(item['type']) ?? builtinDone(item['type'])) === null) return false
    if (part.type === 'foreign') this.#hosted.add(id)
    return this.#hosted.has(id)
  }

  #addMessage(item: JsonRecord): void {
    const role = roleOf(item)
    const parts = contentOf(item).map((content) => readMessageContent(content, item))
    const head = readHead(item)
    if (role === 'system' && this.messages.length === 0 && areTexts(parts)) {
      for (const part of withHead(parts, head)) if (part.type === 'text') this.system.push(part)
      return
    }
    if (role === 'assistant') {
      for (const part of withHead(parts, head)) this.#join(part, role)
      return
    }
    this.messages.push({ role, parts, carried: head })
    this.#open = null
  }

  /** @param role Whose part it is; null where that can't be told: it stays with what is open. */
  #join(part: Part, role: Message['role'] | null): void {
    if (this.#open === null || (role !== null && role !== this.#open.role)) {
      this.#open = { role: role ?? 'assistant', parts: [] }
      this.messages.push(this.#open)
    }
    this.#open.parts.push(part)
  }

  #sign(signed: Signed): boolean {
    const parts = this.#open?.parts
    const last = parts?.at(-1)
    if (parts === undefined || (last?.type !== 'tool-call' && last?.type !== 'text')) return false
    parts[parts.length - 1] = { ...last, signed }
    return true
  }
}

const areTexts = (parts: readonly Part[]): boolean => parts.length > 0 && parts.every(({ type }) => type === 'text')

const isMessage = (item: JsonRecord): boolean =>
  typeof item['role'] === 'string' && (item['type'] === undefined || item['type'] === 'message')

function roleOf({ role }: JsonRecord): Message['role'] {
  if (role === 'assistant') return 'assistant'
  return role === 'system' || role === 'developer' ? 'system' : 'user'
}

/** A content given as one text needs no word of how it was written: the head has it. */
export const readMessageContent = (content: unknown, item: JsonRecord): Part =>
  typeof content === 'string' && typeof item['content'] === 'string'
    ? { type: 'text', text: content }
    : readContent(content, item['role'] === 'assistant' ? 'model' : 'other')

interface ReadItem {
  readonly part: Part
  readonly role: 'assistant' | 'user' | null
}

/** @param by The provider that answered; null in a request. */
export function readItem(item: JsonRecord, by: string | null, madeId: string, naming: Naming): ReadItem {
  switch (item['type']) {
    case 'function_call':
    case 'custom_tool_call':
      return { part: readCall(item, madeId, naming) ?? foreignItem(item), role: 'assistant' }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { part: readResult(item, naming) ?? foreignItem(item), role: 'user' }
    case 'reasoning':
      return { part: readReasoning(item, by), role: 'assistant' }
    case 'web_search_call':
      return { part: readWebSearch(item), role: 'assistant' }
    case 'image_generation_call':
      return { part: readImageCall(item) ?? foreignItem(item), role: 'assistant' }
    default:
      return readBuiltinItem(item, madeId, naming) ?? { part: foreignItem(item), role: null }
  }
}

function readBuiltinItem(item: JsonRecord, madeId: string, naming: Naming): ReadItem | null {
  const called = builtinCalled(item['type'])
  const call = called === null ? null : readBuiltinCall(item, called, madeId, naming)
  if (call !== null) return { part: call, role: 'assistant' }
  const done = builtinDone(item['type'])
  const result = done === null ? null : readBuiltinResult(item, done)
  return result === null ? null : { part: result, role: 'user' }
}
