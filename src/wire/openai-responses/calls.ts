/** Calls of tools that have a name, and what came of them. */
import type { Part, ToolArguments, ToolCallPart, ToolResultPart } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { builtinCalled, writeOwnBuiltinCall } from './builtin-items.ts'
import { keptOf, type Reading, reading } from './carried.ts'
import { readContent } from './content.ts'
import { namesOf, takeNames, type Spelling } from './items.ts'
import type { Naming } from './naming.ts'

/** The name of a call's tool, with the namespace that it stands in. */
function takeTool(item: Reading, naming: Naming): { readonly name: string; readonly spelling: Spelling } | null {
  const own = item.take('name', asString)
  if (own === null) return null
  const namespace = item.take('namespace', asString)
  const name = naming.tool(namespace, own)
  return {
    name,
    spelling: { ...(name !== own && { name: own }), ...(namespace !== null && { name: own, namespace }) },
  }
}

/** The same fields again. */
export function toolFields(name: string, spelling: Readonly<Spelling>): JsonRecord {
  const { name: own, namespace } = spelling
  return { name: own ?? name, ...(namespace !== undefined && { namespace }) }
}

/** @param madeId What a call without an id of its own is named by. */
export function readCall(record: JsonRecord, madeId: string, naming: Naming): ToolCallPart | null {
  const item = reading(record)
  const kind = record['type'] === 'custom_tool_call' ? 'custom' : 'function'
  const tool = takeTool(item, naming)
  if (tool === null) return null
  const callId = item.take('call_id', asString)
  const spelling = { ...takeNames(item), ...tool.spelling }
  const words = item.take(kind === 'custom' ? 'input' : 'arguments', readArguments)
  if (callId === null) spelling['call_id'] = 'absent'
  if (words === null) spelling['arguments'] = 'absent'
  return {
    type: 'tool-call',
    id: callId ?? spelling['id'] ?? madeId,
    name: tool.name,
    arguments: words ?? { text: '' },
    kind,
    carried: item.kept(spelling),
  }
}

function readArguments(value: unknown): ToolArguments | null {
  if (typeof value === 'string') return { text: value }
  return asRecord(value) === null ? null : { value }
}

/** Of a call that was read from this dialect. */
export function writeOwnCall(part: ToolCallPart): JsonRecord {
  const spelling = keptOf(part)?.spelling ?? {}
  const builtin = builtinCalled(spelling['type'])
  if (builtin !== null) return writeOwnBuiltinCall(part, builtin)
  const words = 'text' in part.arguments ? part.arguments.text : part.arguments.value
  return {
    type: part.kind === 'custom' ? 'custom_tool_call' : 'function_call',
    ...(spelling['call_id'] === undefined && { call_id: part.id }),
    ...toolFields(part.name, spelling),
    ...(spelling['arguments'] === undefined && { [part.kind === 'custom' ? 'input' : 'arguments']: words }),
    ...namesOf(part),
  }
}

export function readResult(record: JsonRecord, naming: Naming): ToolResultPart | null {
  const item = reading(record)
  const id = item.take('call_id', asString)
  if (id === null) return null
  const { output } = record
  const tool = takeTool(item, naming)
  const spelling: Spelling = { ...takeNames(item), ...tool?.spelling }
  spelling['output'] = typeof output === 'string' ? 'text' : Array.isArray(output) ? 'list' : 'other'
  if (typeof output === 'string' || Array.isArray(output)) item.take('output', () => true)
  return {
    type: 'tool-result',
    id,
    name: tool?.name ?? null,
    output: readOutput(output),
    isError: null,
    kind: record['type'] === 'custom_tool_call_output' ? 'custom' : 'function',
    carried: item.kept(spelling),
  }
}

function readOutput(output: unknown): readonly Part[] {
  if (typeof output === 'string') return output === '' ? [] : [{ type: 'text', text: output }]
  if (Array.isArray(output)) return output.map((content) => readContent(content, 'other'))
  // A value where the API takes texts: other dialects get it written out.
  return output === undefined || output === null ? [] : [{ type: 'text', text: JSON.stringify(output) }]
}
