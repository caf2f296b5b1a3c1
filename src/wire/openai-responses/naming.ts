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
  tool: (namespace, name) => (namespace === null || namespace === name ? name : joined(namespace, name)),
  builtin: (type) => type,
}

/**
 * Two habits of OpenAI's models: what stands in this namespace they call without one, and a tool without a namespace that they
 * had to search for in a namespace of its own name.
 */
const usualNamespace = 'functions'

/** @param tools As they came, in all places of a request. */
export function nameTools(tools: readonly unknown[]): Naming {
  const plain = new Set(tools.flatMap((tool) => nameIn(tool) ?? []))
  const given = new Map<string, string>()
  const taken = new Set(plain)
  const give = ({ key, wish }: Unnamed): string => {
    const known = given.get(key)
    if (known !== undefined) return known
    let name = wish
    // Names that clients gave stay as they are; those that are made here give way.
    for (let count = 2; taken.has(name); count++) name = `${wish}_${count}`
    taken.add(name)
    given.set(key, name)
    return name
  }
  for (const tool of tools) for (const unnamed of unnamedIn(tool)) give(unnamed)
  return {
    tool(namespace, name) {
      if (namespace === null) return plain.has(name) ? name : (given.get(within(usualNamespace, name).key) ?? name)
      const inner = within(namespace, name)
      return namespace === name && plain.has(name) && !given.has(inner.key) ? name : give(inner)
    },
    builtin: (type) => give({ key: type, wish: type }),
  }
}

/** A tool that needs a name of its own. */
interface Unnamed {
  readonly key: string
  readonly wish: string
}

function unnamedIn(tool: unknown): readonly Unnamed[] {
  const record = asRecord(tool)
  if (record === null) return []
  const builtin = builtinIn(record)
  if (builtin !== null) return [{ key: builtin, wish: builtin }]
  const namespace = record['type'] === 'namespace' ? asString(record['name']) : null
  if (namespace === null) return []
  return asList(record['tools']).flatMap((inner) => {
    const name = nameIn(inner)
    return name === null ? [] : [within(namespace, name)]
  })
}

const within = (namespace: string, name: string): Unnamed => ({
  key: `${namespace}\n${name}`,
  wish: joined(namespace, name),
})

/** Servers of tools often end their namespace so themselves. */
const joined = (namespace: string, name: string): string =>
  namespace.endsWith('__') ? namespace + name : `${namespace}__${name}`

function nameIn(tool: unknown): string | null {
  const record = asRecord(tool)
  return record?.['type'] === 'function' || record?.['type'] === 'custom' ? asString(record['name']) : null
}
