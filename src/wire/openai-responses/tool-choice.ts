/** Which of its tools a model may or must use. */
import type { Tool, ToolChoice } from '../../neutral/request.ts'
import { asRecord, asString } from '../fields.ts'
import { isBuiltin } from './builtins.ts'
import { exactly, type Kept } from './carried.ts'
import type { Naming } from './naming.ts'

/** @returns null for choices of this API alone: hosted tools, lists of allowed ones. */
export function readToolChoice(value: unknown, tools: readonly Tool[], naming: Naming): ToolChoice | null {
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value }
  const typed = asString(exactly(value, ['type'])?.['type'])
  if (typed !== null) return isBuiltin(typed) ? named(naming.builtin(typed), tools) : null
  const choice = exactly(value, ['type', 'name'])
  const name = asString(choice?.['name'])
  return name !== null && (choice?.['type'] === 'function' || choice?.['type'] === 'custom')
    ? { kind: 'named', name: naming.tool(null, name) }
    : null
}

const named = (name: string, tools: readonly Tool[]): ToolChoice | null =>
  tools.some((tool) => tool.type === 'function' && tool.name === name) ? { kind: 'named', name } : null

/** How the named tool was called by a caller of this dialect. */
export function spellChoice(value: unknown): Kept['spelling'] {
  const { type, name } = asRecord(value) ?? {}
  return {
    'tool_choice.type': asString(type) ?? 'function',
    ...(typeof name === 'string' && { 'tool_choice.name': name }),
  }
}

export function writeToolChoice(choice: ToolChoice, tools: readonly Tool[], kept: Kept | null): unknown {
  if (choice.kind !== 'named') return choice.kind
  const { 'tool_choice.type': type, 'tool_choice.name': name } = kept?.spelling ?? {}
  if (type !== undefined) return { type, ...(name !== undefined && { name }) }
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === choice.name)
  return { type: isCustom ? 'custom' : 'function', name: choice.name }
}
