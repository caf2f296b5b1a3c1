/**
 * All tools of a request as one list: those of its field, those that its input brings, and those in namespaces. Each is marked
 * with where it stood, so that the request can be written as it was.
 */
import type { Tool } from '../../neutral/request.ts'
import type { Bringer } from './additional-tools.ts'
import { dialectId, keptOf } from './carried.ts'
import { addToNamespace, marked, type Namespace, newNamespace, readNamespace } from './namespaces.ts'
import type { Naming } from './naming.ts'
import { readTool, writeTool } from './tools.ts'

export function readToolList(tools: readonly unknown[], bringers: readonly Bringer[], naming: Naming): readonly Tool[] {
  const brought = bringers.flatMap((bringer, number) =>
    readEach(bringer.tools, `${number}.`, naming).map((tool) => marked(tool, { item: `${number}` })),
  )
  return eachOnce([...readEach(tools, '', naming), ...brought])
}

const readEach = (tools: readonly unknown[], list: string, naming: Naming): readonly Tool[] =>
  tools.flatMap((value, place) => readNamespace(value, list + place, naming) ?? [readTool(value, naming)])

/** Other APIs refuse a name that comes twice. The last one counts, as it does where a conversation brings new tools. */
function eachOnce(tools: readonly Tool[]): readonly Tool[] {
  const last = new Map(tools.map((tool, place) => [nameOf(tool), place]))
  return tools.map((tool, place) => {
    const name = nameOf(tool)
    return name === null || last.get(name) === place ? tool : repeated(tool)
  })
}

/** Searches of the web have no name and are one tool elsewhere; no tool with a name has theirs. */
function nameOf(tool: Tool): string | null {
  if (tool.type === 'web-search') return '\nweb search'
  return tool.type === 'foreign' ? null : tool.name
}

function repeated(tool: Tool): Tool {
  const { carried } = tool
  const value = writeTool(tool, new Set())
  return { type: 'foreign', dialect: dialectId, name: 'repeated', value, ...(carried !== undefined && { carried }) }
}

export interface WrittenTools {
  /** Of the request's field. */
  readonly tools: readonly unknown[]
  /** By the number of the item that brings them. */
  readonly brought: ReadonlyMap<string, readonly unknown[]>
}

export function writeToolList(tools: readonly Tool[], dropped: Set<string>): WrittenTools {
  const lists = new Map<string, unknown[]>()
  const namespaces = new Map<string, Namespace>()
  for (const tool of tools) {
    const kept = keptOf(tool)
    const { item = '', group } = kept?.spelling ?? {}
    const list = lists.get(item) ?? []
    lists.set(item, list)
    const written = writeTool(tool, dropped)
    if (kept === null || group === undefined) {
      if (written !== undefined) list.push(written)
      continue
    }
    const namespace = namespaces.get(group) ?? newNamespace(kept)
    if (namespace.tools.length === 0) list.push(namespace)
    namespaces.set(group, namespace)
    addToNamespace(namespace, kept, written)
  }
  return { tools: lists.get('') ?? [], brought: lists }
}
