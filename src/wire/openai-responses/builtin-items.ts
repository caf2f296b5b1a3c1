/** Calls of the tools that have a type instead of a name, and what came of them: items of their own types. */
import { isNumber } from '../../neutral/exact-number.ts'
import type { Part, ToolCallPart, ToolResultPart } from '../../neutral/message.ts'
import { asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import { builtins, isBuiltin, type BuiltinType } from './builtins.ts'
import { exactly, keptOf, reading, text } from './carried.ts'
import { namesOf, takeNames } from './items.ts'
import type { Naming } from './naming.ts'

const suffix = { call: '_call', output: '_call_output' } as const

const typed = (type: unknown, end: string): BuiltinType | null => {
  const name = typeof type === 'string' && type.endsWith(end) ? type.slice(0, -end.length) : ''
  return isBuiltin(name) ? name : null
}

export const builtinCalled = (type: unknown): BuiltinType | null => typed(type, suffix.call)
export const builtinDone = (type: unknown): BuiltinType | null => typed(type, suffix.output)

/** @returns null for what is no call of a tool that the client runs. */
export function readBuiltinCall(
  record: JsonRecord,
  type: BuiltinType,
  madeId: string,
  naming: Naming,
): ToolCallPart | null {
  const item = reading(record)
  const { field } = builtins[type]
  const action = item.take(field, asRecord)
  const environment = asRecord(record['environment'])
  if (action === null || (environment !== null && environment['type'] !== 'local')) return null
  if (type === 'local_shell' && action['type'] !== 'exec') return null
  const callId = item.take('call_id', asString)
  const isLocal = item.take('environment', (value) => exactly(value, ['type'])) !== null
  const spelling = takeNames(item)
  if (callId === null) spelling['call_id'] = 'absent'
  if (isLocal) spelling['environment'] = 'local'
  const { type: _, ...args } = action
  return {
    type: 'tool-call',
    id: callId ?? spelling['id'] ?? madeId,
    name: naming.builtin(type),
    // As text in every case: a stream gives it so.
    arguments: { text: JSON.stringify(type === 'local_shell' ? args : action) },
    kind: 'function',
    carried: item.kept(spelling),
  }
}

/** Of a call that was read from this dialect. */
export function writeOwnBuiltinCall(part: ToolCallPart, type: BuiltinType): JsonRecord {
  const spelling = keptOf(part)?.spelling ?? {}
  const args =
    'text' in part.arguments ? asRecord(parseJsonExactly(part.arguments.text)) : asRecord(part.arguments.value)
  return {
    type: type + suffix.call,
    ...(spelling['call_id'] === undefined && { call_id: part.id }),
    [builtins[type].field]: type === 'local_shell' ? { type: 'exec', ...args } : args,
    ...(spelling['environment'] !== undefined && { environment: { type: 'local' } }),
    ...namesOf(part),
  }
}

export interface BuiltinCall {
  readonly id: string
  readonly callId: string
  readonly action: JsonRecord
}

/** Of another model's call. @param status Whether it is only beginning. */
export function builtinItem(type: BuiltinType, call: BuiltinCall, status: string): JsonRecord {
  const { field, begun } = builtins[type]
  return {
    id: call.id,
    type: type + suffix.call,
    status,
    call_id: call.callId,
    [field]: status === 'completed' ? call.action : begun(call.action),
    ...(type === 'shell' && { environment: { type: 'local' } }),
  }
}

/** What the client gives back: a text, or for a shell a list of outputs, which models get as JSON. */
export function readBuiltinResult(record: JsonRecord, type: BuiltinType): ToolResultPart | null {
  const item = reading(record)
  const callId = item.take('call_id', asString)
  // The oldest of the three has the call's id in the item's.
  const id = callId ?? asString(record['id'])
  if (id === null) return null
  const spelling = takeNames(item)
  if (callId === null) spelling['call_id'] = 'absent'
  const words = item.take('output', type === 'shell' ? listAsJson : text)
  if (words === null) spelling['output'] = 'absent'
  // Repeats what the call said.
  const limit = item.take('max_output_length', numberAsJson)
  if (limit !== null) spelling['max_output_length'] = limit
  return {
    type: 'tool-result',
    id,
    name: null,
    output: words === null || words === '' ? [] : [{ type: 'text', text: words }],
    isError: type === 'apply_patch' && record['status'] === 'failed' ? true : null,
    kind: 'function',
    carried: item.kept(spelling),
  }
}

const listAsJson = (value: unknown): string | null => (Array.isArray(value) ? JSON.stringify(value) : null)
const numberAsJson = (value: unknown): string | null => (isNumber(value) ? JSON.stringify(value) : null)

/** Of a result that was read from this dialect. */
export function writeOwnBuiltinResult(part: ToolResultPart, type: BuiltinType): JsonRecord {
  const spelling = keptOf(part)?.spelling ?? {}
  const words = part.output.map(wordsOf).join('')
  const limit = spelling['max_output_length']
  return {
    type: type + suffix.output,
    ...(spelling['call_id'] === undefined && { call_id: part.id }),
    ...(spelling['output'] === undefined && { output: type === 'shell' ? parseJsonExactly(words) : words }),
    ...(limit !== undefined && { max_output_length: parseJsonExactly(limit) }),
    ...namesOf(part),
  }
}

const wordsOf = (part: Part): string => (part.type === 'text' ? part.text : '')
