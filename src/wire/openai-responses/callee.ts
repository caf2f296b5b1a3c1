/** What a client of this API knows a tool by that another model has called: found among the tools that it asked with. */
import type { NeutralRequest, Tool } from '../../neutral/request.ts'
import { actionIn, isBuiltin, type BuiltinType } from './builtins.ts'
import { keptOf } from './carried.ts'

export interface Callee {
  readonly kind: 'function' | 'custom' | BuiltinType
  readonly name: string
  readonly namespace: string | null
}

/** By the name that the model knows. */
export type Callees = ReadonlyMap<string, Callee>

export const calleesOf = ({ tools }: NeutralRequest): Callees =>
  new Map(
    tools.flatMap((tool) => (tool.type === 'function' || tool.type === 'custom' ? [[tool.name, calleeOf(tool)]] : [])),
  )

function calleeOf(tool: Extract<Tool, { type: 'function' | 'custom' }>): Callee {
  const { type, name, namespace } = keptOf(tool)?.spelling ?? {}
  return { kind: isBuiltin(type) ? type : tool.type, name: name ?? tool.name, namespace: namespace ?? null }
}

/** @param kind As the model's own dialect has it: most know functions only. */
export function calleeIn(callees: Callees, name: string, kind: 'function' | 'custom'): Callee {
  const callee = callees.get(name) ?? { kind, name, namespace: null }
  return kind === 'custom' ? { ...callee, kind } : callee
}

/** A call whose arguments its own item has no place for stays one of a function, so that the client can say what is wrong with it. */
export const settled = (callee: Callee, words: string): Callee =>
  isBuiltin(callee.kind) && actionIn(callee.kind, words) === null ? { ...callee, kind: 'function' } : callee
