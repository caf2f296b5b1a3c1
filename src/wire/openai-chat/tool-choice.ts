/** Which tool the model is to call: the words, a name, a list to choose from, and the older `function_call`. */
import type { NeutralRequest, ToolChoice } from '../../neutral/request.ts'
import { asRecord, type JsonRecord } from '../fields.ts'
import { spelt, type Fields } from './carry.ts'
import type { Writing } from './writing.ts'

/** Takes what it understands, of `tool_choice` first. */
export function readToolChoice(request: Fields): ToolChoice | null {
  const word = wordOf(request.peek('tool_choice'))
  if (word !== null) {
    if (request.take('tool_choice') === 'any') request.spell('tool choice', 'any')
    return { kind: word }
  }
  return readNamed(request) ?? readLegacy(request)
}

function wordOf(value: unknown): 'auto' | 'none' | 'required' | null {
  // Mistral's word.
  if (value === 'any') return 'required'
  return value === 'auto' || value === 'none' || value === 'required' ? value : null
}

function readNamed(request: Fields): ToolChoice | null {
  const record = asRecord(request.peek('tool_choice'))
  if (record === null) return null
  if (record.type === 'allowed_tools') return readAllowed(request, record)
  const kind = asRecord(record.custom) === null ? 'function' : 'custom'
  if (typeof asRecord(record[kind])?.name !== 'string' || record.type !== kind) return null
  const f = request.within('tool_choice')
  f?.take('type')
  const name = f?.within(kind)?.text('name') ?? ''
  if (kind === 'custom') request.spell('tool choice', 'custom')
  return { kind: 'named', name }
}

/** The list itself is this dialect's alone. */
function readAllowed(request: Fields, record: JsonRecord): ToolChoice | null {
  const word = wordOf(asRecord(record.allowed_tools)?.mode)
  if (word === null) return null
  const f = request.within('tool_choice')
  f?.take('type')
  f?.within('allowed_tools')?.take('mode')
  request.spell('tool choice', 'allowed_tools')
  return { kind: word }
}

function readLegacy(request: Fields): ToolChoice | null {
  const value = request.peek('function_call')
  const word = wordOf(value)
  const name = asRecord(value)?.name
  if (word === null && typeof name !== 'string') return null
  request.spell('tool choice', 'function_call')
  if (word !== null) {
    request.take('function_call')
    return { kind: word }
  }
  return { kind: 'named', name: request.within('function_call')?.text('name') ?? '' }
}

export function addToolChoice(
  out: Record<string, unknown>,
  request: NeutralRequest,
  { isOurs, dropped }: Writing,
): void {
  const { toolChoice, parallelTools } = request
  const hasTools = out.tools !== undefined || out.functions !== undefined
  // A choice among no tools is an error here.
  if (!isOurs && !hasTools) {
    if (toolChoice !== null && toolChoice.kind !== 'auto' && toolChoice.kind !== 'none') dropped.add('tool_choice')
    return
  }
  if (parallelTools !== null) out.parallel_tool_calls = parallelTools
  if (toolChoice === null) return
  const how = spelt(request, 'tool choice')
  if (how === 'function_call') {
    out.function_call = toolChoice.kind === 'named' ? { name: toolChoice.name } : toolChoice.kind
    return
  }
  out.tool_choice = writeChoice(toolChoice, how)
}

function writeChoice(choice: ToolChoice, how: string | undefined): unknown {
  if (choice.kind === 'named') {
    const type = how === 'custom' ? 'custom' : 'function'
    return { type, [type]: { name: choice.name } }
  }
  if (how === 'allowed_tools') return { type: 'allowed_tools', allowed_tools: { mode: choice.kind } }
  return how === 'any' && choice.kind === 'required' ? 'any' : choice.kind
}
