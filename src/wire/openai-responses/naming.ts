/**
 * What other models know the tools of a request by. Here a tool may stand in a namespace, or be one of the API's own without a
 * name; elsewhere each has one name that no other has. The way back is by the request's tools, never by cutting a name in two.
 */
import { asList, asRecord, asString } from '../fields.ts'
import { builtinIn } from './builtins.ts'

export interface Naming {
  /** @param namespace Null where none is given. */
  tool(namespace: string | null, name: string): string
  /** One of the API's own, by its type. */
  builtin(type: string): string
}

/** Of an answer, which comes without the tools that it was asked with. */
export const plainNaming: Naming = {
  tool: (namespace, name) => (namespace === null ? name : joined(namespace, name)),
  builtin: (type) => type,
}

/** What stands in no namespace stands in this one for OpenAI's models: they leave it out of their calls. */
const usualNamespace = 'functions'

/** @param tools As they came, in all places of a request. */
export function nameTools(tools: readonly unknown[]): Naming {
  const plain = new Set<string>()
  const given = new Map<string, string>()
  const taken = new Set<string>()
  const give = (key: string, wish: string): string => {
    const known = given.get(key)
    if (known !== undefined) return known
    let name = wish
    for (let count = 2; taken.has(name); count++) name = `${wish}_${count}`
    taken.add(name)
    given.set(key, name)
    return name
  }
  const naming: Naming = {
    tool(namespace, name) {
      if (namespace !== null) return give(keyOf(namespace, name), joined(namespace, name))
      return plain.has(name) ? name : (given.get(keyOf(usualNamespace, name)) ?? name)
    },
    builtin: (type) => give(type, type),
  }
  // Names that clients gave stay as they are; those that are made here give way.
  for (const tool of tools) {
    const name = nameIn(tool)
    if (name !== null) plain.add(name)
  }
  for (const name of plain) taken.add(name)
  for (const tool of tools) giveNames(tool, naming)
  return naming
}

function giveNames(tool: unknown, naming: Naming): void {
  const record = asRecord(tool)
  const builtin = record === null ? null : builtinIn(record)
  if (builtin !== null) naming.builtin(builtin)
  const namespace = record?.['type'] === 'namespace' ? asString(record['name']) : null
  if (namespace === null) return
  for (const inner of asList(record?.['tools'])) {
    const name = nameIn(inner)
    if (name !== null) naming.tool(namespace, name)
  }
}

function nameIn(tool: unknown): string | null {
  const record = asRecord(tool)
  return record?.['type'] === 'function' || record?.['type'] === 'custom' ? asString(record['name']) : null
}

const keyOf = (namespace: string, name: string): string => `${namespace}\n${name}`

/** Servers of tools often end their namespace so themselves. */
const joined = (namespace: string, name: string): string =>
  namespace.endsWith('__') ? namespace + name : `${namespace}__${name}`
