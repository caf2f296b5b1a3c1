/**
 * Tool calls and the ids by which their results find them. The API may leave ids out: then they are made from where the call
 * stands, so that the same conversation gets the same ones, and results go by name and order.
 */
import type { ToolCallPart } from '../../neutral/message.ts'
import { argumentsObject } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { restore, spelled, type JsonObject, type Reading } from './reading.ts'

/** The calls of one conversation that wait for their results. */
export class OpenCalls {
  readonly #waiting = new Map<string, string[]>()
  readonly #names = new Map<string, string>()

  add(id: string, name: string): void {
    this.#names.set(id, name)
    const ids = this.#waiting.get(name)
    if (ids === undefined) this.#waiting.set(name, [id])
    else ids.push(id)
  }

  nameOf(id: string): string | null {
    return this.#names.get(id) ?? null
  }

  answer(id: string, name: string): void {
    const ids = this.#waiting.get(name)
    const place = ids?.indexOf(id) ?? -1
    if (place >= 0) ids?.splice(place, 1)
  }

  /** The id of the oldest call of this name that waits. */
  next(name: string): string | null {
    return this.#waiting.get(name)?.shift() ?? null
  }
}

const callFields: ReadonlySet<'id' | 'name' | 'args'> = new Set(['id', 'name', 'args'])

/** @param madeId The id where there is none. @param asText Arguments as text, the form in which streams have them. */
export function readCall(call: JsonRecord, reading: Reading, madeId: string, asText: boolean): ToolCallPart {
  const { id, name, args } = reading.take(call, callFields, 'functionCall.')
  const ownId = asString(id)
  if (ownId === null) reading.spell('id', 'absent')
  if (typeof name !== 'string') reading.spell('name', 'absent')
  const value = asRecord(args)
  if (value === null) reading.spell('args', typeof args === 'string' ? 'text' : 'absent')
  return {
    type: 'tool-call',
    id: ownId ?? madeId,
    name: asString(name) ?? '',
    arguments: argumentsOf(value, args, asText),
    kind: 'function',
  }
}

function argumentsOf(value: JsonRecord | null, args: unknown, asText: boolean): ToolCallPart['arguments'] {
  if (value === null) return typeof args === 'string' ? { text: args } : asText ? { text: '{}' } : { value: {} }
  return asText ? { text: JSON.stringify(value) } : { value }
}

/** A custom tool's free text is the one argument of the function that stands for it. */
export function writeCall(part: ToolCallPart): JsonObject {
  const { carried } = part
  const out: JsonObject = {}
  if (spelled(carried, 'id') === undefined) out['id'] = part.id
  if (spelled(carried, 'name') === undefined) out['name'] = part.name
  const args = spelled(carried, 'args')
  if (args === 'text' && 'text' in part.arguments) out['args'] = part.arguments.text
  else if (args === undefined) out['args'] = argumentsFor(part)
  return restore(out, carried, 'functionCall.')
}

function argumentsFor({ kind, arguments: args }: ToolCallPart): JsonRecord {
  return kind === 'custom' && 'text' in args ? { input: args.text } : argumentsObject(args)
}
